import { Type, type Static } from "typebox";

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

/** The last line of standard output of `slipway automl --json`. */
export const AutoMLReport = Type.Object(
  {
    task: Type.Union([Type.Literal("classification"), Type.Literal("regression")]),
    target: Type.String({ description: "The column that is predicted." }),
    metric: Type.String({ description: "The primary metric, by Azure ML's name." }),
    best: Type.Object({ name: Type.String(), value: Type.Number() }, { additionalProperties: false }),
    models: Type.Array(LeaderboardEntry, { description: "Best first." }),
    validation: Type.String({ pattern: "^(holdout|cv):", description: '"holdout:0.1" or "cv:5".' }),
    rows: Type.Integer({ minimum: 0, description: "Rows with a target." }),
    columns: Type.Integer({ minimum: 0, description: "Input columns in use, the target not among them." }),
    elapsedSeconds: Type.Number({ minimum: 0, description: "From start to model file." }),
    modelPath: Type.String({ description: "Where the model file is." }),
  },
  { $id: "AutoMLReport", title: "Report of an AutoML run", additionalProperties: false },
);
export type AutoMLReport = Static<typeof AutoMLReport>;
