import { Type, type Static } from "typebox";

const Names = Type.Array(Type.String());

/** The file of `slipway automl --featurization FILE.json`; Azure ML's FeaturizationConfig. */
export const FeaturizationConfig = Type.Object(
  {
    columnPurposes: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Enum(["Numeric", "Categorical", "CategoricalHash", "Text", "DateTime", "Ignore"]),
        { description: "What a column is taken for, by its name." },
      ),
    ),
    imputers: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          {
            strategy: Type.Enum(["mean", "median", "most_frequent", "constant"]),
            fillValue: Type.Optional(Type.Union([Type.Number(), Type.String()])),
          },
          { additionalProperties: false },
        ),
        { description: "What stands for missing values, by the column's name." },
      ),
    ),
    dropColumns: Type.Optional(Names),
    blockedTransformers: Type.Optional(Names),
  },
  { $id: "FeaturizationConfig", title: "Featurization of an AutoML run", additionalProperties: false },
);
export type FeaturizationConfig = Static<typeof FeaturizationConfig>;
