/**
 * What the endpoint takes and answers, with the model's own columns: Swagger 2.0 or OpenAPI 3.0.3. Types and
 * enumerations are what training saw; the endpoint takes more (fractions, new categories) and says so in a header.
 */
import { explainedScale, hasExactContributions, type InputColumn, type Model } from "../model/index.ts";
import { exampleRow } from "./scoring.ts";

type Json = Record<string, unknown>;
type Version = 2 | 3;

/** Categories of a column with more of them are not listed. */
const mostListed = 100;

export function swaggerDocument(model: Model, name: string, url: string, version: Version): Json {
  const info = {
    title: name,
    version: "1.0",
    description: `Scores rows with the model ${model.name}: ${model.task} of "${model.target}".`,
  };
  const schemas = definitions(model, version);
  if (version === 2) {
    return {
      swagger: "2.0",
      info,
      host: new URL(url).host,
      basePath: "/",
      schemes: ["http"],
      consumes: ["application/json"],
      produces: ["application/json"],
      securityDefinitions: {
        Bearer: { type: "apiKey", name: "Authorization", in: "header", description: "Bearer <key>" },
      },
      paths: paths(version),
      definitions: schemas,
    };
  }
  return {
    openapi: "3.0.3",
    info,
    servers: [{ url }],
    paths: paths(version),
    components: { securitySchemes: { Bearer: { type: "http", scheme: "bearer" } }, schemas },
  };
}

function paths(version: Version): Json {
  const text = { type: "string" };
  const document = { type: "object" };
  const parameters =
    version === 2
      ? [{ name: "version", in: "query", type: "string", enum: ["2", "3"], default: "2" }]
      : [{ name: "version", in: "query", schema: { type: "string", enum: ["2", "3"], default: "2" } }];
  return {
    "/": {
      get: {
        operationId: "ServiceHealthCheck",
        description: "Says that the endpoint is up.",
        ...(version === 2 ? { produces: ["text/plain"] } : {}),
        responses: { 200: response(version, "Healthy", text, "text/plain") },
      },
    },
    "/score": { post: scoreOperation(version) },
    "/swagger.json": {
      get: {
        operationId: "GetSwagger",
        description: "This document.",
        parameters,
        responses: {
          200: response(version, "Swagger 2.0 or OpenAPI 3.0", document),
          404: problemResponse(version, "Another version than 2 or 3"),
        },
      },
    },
  };
}

function scoreOperation(version: Version): Json {
  const input = reference(version, "ServiceInput");
  const body =
    version === 2
      ? { parameters: [{ name: "serviceInputPayload", in: "body", required: true, schema: input }] }
      : { requestBody: { required: true, content: { "application/json": { schema: input } } } };
  const problems = {
    400: "The rows cannot be scored",
    401: "No key, or a wrong one",
    408: "The request did not arrive in time",
    413: "Too many rows or bytes",
    415: "Not declared as JSON in UTF-8",
    421: "Sent to another host",
  };
  return {
    operationId: "RunMLService",
    description: "Scores rows.",
    security: [{ Bearer: [] }],
    ...body,
    responses: {
      200: response(version, "An answer for each row", reference(version, "ServiceOutput")),
      ...Object.fromEntries(Object.entries(problems).map(([status, says]) => [status, problemResponse(version, says)])),
    },
  };
}

function reference(version: Version, name: string): Json {
  return { $ref: version === 2 ? `#/definitions/${name}` : `#/components/schemas/${name}` };
}

function response(version: Version, description: string, schema: Json, mediaType = "application/json"): Json {
  return version === 2 ? { description, schema } : { description, content: { [mediaType]: { schema } } };
}

function problemResponse(version: Version, description: string): Json {
  return response(version, description, reference(version, "ErrorResponse"), "application/problem+json");
}

function definitions(model: Model, version: Version): Json {
  const row = {
    type: "object",
    properties: Object.fromEntries(model.inputs.map((input) => [input.name, columnSchema(model, input, version)])),
    ...requiredColumns(model),
    example: exampleRow(model),
  };
  const methods = model.task === "classification" ? ["predict", "predict_proba"] : ["predict"];
  return {
    ServiceInput: {
      type: "object",
      required: ["data"],
      additionalProperties: false,
      properties: {
        data: {
          type: "array",
          description: "One object for each row; or one list of values for each row, in the order of these columns.",
          items: row,
        },
        method: { type: "string", enum: methods, default: "predict" },
        explain: { type: "boolean", default: false, description: explainDescription(model) },
      },
      example: { data: [exampleRow(model)] },
    },
    ServiceOutput: {
      type: "object",
      required: ["result"],
      properties: {
        result: { type: "array", description: resultDescription(model), items: resultItems(model) },
        explanations: {
          type: "array",
          description: "With explain: one for each row.",
          items: explanationSchema(model),
        },
      },
    },
    ErrorResponse: errorResponse,
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

function explainDescription(model: Model): string {
  return hasExactContributions(model)
    ? "Adds what each column contributed to the answer of each row: SHAP values. For at most 100 rows unless the endpoint says otherwise."
    : "This model has no exact contributions: only false is taken.";
}

function explanationSchema(model: Model): Json {
  const number = { type: "number", format: "double" };
  const of = model.task === "regression" ? "The column that is predicted." : "The label whose output is explained.";
  return {
    type: "object",
    required: ["output", "scale", "baseline", "contributions"],
    properties: {
      output: { type: "string", description: of },
      scale: { type: "string", description: "The unit of the numbers.", enum: [explainedScale(model)] },
      baseline: { ...number, description: "The output where nothing is known of the row." },
      contributions: {
        type: "object",
        description: "By column; baseline and contributions add up to the output.",
        properties: Object.fromEntries(model.inputs.map(({ name }) => [name, number])),
      },
    },
  };
}

/** `required` must not be an empty list. */
function requiredColumns(model: Model): Json {
  const required = model.inputs.filter((input) => !input.nullable).map((input) => input.name);
  return required.length === 0 ? {} : { required };
}

function columnSchema(model: Model, input: InputColumn, version: Version): Json {
  return {
    ...typeOf(model, input),
    ...(input.nullable ? { [version === 2 ? "x-nullable" : "nullable"]: true } : {}),
    ...(input.example === null ? {} : { example: input.example }),
  };
}

function typeOf(model: Model, input: InputColumn): Json {
  if (input.type === "datetime") return { type: "string", format: "date-time" };
  if (input.type === "numeric") {
    const seen = input.range === null ? {} : { description: `${input.range[0]} to ${input.range[1]} in training.` };
    return {
      ...(input.integer ? { type: "integer", format: "int64" } : { type: "number", format: "double" }),
      ...seen,
    };
  }
  const transform = model.transforms.find(
    (candidate) => candidate.op === "Category" && candidate.column === input.name,
  );
  if (transform?.op !== "Category" || transform.categories.length === 0) return { type: "string" };
  if (transform.categories.length > mostListed) {
    return { type: "string", description: `${transform.categories.length} values in training.` };
  }
  // A nullable enumeration must list null, or null would be refused by validators.
  return { type: "string", enum: input.nullable ? [...transform.categories, null] : transform.categories };
}

function resultItems(model: Model): Json {
  if (model.task === "regression") return { type: "number" };
  return { type: model.labels.every((label) => typeof label === "number") ? "number" : "string", enum: model.labels };
}

function resultDescription(model: Model): string {
  if (model.task === "regression") return "The predicted value of each row.";
  return `The label of each row; with predict_proba a list for each row, the probabilities of ${model.labels.join(", ")}.`;
}
