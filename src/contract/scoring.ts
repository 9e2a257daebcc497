import { Type, type Static } from "typebox";

/** A value of a column: numbers as numbers, text as text, dates as ISO 8601 text. */
const cell = Type.Union([Type.Number(), Type.String(), Type.Null()]);

/** Body of POST /score: Azure ML's form. */
export const ScoringRequest = Type.Object(
  {
    data: Type.Union(
      [
        Type.Array(Type.Record(Type.String(), Type.Unknown()), {
          description: "An object for each row, keys in any order.",
        }),
        Type.Array(Type.Array(cell), { description: "A list for each row, in the order of the model's columns." }),
      ],
      { description: "The rows. What a column may hold is in the endpoint's /swagger.json." },
    ),
    method: Type.Optional(
      Type.Enum(["predict", "predict_proba"], {
        default: "predict",
        description: "predict_proba: classification models only.",
      }),
    ),
    explain: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          "Adds to each row what its columns contributed; models of trees and linear members only, few rows.",
      }),
    ),
  },
  { $id: "ScoringRequest", title: "Rows to score", additionalProperties: false },
);
export type ScoringRequest = Static<typeof ScoringRequest>;

/** What made the answer of a row: SHAP values. */
export const RowExplanation = Type.Object(
  {
    output: Type.String({
      description: "The label whose output is explained: the second of two, of more the answer; or the target.",
    }),
    scale: Type.Enum(["logOdds", "score", "probability", "value", "logValue"], {
      description:
        "The unit of the numbers: log-odds, the score before softmax, probability, the value or its logarithm.",
    }),
    exact: Type.Boolean({
      description:
        "true: TreeSHAP and Linear SHAP. false: estimated by permutations of the columns, for models without them.",
    }),
    baseline: Type.Number({ description: "The output where nothing is known of the row." }),
    contributions: Type.Record(Type.String(), Type.Number(), {
      description: "By column; baseline and contributions add up to the output.",
    }),
  },
  { additionalProperties: false },
);
export type RowExplanation = Static<typeof RowExplanation>;

export const ScoringResponse = Type.Object(
  {
    result: Type.Union(
      [
        Type.Array(Type.Union([Type.String(), Type.Number()]), { description: "The label or value of each row." }),
        Type.Array(Type.Array(Type.Number({ minimum: 0, maximum: 1 })), {
          description: "predict_proba: for each row the probabilities of all labels, in the model's order.",
        }),
      ],
      { description: "In the order of the rows." },
    ),
    explanations: Type.Optional(Type.Array(RowExplanation, { description: "With explain: in the order of the rows." })),
  },
  { $id: "ScoringResponse", title: "An answer for each row", additionalProperties: false },
);
export type ScoringResponse = Static<typeof ScoringResponse>;
