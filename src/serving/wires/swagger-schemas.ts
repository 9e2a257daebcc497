/** The schemas of an endpoint's document: rows with the model's columns, and every form that they travel in. */
import { openInferenceSchemas } from "./open-inference-schemas.ts";
import type { ScoringColumn, ScoringSchema } from "../backends/types.ts";
import { exampleRow, type Json, type SwaggerSource, type SwaggerVersion } from "./swagger-source.ts";

/** Categories of a column with more of them are not listed. */
const mostListed = 100;

export function swaggerSchemas(source: SwaggerSource): Json {
  const { schema, version } = source;
  return {
    Row: rowSchema(schema, version),
    ServiceInput: serviceInput(schema, version),
    ServiceOutput: source.resultAsString ? stringOutput : serviceOutput(schema, version),
    ErrorResponse: errorResponse,
    ...(version === 3
      ? { ServiceInputV2: serviceInputV2(version), ServiceOutputV2: serviceOutputV2(schema, version) }
      : {}),
    ...(version === 3 ? { ServiceInputData: serviceInputData(version) } : {}),
    MlflowInput: mlflowInput(schema, version),
    MlflowOutput: {
      type: "object",
      required: ["predictions"],
      properties: { predictions: { type: "array", items: resultItems(schema, version) } },
    },
    MlflowError: textObject("error_code", "message"),
    Labels: labels(version),
    LabelsAccepted: { type: "object", required: ["accepted"], properties: { accepted: { type: "integer" } } },
    ...openInferenceSchemas,
  };
}

function labels(version: SwaggerVersion): Json {
  // Swagger 2.0 has no word for "one of these types".
  const label =
    version === 2 ? {} : { oneOf: [{ type: "string", maxLength: 1000 }, { type: "number" }, { type: "boolean" }] };
  const properties = {
    requestId: { type: "string", pattern: "^[A-Za-z0-9_.:-]{1,100}$" },
    row: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 },
    label,
  };
  const items = { type: "object", required: ["requestId", "label"], properties, additionalProperties: false };
  return {
    type: "object",
    required: ["labels"],
    properties: { labels: { type: "array", items } },
    additionalProperties: false,
  };
}

export function reference(version: SwaggerVersion, name: string): Json {
  return { $ref: version === 2 ? `#/definitions/${name}` : `#/components/schemas/${name}` };
}

function textObject(...names: readonly string[]): Json {
  return {
    type: "object",
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
  };
}

function rowSchema(schema: ScoringSchema, version: SwaggerVersion): Json {
  // `required` must not be an empty list.
  const required = schema.columns.filter(({ nullable }) => !nullable).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(schema.columns.map((column) => [column.name, columnSchema(column, version)])),
    ...(required.length === 0 ? {} : { required }),
    example: exampleRow(schema),
  };
}

function columnSchema(column: ScoringColumn, version: SwaggerVersion): Json {
  return {
    ...typeOf(column),
    ...(column.nullable ? { [version === 2 ? "x-nullable" : "nullable"]: true } : {}),
    ...(column.example === null ? {} : { example: column.example }),
  };
}

function typeOf({ type, integer, range, categories, nullable }: ScoringColumn): Json {
  switch (type) {
    case "any":
      return { description: "Of any type: the model does not say." };
    case "datetime":
      // Also a date without a time, which the format "date-time" would not allow.
      return { type: "string", description: "A date, or a date and a time, by ISO 8601." };
    case "numeric": {
      const seen = range === null ? {} : { description: `${range[0]} to ${range[1]} in training.` };
      return { ...(integer ? { type: "integer", format: "int64" } : { type: "number", format: "double" }), ...seen };
    }
    case "string": {
      if (categories === null || categories.length === 0) return { type: "string" };
      if (categories.length > mostListed) {
        return { type: "string", description: `${categories.length} values in training.` };
      }
      // A nullable enumeration must list null, or null would be refused by validators.
      return { type: "string", enum: nullable ? [...categories, null] : categories };
    }
  }
}

function rowsSchema(version: SwaggerVersion): Json {
  return {
    type: "array",
    description: "One object for each row; or one list of values for each row, in the order of these columns.",
    items: reference(version, "Row"),
  };
}

function methodSchema({ probabilities }: ScoringSchema): Json {
  return { type: "string", enum: probabilities ? ["predict", "predict_proba"] : ["predict"], default: "predict" };
}

function serviceInput(schema: ScoringSchema, version: SwaggerVersion): Json {
  const explain = schema.explanations
    ? "Adds what each column contributed to the answer of each row: SHAP values. For at most 100 rows unless the endpoint says otherwise."
    : "This model gives no explanations: only false is taken.";
  return {
    type: "object",
    required: ["data"],
    additionalProperties: false,
    properties: {
      data: rowsSchema(version),
      method: methodSchema(schema),
      explain: { type: "boolean", default: false, description: explain },
    },
    example: { data: [exampleRow(schema)] },
  };
}

function serviceOutput(schema: ScoringSchema, version: SwaggerVersion): Json {
  return {
    type: "object",
    required: ["result"],
    properties: {
      result: { type: "array", description: resultDescription(schema), items: resultItems(schema, version) },
      explanations: {
        type: "array",
        description: "With explain: one for each row.",
        items: explanationSchema(schema),
      },
    },
  };
}

const stringOutput = {
  type: "string",
  description: 'JSON in a JSON string, as Azure ML\'s first version answered: "{\\"result\\": [\\"yes\\"]}".',
} as const;

function serviceInputV2(version: SwaggerVersion): Json {
  return {
    type: "object",
    description: "Azure ML's second form.",
    required: ["Inputs"],
    additionalProperties: false,
    properties: {
      Inputs: {
        type: "object",
        required: ["data"],
        additionalProperties: false,
        properties: { data: rowsSchema(version) },
      },
      GlobalParameters: { description: 'An object like {"method": "predict_proba"}; or 1.0, which means nothing.' },
    },
  };
}

function serviceOutputV2(schema: ScoringSchema, version: SwaggerVersion): Json {
  return {
    type: "object",
    required: ["Results"],
    properties: { Results: { type: "array", items: resultItems(schema, version) } },
  };
}

function serviceInputData(version: SwaggerVersion): Json {
  return {
    type: "object",
    description: "Azure ML's form for MLflow models, answered with a list.",
    required: ["input_data"],
    additionalProperties: false,
    properties: {
      input_data: { oneOf: [splitSchema, { type: "array", items: reference(version, "Row") }] },
      params: { type: "object" },
    },
  };
}

const splitSchema = {
  type: "object",
  required: ["columns", "data"],
  additionalProperties: false,
  properties: {
    columns: { type: "array", items: { type: "string" } },
    index: { type: "array", items: {} },
    data: { type: "array", items: { type: "array", items: {} } },
  },
} as const;

function mlflowInput(schema: ScoringSchema, version: SwaggerVersion): Json {
  return {
    type: "object",
    description: "Exactly one of dataframe_split, dataframe_records, instances and inputs.",
    additionalProperties: false,
    properties: {
      dataframe_split: splitSchema,
      dataframe_records: { type: "array", items: reference(version, "Row") },
      instances: { type: "array", description: "Rows, as objects or lists.", items: {} },
      inputs: { description: "Rows, as objects or lists; or an object with a list of values for each column." },
      params: { type: "object" },
    },
    example: { dataframe_records: [exampleRow(schema)] },
  };
}

const errorResponse = {
  type: "object",
  required: ["type", "status", "code", "title", "detail", "fix", "details"],
  properties: {
    type: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "Stable, for programs." },
    title: { type: "string" },
    detail: { type: "string" },
    fix: { type: "string", description: "What to do about it." },
    details: { type: "object", description: "Row, column, expected and got, where there are." },
  },
} as const;

function explanationSchema({ task, columns }: ScoringSchema): Json {
  const number = { type: "number", format: "double" };
  const of = task === "regression" ? "The column that is predicted." : "The label whose output is explained.";
  const scales = task === "regression" ? ["value", "logValue"] : ["logOdds", "score", "probability"];
  return {
    type: "object",
    required: ["output", "scale", "exact", "baseline", "contributions"],
    properties: {
      output: { type: "string", description: of },
      scale: { type: "string", description: "The unit of the numbers.", enum: scales },
      exact: { type: "boolean", description: "false: estimated by permutations of the columns." },
      baseline: { ...number, description: "The output where nothing is known of the row." },
      contributions: {
        type: "object",
        description: "By column; baseline and contributions add up to the output.",
        properties: Object.fromEntries(columns.map(({ name }) => [name, number])),
      },
    },
  };
}

/** With predict_proba an item is a list, which Swagger 2.0 cannot say beside a label. */
function resultItems({ task, labels, probabilities }: ScoringSchema, version: SwaggerVersion): Json {
  if (task === "regression") return { type: "number" };
  if (labels.length === 0) return {};
  const type = labels.every((label) => typeof label === "number") ? "number" : "string";
  const label = { type, enum: labels };
  return probabilities && version === 3 ? { oneOf: [label, { type: "array", items: { type: "number" } }] } : label;
}

function resultDescription({ task, labels, probabilities }: ScoringSchema): string {
  if (task === "regression") return "The predicted value of each row.";
  if (!probabilities) return "What the model predicts for each row.";
  return `The label of each row; with predict_proba a list for each row, the probabilities of ${labels.join(", ")}.`;
}
