/** Datasets and datastores. */
export { dataRoutes } from "./routes.ts";
export { useUpload, type Upload, type UploadProgress } from "./upload.ts";
export { UploadStatus } from "./upload-status.tsx";
