import type { Table } from "../base/index.ts";
import type { Task } from "../model/index.ts";
import type { ClassBalance } from "./class-balance.ts";
import type { FeaturizationOptions } from "./featurization-options.ts";
import type { FinishedTrialRecord } from "./resume/trial-record.ts";

/**
 * Options of an AutoML run, named after Azure ML's where it has the same one. In brackets what SDK v2 calls it, and
 * v1 where that differs.
 */
export interface AutoMLOptions {
  /** Name of the column to predict [target_column_name; label_column_name]. */
  readonly target: string;
  /** Default: classification for text and for up to 20 distinct whole numbers, otherwise regression [task]. */
  readonly task?: Task;
  /** Azure ML's name of it. Default: AUC_weighted, or normalized_root_mean_squared_error [primary_metric]. */
  readonly metric?: string;

  // Limits
  /** Seconds for everything, the final training included. Default 60, or none when maxTrials is given [timeout_minutes]. */
  readonly timeLimit?: number;
  /** Number of trials. Default: no limit [max_trials; iterations]. */
  readonly maxTrials?: number;
  /**
   * Seconds a trial may take, all of its folds together; one that takes longer ends with what it has, or fails.
   * Default: no limit of its own [trial_timeout_minutes; iteration_timeout_minutes].
   */
  readonly trialTimeLimit?: number;
  /** The search ends when the primary metric is as good as this, or better. Default: none [exit_score; experiment_exit_score]. */
  readonly exitScore?: number;
  /** Ends the search when the best has not become better for long. Default true [enable_early_termination; enable_early_stopping]. */
  readonly earlyStopping?: boolean;
  /** Trials side by side, at most; from 1. Default: the threads [max_concurrent_trials; max_concurrent_iterations]. */
  readonly maxConcurrentTrials?: number;
  /** Threads of one training, at most; from 1. Default: the threads [max_cores_per_trial; max_cores_per_iteration]. */
  readonly maxCoresPerTrial?: number;
  /** Worker threads, 1 to 64. Default: the machine's cores. Never changes a result, only how soon it comes. */
  readonly threads?: number;

  // Validation
  /** "auto": 10-fold below 1,000 rows, 5-fold up to 3 million values, then a 10% holdout; or "holdout:0.1", "cv:5" [n_cross_validations, validation_data_size]. */
  readonly validation?: string;
  /** Rows that judge the models, with the table's columns; the table's own rows are all trained on [validation_data]. */
  readonly validationData?: Table;
  /** Columns of the table, one a fold: 1 in the rows to train on, 0 in the rows that judge [cv_split_column_names]. */
  readonly cvSplitColumns?: readonly string[];
  /** Rows that the final model is tested on; nothing is chosen by them [test_data]. */
  readonly testData?: Table;
  /** Share of the rows to split off as test rows before anything else, 0 to 1 exclusive [test_data_size; test_size]. */
  readonly testSize?: number;

  // Models
  /** Learners to use or to leave out, by Azure ML's names [allowed_training_algorithms, blocked_training_algorithms; allowed_models, blocked_models]. */
  readonly allowed?: readonly string[];
  readonly blocked?: readonly string[];
  /** May the result be a weighted vote? Default true [enable_vote_ensemble; enable_voting_ensemble]. */
  readonly votingEnsemble?: boolean;
  /** May the result be a linear model of the models' answers? Default true; never with validationData [enable_stack_ensemble]. */
  readonly stackEnsemble?: boolean;
  /** Microseconds a row that the resulting model may take to score. Default: no limit. */
  readonly predictionTimeLimit?: number;
  /** Leaves out what `slipway export --format onnx` cannot write. Default false [enable_onnx_compatible_models]. */
  readonly onnxOnly?: boolean;
  /**
   * How a prediction (of two classes: the second one's probability) must move with a number. Only learners that see to it
   * are used, and no stack.
   */
  readonly monotone?: Readonly<Record<string, "increasing" | "decreasing">>;

  // Data
  /** How columns become features. Default: { mode: "auto" } [set_featurization; featurization]. */
  readonly featurization?: FeaturizationOptions;
  /** Column of numbers from 0: how much each row counts, in training and in the metrics [weight_column_name]. */
  readonly weightColumn?: string;
  /** What is done about rare classes. Default "none": said, and left as it is. */
  readonly classBalance?: ClassBalance;

  /** Default 42. Same seed, data, options and number of trials: the same model. */
  readonly seed?: number;
  /** Measures what each column is worth to the result. Default true [enable_model_explainability; model_explainability]. */
  readonly explain?: boolean;
  /**
   * The records (SettledTrial.record) of an earlier attempt of this run that was killed, in any order, each trial once.
   * Those trials are taken as they are, and the run goes on where it was: trials that were under way are run again, all
   * others are what they would have been. The time limit counts the seconds up to the latest record.
   *
   * Table, validation data, seed and all options that shape trials must be the same; limits of the whole run (timeLimit,
   * maxTrials, exitScore, threads) may be others. Otherwise the run refuses with SLW_AUTOML_RESUME.
   */
  readonly resume?: readonly FinishedTrialRecord[];
  /** Ends the search; the best model so far is still returned. */
  readonly signal?: AbortSignal;
}
