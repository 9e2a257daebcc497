export {
  deleteProxiedFiles,
  findProxiedFiles,
  getProxiedFile,
  listProxiedFiles,
  putProxiedFile,
  type ProxiedFileRef,
} from "./files.ts";
export {
  createProxiedUpload,
  getProxiedUpload,
  joinUploadParts,
  mostUploadParts,
  putUploadPart,
  removeProxiedUpload,
  type ProxiedUpload,
  type UploadRef,
} from "./uploads.ts";
