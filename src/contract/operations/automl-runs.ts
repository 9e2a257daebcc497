import { Type, type Static } from "typebox";
import { FeaturizationConfig } from "../featurization-config.ts";
import { listQuery, Name, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { RunStatus } from "./run-schemas.ts";

const DatasetChoice = Type.Object(
  {
    dataset: Name,
    version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e9, description: "By default the newest." })),
  },
  { additionalProperties: false },
);

const columnName = Type.String({ minLength: 1, maxLength: 1000 });
const learner = Type.String({ minLength: 1, maxLength: 100 });
const cores = { minimum: 1, maximum: 64 };

/** Names and meaning of the options of `slipway automl`. */
const options = {
  target: Type.String({ minLength: 1, maxLength: 1000, description: "The column to predict." }),
  task: Type.Optional(
    Type.Enum(["classification", "regression"], {
      description: "By default classification for text and for up to 20 distinct whole numbers, otherwise regression.",
    }),
  ),
  metric: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: "By Azure ML's name. By default AUC_weighted or normalized_root_mean_squared_error.",
    }),
  ),
  timeLimit: Type.Optional(
    Type.Number({
      minimum: 1,
      maximum: 604_800,
      description: "Seconds for everything. By default 60, or none with maxTrials.",
    }),
  ),
  maxTrials: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: "Trials at most." })),
  trialTimeLimit: Type.Optional(Type.Number({ minimum: 0.1, maximum: 604_800, description: "Seconds for one trial." })),
  exitScore: Type.Optional(Type.Number({ description: "Ends the search when the metric is as good as this." })),
  earlyStopping: Type.Optional(
    Type.Boolean({ description: "Ends the search when nothing became better for long. By default true." }),
  ),
  maxConcurrentTrials: Type.Optional(Type.Integer({ ...cores, description: "Trials side by side, at most." })),
  maxCoresPerTrial: Type.Optional(Type.Integer({ ...cores, description: "Threads of one training, at most." })),
  threads: Type.Optional(
    Type.Integer({ ...cores, description: "By default the cores of the worker's machine. Never changes a result." }),
  ),
  validation: Type.Optional(
    Type.String({ pattern: "^(auto|holdout:0?\\.\\d{1,6}|cv:\\d{1,3})$", description: "auto, holdout:0.1 or cv:5." }),
  ),
  cvSplitColumns: Type.Optional(
    Type.Array(columnName, {
      maxItems: 100,
      description: "One column a fold: 1 in the rows to train on, 0 in the rows that judge.",
    }),
  ),
  testSize: Type.Optional(
    Type.Number({ minimum: 0.001, maximum: 0.999, description: "Share of the rows to test the final model on." }),
  ),
  allowed: Type.Optional(Type.Array(learner, { maxItems: 100, description: "Learners to use, and no others." })),
  blocked: Type.Optional(Type.Array(learner, { maxItems: 100, description: "Learners to leave out." })),
  votingEnsemble: Type.Optional(Type.Boolean({ description: "May the result be a weighted vote? By default true." })),
  stackEnsemble: Type.Optional(
    Type.Boolean({ description: "May the result be a linear model of several models' answers? By default true." }),
  ),
  predictionTimeLimit: Type.Optional(
    Type.Number({ minimum: 0.01, maximum: 1e9, description: "Microseconds that scoring a row may take." }),
  ),
  onnxOnly: Type.Optional(Type.Boolean({ description: "Leaves out what cannot be written as ONNX." })),
  monotone: Type.Optional(
    Type.Record(columnName, Type.Enum(["increasing", "decreasing"]), {
      description: "How a prediction must move with a number, by column.",
    }),
  ),
  featurization: Type.Optional(
    Type.Object(
      { mode: Type.Optional(Type.Enum(["auto", "off"])), ...FeaturizationConfig.properties },
      { additionalProperties: false, description: "How columns become features; Azure ML's FeaturizationConfig." },
    ),
  ),
  weightColumn: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: "How much each row counts." })),
  classBalance: Type.Optional(
    Type.Enum(["none", "weights", "oversample", "auto"], { description: "What is done about rare classes." }),
  ),
  seed: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "Of all that is random. By default 42." }),
  ),
  explain: Type.Optional(Type.Boolean({ description: "Measures what each column is worth. By default true." })),
};

export const NewAutoMLRun = Type.Object(
  {
    data: DatasetChoice,
    validationData: Type.Optional(DatasetChoice),
    testData: Type.Optional(DatasetChoice),
    experiment: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: "Made where it is not there. By default the dataset's name.",
      }),
    ),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 250, description: "Of the run." })),
    register: Type.Optional(
      Type.Object(
        {
          model: Type.String({ minLength: 1, maxLength: 256, description: "Made where it is not there." }),
          alias: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
        },
        { additionalProperties: false, description: "Where the best model is registered when the run ends." },
      ),
    ),
    ...options,
  },
  { $id: "NewAutoMLRun", title: "An AutoML run, as it is asked for", additionalProperties: false },
);
export type NewAutoMLRun = Static<typeof NewAutoMLRun>;

const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const AutoMLRun = Type.Object(
  {
    id: Type.String({ description: "Of the run: 32 hexadecimal digits." }),
    name: Type.String(),
    experiment: Type.Integer({ minimum: 0, description: "Number of its experiment." }),
    target: Type.String({ description: "The column that is predicted." }),
    data: Type.Object({ dataset: Type.String(), version: Type.Integer() }, { additionalProperties: false }),
    status: RunStatus,
    statusReason: nullable(Type.String({ description: "Why it has this status, in words." })),
    queuePosition: nullable(Type.Integer({ minimum: 1, description: "1 is next; null where it does not wait." })),
    attempt: Type.Integer({ minimum: 0, description: "How often a worker has begun it." }),
    cancelRequested: Type.Boolean({ description: "Somebody has asked it to end." }),
    best: nullable(Type.String({ description: "Name of the best model." })),
    metric: nullable(Type.String({ description: "The primary metric, by Azure ML's name." })),
    value: nullable(Type.Number({ description: "The best model's on the validation rows." })),
    modelVersion: nullable(Type.String({ description: 'Where it was registered: "bank/3".' })),
    events: Type.String({
      description:
        "Where its events begin: pass it to streamEvents as `after`, with the subject run/ID. Those of the type run.progress carry what the engine tells (`data.event`: started, trialStarted, trialFinished, …, finished).",
    }),
    createdAt: Timestamp,
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  { $id: "AutoMLRun", title: "An AutoML run", additionalProperties: false },
);
export type AutoMLRun = Static<typeof AutoMLRun>;

const path = "/api/v1/workspaces/{workspace}/automl-runs";

export const automlRunOperations = {
  createAutoMLRun: operation({
    method: "POST",
    path,
    summary: "Start an AutoML run on a dataset",
    description:
      "Options are checked against the dataset's columns before anything is stored. The run waits for a worker; its trials are its child runs, and its artifacts hold model.slipway, leaderboard.json, guardrails.json, featurization.json, explanation.json and charts.json.",
    tag: "AutoML",
    access: "contributor",
    body: NewAutoMLRun,
    status: 201,
    result: AutoMLRun,
    errors: [409, 422],
  }),
  listAutoMLRuns: operation({
    method: "GET",
    path,
    summary: "List AutoML runs, the newest first",
    description: "Sorts as listRuns does.",
    tag: "AutoML",
    access: "reader",
    query: Type.Object({
      ...listQuery,
      dataset: Type.Optional(Name),
      name: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 128,
          description: "Part of the name; _ stands for any sign, % for any number.",
        }),
      ),
      status: Type.Optional(Type.Array(RunStatus, { maxItems: 10 })),
    }),
    result: pageOf(AutoMLRun),
  }),
  getAutoMLRun: operation({
    method: "GET",
    path: `${path}/{run}`,
    summary: "Get an AutoML run, with its place in the queue",
    tag: "AutoML",
    access: "reader",
    result: AutoMLRun,
  }),
};
