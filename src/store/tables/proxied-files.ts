import type { Generated } from "kysely";

/** Files that MLflow clients put through the server at paths of their own, logged models' among them. Runs have their own. */
export interface ProxiedFilesTable {
  readonly workspace_id: string;
  /** From the root of the artifacts, with slashes: "0/models/m-…/artifacts/MLmodel". */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly created_at: Generated<Date>;
}

/** A file that is on its way in parts. */
export interface ProxiedUploadsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly path: string;
  /** How many are announced. */
  readonly parts: number;
  readonly created_at: Generated<Date>;
}

/** Each part is an artifact of its own until the upload is complete. */
export interface ProxiedUploadPartsTable {
  readonly upload_id: string;
  /** From 1. */
  readonly number: number;
  readonly sha256: string;
  readonly size: number;
}
