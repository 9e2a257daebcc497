/** A scoring request, parsed, to its answer. */
import { SlipwayError, type Table } from "../base/index.ts";
import {
  explainedScale,
  explainRows,
  outputWidth,
  predictedClasses,
  predictions,
  readRecords,
  score,
  type ExplainedScale,
  type Label,
  type Model,
  type RecordWarning,
} from "../model/index.ts";
import type { ScoringLimits } from "./options.ts";

export interface ScoringAnswer {
  /** For each row its label or value; with predict_proba the probabilities of all labels, in the model's order. */
  readonly result: readonly Label[] | readonly number[][];
  /** One for each row; null where none were asked for. */
  readonly explanations: readonly RowExplanation[] | null;
  readonly warnings: readonly RecordWarning[];
}

/** What made the answer: baseline + the sum of the contributions = the explained output (model/explain). */
export interface RowExplanation {
  /** The label whose output is explained: the second of two, of more the row's answer; for regression the target. */
  readonly output: string;
  /** The unit of all the numbers. */
  readonly scale: ExplainedScale;
  readonly baseline: number;
  /** By column of the model. */
  readonly contributions: Readonly<Record<string, number>>;
}

/**
 * @param body `{"data": rows, "method"?: "predict" | "predict_proba", "explain"?: boolean}`
 * @param signal ends the search for explanations, with its reason; scoring itself is over before anything can abort it
 * @throws SLW_SCORE_DATA, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_VALUE, SLW_SCORE_METHOD, SLW_HTTP_ROWS,
 * SLW_EXPLAIN_UNSUPPORTED, the signal's reason
 */
export async function scoreRequest(
  model: Model,
  body: unknown,
  limits: Pick<ScoringLimits, "rows" | "explainedRows">,
  signal?: AbortSignal,
): Promise<ScoringAnswer> {
  const { data, method, explain } = readBody(model, body);
  checkRows(data, explain ? Math.min(limits.rows, limits.explainedRows) : limits.rows, explain);
  const { table, warnings } = readRecords(model, data);
  const outputs = score(model, table);
  const result = method === "predict" ? predictions(model, outputs) : rowsOf(outputs, outputWidth(model));
  const explanations = explain ? await explanationsOf(model, table, outputs, signal) : null;
  return { result, explanations, warnings };
}

const keys = new Set(["data", "method", "explain"]);

function readBody(model: Model, body: unknown): { data: unknown; method: unknown; explain: boolean } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badBody("an object with the key data");
  for (const key of Object.keys(body)) {
    if (!keys.has(key)) throw badBody(`the keys data, method and explain, got "${key.slice(0, 60)}"`);
  }
  const { data, method = "predict", explain = false } = body as Record<string, unknown>;
  if (!Object.hasOwn(body, "data")) throw badBody("the key data");
  checkMethod(method, model);
  if (typeof explain !== "boolean") {
    const details = { path: "explain", expected: "true or false" };
    throw new SlipwayError("SLW_SCORE_DATA", "explain: expected true or false.", { details });
  }
  return { data, method, explain };
}

function checkRows(data: unknown, most: number, explain: boolean): void {
  if (!Array.isArray(data) || data.length <= most) return;
  const takes = explain ? `explains ${most}` : `takes ${most}`;
  throw new SlipwayError("SLW_HTTP_ROWS", `The request has ${data.length} rows; this endpoint ${takes} at a time.`, {
    details: { expected: most, got: data.length },
  });
}

async function explanationsOf(
  model: Model,
  table: Table,
  outputs: Float64Array,
  signal: AbortSignal | undefined,
): Promise<RowExplanation[]> {
  const found = await explainRows(model, table, signal === undefined ? {} : { signal });
  const answers = found.outputs.length > 1 ? predictedClasses(model, outputs) : new Int32Array(table.rows);
  const width = found.columns.length;
  const scale = explainedScale(model);
  return Array.from(answers, (output, row) => {
    const start = (row * found.outputs.length + output) * width;
    return {
      output: found.outputs[output] as string,
      scale,
      baseline: found.baseline[output] as number,
      contributions: Object.fromEntries(
        found.columns.map((name, i) => [name, found.contributions[start + i] as number]),
      ),
    };
  });
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
