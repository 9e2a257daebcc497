import type { Generated, JSONColumnType } from "kysely";

/** What happened, in order: read by the event stream of the API, by webhooks and by triggers. Rows are only added; old ones go (purge-events.ts). */
export interface EventsTable {
  readonly seq: Generated<number>;
  /** The transaction that wrote it: readers take only what no running transaction can still precede. */
  readonly xid: Generated<string>;
  readonly workspace_id: string;
  readonly at: Generated<Date>;
  /** "dataset.created", "run.updated", "model.version.created": what changed, then how. */
  readonly type: string;
  /** What it happened to: "dataset/bank", "run/0190…". */
  readonly subject: string;
  readonly data: JSONColumnType<Record<string, unknown>>;
}
