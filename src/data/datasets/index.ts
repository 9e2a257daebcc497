export { compareTables, type ColumnComparison, type TableComparison } from "./compare-tables.ts";
export { createVersion, type CreatedVersion, type NewVersion } from "./create-version.ts";
export {
  createDataset,
  getDataset,
  listDatasets,
  updateDataset,
  type DatasetChanges,
  type DatasetFilter,
  type NewDataset,
} from "./datasets.ts";
export { deriveVersion, type Derivation, type DerivedVersions } from "./derive-version.ts";
export { withLocalFile } from "./local-file.ts";
export { createTableProcesses, type TableProcesses, type TableProcessOptions } from "./process/run-task.ts";
export { partitionVersion, type Partition, type Partitioning } from "./partition-version.ts";
export {
  compareVersions,
  downloadVersion,
  getVersionFile,
  previewRows,
  sampleRows,
  type DownloadedFile,
  type RowsRequest,
  type VersionFile,
} from "./read-version.ts";
export type { DatasetServices } from "./services.ts";
export type { DatasetRef, VersionRef } from "./rows.ts";
export { obtainFile, type ObtainedFile, type SourceRequest } from "./sources.ts";
export type { Step } from "./steps.ts";
export type {
  Dataset,
  DatasetColumn,
  DatasetRows,
  DatasetVersion,
  DatasetVersionDetails,
  VersionOptions,
  VersionSource,
} from "./types.ts";
export { expireUploads, getUpload, receiveUpload, type NewUpload, type Upload } from "./uploads.ts";
export {
  getProfile,
  getVersion,
  getVersionById,
  getVersionDetails,
  listVersions,
  updateVersion,
  type VersionChanges,
} from "./versions.ts";
