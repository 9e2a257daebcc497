/** What datasets and their versions look like on the wire. */
import { Type, type Static } from "typebox";
import { Name, Tags, Timestamp } from "../list.ts";

export const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const object = <T extends Type.TProperties>(properties: T, more: { readonly description?: string } = {}) =>
  Type.Object(properties, { additionalProperties: false, ...more });
const count = (description: string) => Type.Integer({ minimum: 0, description });

const ColumnType = Type.Enum(["numeric", "string", "datetime"]);
const VersionNumber = Type.Integer({ minimum: 1, description: "From 1, without gaps." });
const VersionName = object({ dataset: Name, version: VersionNumber });
const ColumnName = Type.String({ minLength: 1, maxLength: 1000 });

const VersionSummary = object({
  version: VersionNumber,
  rows: count("Rows of the table."),
  columns: count("Columns of the table."),
  size: count("Bytes."),
  createdAt: Timestamp,
});

export const Dataset = Type.Object(
  {
    id: Type.String(),
    name: Name,
    description: Type.String(),
    tags: Tags,
    createdBy: Type.String({ description: "Name of the user." }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    archivedAt: nullable(Timestamp),
    latest: nullable(VersionSummary),
  },
  { $id: "Dataset", additionalProperties: false },
);
export type Dataset = Static<typeof Dataset>;

const timestampColumns = {
  timestamp: Type.String({ minLength: 1, maxLength: 1000, description: "A column of dates: when a row is from." }),
  partitionTimestamp: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      description: "A coarser one, by which the files of the data are parted.",
    }),
  ),
};

/** How to read a file, where it should not be found out from it. */
export const VersionOptions = object({
  types: Type.Optional(
    Type.Record(ColumnName, ColumnType, {
      description: "By column; a value that is not of that type is refused. string keeps it as it is written.",
    }),
  ),
  nulls: Type.Optional(
    Type.Array(Type.String({ maxLength: 100 }), {
      maxItems: 100,
      description:
        "Texts that mean null, without regard to case, instead of ?, NA, N/A, null and NaN. Blank is always null.",
    }),
  ),
  delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1, description: "Of a CSV." })),
  header: Type.Optional(Type.Boolean({ description: "Is the first line of a CSV a header?" })),
  timestamps: Type.Optional(
    object({ ...timestampColumns }, { description: "What steps on time look at where they name no column." }),
  ),
});

const scalar = Type.Union([Type.Number(), Type.String({ maxLength: 100_000 })]);
const Condition = Type.Union([
  object({
    column: ColumnName,
    is: Type.Enum(["=", "!=", "<", "<=", ">", ">="]),
    value: scalar,
  }),
  object({ column: ColumnName, is: Type.Enum(["in", "not_in"]), values: Type.Array(scalar, { maxItems: 10_000 }) }),
  object({ column: ColumnName, is: Type.Enum(["is_null", "not_null"]) }),
]);

const Columns = Type.Array(ColumnName, { minItems: 1, maxItems: 10_000, uniqueItems: true });
const Seed = Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "Default 0." }));
const Probability = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });
const Moment = Type.String({
  minLength: 10,
  maxLength: 40,
  description: "A date, ISO 8601; UTC where it names no zone.",
});
const Duration = Type.String({
  maxLength: 40,
  pattern: "^P(?=\\d|T\\d)(\\d{1,6}W)?(\\d{1,6}D)?(T(?=\\d)(\\d{1,6}H)?(\\d{1,6}M)?(\\d{1,6}S)?)?$",
  description: "A duration, ISO 8601, without years and months: P7D, PT36H.",
});
const TimeColumn = Type.Optional(
  Type.String({ minLength: 1, maxLength: 1000, description: "Absent: the timestamp column of the version." }),
);
const IncludeBoundary = Type.Optional(Type.Boolean({ description: "Default true." }));

/** Azure ML's verbs of a tabular dataset. */
export const Step = Type.Union([
  object({ step: Type.Literal("keep_columns"), columns: Columns }),
  object({ step: Type.Literal("drop_columns"), columns: Columns }),
  object({ step: Type.Literal("filter"), where: Type.Array(Condition, { minItems: 1, maxItems: 100 }) }),
  object({ step: Type.Literal("skip"), count: Type.Integer({ minimum: 0 }) }),
  object({ step: Type.Literal("take"), count: Type.Integer({ minimum: 1 }) }),
  object({ step: Type.Literal("take_sample"), probability: Probability, seed: Seed }),
  object({ step: Type.Literal("random_split"), percentage: Probability, seed: Seed }),
  object({ step: Type.Literal("with_timestamp_columns"), ...timestampColumns }),
  object({ step: Type.Literal("time_before"), column: TimeColumn, end: Moment, includeBoundary: IncludeBoundary }),
  object({ step: Type.Literal("time_after"), column: TimeColumn, start: Moment, includeBoundary: IncludeBoundary }),
  object({
    step: Type.Literal("time_between"),
    column: TimeColumn,
    start: Moment,
    end: Moment,
    includeBoundary: IncludeBoundary,
  }),
  object({
    step: Type.Literal("time_recent"),
    column: TimeColumn,
    timeDelta: Duration,
    end: Type.Optional(
      Type.String({ minLength: 10, maxLength: 40, description: "Absent: the moment of the request, which is kept." }),
    ),
    includeBoundary: IncludeBoundary,
  }),
]);

const VersionSource = Type.Union([
  object({ kind: Type.Literal("upload"), fileName: Type.String() }),
  object({ kind: Type.Literal("datastore"), datastore: Name, path: Type.String() }),
  object({ kind: Type.Literal("query"), datastore: Name, query: Type.String() }),
  object({ kind: Type.Literal("url"), url: Type.String({ description: "Without its query." }) }),
  object({
    kind: Type.Literal("derived"),
    dataset: Name,
    version: VersionNumber,
    steps: Type.Array(Step),
    part: Type.Enum(["all", "first", "rest"], { description: "Of a random split." }),
  }),
  object({
    kind: Type.Literal("collected"),
    endpoint: Type.String(),
    from: nullable(Type.String({ description: "Of the requests." })),
    to: nullable(Type.String()),
    labelled: Type.Boolean({ description: "Only rows with a true label." }),
  }),
  object({
    kind: Type.Literal("scored"),
    dataset: Name,
    version: VersionNumber,
    model: Type.String(),
    modelVersion: VersionNumber,
  }),
  object({
    kind: Type.Literal("transformed"),
    tables: Type.Record(Type.String(), object({ dataset: Name, version: VersionNumber }), {
      description: "By their names in the query.",
    }),
    query: Type.String({ description: "One SELECT." }),
  }),
  object({
    kind: Type.Literal("command"),
    run: Type.String({ description: "Of the step." }),
    step: Type.String(),
    output: Type.String(),
  }),
]);

const versionFields = {
  id: Type.String(),
  dataset: Name,
  version: VersionNumber,
  description: Type.String(),
  tags: Tags,
  sha256: Type.String({ description: "Of the bytes." }),
  size: count("Bytes."),
  fileName: Type.String(),
  format: Type.Enum(["csv", "parquet"]),
  rows: count("Rows of the table."),
  columns: count("Columns of the table."),
  source: VersionSource,
  runId: nullable(Type.String({ description: "The run that made it." })),
  createdBy: Type.String({ description: "Name of the user." }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
};

export const DatasetVersion = Type.Object(versionFields, { $id: "DatasetVersion", additionalProperties: false });
export type DatasetVersion = Static<typeof DatasetVersion>;

export const DatasetColumn = Type.Object(
  {
    name: Type.String(),
    type: ColumnType,
    purpose: Type.Enum(["Numeric", "Categorical", "DateTime", "Text", "Ignore", "Hashes", "AllNan"], {
      description: "What it is for as a feature, by Azure ML's names.",
    }),
    reason: Type.String({ description: "Why." }),
    nulls: count("Rows without a value."),
  },
  { $id: "DatasetColumn", additionalProperties: false },
);
export type DatasetColumn = Static<typeof DatasetColumn>;

const Dialect = object({
  format: Type.Enum(["csv", "parquet"]),
  delimiter: Type.String(),
  quote: Type.String(),
  encoding: Type.Enum(["utf-8", "utf-16le", "utf-16be", "latin1", "windows-1252"]),
  header: Type.Boolean(),
  decimal: Type.Enum([".", ","]),
});

const ReportedRows = object({
  count: count("Rows of the file that are not in the table."),
  rows: Type.Array(object({ line: Type.Integer({ description: "From 1." }), reason: Type.String() }), {
    description: "The first 100.",
  }),
});

export const DatasetVersionDetails = Type.Object(
  {
    ...versionFields,
    options: VersionOptions,
    dialect: Dialect,
    schema: Type.Array(DatasetColumn),
    reported: ReportedRows,
    warnings: Type.Array(Type.String(), { description: "What was decided where the file left a choice." }),
    inputs: Type.Array(VersionName, { description: "What it was derived from." }),
    outputs: Type.Array(VersionName, { description: "What was derived from it, the newest first, at most 100." }),
  },
  { $id: "DatasetVersionDetails", additionalProperties: false },
);
export type DatasetVersionDetails = Static<typeof DatasetVersionDetails>;

export const Cell = Type.Union([Type.Number(), Type.String(), Type.Null()]);

export const DatasetRows = Type.Object(
  {
    columns: Type.Array(object({ name: Type.String(), type: ColumnType })),
    rows: Type.Array(Type.Array(Cell), {
      description: "Cells in the order of the columns; dates are ISO 8601 in UTC.",
    }),
    totalRows: count("Of the whole version."),
  },
  { $id: "DatasetRows", additionalProperties: false },
);
export type DatasetRows = Static<typeof DatasetRows>;

const NamedType = object({ name: Type.String(), type: ColumnType });
const pair = (schema: Type.TSchema) => object({ baseline: schema, target: schema });
const distance = (description: string) => nullable(Type.Number({ description }));
const CategoryChange = object({
  count: count("Values."),
  values: Type.Array(Type.String(), { description: "The first 20." }),
});

const ColumnComparison = object({
  name: Type.String(),
  type: ColumnType,
  nullRatio: pair(Type.Number()),
  mean: nullable(pair(Type.Number({ description: "Dates: milliseconds since 1970." }))),
  populationStabilityIndex: distance("Over the deciles of the baseline, or the categories; above 0.25 has shifted."),
  jensenShannonDistance: distance("Over the same bins; 0 to 1."),
  kolmogorovSmirnov: distance("Numbers and dates; 0 to 1."),
  normalizedWassersteinDistance: distance("Numbers and dates, in standard deviations of the baseline."),
  categories: nullable(object({ added: CategoryChange, removed: CategoryChange })),
});

export const DatasetComparison = Type.Object(
  {
    baseline: VersionName,
    target: VersionName,
    rows: pair(count("Rows of the table.")),
    schema: object({
      added: Type.Array(NamedType),
      removed: Type.Array(NamedType),
      changed: Type.Array(object({ name: Type.String(), from: ColumnType, to: ColumnType })),
      reordered: Type.Boolean({ description: "Do the common columns stand in another order?" }),
    }),
    columns: Type.Array(ColumnComparison, { description: "Columns that both have in one type." }),
  },
  { $id: "DatasetComparison", additionalProperties: false },
);
export type DatasetComparison = Static<typeof DatasetComparison>;
