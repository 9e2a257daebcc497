/** Experiments and runs, with MLflow's meaning (https://mlflow.org/docs/latest/tracking). */

/** Deleted things stay until they are purged, and can be restored. */
export type Lifecycle = "active" | "deleted";

/** Which of them a search is for. */
export type LifecycleFilter = Lifecycle | "all";

/** Name and value: words that a user, or a client, puts on a thing. */
export type TagValues = Readonly<Record<string, string>>;

export interface ExperimentRef {
  readonly workspaceId: string;
  readonly number: number;
}

export interface Experiment {
  /** 32 hexadecimal digits, unique among all workspaces. */
  readonly id: string;
  /** Whole number, unique in the workspace: what MLflow calls experiment_id. 0 is "Default". */
  readonly number: number;
  /** Unique in the workspace, also among deleted ones. */
  readonly name: string;
  /** URI under which MLflow clients put artifacts: "mlflow-artifacts:/0". */
  readonly artifactLocation: string;
  readonly lifecycle: Lifecycle;
  readonly tags: TagValues;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** MLflow's. QUEUED stands before SCHEDULED: nobody has a slot for it yet. */
export const runStatuses = ["QUEUED", "SCHEDULED", "RUNNING", "FINISHED", "FAILED", "KILLED"] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Statuses that a run ends in. */
export const finalStatuses = ["FINISHED", "FAILED", "KILLED"] as const satisfies readonly RunStatus[];

export function isFinal(status: RunStatus): boolean {
  return (finalStatuses as readonly RunStatus[]).includes(status);
}

/** What made the run: AutoML, one of its trials, an MLflow client, a published pipeline, a step, a command, batch scoring. */
export const runKinds = ["automl", "trial", "mlflow", "pipeline", "step", "command", "batch"] as const;
export type RunKind = (typeof runKinds)[number];

export interface RunRef {
  readonly workspaceId: string;
  readonly runId: string;
}

export interface Run {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** Number of the experiment in the workspace. */
  readonly experiment: number;
  readonly name: string;
  readonly kind: RunKind;
  /** Who started it, as they were called then. */
  readonly user: string;
  readonly status: RunStatus;
  /** Why it has this status, in words: "out of memory: limit 512 MB"; null where there is nothing to say. */
  readonly statusReason: string | null;
  readonly lifecycle: Lifecycle;
  /** The run that this one is a part of; also its tag mlflow.parentRunId. */
  readonly parentId: string | null;
  /** As the client says. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
  /** When whoever executes it last said so; null where nobody does. */
  readonly heartbeatAt: Date | null;
  /** Script or command that made it; also its tag mlflow.source.name. */
  readonly source: string | null;
  /** Git commit of that source; also its tag mlflow.source.git.commit. */
  readonly commit: string | null;
  /** URI: "<artifactLocation of the experiment>/<run id>/artifacts". */
  readonly artifactUri: string;
}

export interface Param {
  readonly key: string;
  readonly value: string;
}

export interface Metric {
  readonly key: string;
  /** May be NaN or infinite. */
  readonly value: number;
  /** Milliseconds since 1970, as the client says; a whole number. */
  readonly timestamp: number;
  /** Whole number, may be negative. */
  readonly step: number;
  /** Of an MLflow logged model, where the metric is about one. */
  readonly modelId?: string;
  /** Data that it was computed on. */
  readonly datasetName?: string;
  readonly datasetDigest?: string;
}

/** A dataset that a run has read, as MLflow's log_input describes it. */
export interface DatasetInput {
  readonly name: string;
  readonly digest: string;
  /** "local", "s3", "slipway": what `source` is. */
  readonly sourceType: string;
  readonly source: string;
  /** JSON text, as the client gave it. */
  readonly schema: string | null;
  /** JSON text, as the client gave it. */
  readonly profile: string | null;
  /** "mlflow.data.context" says what it was used for: "training". */
  readonly tags: TagValues;
}

/** A logged model that a run has read, or has made (then with the step). */
export interface ModelReference {
  readonly modelId: string;
  /** 0 for one that was read. */
  readonly step: number;
}

/** A run with what was logged to it. */
export interface RunDetails extends Run {
  readonly params: TagValues;
  /** Of each metric the latest: the greatest step, then timestamp, then value. In order of names. */
  readonly metrics: readonly Metric[];
  readonly tags: TagValues;
  readonly datasets: readonly DatasetInput[];
  readonly modelInputs: readonly ModelReference[];
  readonly modelOutputs: readonly ModelReference[];
}

/** Bytes of a run, by path. */
export interface RunArtifact {
  /** With single slashes, none at its beginning or end: "model/MLmodel". */
  readonly path: string;
  /** In the artifact store. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly createdAt: Date;
}

/** What stands in a folder of artifacts: a file, or a folder of them. */
export interface ArtifactEntry {
  /** From the root of the run's artifacts. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Bytes; null for a folder. */
  readonly size: number | null;
}

/** A piece of a run's log. */
export interface LogChunk {
  /** Position in the log, growing: where a reader goes on. */
  readonly seq: number;
  readonly at: Date;
  /** Whole lines as a rule; a long line may go on in the next chunk. */
  readonly text: string;
}
