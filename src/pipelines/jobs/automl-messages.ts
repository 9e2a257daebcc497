/** What the thread that computes an AutoML run and the main thread of its worker say to each other. */
import type { AutoMLEvent, AutoMLResult, LeaderboardModel, ModelCharts } from "../../automl/index.ts";
import type { ColumnEffects } from "./column-effects.ts";
import type { StoredOptions, TableRef } from "./automl-spec.ts";

/** A table to read: its file on this machine. */
export interface LocalTable extends TableRef {
  readonly path: string;
}

export interface ThreadInput {
  readonly data: LocalTable;
  readonly validationData: LocalTable | null;
  readonly testData: LocalTable | null;
  readonly options: StoredOptions;
  /** Trials of earlier attempts, encoded. */
  readonly resume: readonly Uint8Array[];
}

export type ToThread = { readonly type: "abort" };

/** An event of the run without what cannot be JSON. */
export type ProgressEvent = Exclude<AutoMLEvent, { type: "finished" }>;

/** What a run has found, without its model. */
export interface Outcome extends Omit<AutoMLResult, "model" | "chartsOf"> {
  readonly featurization: readonly string[];
}

/** A model's charts by its number on the leaderboard. */
export interface TrialCharts {
  readonly trial: LeaderboardModel["trial"];
  readonly charts: ModelCharts;
}

export type FromThread =
  | {
      readonly type: "event";
      /** Milliseconds since 1970. */
      readonly at: number;
      readonly event: ProgressEvent;
      /** Of a trial that was settled in this attempt, encoded. */
      readonly record: Uint8Array | null;
    }
  | {
      readonly type: "finished";
      readonly outcome: Outcome;
      readonly charts: readonly TrialCharts[];
      /** Null where nothing was to be explained. */
      readonly effects: ColumnEffects | null;
      /** The model file. */
      readonly model: Uint8Array;
    }
  /** A SlipwayError; others end the thread. */
  | { readonly type: "failed"; readonly code: string; readonly message: string; readonly fix: string };
