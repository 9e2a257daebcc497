/** The addresses of an endpoint's document. */
import { csvLine } from "./answer-forms.ts";
import { reference } from "./swagger-schemas.ts";
import { exampleRow, type Json, type SwaggerSource } from "./swagger-source.ts";

const problemType = "application/problem+json";

export function swaggerPaths(source: SwaggerSource): Json {
  return {
    "/": {
      get: plain(source, "ServiceHealthCheck", "Says that the endpoint is up.", "Healthy"),
    },
    "/score": { post: scoreOperation(source) },
    "/swagger.json": { get: swaggerOperation(source) },
    "/invocations": { post: invocationsOperation(source) },
    "/ping": { get: plain(source, "Ping", "Says that the endpoint is up, as MLflow does.", "A line end") },
    "/version": { get: plain(source, "GetVersion", "The version of Slipway.", "Version") },
    "/v2": { get: described(source, "GetServer", "The endpoint, by the Open Inference Protocol.", { type: "object" }) },
    "/v2/health/live": { get: described(source, "IsLive", "Whether it is up.", flag("live")) },
    "/v2/health/ready": { get: described(source, "IsReady", "Whether it scores.", flag("ready")) },
    "/v2/models/{model}": {
      get: ofModel(source, "GetModel", "What the model takes and answers.", reference(source.version, "ModelMetadata")),
    },
    "/v2/models/{model}/ready": {
      get: ofModel(source, "IsModelReady", "Whether the model scores.", {
        type: "object",
        required: ["name", "ready"],
        properties: { name: { type: "string" }, ready: { type: "boolean" } },
      }),
    },
    "/v2/models/{model}/infer": { post: inferOperation(source) },
    "/labels": { post: labelsOperation(source) },
    "/metrics": { get: metricsOperation(source) },
  };
}

function flag(name: string): Json {
  return { type: "object", required: [name], properties: { [name]: { type: "boolean" } } };
}

function plain(source: SwaggerSource, operationId: string, description: string, answer: string): Json {
  return {
    operationId,
    description,
    ...(source.version === 2 ? { produces: ["text/plain"] } : {}),
    responses: { 200: response(source, answer, { type: "string" }, ["text/plain"]) },
  };
}

function described({ version }: SwaggerSource, operationId: string, description: string, schema: Json): Json {
  return { operationId, description, responses: { 200: response({ version }, "As described", schema) } };
}

function ofModel(source: SwaggerSource, operationId: string, description: string, schema: Json): Json {
  const notFound = response(source, "No such model", reference(source.version, "InferenceError"));
  return {
    operationId,
    description,
    parameters: [modelParameter(source)],
    responses: { 200: response(source, "As described", schema), 404: notFound },
  };
}

function response(
  { version }: Pick<SwaggerSource, "version">,
  description: string,
  schema: Json,
  mediaTypes: readonly string[] = ["application/json"],
): Json {
  if (version === 2) return { description, schema };
  const contentOf = (type: string): Json => ({ schema: isJson(type) ? schema : { type: "string" } });
  return { description, content: Object.fromEntries(mediaTypes.map((type) => [type, contentOf(type)])) };
}

function isJson(mediaType: string): boolean {
  return mediaType.endsWith("json") && mediaType !== "application/x-ndjson";
}

function modelParameter({ version, model }: SwaggerSource): Json {
  const schema = { type: "string", enum: [model.name] };
  return { name: "model", in: "path", required: true, ...(version === 2 ? schema : { schema }) };
}

/** What CSV and JSON Lines, which have no place for it, ask for. */
function queryParameters({ version }: SwaggerSource): Json[] {
  const ofTables = "Of a body of CSV or JSON Lines; JSON says it in the body.";
  const method = { type: "string", enum: ["predict", "predict_proba"], default: "predict" };
  const explain = { type: "string", enum: ["true", "false"], default: "false" };
  return [
    {
      name: "method",
      description: `Labels or values, or the probabilities of all labels. ${ofTables}`,
      schema: method,
    },
    { name: "explain", description: `With what each column made of the answer. ${ofTables}`, schema: explain },
  ].map(({ name, description, schema }) => ({
    name,
    in: "query",
    description,
    ...(version === 2 ? schema : { schema }),
  }));
}

/** Beside the operation's own: the header that chooses one of the endpoint's deployments. */
function deploymentParameter({ version }: SwaggerSource): Json {
  const schema = { type: "string" };
  const description = "The deployment that is to answer; without it the endpoint's traffic decides.";
  return { name: "azureml-model-deployment", in: "header", description, ...(version === 2 ? schema : { schema }) };
}

interface Body {
  readonly name: string;
  /** By media type; the first is the only one in Swagger 2.0. */
  readonly content: Readonly<Record<string, Json>>;
  /** Media types of answers. */
  readonly produces: readonly string[];
}

/** An operation that scores. */
function scoring(
  source: SwaggerSource,
  operationId: string,
  description: string,
  body: Body,
  more: readonly Json[] = [],
): Json {
  const { version, authMode } = source;
  const parameters = [...more, deploymentParameter(source)];
  const [first = {}] = Object.values(body.content);
  const consumes = Object.keys(body.content);
  const security = authMode === "none" ? {} : { security: [{ Bearer: [] }] };
  if (version === 2) {
    const payload = { name: body.name, in: "body", required: true, schema: first["schema"] };
    const produces = [...body.produces, problemType];
    return { operationId, description, ...security, consumes, produces, parameters: [...parameters, payload] };
  }
  return { operationId, description, ...security, parameters, requestBody: { required: true, content: body.content } };
}

const refusals = {
  400: "The rows cannot be scored",
  401: "No key, or a wrong one",
  404: "No such deployment or model",
  408: "The request did not arrive in time",
  413: "Too many rows or bytes",
  415: "Not a media type that this address takes",
  421: "Sent to another host",
  500: "The answer took too long, or failed",
  503: "Too many requests at once",
} as const;

/** Refused before the wire is known: always as a problem. */
const early: ReadonlySet<string> = new Set(["401", "408", "415", "421"]);

/** @param own the wire's form of a refusal, in application/json; null: always a problem */
function refusalsOf(source: SwaggerSource, own: string | null): Json {
  const { version, authMode } = source;
  const all = Object.entries(refusals).filter(([status]) => authMode !== "none" || status !== "401");
  const responseOf = (status: string, description: string): Json => {
    const isEarly = own === null || early.has(status);
    const schema = reference(version, isEarly ? "ErrorResponse" : own);
    return response(source, description, schema, [isEarly ? problemType : "application/json"]);
  };
  return Object.fromEntries(all.map(([status, says]) => [status, responseOf(status, says)]));
}

const answerHeaders = {
  "x-slipway-warning": "What of the input training did not see, and what became of it.",
  "x-ms-run-fn-exec-ms": "Milliseconds that scoring took.",
} as const;

function answered(source: SwaggerSource, schema: Json, mediaTypes: readonly string[] = ["application/json"]): Json {
  const headers = Object.entries(answerHeaders).map(([name, description]) => [
    name,
    source.version === 2 ? { description, type: "string" } : { description, schema: { type: "string" } },
  ]);
  return {
    ...response(source, "An answer for each row", schema, mediaTypes),
    headers: Object.fromEntries(headers) as Json,
  };
}

function scoreOperation(source: SwaggerSource): Json {
  const { schema, version, resultAsString } = source;
  const row = exampleRow(schema);
  const csv = csvLine(Object.keys(row)) + csvLine(Object.values(row));
  const inputs = ["ServiceInput", ...(version === 3 ? ["ServiceInputV2", "ServiceInputData"] : [])];
  const outputs = [
    reference(version, "ServiceOutput"),
    ...(version === 3 ? [reference(version, "ServiceOutputV2"), { type: "array", items: {} }] : []),
  ];
  const input =
    version === 2
      ? { schema: reference(2, "ServiceInput") }
      : { schema: { oneOf: inputs.map((name) => reference(3, name)) }, example: { data: [row] } };
  const tables = ["application/json", "text/csv", "application/x-ndjson"];
  const body = {
    name: "serviceInputPayload",
    produces: tables,
    content: {
      "application/json": input,
      "text/csv": { schema: { type: "string" }, example: csv },
      "application/x-ndjson": { schema: { type: "string" }, example: `${JSON.stringify(row)}\n` },
    },
  };
  const answer = version === 2 ? (outputs[0] as Json) : { oneOf: outputs };
  const says = `Scores rows, as JSON, CSV or JSON Lines. The header Accept chooses the form of the answer${resultAsString ? "" : "; without it, it is that of the request"}.`;
  return {
    ...scoring(source, "RunMLService", says, body, queryParameters(source)),
    responses: {
      200: answered(source, answer, tables),
      ...refusalsOf(source, null),
    },
  };
}

function invocationsOperation(source: SwaggerSource): Json {
  const { version, schema } = source;
  const row = exampleRow(schema);
  const content = {
    "application/json": { schema: reference(version, "MlflowInput") },
    "text/csv": { schema: { type: "string" }, example: csvLine(Object.keys(row)) + csvLine(Object.values(row)) },
  };
  return {
    ...scoring(source, "Invoke", "Scores rows, as MLflow's scoring server does.", {
      name: "payload",
      content,
      produces: ["application/json"],
    }),
    responses: { 200: answered(source, reference(version, "MlflowOutput")), ...refusalsOf(source, "MlflowError") },
  };
}

function inferOperation(source: SwaggerSource): Json {
  const { version } = source;
  const content = { "application/json": { schema: reference(version, "InferenceRequest") } };
  const says = "Scores rows, by the Open Inference Protocol v2.";
  return {
    ...scoring(source, "Infer", says, { name: "payload", content, produces: ["application/json"] }, [
      modelParameter(source),
    ]),
    responses: {
      200: answered(source, reference(version, "InferenceResponse")),
      ...refusalsOf(source, "InferenceError"),
    },
  };
}

function labelsOperation(source: SwaggerSource): Json {
  const { version } = source;
  const content = { "application/json": { schema: reference(version, "Labels") } };
  const says = "What rows that were scored turned out to be, by the x-ms-request-id of their answer.";
  const { parameters, ...operation } = scoring(source, "PostLabels", says, {
    name: "labels",
    content,
    produces: ["application/json"],
  });
  const { 404: _, ...refused } = refusalsOf(source, null);
  return {
    ...operation,
    // No deployment answers.
    parameters: (parameters as Json[]).filter(({ in: place }) => place === "body"),
    responses: {
      202: response(source, "The labels are kept", reference(version, "LabelsAccepted")),
      409: response(source, "No data is collected here", reference(version, "ErrorResponse"), [problemType]),
      ...refused,
    },
  };
}

function metricsOperation(source: SwaggerSource): Json {
  const { version, authMode } = source;
  const unauthorized = response(source, refusals[401], reference(version, "ErrorResponse"), [problemType]);
  return {
    ...plain(source, "GetMetrics", "Counts and latencies of the process that answers, for Prometheus.", "Metrics"),
    ...(version === 2 ? { produces: ["text/plain", problemType] } : {}),
    ...(authMode === "none" ? {} : { security: [{ Bearer: [] }] }),
    responses: {
      200: response(source, "Prometheus' text format 0.0.4", { type: "string" }, ["text/plain"]),
      ...(authMode === "none" ? {} : { 401: unauthorized }),
    },
  };
}

function swaggerOperation(source: SwaggerSource): Json {
  const schema = { type: "string", enum: ["2", "3"], default: "2" };
  const notFound = response(source, "Another version than 2 or 3", reference(source.version, "ErrorResponse"), [
    problemType,
  ]);
  return {
    operationId: "GetSwagger",
    description: "This document.",
    ...(source.version === 2 ? { produces: ["application/json", problemType] } : {}),
    parameters: [{ name: "version", in: "query", ...(source.version === 2 ? schema : { schema }) }],
    responses: { 200: response(source, "Swagger 2.0 or OpenAPI 3.0", { type: "object" }), 404: notFound },
  };
}
