/**
 * POST /score as Azure ML had it. Which of three forms a body has, its keys say:
 *   v1      {"data": rows, "method"?, "explain"?}                       -> {"result": […], "explanations"?: […]}
 *   v2      {"Inputs": {"data": rows}, "GlobalParameters"?: {"method"?} | 1.0} -> {"Results": […]}
 *   MLflow models  {"input_data": {"columns", "index"?, "data"} | rows, "params"?} -> […]
 * Rows are objects, or lists in the order of the columns. After the scoring scripts that Azure ML's AutoML wrote.
 */
import type { RowsToScore, ScoredRows } from "../backends/types.ts";
import { answerForm, jsonForm, jsonType, tableForm } from "./answer-forms.ts";
import { readDataFrame, readParams } from "./data-frame.ts";
import { malformed, objectAt, readFlag, readMethod, readObject, readRows, refuseOtherKeys, sourceOf } from "./parts.ts";
import { pythonJson } from "./python-json.ts";
import { readUsualRows, rememberKeys } from "./usual-rows.ts";
import type { ParsedRequest, Wire, WireAnswer, WireRequest } from "./types.ts";

export const azureWire: Wire = {
  name: "azure",
  parse(request) {
    const usual = readUsualRows(request);
    if (usual !== null) return parsedRows(request, readRows(usual, "data", request), "predict", false);
    const body = readObject(request, "an object with the key data");
    if (Object.hasOwn(body, "data")) return parseVersion1(request, body);
    if (Object.hasOwn(body, "Inputs")) return parseVersion2(request, body);
    if (Object.hasOwn(body, "input_data")) return parseInputData(request, body);
    refuseOtherKeys(body, version1Keys);
    throw malformed("data", "a list of rows", undefined);
  },
};

const version1Keys: ReadonlySet<string> = new Set(["data", "method", "explain"]);

function parseVersion1(request: WireRequest, body: Readonly<Record<string, unknown>>): ParsedRequest {
  refuseOtherKeys(body, version1Keys);
  const method = readMethod(body["method"], "method");
  const explain = readFlag(body["explain"], "explain");
  const rows = readRows(body["data"], "data", request, explain);
  rememberKeys(request.schema, rows);
  return parsedRows(request, rows, method, explain);
}

function parsedRows(
  request: WireRequest,
  rows: readonly unknown[],
  method: RowsToScore["method"],
  explain: boolean,
): ParsedRequest {
  return {
    rows: { rows, method, explain, checks: request.settings },
    source: sourceOf(request, "data"),
    format: formatOf(request, method, explain),
  };
}

function formatOf(request: WireRequest, method: RowsToScore["method"], explain: boolean): ParsedRequest["format"] {
  const form = answerForm(request.accept, "json");
  if (form !== "json") return tableForm(form, request.schema, method, explain);
  if (!request.settings.resultAsString) return jsonForm;
  const asFloats = method === "predict_proba" || request.schema.task === "regression";
  return (answer) => formatAsString(answer, asFloats);
}

/** Azure ML's script answered `json.dumps(…)`, and its server wrote that text as JSON once more. */
function formatAsString({ result, explanations }: ScoredRows, asFloats: boolean): WireAnswer {
  const more = explanations === null ? "" : `, "explanations": ${pythonJson(explanations, true)}`;
  return { contentType: jsonType, body: JSON.stringify(`{"result": ${pythonJson(result, asFloats)}${more}}`) };
}

const version2Keys: ReadonlySet<string> = new Set(["Inputs", "GlobalParameters"]);
const inputsKeys: ReadonlySet<string> = new Set(["data"]);
const parameterKeys: ReadonlySet<string> = new Set(["method"]);

function parseVersion2(request: WireRequest, body: Readonly<Record<string, unknown>>): ParsedRequest {
  refuseOtherKeys(body, version2Keys);
  const inputs = objectAt(body["Inputs"], "Inputs", "an object with the key data");
  refuseOtherKeys(inputs, inputsKeys, "Inputs");
  const method = readGlobalParameters(body["GlobalParameters"]);
  const rows = readRows(Object.hasOwn(inputs, "data") ? inputs["data"] : undefined, "Inputs.data", request);
  return {
    rows: { rows, method, explain: false, checks: request.settings },
    source: sourceOf(request, "Inputs.data"),
    format: ({ result }) => ({ contentType: jsonType, body: `{"Results":${JSON.stringify(result)}}` }),
  };
}

/** A regression's swagger.json says 1.0, which means nothing. */
function readGlobalParameters(value: unknown): RowsToScore["method"] {
  if (value === undefined || value === null || value === 1) return "predict";
  const parameters = objectAt(value, "GlobalParameters", "an object with the key method, or 1.0");
  refuseOtherKeys(parameters, parameterKeys, "GlobalParameters");
  return readMethod(parameters["method"], "GlobalParameters.method");
}

const inputDataKeys: ReadonlySet<string> = new Set(["input_data", "params"]);

function parseInputData(request: WireRequest, body: Readonly<Record<string, unknown>>): ParsedRequest {
  refuseOtherKeys(body, inputDataKeys);
  const { method, params } = readParams(body["params"], request.schema);
  const data = body["input_data"];
  const rows = Array.isArray(data)
    ? readRows(data, "input_data", request)
    : readDataFrame(objectAt(data, "input_data", "columns and data, or a list of rows"), "input_data", request);
  return {
    rows: { rows, method, explain: false, checks: request.settings, ...params },
    source: rows === data ? sourceOf(request, "input_data") : null,
    format: ({ result }) => ({ contentType: jsonType, body: JSON.stringify(result) }),
  };
}
