/**
 * POST /v2/models/MODEL[/versions/V]/infer of the Open Inference Protocol v2: a tensor for every column, of shape [n]
 * or [n, 1]. The answer's tensors are called as MLServer calls them: "predict", or on request "predict_proba".
 */
import { SlipwayError } from "../../base/index.ts";
import type { RowsToScore, ScoredRows, ScoringSchema } from "../backends/types.ts";
import { jsonType } from "./answer-forms.ts";
import { namedModel } from "./paths.ts";
import { malformed, objectAt, readMethod, readObject, refuseOtherKeys } from "./parts.ts";
import { outputTensor, readTensors, type Tensor } from "./tensors.ts";
import type { Wire, WireAnswer, WireRequest } from "./types.ts";

const keys: ReadonlySet<string> = new Set(["id", "parameters", "inputs", "outputs"]);
const outputKeys: ReadonlySet<string> = new Set(["name", "parameters"]);

export const openInferenceWire: Wire = {
  name: "oip",
  parse(request) {
    checkModel(request);
    const body = readObject(request, "an object with the key inputs");
    refuseOtherKeys(body, keys);
    const id = body["id"];
    if (id !== undefined && (typeof id !== "string" || id.length > 1000)) {
      throw malformed("id", "text of at most 1,000 characters", id);
    }
    const method = readWantedOutput(body);
    const rows = readTensors(body["inputs"], request);
    return {
      rows: { rows, method, explain: false, checks: request.settings },
      source: null,
      format: (answer) => format(answer, request, method, id),
    };
  },
  errorBody: ({ detail }) => ({ error: detail }),
};

function checkModel({ path, model }: WireRequest): void {
  const named = namedModel(path);
  if (named === null) return;
  const version = String(model.version);
  if (named.name === model.name && (named.version === null || named.version === version)) return;
  const asked = named.version === null ? named.name : `${named.name}, version ${named.version}`;
  throw new SlipwayError(
    "SLW_SCORE_MODEL",
    `There is no model ${asked} here; the model is ${model.name}, version ${version}.`,
    { details: { model: model.name, version } },
  );
}

/** By `outputs`, or by the parameter `method` of the request. */
function readWantedOutput(body: Readonly<Record<string, unknown>>): RowsToScore["method"] {
  const { parameters = {}, outputs = [] } = body;
  const method = readMethod(objectAt(parameters, "parameters", "an object")["method"], "parameters.method");
  if (!Array.isArray(outputs)) throw malformed("outputs", "a list", outputs);
  if (outputs.length === 0) return method;
  if (outputs.length > 1) {
    throw new SlipwayError("SLW_SCORE_DATA", `outputs: expected one output, got ${outputs.length}.`, {
      fix: 'Ask for "predict" and for "predict_proba" in a request each.',
      details: { path: "outputs", expected: 1, got: outputs.length },
    });
  }
  const output = objectAt(outputs[0], "outputs[0]", "an object");
  refuseOtherKeys(output, outputKeys, "outputs[0]");
  return readMethod(output["name"], "outputs[0].name");
}

function format(
  { result }: ScoredRows,
  { model, schema }: WireRequest,
  method: RowsToScore["method"],
  id: string | undefined,
): WireAnswer {
  const output: Tensor = outputTensor(method, result, schema);
  const answer = {
    model_name: model.name,
    model_version: String(model.version),
    ...(id === undefined ? {} : { id }),
    outputs: [output],
  };
  return { contentType: jsonType, body: JSON.stringify(answer) };
}

/** The body of GET /v2/models/MODEL. */
export function modelMetadata(
  name: string,
  versions: readonly number[],
  schema: ScoringSchema,
): Readonly<Record<string, unknown>> {
  const outputs = [{ name: "predict", datatype: answerType(schema), shape: [-1, 1] }];
  if (schema.probabilities)
    outputs.push({ name: "predict_proba", datatype: "FP64", shape: [-1, schema.labels.length] });
  return {
    name,
    versions: versions.map(String),
    platform: "slipway",
    inputs: schema.columns.map((column) => ({
      name: column.name,
      datatype: column.type === "numeric" ? (column.integer ? "INT64" : "FP64") : "BYTES",
      shape: [-1, 1],
    })),
    outputs,
  };
}

function answerType({ task, labels }: ScoringSchema): string {
  if (task === "regression") return "FP64";
  if (labels.some((label) => typeof label === "string")) return "BYTES";
  return labels.length > 0 && labels.every((label) => Number.isInteger(label)) ? "INT64" : "FP64";
}
