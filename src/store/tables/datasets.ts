import type { ColumnType, Generated, JSONColumnType } from "kysely";

/** JSON of data/datasets/types.ts, which stands above this folder. */
type Document = ColumnType<unknown, string, never>;

export interface DatasetsTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace; never changed. */
  readonly name: string;
  readonly description: string;
  readonly tags: JSONColumnType<Record<string, string>>;
  /** Name of the user. */
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  /** Of the dataset itself and its newest version. */
  readonly updated_at: Generated<Date>;
  readonly archived_at: Date | null;
  /** Number of the newest version, 0 before the first. Its row's lock orders the creation of versions. */
  readonly last_version: Generated<number>;
}

/** Bytes, how they are read, and what they hold. Rows are only added; description and tags alone change. */
export interface DatasetVersionsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly dataset_id: string;
  /** From 1, without gaps, never given again. */
  readonly version: number;
  readonly description: string;
  readonly tags: JSONColumnType<Record<string, string>>;
  /** In the artifact store. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** As it was called where it came from: shown, never used as a path. */
  readonly file_name: string;
  /** What was said about reading it (VersionOptions). */
  readonly options: JSONColumnType<object>;
  /** Of the canonical JSON of `options`. */
  readonly options_hash: string;
  /** What was found out about reading it (Dialect). */
  readonly dialect: Document;
  /** DatasetColumn[]. */
  readonly columns: Document;
  readonly rows: number;
  /** The first rows that are not in the table and why: { line, reason }[]. */
  readonly reported: Document;
  readonly reported_count: number;
  /** Sentences. */
  readonly warnings: Document;
  /** TableProfile. */
  readonly profile: Document;
  /** The first rows, as arrays of cells: for a preview without reading the file. */
  readonly head: Document;
  /** Where the bytes come from (VersionSource). */
  readonly source: Document;
  /** The run that made it. */
  readonly run_id: string | null;
  /** Name of the user. */
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}

/** Lineage: which versions a version was derived from. */
export interface DatasetVersionInputsTable {
  readonly version_id: string;
  readonly input_id: string;
}
