/** Datasets and datastores. */
export { dataRoutes } from "./routes.ts";
export { useUpload } from "./upload.ts";
