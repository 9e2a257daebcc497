/** MLflow's logged models: what its log_model makes, with its own parameters, tags and metrics. */
import type { Metric, TagValues } from "../types.ts";

/** PENDING until the client says that the files are there. */
export const loggedModelStatuses = ["PENDING", "READY", "FAILED"] as const;
export type LoggedModelStatus = (typeof loggedModelStatuses)[number];

/** A metric of a model, logged with a run. */
export interface LoggedModelMetric extends Metric {
  readonly runId: string;
}

export interface LoggedModel {
  /** "m-" and 32 hexadecimal digits. */
  readonly id: string;
  /** Number of the experiment in the workspace. */
  readonly experiment: number;
  readonly name: string;
  /** In the client's words; null where it gave none. */
  readonly modelType: string | null;
  /** As the client says: it need not be a run. */
  readonly sourceRunId: string | null;
  readonly status: LoggedModelStatus;
  /** "<artifactLocation of the experiment>/models/<id>/artifacts". */
  readonly artifactUri: string;
  readonly params: TagValues;
  readonly tags: TagValues;
  /** All values that runs of the workspace logged for it, by name, timestamp and step. */
  readonly metrics: readonly LoggedModelMetric[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Which model: every function looks in this workspace alone. */
export interface LoggedModelRef {
  readonly workspaceId: string;
  readonly modelId: string;
}
