import { readPage, type Database, type Page, type PageRequest } from "../../store/index.ts";

/** A Parquet file of collected rows or labels in the artifact store. */
export interface CollectedFile {
  readonly id: string;
  readonly path: string;
  readonly deployment: string;
  readonly model: string;
  readonly modelVersion: number;
  readonly designation: "inputs" | "labels";
  readonly hour: Date;
  readonly rows: number;
  readonly sha256: string;
  readonly size: number;
  readonly createdAt: Date;
}

export interface CollectedFilesFilter {
  readonly endpointId: string;
  /** Hours from then on. */
  readonly from?: Date | undefined;
  /** Hours before. */
  readonly to?: Date | undefined;
}

export function selectCollectedFiles(database: Database, { endpointId, from, to }: CollectedFilesFilter) {
  let query = database
    .selectFrom("collected_files")
    .select(["id", "path", "deployment", "model", "designation", "hour", "rows", "sha256", "size"])
    .select(["model_version as modelVersion", "created_at as createdAt"])
    .where("endpoint_id", "=", endpointId);
  if (from !== undefined) query = query.where("hour", ">=", from);
  if (to !== undefined) query = query.where("hour", "<", to);
  return query;
}

export function listCollectedFiles(
  database: Database,
  filter: CollectedFilesFilter,
  request: PageRequest,
): Promise<Page<CollectedFile>> {
  const order = { sortable: { hour: "hour" }, byDefault: "-hour", unique: "id" };
  return readPage(selectCollectedFiles(database, filter), request, order, ({ hour, id }) => [hour.toISOString(), id]);
}
