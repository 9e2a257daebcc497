import type { ColumnType, Generated } from "kysely";

/** A parameter of a run: never changed once it is there. */
export interface RunParamsTable {
  readonly run_id: string;
  readonly key: string;
  readonly value: string;
}

export interface RunTagsTable {
  readonly run_id: string;
  readonly key: string;
  readonly value: string;
}

/** Every value of every metric; the same value of the same step and time stands once. */
export interface MetricsTable {
  readonly run_id: string;
  readonly key: string;
  readonly step: number;
  /** Milliseconds since 1970, as the client says. */
  readonly timestamp: number;
  /** May be NaN or infinite. */
  readonly value: number;
  /** Of an MLflow logged model that the value is about. */
  readonly model_id: string | null;
  readonly dataset_name: string | null;
  readonly dataset_digest: string | null;
}

/** Of each metric of a run the value with the greatest step, then timestamp, then value: what searches look at. */
export interface LatestMetricsTable extends MetricsTable {
  /** The run's: for the indexes by value. */
  readonly workspace_id: string;
  readonly experiment_id: string;
}

/** A dataset as MLflow's log_input describes it, once in an experiment. */
export interface LoggedDatasetsTable {
  readonly id: string;
  readonly experiment_id: string;
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  /** JSON text, as the client gave it. */
  readonly schema: string | null;
  /** JSON text, as the client gave it. */
  readonly profile: string | null;
}

export interface RunDatasetsTable {
  readonly run_id: string;
  readonly dataset_id: string;
  /** "mlflow.data.context": what the run used it for. */
  readonly tags: ColumnType<Record<string, string>, string, string>;
}

/** Logged models that a run has read or made. */
export interface RunModelsTable {
  readonly run_id: string;
  readonly direction: ColumnType<"input" | "output">;
  readonly model_id: string;
  readonly step: number;
}

/** Files of a run; the bytes are in the artifact store. */
export interface RunArtifactsTable {
  readonly run_id: string;
  /** Single slashes, none at its beginning or end. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly created_at: Generated<Date>;
}

export interface RunLogsTable {
  readonly run_id: string;
  /** 1, 2, … without gaps, in the order of commits. */
  readonly seq: number;
  readonly at: Generated<Date>;
  readonly text: string;
}
