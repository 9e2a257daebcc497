/**
 * Rows as CSV with a header, answered as CSV unless the client asks for something else. What a value is, the model's
 * column says: the rules are those of training (docs/decisions/0002-reading-files.md), so that a file scores the same
 * here and by `slipway predict`. A value that does not fit goes on as text, for the backend to refuse it by name.
 */
import { SlipwayError } from "../../base/index.ts";
import type { ScoringColumn } from "../backends/types.ts";
import { answerForm, jsonForm, tableForm } from "./answer-forms.ts";
import { csvRecords } from "./csv-records.ts";
import { arrangeRows, refuseTwice } from "./data-frame.ts";
import { checkRowCount, readText } from "./parts.ts";
import { readQuery } from "./query.ts";
import type { Wire, WireRequest } from "./types.ts";

export const csvWire: Wire = {
  name: "csv",
  parse(request) {
    const { method, explain } = readQuery(request);
    const rows = readCsv(request, explain);
    const form = answerForm(request.accept, "csv");
    return {
      rows: { rows, method, explain, checks: request.settings },
      source: null,
      format: form === "json" ? jsonForm : tableForm(form, request.schema, method, explain),
    };
  },
};

/** @throws SLW_HTTP_BODY_EMPTY, SLW_HTTP_UTF8, SLW_SCORE_DATA, SLW_HTTP_ROWS */
export function readCsv(request: WireRequest, explain = false): readonly unknown[] {
  const records = csvRecords(readText(request.body));
  const header = records.next();
  if (header.done) throw new SlipwayError("SLW_HTTP_BODY_EMPTY", "The body has no line.");
  const names = header.value.values;
  checkHeader(names);
  const columns = new Map(request.schema.columns.map((column) => [column.name, column]));
  // What the model does not know is not looked at.
  const other = columns.size === 0 ? readerOf("any") : (text: string): unknown => text;
  const readers = names.map((name) => {
    const column = columns.get(name);
    return column === undefined ? other : readerOf(column.type, column.categories);
  });
  const rows: unknown[][] = [];
  for (const { values } of records) {
    checkRowCount(rows.length + 1, request, explain);
    rows.push(values.map((value, i) => (readers[i] as CellReader)(value)));
  }
  return arrangeRows(names, rows, request.schema);
}

function checkHeader(names: readonly string[]): void {
  const empty = names.findIndex((name) => name.trim() === "");
  if (empty >= 0) {
    throw new SlipwayError("SLW_SCORE_DATA", `Line 1 of the CSV: the name of column ${empty + 1} is empty.`, {
      fix: "Begin with a line of the columns' names.",
      details: { line: 1, column: empty + 1 },
    });
  }
  refuseTwice(names, "Line 1 of the CSV");
}

type CellReader = (text: string) => unknown;

/** What training takes for null (src/data), in lower case. */
const nulls: ReadonlySet<string> = new Set(["", "?", "na", "n/a", "null", "nan"]);
const plainNumber = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function isNull(text: string): boolean {
  return text.length <= 4 ? nulls.has(text.trim().toLowerCase()) : text.trim() === "";
}

const whole = /^[+-]?\d+$/;

/** Whole numbers that a double would change are identifiers, and none. */
function readNumber(text: string): unknown {
  const trimmed = text.trim();
  if (!plainNumber.test(trimmed)) return text;
  const value = Number(trimmed);
  const isChanged = Math.abs(value) > Number.MAX_SAFE_INTEGER && whole.test(trimmed) && String(value) !== trimmed;
  return isChanged ? text : value;
}

function readerOf(type: ScoringColumn["type"], categories: ScoringColumn["categories"] = null): CellReader {
  switch (type) {
    case "any":
    case "numeric":
      return (text) => (isNull(text) ? null : readNumber(text));
    case "datetime":
      return (text) => (isNull(text) ? null : text.trim());
    case "string": {
      // A table that was not a CSV may have such a word for a category.
      const words = new Set(categories?.filter(isNull));
      return (text) => (isNull(text) && !words.has(text) ? null : text);
    }
  }
}
