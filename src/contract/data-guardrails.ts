import { Type, type Static } from "typebox";

const parameters = Type.Array(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])));

/** One check of the data before training, and its result. */
export const DataFault = Type.Object(
  {
    type: Type.Enum(
      [
        "MissingValues",
        "HighCardinality",
        "IdLikeColumns",
        "Leakage",
        "ClassBalancing",
        "DuplicatedRows",
        "TrainValidationSplit",
        "CrossValidation",
        "TrainTestDrift",
      ],
      { description: "Stable: never renamed or reused." },
    ),
    result: Type.Enum(["passed", "done", "fixed", "alerted"], {
      description: "Nothing found; found and treated; treated because it was asked for; found and left to the user.",
    }),
    parameters,
    friendly_type: Type.String({ description: "The check, for people." }),
    friendly_result: Type.String({ description: "The result in one sentence." }),
    friendly_parameters: parameters,
    friendly_parameter_preface: Type.String({ description: "What stands above the parameters." }),
    friendly_learn_more: Type.String({ description: "What it means and what can be done." }),
  },
  { additionalProperties: false },
);
export type DataFault = Static<typeof DataFault>;

/** What was found in the data before training, and what was done about it: Azure ML's shape. */
export const DataGuardrails = Type.Object(
  {
    schema_type: Type.Literal("faults"),
    schema_version: Type.Literal("1.0.0"),
    faults: Type.Array(DataFault),
  },
  { $id: "DataGuardrails", title: "Checks of the data before training", additionalProperties: false },
);
export type DataGuardrails = Static<typeof DataGuardrails>;
