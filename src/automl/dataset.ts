import type { Task } from "../model/index.ts";

/** A column of numbers that learners train on; the result of one transform (model/types.ts). */
export interface Feature {
  readonly name: string;
  readonly kind: "numeric" | "categorical";
  /** Categorical: the values are whole numbers in [0, cardinality); numeric: 0. */
  readonly cardinality: number;
  /** One value a row, NaN where missing; backed by a SharedArrayBuffer, so every worker reads the same bytes. */
  readonly values: Float64Array;
  /** 1: the prediction may only rise with this number, -1: only fall (for classes: the log-odds of the second of two). */
  readonly monotone?: 1 | -1;
}

/** What all trials of a run share. */
export interface Dataset {
  readonly task: Task;
  readonly rows: number;
  readonly features: readonly Feature[];
  /** Class number (position in Model.labels), or the value to predict; one a row, never NaN. */
  readonly target: Float64Array;
  /** Number of classes; 0 for regression. */
  readonly classes: number;
  /** How much each row counts, at least 0; null: all the same. */
  readonly weights: Float64Array | null;
}
