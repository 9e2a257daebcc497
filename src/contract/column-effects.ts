import { Type, type Static, type TSchema } from "typebox";

const closed = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Value = Type.Union([Type.Number(), Type.String()]);

/** What one column did to the answers of a sample of rows. */
const ColumnEffect = Type.Object(
  {
    name: Type.String(),
    type: Type.Enum(["numeric", "string", "datetime"]),
    values: Type.Array(nullable(Value), { description: "Of each row; dates are ISO 8601." }),
    positions: Type.Array(nullable(Type.Number({ minimum: 0, maximum: 1 })), {
      description: "Rank of each row's number or date among the sample's; null for texts and where there is none.",
    }),
    contributions: nullable(
      Type.Array(Type.Array(Type.Number()), {
        description: "By output, of each row: how far knowing the column moved the output (SHAP).",
      }),
    ),
    dependence: nullable(
      Type.Object(
        {
          values: Type.Array(Value, { description: "Numbers and dates rising; texts by frequency." }),
          means: Type.Array(Type.Array(Type.Number()), {
            description: "By label, or the one target: the mean answer with every row's value replaced by this one.",
          }),
        },
        { ...closed, description: "Partial dependence; null where there was no time for it." },
      ),
    ),
  },
  closed,
);

/** effects.json of an AutoML run: what the columns did, row by row and on average, for charts. */
export const ColumnEffects = Type.Object(
  {
    rows: Type.Integer({ minimum: 1, description: "Of the sample." }),
    scale: nullable(
      Type.Enum(["logOdds", "score", "probability", "value", "logValue"], {
        description: "Unit of the contributions.",
      }),
    ),
    outputs: Type.Array(Type.String(), {
      description: "Of the contributions: of two classes the second, of more the first five, or the target.",
    }),
    labels: Type.Array(Type.String(), { description: "Of the dependence: all labels, or the target." }),
    columns: Type.Array(ColumnEffect, { maxItems: 20, description: "Those that moved the most first." }),
  },
  { $id: "ColumnEffects", title: "What columns do to the answers of a model", ...closed },
);
export type ColumnEffects = Static<typeof ColumnEffects>;
