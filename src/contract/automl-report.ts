import { Type, type Static } from "typebox";
import { DataGuardrails } from "./data-guardrails.ts";

const metrics = Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()]), {
  description: "Validation metrics by Azure ML's names; null where a metric is not defined for these rows.",
});

/** One line of the leaderboard. */
export const LeaderboardEntry = Type.Object(
  {
    name: Type.String({ description: "GradientBoosting, LogisticRegression, …, or VotingEnsemble." }),
    value: Type.Number({ description: "The primary metric on the validation rows." }),
    metrics,
    trainSeconds: Type.Number({ minimum: 0, description: "Seconds of one thread, all folds together." }),
    predictMicrosPerRow: Type.Number({ minimum: 0, description: "Microseconds to score one row in a batch." }),
  },
  { additionalProperties: false },
);
export type LeaderboardEntry = Static<typeof LeaderboardEntry>;

/** What a column is worth to a model. */
export const ColumnImportance = Type.Object(
  {
    name: Type.String(),
    mean: Type.Number({
      description: "How much worse the primary metric gets when the column is shuffled, in its unit.",
    }),
    deviation: Type.Number({ minimum: 0, description: "Standard deviation of the shuffles." }),
  },
  { additionalProperties: false },
);
export type ColumnImportance = Static<typeof ColumnImportance>;

const importance = Type.Object(
  {
    on: Type.Union([Type.Literal("test"), Type.Literal("validation")], {
      description: "test: of the final model. validation: of the first fold's models on the rows that judged them.",
    }),
    rows: Type.Integer({ minimum: 1, description: "A sample where there are many." }),
    value: Type.Number({ description: "The primary metric of these rows as they are." }),
    columns: Type.Array(ColumnImportance),
  },
  { additionalProperties: false },
);

/** The last line of standard output of `slipway automl --json`. */
export const AutoMLReport = Type.Object(
  {
    task: Type.Union([Type.Literal("classification"), Type.Literal("regression")]),
    target: Type.String({ description: "The column that is predicted." }),
    metric: Type.String({ description: "The primary metric, by Azure ML's name." }),
    best: Type.Object({ name: Type.String(), value: Type.Number() }, { additionalProperties: false }),
    models: Type.Array(LeaderboardEntry, { description: "Best first." }),
    failed: Type.Array(
      Type.Object(
        { trial: Type.Integer({ minimum: 0 }), name: Type.String(), reason: Type.String() },
        { additionalProperties: false },
      ),
      { description: "Trials that gave no model." },
    ),
    validation: Type.String({
      pattern: "^(holdout|cv|columns|data):",
      description: '"holdout:0.1", "cv:5", "columns:3" (split columns) or "data:500" (rows of their own).',
    }),
    guardrails: DataGuardrails,
    testMetrics: Type.Union([metrics, Type.Null()], {
      description: "Of the final model on the test rows, which chose nothing; null without test rows.",
    }),
    importance: Type.Union([importance, Type.Null()], {
      description: "Permutation importance of the columns; null when it was not asked for, or there was no time.",
    }),
    interrupted: Type.Boolean({ description: "Ended by a signal; this is the best so far." }),
    rows: Type.Integer({ minimum: 0, description: "Rows with a target." }),
    columns: Type.Integer({ minimum: 0, description: "Input columns in use, the target not among them." }),
    elapsedSeconds: Type.Number({ minimum: 0, description: "From start to model file." }),
    modelPath: Type.String({ description: "Where the model file is." }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "Of the model file." }),
  },
  { $id: "AutoMLReport", title: "Report of an AutoML run", additionalProperties: false },
);
export type AutoMLReport = Static<typeof AutoMLReport>;
