/** A scoring request, parsed, to its answer. */
import { SlipwayError } from "../base/index.ts";
import {
  outputWidth,
  predictions,
  readRecords,
  score,
  type Label,
  type Model,
  type RecordWarning,
} from "../model/index.ts";

export interface ScoringAnswer {
  /** For each row its label or value; with predict_proba the probabilities of all labels, in the model's order. */
  readonly result: readonly Label[] | readonly number[][];
  readonly warnings: readonly RecordWarning[];
}

/**
 * @param body `{"data": rows, "method"?: "predict" | "predict_proba"}`
 * @throws SLW_SCORE_DATA, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_VALUE, SLW_SCORE_METHOD, SLW_HTTP_ROWS
 */
export function scoreRequest(model: Model, body: unknown, mostRows: number): ScoringAnswer {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badBody("an object with the key data");
  for (const key of Object.keys(body)) {
    if (key !== "data" && key !== "method") throw badBody(`the keys data and method, got "${key.slice(0, 60)}"`);
  }
  const { data, method = "predict" } = body as { data?: unknown; method?: unknown };
  if (!Object.hasOwn(body, "data")) throw badBody("the key data");
  checkMethod(method, model);
  if (Array.isArray(data) && data.length > mostRows) {
    throw new SlipwayError(
      "SLW_HTTP_ROWS",
      `The request has ${data.length} rows; this endpoint takes ${mostRows} at a time.`,
      {
        details: { expected: mostRows, got: data.length },
      },
    );
  }
  const { table, warnings } = readRecords(model, data);
  const outputs = score(model, table);
  if (method === "predict") return { result: predictions(model, outputs), warnings };
  return { result: rowsOf(outputs, outputWidth(model)), warnings };
}

function badBody(expected: string): SlipwayError {
  return new SlipwayError("SLW_SCORE_DATA", `The body: expected ${expected}.`, { details: { path: "", expected } });
}

function checkMethod(method: unknown, model: Model): void {
  if (method === "predict") return;
  if (method !== "predict_proba") {
    throw new SlipwayError("SLW_SCORE_METHOD", 'method: expected "predict" or "predict_proba".');
  }
  if (model.task === "regression") {
    throw new SlipwayError(
      "SLW_SCORE_METHOD",
      `A regression model has no probabilities: method can only be "predict".`,
      {
        fix: 'Use "predict", or leave the method out.',
      },
    );
  }
}

function rowsOf(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width)),
  );
}

/** One line of printable ASCII, as a header must be, at most 2,000 characters. */
export function warningHeader(warnings: readonly RecordWarning[]): string {
  const sentences = warnings.map((warning) =>
    warning.kind === "unknownColumn"
      ? `unknown column ${quoted(warning.column)} ignored${warning.nearest === null ? "" : `, did you mean ${quoted(warning.nearest)}?`}`
      : `data[${warning.row}], column ${quoted(warning.column)}: unknown category ${quoted(warning.value)}`,
  );
  const line = sentences.join("; ");
  return line.length > 2000 ? `${line.slice(0, 1997)}...` : line;
}

/** JSON text in ASCII. */
function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return JSON.stringify(short).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A row of the values that the model's inputs give as examples. */
export function exampleRow(model: Model): Record<string, string | number | null> {
  return Object.fromEntries(model.inputs.map((input) => [input.name, input.example]));
}
