import type { Task } from "../model/index.ts";

/** Options of an AutoML run, named after Azure ML's where it has the same one. */
export interface AutoMLOptions {
  /** Name of the column to predict. */
  readonly target: string;
  /** Default: classification for text and for up to 20 distinct whole numbers, otherwise regression. */
  readonly task?: Task;
  /** Primary metric by Azure ML's name. Default: AUC_weighted, or normalized_root_mean_squared_error. */
  readonly metric?: string;
  /** Seconds for everything, the final training included. Default 60, or none when maxTrials is given. */
  readonly timeLimit?: number;
  /** Number of trials. Default: no limit. */
  readonly maxTrials?: number;
  /** Learners to use or to leave out, by Azure ML's names (LightGBM and XGBoost mean GradientBoosting). */
  readonly allowed?: readonly string[];
  readonly blocked?: readonly string[];
  /** "auto": 10-fold below 1,000 rows, 3-fold up to 20,000, then a 10% holdout; or "holdout:0.1", "cv:5". */
  readonly validation?: string;
  /** Default 42. */
  readonly seed?: number;
  /** Worker threads, 1 to 64. Default: the machine's cores. Never changes a result, only how soon it comes. */
  readonly threads?: number;
  /** Ends the search; the best model so far is still trained and returned. */
  readonly signal?: AbortSignal;
}
