import type { ColumnType, Generated, JSONColumnType } from "kysely";

/** A pipeline by its name: what Azure ML calls a PipelineEndpoint. */
export interface PipelinesTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly description: string;
  /** The version that its fixed address submits. */
  readonly default_version: number;
  readonly user_name: string;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
  readonly archived_at: Date | null;
}

/** Azure ML's PublishedPipeline: never changed but for its status. */
export interface PipelineVersionsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly pipeline_id: string;
  /** From 1, without gaps. */
  readonly version: number;
  readonly status: ColumnType<"ACTIVE" | "DISABLED">;
  /** A StoredDefinition of src/definition; checked before it was stored. */
  readonly definition: JSONColumnType<Record<string, unknown>>;
  /** sha256 of the definition without its source's text. */
  readonly sha256: string;
  readonly description: string;
  readonly user_name: string;
  readonly created_at: Generated<Date>;
}

/** Beside the row of `runs`, which has its status. */
export interface PipelineRunsTable {
  readonly run_id: string;
  readonly workspace_id: string;
  /** Null for a definition that was never published. */
  readonly pipeline_version_id: string | null;
  readonly definition: JSONColumnType<Record<string, unknown>>;
  /** All of them, with their values. */
  readonly parameters: JSONColumnType<Record<string, unknown>>;
  /** May steps be answered by what came out before? */
  readonly reuse: boolean;
  readonly continue_on_step_failure: boolean;
  readonly schedule_id: string | null;
  /** The run, and the step in it, whose step of type "pipeline" this is. */
  readonly parent_run_id: string | null;
  readonly parent_step: string | null;
  /** 0, or one more than the parent's. */
  readonly depth: number;
  /** What an Azure client sent besides: Description, RunSource, RunType, Properties, … */
  readonly submission: JSONColumnType<Record<string, unknown>>;
  /** Outputs of the run, when it has finished. */
  readonly outputs: JSONColumnType<Record<string, unknown>> | null;
  readonly user_id: string | null;
  readonly user_name: string;
  /** Until then it has to end. */
  readonly deadline_at: Date;
  readonly cancel_requested_at: Date | null;
  readonly cancel_requested_by: string | null;
  /** Asked a second time: running steps end at once. */
  readonly cancel_forced: Generated<boolean>;
  /** When it is to be looked at next; null where there is nothing to do but wait for a step. */
  readonly advance_at: Date | null;
  /** How often in a row it could not be advanced. */
  readonly advance_failures: Generated<number>;
  readonly ended_at: Date | null;
  readonly created_at: Generated<Date>;
}

export type StepState = "WAITING" | "QUEUED" | "RUNNING" | "APPROVAL" | "FINISHED" | "FAILED" | "KILLED" | "SKIPPED";

/** A step of a run, or an instance of one with for_each. */
export interface PipelineStepsTable {
  readonly pipeline_run_id: string;
  readonly workspace_id: string;
  /** "train", or "train[2]" for an instance. */
  readonly name: string;
  /** In the definition. */
  readonly step: string;
  /** Order in lists. */
  readonly position: number;
  /** Member of for_each; null for a step without. */
  readonly item: JSONColumnType<{ value: unknown }> | null;
  readonly state: ColumnType<StepState>;
  /** Its run, which has log, artifacts and metrics; null until it is queued, and where there is nothing to compute. */
  readonly run_id: string | null;
  /** Runs of earlier tries, the oldest first. */
  readonly earlier_runs: Generated<string[]>;
  readonly retries_left: number;
  /** sha256 of what decides about its outputs; null where it may not be reused. */
  readonly fingerprint: string | null;
  /** What went into it, by name: shown by "why". */
  readonly fingerprint_parts: JSONColumnType<Record<string, unknown>> | null;
  /** Run of the step that its outputs were taken from. */
  readonly reused_from: string | null;
  /** StepOutputs, when it has finished. */
  readonly outputs: JSONColumnType<Record<string, unknown>> | null;
  /** Why it is in its state, in words. */
  readonly reason: string | null;
  /** Of an approval: what, by whom, when, why. */
  readonly decision: JSONColumnType<Record<string, unknown>> | null;
  /** A try that waits is not begun before. */
  readonly not_before: Date | null;
  /** Until then the state has to end. */
  readonly deadline_at: Date | null;
  readonly queued_at: Date | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

/** What starts a pipeline by itself. */
export interface SchedulesTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly description: string;
  readonly pipeline_id: string;
  /** Null: the default version when it fires. */
  readonly pipeline_version: number | null;
  readonly kind: ColumnType<"cron" | "recurrence" | "data" | "event">;
  /** A Trigger of src/pipelines/schedules. */
  readonly trigger: JSONColumnType<Record<string, unknown>>;
  readonly parameters: JSONColumnType<Record<string, unknown>>;
  readonly experiment: string | null;
  /** What is done about slots that passed while no server was there. */
  readonly missed: ColumnType<"skip" | "latest" | "all">;
  readonly user_id: string | null;
  readonly user_name: string;
  readonly paused_at: Date | null;
  /** The next slot, or the next look of a data trigger; null while paused, and for events. */
  readonly next_at: Date | null;
  /** How far a data or event trigger has looked. */
  readonly position: JSONColumnType<Record<string, unknown>> | null;
  /** Why it did not start what it should have, in words; null after a success. */
  readonly problem: string | null;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}

/** One row a slot, by its key: whoever inserts it fires it. */
export interface ScheduleSlotsTable {
  readonly schedule_id: string;
  /** The slot's time in ISO 8601, the id of an event, or "dataset@version". */
  readonly slot: string;
  /** When it was due. */
  readonly due_at: Date;
  readonly outcome: ColumnType<"FIRED" | "SKIPPED" | "FAILED">;
  readonly run_id: string | null;
  readonly reason: string | null;
  readonly created_at: Generated<Date>;
}

/** Bytes that a definition's code refers to: of a published version, or of a run of one that is not published. */
export interface PipelineCodeFilesTable {
  readonly pipeline_version_id: string | null;
  readonly run_id: string | null;
  readonly sha256: string;
}
