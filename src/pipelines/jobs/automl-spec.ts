/** What an AutoML job needs to know: stored with the job, read by the worker. */
import type { AutoMLOptions } from "../../automl/index.ts";
import type { ReadOptions } from "../../data/index.ts";
import type { EventCursor } from "../../store/index.ts";

/** Options of a run as JSON; tables are named beside them. */
export type StoredOptions = Omit<AutoMLOptions, "validationData" | "testData" | "resume" | "signal">;

/** A version of a dataset, and how its file is read. */
export interface TableRef {
  readonly dataset: string;
  readonly version: number;
  /** In the artifact store. */
  readonly sha256: string;
  /** As messages call it. */
  readonly name: string;
  readonly options: Pick<ReadOptions, "types" | "nulls" | "delimiter" | "header">;
  readonly rows: number;
  readonly columns: number;
}

/** Where the resulting model is registered. */
export interface Registration {
  /** Made where it is not there. */
  readonly model: string;
  readonly alias: string | null;
}

export interface AutoMLSpec {
  readonly data: TableRef;
  readonly validationData: TableRef | null;
  readonly testData: TableRef | null;
  readonly options: StoredOptions;
  readonly register: Registration | null;
  /** Where the events of the run begin in the log. */
  readonly events: EventCursor;
}

export const automlKind = "automl";

/** "32,950 rows x 21 columns". */
export function extentOf({ data }: AutoMLSpec): string {
  return `${data.rows.toLocaleString("en-US")} rows x ${data.columns.toLocaleString("en-US")} columns`;
}

/** Paths of a run's artifacts. */
export const artifactPaths = {
  model: "model.slipway",
  leaderboard: "leaderboard.json",
  guardrails: "guardrails.json",
  featurization: "featurization.json",
  explanation: "explanation.json",
  charts: "charts.json",
  effects: "effects.json",
  trials: "trials",
} as const;

export function trialPath(trial: number): string {
  return `${artifactPaths.trials}/${String(trial).padStart(5, "0")}.trial`;
}
