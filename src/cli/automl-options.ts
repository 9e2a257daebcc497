/** The options of `slipway automl`, in groups; the names are those of Azure ML's SDK v2 where it has the same one. */
import type { Option } from "./command.ts";
import { serverOptions } from "./server-client.ts";

const task: readonly Option[] = [
  { name: "target", value: "COLUMN", required: true, description: "The column to predict." },
  {
    name: "task",
    value: "TASK",
    description:
      "classification or regression. By default classification for text and for up to 20 distinct whole numbers, otherwise regression.",
  },
  {
    name: "metric",
    value: "METRIC",
    description:
      "What the best model is best at, by Azure ML's names. By default AUC_weighted or normalized_root_mean_squared_error.",
  },
];

const limits: readonly Option[] = [
  {
    name: "time-limit",
    value: "SECONDS",
    description:
      "Seconds for everything, reading and the final training included. By default 60, or none with --max-trials.",
  },
  {
    name: "max-trials",
    value: "N",
    description: "Ends the search after N trials; the same seed then gives the same model.",
  },
  {
    name: "trial-time-limit",
    value: "SECONDS",
    description: "Seconds for one trial, all of its folds together; it then ends with what it has, or fails.",
  },
  {
    name: "exit-score",
    value: "VALUE",
    description: "Ends the search when the metric is as good as this on the validation rows, or better.",
  },
  { name: "no-early-stopping", description: "Goes on to the limits, also when nothing has become better for long." },
  { name: "max-concurrent-trials", value: "N", description: "Trials side by side, at most. By default the threads." },
  { name: "max-cores-per-trial", value: "N", description: "Threads of one training, at most. By default the threads." },
  {
    name: "threads",
    value: "N",
    description:
      "Worker threads, 1 to 64. By default the machine's cores. Never changes a result, only how soon it comes.",
  },
];

const validation: readonly Option[] = [
  {
    name: "validation",
    value: "HOW",
    description:
      "holdout:0.1 holds a tenth of the rows out, cv:5 uses five folds. By default (auto) 10 folds below 1,000 rows, 5 folds up to 3,000,000 values, then a tenth held out (3 folds below 20,000 rows).",
  },
  {
    name: "validation-data",
    value: "FILE",
    description: "Rows of their own that judge the models, with the columns of FILE.csv. They are never trained on.",
  },
  {
    name: "cv-split-columns",
    value: "A,B",
    description: "Columns of FILE.csv, one a fold: 1 in the rows to train on, 0 in the rows that judge.",
  },
  {
    name: "test-data",
    value: "FILE",
    description: "Rows that the final model is tested on; nothing is chosen by them.",
  },
  {
    name: "test-size",
    value: "SHARE",
    description: "Splits off this share of the rows as test rows before anything else, each class in its share.",
  },
];

const models: readonly Option[] = [
  {
    name: "allowed",
    value: "A,B",
    description: "Tries these learners only (GradientBoosting, RandomForest, LogisticRegression, ElasticNet, …).",
  },
  { name: "blocked", value: "A,B", description: "Leaves these learners out, also of those that --allowed names." },
  { name: "no-voting-ensemble", description: "The result is no weighted vote of several models." },
  { name: "no-stack-ensemble", description: "The result is no linear model of several models' answers." },
  {
    name: "prediction-time-limit",
    value: "MICROSECONDS",
    description: "Leaves out models that take longer to score a row, in batches.",
  },
  {
    name: "monotone",
    value: "A=increasing",
    repeatable: true,
    description:
      "A prediction may only rise (increasing) or only fall (decreasing) with the number in column A; several by commas or by repeating the option. Only learners that see to it are tried.",
  },
  { name: "onnx-only", description: "Leaves out what slipway export --format onnx cannot write." },
];

const data: readonly Option[] = [
  {
    name: "featurization",
    value: "HOW",
    description:
      "auto: every column by its purpose. off: numbers as they are, text as categories. FILE.json: auto with columnPurposes, imputers, dropColumns and blockedTransformers, as in Azure ML's FeaturizationConfig.",
  },
  { name: "drop-columns", value: "A,B", description: "Leaves these columns out." },
  {
    name: "column-purpose",
    value: "A=Purpose",
    repeatable: true,
    description:
      "Takes column A for Numeric, Categorical, CategoricalHash, Text, DateTime or Ignore; several by commas or by repeating the option.",
  },
  {
    name: "weight-column",
    value: "COLUMN",
    description: "How much each row counts, in training and in the metrics: numbers from 0. It is not learnt from.",
  },
  {
    name: "class-balance",
    value: "HOW",
    description:
      "For rare classes. none (the default): rows as they are. weights: all classes weigh the same in training. oversample: training rows of rarer classes are repeated. auto: weights where the rarest class has at most a fifth of the largest one's rows and the metric gives every class the same say.",
  },
  { name: "seed", value: "N", description: "Seed of all that is random. By default 42." },
];

const results: readonly Option[] = [
  {
    name: "out",
    value: "FILE.slipway",
    description: "The model file. By default named after FILE.csv, in this folder; with --data by default none.",
  },
  {
    name: "charts",
    value: "FILE.json",
    description:
      "Writes the charts of the best model on the validation rows as data: confusion matrix, ROC, precision-recall, gain, lift, calibration; or residuals and predicted against true values.",
  },
  {
    name: "charts-of",
    value: "WHICH",
    description: "best (the default) or all: the charts of every model on the leaderboard.",
  },
  { name: "no-explain", description: "Does not measure what each column is worth to the best model." },
  {
    name: "json",
    description: "Ends standard output with one line of JSON; text for people goes to standard error.",
  },
];

const server: readonly Option[] = [
  {
    name: "data",
    value: "NAME[@V]",
    description:
      "Instead of FILE.csv: a dataset of a server, whose workers do the work. --validation-data and --test-data then name datasets as well.",
  },
  { name: "experiment", value: "NAME", description: "The experiment of the run. By default named after the dataset." },
  { name: "run-name", value: "NAME", description: "The name of the run. By default made up." },
  { name: "register", value: "MODEL", description: "Registers the best model under this name when the run ends." },
  { name: "alias", value: "ALIAS", description: "With --register: the alias that points to the new version." },
  { name: "detach", description: "Starts the run and returns; slipway runs watch RUN follows it." },
  ...serverOptions.filter(({ name }) => name !== "json").map(({ group: _group, ...option }) => option),
];

const groups: readonly (readonly [string, readonly Option[]])[] = [
  ["Task", task],
  ["Limits", limits],
  ["Validation", validation],
  ["Models", models],
  ["Data", data],
  ["Output", results],
  ["Server", server],
];

/** What SDK v2 and v1 of Azure ML call an option; in minutes or hours there where it is in seconds here. */
const azureNames: Readonly<Record<string, readonly [v2: string | null, v1: string | null]>> = {
  target: ["target_column_name", "label_column_name"],
  task: ["task", "task"],
  metric: ["primary_metric", "primary_metric"],
  "time-limit": ["timeout_minutes", "experiment_timeout_minutes, experiment_timeout_hours"],
  "max-trials": ["max_trials", "iterations"],
  "trial-time-limit": ["trial_timeout_minutes", "iteration_timeout_minutes"],
  "exit-score": ["exit_score", "experiment_exit_score"],
  "no-early-stopping": ["enable_early_termination=False", "enable_early_stopping=False"],
  "max-concurrent-trials": ["max_concurrent_trials", "max_concurrent_iterations"],
  "max-cores-per-trial": ["max_cores_per_trial", "max_cores_per_iteration"],
  validation: ["n_cross_validations, validation_data_size", "n_cross_validations, validation_size"],
  "validation-data": ["validation_data", "validation_data"],
  "cv-split-columns": ["cv_split_column_names", "cv_split_column_names"],
  "test-data": ["test_data", "test_data"],
  "test-size": ["test_data_size", "test_size"],
  allowed: ["allowed_training_algorithms", "allowed_models"],
  blocked: ["blocked_training_algorithms", "blocked_models"],
  "no-voting-ensemble": ["enable_vote_ensemble=False", "enable_voting_ensemble=False"],
  "no-stack-ensemble": ["enable_stack_ensemble=False", "enable_stack_ensemble=False"],
  "onnx-only": ["enable_onnx_compatible_models", "enable_onnx_compatible_models"],
  featurization: ["set_featurization", "featurization"],
  "drop-columns": [null, "FeaturizationConfig(drop_columns)"],
  "column-purpose": ["column_name_and_types", "add_column_purpose"],
  "weight-column": ["weight_column_name", "weight_column_name"],
  "no-explain": ["enable_model_explainability=False", "model_explainability=False"],
};

export const automlOptions: readonly Option[] = groups.flatMap(([group, options]) =>
  options.map((option): Option => {
    const names = azureNames[option.name];
    return names ? { ...option, group, azure: { v2: names[0], v1: names[1] } } : { ...option, group };
  }),
);
