import type { ErrorKind } from "./error-kind.ts";

/** Learners, metrics, training, explanations. */
export const engineErrors = {
  // Learners
  SLW_LEARNER_WIDTH: {
    status: 400,
    title: "The table is too wide for this learner.",
    fix: "Block this learner for the run, or leave columns out.",
  },
  SLW_LEARNER_PARAM: {
    status: 400,
    title: "A hyperparameter is out of its range.",
    fix: "Give a value in the range that the message names, or leave it to the search.",
  },

  // Metrics
  SLW_METRIC_UNKNOWN: {
    status: 400,
    title: "There is no metric of that name.",
    fix: "Use one of the metrics that docs/reference lists for the task.",
  },
  SLW_METRIC_INPUT: {
    status: 400,
    title: "The rows do not fit the metric.",
    fix: "Give as many predictions as rows, probabilities from 0 to 1, and class numbers below the number of classes.",
  },

  // Training
  SLW_AUTOML_TARGET: {
    status: 400,
    title: "The target column does not fit.",
    fix: "Choose a column with at least two different values that stands in the table.",
  },
  SLW_AUTOML_NO_FEATURES: {
    status: 400,
    title: "No column is left to learn from.",
    fix: "Add columns that say something about the target; constants, identifiers and free text are left out.",
  },
  SLW_AUTOML_METRIC: {
    status: 400,
    title: "The metric does not fit the task.",
    fix: "Choose a metric of the task.",
  },
  SLW_AUTOML_MODELS: {
    status: 400,
    title: "The list of learners does not fit.",
    fix: "Choose from the learners of this release.",
  },
  SLW_AUTOML_VALIDATION: {
    status: 400,
    title: "The validation does not fit.",
    fix: "Use auto, holdout:0.1 or cv:5.",
  },
  SLW_AUTOML_OPTION: {
    status: 400,
    title: "An option is out of range.",
    fix: "Choose a value in the range.",
  },
  SLW_AUTOML_FEATURIZATION: {
    status: 400,
    title: "The featurization does not fit the table.",
    fix: "Name columns of the table other than the target, and use the purposes, strategies and transformers that the message lists.",
  },
  SLW_AUTOML_WEIGHTS: {
    status: 400,
    title: "The weight column does not fit.",
    fix: "Give a column of finite numbers of at least 0 without gaps, not all of them 0.",
  },
  SLW_AUTOML_ROWS: {
    status: 400,
    title: "The validation or test rows do not fit the table.",
    fix: "Give rows with the table's columns, their types, and targets that the table knows.",
  },
  SLW_AUTOML_VERIFY: {
    status: 422,
    title: "The model cannot be made again.",
    fix: "Use the data, the options and the Slipway version that the model file names.",
  },
  SLW_AUTOML_RESUME: {
    status: 409,
    title: "The run cannot go on from these records.",
    fix: "Give the records that this very run wrote, on the same data, options and Slipway version; or start it anew without any.",
  },
  SLW_AUTOML_NO_MODEL: {
    status: 422,
    title: "The run ended without a model.",
    fix: "Give it more time with --time-limit, or fewer rows.",
  },
  SLW_MEMORY_FULL: {
    status: 507,
    title: "The data does not fit the engine's memory.",
    fix: "Train on fewer rows or columns.",
  },

  // Explanations
  SLW_EXPLAIN_NO_ROWS: {
    status: 400,
    title: "There is no row to explain.",
    fix: "Give a table with at least one row.",
  },
  SLW_EXPLAIN_COLUMN: {
    status: 400,
    title: "The column cannot be explained.",
    fix: "Choose one of the model's input columns that has values in the table.",
  },
  SLW_EXPLAIN_POINTS: {
    status: 400,
    title: "The number of points is out of range.",
    fix: "Choose from 2 to 1000 points.",
  },
} as const satisfies Record<string, ErrorKind>;
