import { Type, type Static } from "typebox";

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const count = (description: string) => Type.Integer({ minimum: 0, description });
const numberOrDate = Type.Union([Type.Number(), Type.String({ description: "A date, ISO 8601 in UTC." })]);

/** Something about a table or a column that a user should look at. */
export const ProfileWarning = Type.Object(
  {
    id: Type.Enum(
      [
        "constant",
        "all-null",
        "mostly-null",
        "id-like",
        "high-cardinality",
        "free-text",
        "mixed-looking",
        "imbalanced-target",
        "duplicated-rows",
        "duplicated-column",
        "leak-equals-target",
        "leak-recodes-target",
        "leak-sum",
        "leak-strong-predictor",
      ],
      { description: "Stable: never renamed or reused." },
    ),
    message: Type.String({ description: "One sentence that names the column." }),
  },
  { additionalProperties: false },
);
export type ProfileWarning = Static<typeof ProfileWarning>;

export const ColumnProfile = Type.Object(
  {
    name: Type.String(),
    type: Type.Enum(["numeric", "string", "datetime"]),
    rows: count("Rows of the table."),
    nulls: count("Rows without a value."),
    nullRatio: Type.Number({ minimum: 0, maximum: 1, description: "nulls / rows." }),
    distinct: count(
      "Distinct values, null not among them. Of more than 10,000 that are not whole numbers, in more than 500,000 rows, an estimate (standard error 0.8%).",
    ),
    min: nullable(numberOrDate),
    max: nullable(numberOrDate),
    mean: nullable(numberOrDate),
    standardDeviation: nullable(Type.Number({ minimum: 0, description: "Of the sample: divided by n - 1." })),
    quantiles: nullable(
      Type.Record(Type.String(), numberOrDate, {
        description: "By probability (0, 0.01, …, 1); linear between two values.",
      }),
    ),
    topValues: Type.Array(
      Type.Object(
        { value: Type.Union([Type.Number(), Type.String()]), count: count("Rows with the value.") },
        { additionalProperties: false },
      ),
      { description: "At most 10, the most frequent first." },
    ),
    histogram: nullable(
      Type.Object(
        {
          edges: Type.Array(Type.Number(), { description: "One more than counts, rising." }),
          counts: Type.Array(count("Rows in the bin.")),
        },
        { additionalProperties: false, description: "Numeric columns: bins of one width from min to max." },
      ),
    ),
    warnings: Type.Array(ProfileWarning),
  },
  { additionalProperties: false },
);
export type ColumnProfile = Static<typeof ColumnProfile>;

/** What `slipway profile --json` prints. */
export const TableProfile = Type.Object(
  {
    rows: count("Rows that were read."),
    target: nullable(Type.String({ description: "The column to predict, where one was named." })),
    columns: Type.Array(ColumnProfile),
    duplicatedRows: count("Rows that equal an earlier row in every column."),
    warnings: Type.Array(ProfileWarning, { description: "What concerns the table as a whole." }),
  },
  { $id: "TableProfile", title: "Profile of a table", additionalProperties: false },
);
export type TableProfile = Static<typeof TableProfile>;
