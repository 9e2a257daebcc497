/** Datasets and datastores. */
export { useUpload, type Upload, type UploadProgress } from "./upload.ts";
