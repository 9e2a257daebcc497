/** Rows as JSON Lines: an object, or a list in the order of the columns, on every line; answered the same way. */
import { SlipwayError } from "../../base/index.ts";
import { parseJsonBody } from "../../http/index.ts";
import { answerForm, jsonForm, tableForm } from "./answer-forms.ts";
import { checkRowCount } from "./parts.ts";
import { readQuery } from "./query.ts";
import type { Wire, WireRequest } from "./types.ts";

export const ndjsonWire: Wire = {
  name: "ndjson",
  parse(request) {
    const { method, explain } = readQuery(request);
    const rows = readLines(request, explain);
    const form = answerForm(request.accept, "ndjson");
    return {
      rows: { rows, method, explain, checks: request.settings },
      source: null,
      format: form === "json" ? jsonForm : tableForm(form, request.schema, method, explain),
    };
  },
};

const lineFeed = 0x0a;

function readLines(request: WireRequest, explain: boolean): unknown[] {
  const { body } = request;
  if (body.length === 0) throw new SlipwayError("SLW_HTTP_BODY_EMPTY", "The body is empty.");
  const rows: unknown[] = [];
  for (let start = 0, line = 1; start < body.length; line++) {
    const found = body.indexOf(lineFeed, start);
    const end = found < 0 ? body.length : found;
    // More lines are not read to be refused later.
    checkRowCount(line, request, explain);
    rows.push(readLine(body.subarray(start, end), line));
    start = end + 1;
  }
  return rows;
}

/** @throws SLW_HTTP_JSON, SLW_HTTP_UTF8 with the line */
function readLine(bytes: Buffer, line: number): unknown {
  try {
    return parseJsonBody(bytes);
  } catch (cause) {
    if (!(cause instanceof SlipwayError)) throw cause;
    const isBlank = cause.code === "SLW_HTTP_BODY_EMPTY";
    const code = isBlank ? "SLW_HTTP_JSON" : cause.code;
    throw new SlipwayError(code, `Line ${line}: ${isBlank ? "it is blank" : cause.message}`, {
      fix: "Send one JSON object, or list, on every line.",
      details: { ...cause.details, line },
      cause,
    });
  }
}
