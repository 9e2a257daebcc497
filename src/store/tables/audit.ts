import type { Generated, JSONColumnType } from "kysely";

/** Who changed what, when, from which request. Rows are only ever added. */
export interface AuditTable {
  readonly seq: Generated<number>;
  readonly at: Generated<Date>;
  /** Null for what concerns the whole server. */
  readonly workspace_id: string | null;
  readonly user_id: string | null;
  /** As it was then. */
  readonly user_name: string;
  /** Name of the operation: "createDataset". */
  readonly action: string;
  /** What was changed: "dataset/bank". */
  readonly subject: string;
  readonly request_id: string | null;
  /** Particulars without secrets. */
  readonly details: JSONColumnType<Record<string, unknown>>;
}
