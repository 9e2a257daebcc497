import type { ColumnType, Generated } from "kysely";

/** A run of anything: MLflow's meaning, see src/tracking/types.ts. */
export interface RunsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly experiment_id: string;
  /** Beside the tag mlflow.parentRunId; null where that names no run of the workspace. */
  readonly parent_id: string | null;
  readonly name: string;
  readonly kind: ColumnType<"automl" | "trial" | "mlflow" | "pipeline" | "step" | "command" | "batch">;
  readonly user_name: string;
  readonly status: ColumnType<"QUEUED" | "SCHEDULED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED">;
  readonly status_reason: string | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
  /** Null while it is active. */
  readonly deleted_at: Date | null;
  /** Id of the run or experiment whose deletion took this run with it: what its restoration brings back. */
  readonly deleted_with: string | null;
  /** When whoever executes it last said so. */
  readonly heartbeat_at: Date | null;
  readonly source: string | null;
  readonly source_commit: string | null;
  /** Number of the newest chunk in run_logs. */
  readonly log_seq: Generated<number>;
  /** When those who watch were last woken for metrics, and for the log: at most twice a second. */
  readonly metrics_told_at: Date | null;
  readonly log_told_at: Date | null;
  /** The order of lists: the start, or the creation of a run that has not started. */
  readonly ordered_at: ColumnType<Date, never, never>;
}
