/** What the wires ask of the parts of a body alike. */
import { SlipwayError } from "../../base/index.ts";
import { parseJsonBody } from "../../http/index.ts";
import type { RowsToScore } from "../backends/types.ts";
import type { RowsSource, WireRequest } from "./types.ts";

/** @throws SLW_HTTP_BODY_EMPTY, SLW_HTTP_UTF8, SLW_HTTP_JSON, SLW_SCORE_DATA for what is no object */
export function readObject(request: WireRequest, expected: string): Readonly<Record<string, unknown>> {
  return objectAt(parseJsonBody(request.body), "The body", expected);
}

/** @param rowsAt where the rows stand that are scored as they are; a byte order mark at the beginning is left out */
export function sourceOf({ body }: WireRequest, rowsAt: string): RowsSource {
  return { body: body[0] === 0xef ? body.subarray(3) : body, rowsAt };
}

/** @throws SLW_SCORE_DATA for what is no object */
export function objectAt(value: unknown, path: string, expected: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(path, expected, value);
  return value as Record<string, unknown>;
}

/** @param path where it stands: "data[3]" */
export function malformed(path: string, expected: string, value: unknown): SlipwayError {
  const got = nameOf(value);
  return new SlipwayError("SLW_SCORE_DATA", `${path}: expected ${expected}, got ${got}.`, {
    details: { path: path === "The body" ? "" : path, expected, got },
  });
}

/** @throws SLW_SCORE_DATA for a key of `object` that is none of `keys` */
export function refuseOtherKeys(
  object: Readonly<Record<string, unknown>>,
  keys: ReadonlySet<string>,
  path = "The body",
): void {
  for (const key in object) {
    if (keys.has(key)) continue;
    const expected = `the keys ${[...keys].join(", ")}`;
    throw new SlipwayError("SLW_SCORE_DATA", `${path}: expected ${expected}, got "${key.slice(0, 60)}".`, {
      details: { path: path === "The body" ? "" : path, expected, got: key.slice(0, 60) },
    });
  }
}

/** @throws SLW_SCORE_METHOD */
export function readMethod(value: unknown, path: string): RowsToScore["method"] {
  if (value === undefined || value === "predict") return "predict";
  if (value === "predict_proba") return value;
  throw new SlipwayError("SLW_SCORE_METHOD", `${path}: expected "predict" or "predict_proba", got ${nameOf(value)}.`);
}

/** @throws SLW_SCORE_DATA */
export function readFlag(value: unknown, path: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw malformed(path, "true or false", value);
  return value;
}

/** @throws SLW_SCORE_DATA, SLW_HTTP_ROWS */
export function readRows(value: unknown, path: string, request: WireRequest, explain = false): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(path, "a list of rows", value);
  checkRowCount(value.length, request, explain);
  return value;
}

/** @throws SLW_HTTP_ROWS */
export function checkRowCount(rows: number, { settings }: WireRequest, explain = false): void {
  const most = explain ? Math.min(settings.maxRows, settings.explainedRows) : settings.maxRows;
  if (rows <= most) return;
  const takes = explain ? `explains ${most}` : `takes ${most}`;
  throw new SlipwayError("SLW_HTTP_ROWS", `The request has ${rows} rows; this endpoint ${takes} at a time.`, {
    details: { expected: most, got: rows },
  });
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Without a byte order mark. @throws SLW_HTTP_BODY_EMPTY, SLW_HTTP_UTF8 */
export function readText(body: Uint8Array): string {
  if (body.length === 0) throw new SlipwayError("SLW_HTTP_BODY_EMPTY", "The body is empty.");
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new SlipwayError("SLW_HTTP_UTF8", "The body is not valid UTF-8.", { cause });
  }
}

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const shown = JSON.stringify(value);
  const short = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  return typeof value === "string" ? `the text ${short}` : short;
}
