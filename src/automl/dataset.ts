import type { Task } from "../model/index.ts";

/** A column of numbers that learners train on; the result of one transform (model/types.ts). */
export interface Feature {
  readonly name: string;
  readonly kind: "numeric" | "categorical";
  /** Categorical: the values are whole numbers in [0, cardinality); numeric: 0. */
  readonly cardinality: number;
  /** One value a row, NaN where missing; backed by a SharedArrayBuffer, so every worker reads the same bytes. */
  readonly values: Float64Array;
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
}
