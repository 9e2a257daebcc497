export { appendRows } from "./append-rows.ts";
export { readTable } from "./read-table.ts";
export {
  defaultNulls,
  type Dialect,
  type Encoding,
  type ReadOptions,
  type ReadProgress,
  type ReadResult,
  type ReadRows,
} from "./read-options.ts";
export { selectColumns } from "./select-columns.ts";
export { takeRows } from "./take-rows.ts";
export { toNumeric } from "./to-numeric.ts";
export { formatCsvRow, tableRows, writeCsv, type CsvValue } from "./write-csv.ts";
export { profileTable } from "./profile/profile-table.ts";
export { columnPurpose, type ColumnPurpose } from "./profile/column-purpose.ts";
export {
  quantileProbabilities,
  type ColumnProfile,
  type ProfileWarning,
  type ProfileWarningId,
  type TableProfile,
} from "./profile/types.ts";
export { getVersionDetails } from "./datasets/versions.ts";
export type {
  CreatedVersion,
  Dataset,
  DatasetRef,
  DatasetRows,
  DatasetServices,
  DatasetVersion,
  DatasetVersionDetails,
  TableProcesses,
  Upload,
  VersionFile,
  VersionOptions,
  VersionRef,
} from "./datasets/index.ts";
export type { Datastore, DatastoreReach } from "./datastores/index.ts";

/** Datasets and uploads in the store. Loaded when asked for: they bring the database's client, which the engine lacks. */
export const loadDatasets = () => import("./datasets/index.ts");
/** Datastores, in the same way. */
export const loadDatastores = () => import("./datastores/index.ts");
/** Writes tables as Parquet. Only for processes of their own: it loads DuckDB. */
export const loadParquetWriter = () => import("./parquet/write-parquet.ts");
/** Reads tables in the calling thread. Only for processes that do nothing else. */
export const loadProcessReader = () => import("./process-reader.ts");
export { packError, unpackError, type PackedError } from "./pack-error.ts";
