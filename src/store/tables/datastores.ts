import type { Generated, JSONColumnType } from "kysely";

/** Places outside that datasets are read from. */
export interface DatastoresTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly kind: "disk" | "s3" | "postgres" | "https";
  readonly description: string;
  /** What the kind needs to know but for secrets (data/datastores/types.ts). */
  readonly settings: JSONColumnType<object>;
  /** JSON, encrypted by the secret box with the context "datastore/ID"; null where none are needed. */
  readonly credentials: Buffer | null;
  /** Name of the user. */
  readonly created_by: string;
  readonly created_at: Generated<Date>;
}
