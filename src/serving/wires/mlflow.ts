/**
 * POST /invocations of MLflow's scoring server: exactly one of dataframe_split, dataframe_records, instances and
 * inputs, and params beside it; or CSV. Answered with {"predictions": […]}.
 */
import { SlipwayError } from "../../base/index.ts";
import type { ScoredRows } from "../backends/types.ts";
import { jsonType } from "./answer-forms.ts";
import { readCsv } from "./csv.ts";
import { readColumns, readDataFrame, readParams } from "./data-frame.ts";
import { nullForNaN } from "./nan.ts";
import { objectAt, readObject, readRows, refuseOtherKeys, sourceOf } from "./parts.ts";
import type { ParsedRequest, Wire, WireAnswer, WireRequest } from "./types.ts";

const forms = ["dataframe_split", "dataframe_records", "instances", "inputs"] as const;
const keys: ReadonlySet<string> = new Set([...forms, "params"]);

export const mlflowWire: Wire = { name: "mlflow", parse, errorBody };

export const mlflowCsvWire: Wire = {
  name: "mlflow",
  parse: (request) => ({
    rows: { rows: readCsv(request), method: "predict", explain: false, checks: request.settings },
    source: null,
    format,
  }),
  errorBody,
};

function parse(request: WireRequest): ParsedRequest {
  const { body, isAsSent } = readBody(request);
  refuseOtherKeys(body, keys);
  const given = forms.filter((form) => Object.hasOwn(body, form));
  const [form] = given;
  if (form === undefined || given.length > 1) {
    const got = given.length === 0 ? "none" : given.join(" and ");
    const message = `The body: expected exactly one of the keys ${forms.join(", ")}, got ${got}.`;
    throw new SlipwayError("SLW_SCORE_DATA", message, {
      fix: 'Send {"dataframe_records": [{"column": value, …}, …]}: one object for each row.',
      details: { path: "", expected: forms, got: given },
    });
  }
  const { method, params } = readParams(body["params"], request.schema);
  const rows = readForm(form, body[form], request);
  return {
    rows: { rows, method, explain: false, checks: request.settings, ...params },
    source: isAsSent && rows === body[form] ? sourceOf(request, form) : null,
    format,
  };
}

/** MLflow's client writes a data frame's missing values as NaN, which is no JSON; they are null here. */
function readBody(request: WireRequest): {
  readonly body: Readonly<Record<string, unknown>>;
  readonly isAsSent: boolean;
} {
  const expected = `an object with one of the keys ${forms.join(", ")}`;
  try {
    return { body: readObject(request, expected), isAsSent: true };
  } catch (error) {
    const isJson = !(error instanceof SlipwayError) || error.code !== "SLW_HTTP_JSON";
    const body = isJson ? request.body : nullForNaN(request.body);
    if (body === request.body) throw error;
    return { body: readObject({ ...request, body }, expected), isAsSent: false };
  }
}

function readForm(form: (typeof forms)[number], value: unknown, request: WireRequest): readonly unknown[] {
  switch (form) {
    case "dataframe_split":
      return readDataFrame(objectAt(value, form, "an object with columns and data"), form, request);
    case "dataframe_records":
      return readRows(value, form, request);
    case "instances":
      return withLists(readRows(value, form, request));
    case "inputs":
      return Array.isArray(value)
        ? withLists(readRows(value, form, request))
        : readColumns(objectAt(value, form, "a list of rows, or an object of columns"), form, request);
  }
}

/** TensorFlow Serving's form of rows with one value each: [1, 2] for [[1], [2]]. */
function withLists(rows: readonly unknown[]): readonly unknown[] {
  const isPlain = (row: unknown): boolean => typeof row !== "object" || row === null;
  return rows.length > 0 && rows.every(isPlain) ? rows.map((value) => [value]) : rows;
}

function format({ result }: ScoredRows): WireAnswer {
  return { contentType: jsonType, body: `{"predictions":${JSON.stringify(result)}}` };
}

/** MLflow's names of errors (its databricks_pb2); clients look at them and at the status. */
function errorBody({ status, detail }: { readonly status: number; readonly detail: string }): unknown {
  return { error_code: errorCodes[status] ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR"), message: detail };
}

const errorCodes: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "ENDPOINT_NOT_FOUND",
  503: "TEMPORARILY_UNAVAILABLE",
};
