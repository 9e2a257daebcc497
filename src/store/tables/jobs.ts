import type { ColumnType, Generated, JSONColumnType } from "kysely";

export type JobState = "QUEUED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";

/** The computation of a run on a compute target: who does it, with which right, until when. One row a run. */
export interface JobsTable {
  /** The run that it computes. */
  readonly run_id: string;
  readonly workspace_id: string;
  /** What is to be done: "automl", "batch". */
  readonly kind: string;
  /** Compute target. */
  readonly target: string;
  /** What the kind needs to know; checked before it was stored. */
  readonly spec: JSONColumnType<Record<string, unknown>>;
  readonly state: ColumnType<JobState>;
  /**
   * Fencing token: grows with every hand-over, and never falls. A worker writes results only while the row has the
   * number that it was given.
   */
  readonly attempt: Generated<number>;
  /** Deaths of workers that are still made good by another attempt. */
  readonly retries_left: Generated<number>;
  /** Of the latest attempt. */
  readonly worker_id: string | null;
  /** Why it ended, or why it is queued again, in words. */
  readonly reason: string | null;
  /** Who asked for it, as in the audit log. */
  readonly user_id: string | null;
  readonly user_name: string;
  readonly created_at: Generated<Date>;
  /** Order of the queue. */
  readonly queued_at: Generated<Date>;
  /** Of the latest attempt. */
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  /** Seconds that an attempt may take. */
  readonly run_seconds: number;
  /** Of its pool, while it runs. */
  readonly cores: Generated<number>;
  /** Of its pool, while it runs; null for a share that nobody counts. */
  readonly memory_bytes: number | null;
  /** The worker must have all of them. */
  readonly labels: Generated<string[]>;
  /** What came out, stored by the transaction that ended it. */
  readonly result: JSONColumnType<Record<string, unknown>> | null;
  /** Of the latest attempt: what it used, and how its process ended where it had one of its own. */
  readonly cpu_seconds: number | null;
  readonly peak_memory_bytes: number | null;
  readonly exit_code: number | null;
  readonly exit_signal: string | null;
  /** Until then a state that is not final has to end. */
  readonly deadline_at: Date;
  /** Somebody wants it to end with what it has. */
  readonly cancel_requested_at: Date | null;
  readonly cancel_requested_by: string | null;
}
