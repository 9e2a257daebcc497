/** Checks of values, row by row; nulls are the business of the check "nulls" alone. */
import type { Column, DateTimeColumn, NumericColumn, Table } from "../../../base/index.ts";
import { isNumber, missingColumn } from "./check-schema.ts";
import type { Bound, CheckFailure, FailedExample, TableCheck } from "./messages.ts";
import { compilePattern } from "./resolve-checks.ts";
import {
  findWrong,
  findWrongTexts,
  isNull,
  mostExamples,
  percent,
  rowsFailed,
  tableFailed,
  valueOf,
  type WrongRows,
} from "./wrong-rows.ts";

type CheckOf<Name extends TableCheck["check"]> = Extract<TableCheck, { check: Name }>;

/** Milliseconds since 1970 of a date of ISO 8601; NaN for any other text. */
export type ParseTime = (text: string) => number;

/** Calls `look` for each column that is there; the others are failures. */
function forColumns(
  table: Table,
  names: readonly string[],
  look: (column: Column) => CheckFailure | null,
): CheckFailure[] {
  return names.flatMap((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    return column === undefined ? missingColumn(table, name) : (look(column) ?? []);
  });
}

export function checkNulls(table: Table, { columns, maxShare }: CheckOf<"nulls">): CheckFailure[] {
  return forColumns(table, columns, (column) => {
    const examples: FailedExample[] = [];
    let rows = 0;
    for (let row = 0; row < table.rows; row++) {
      if (!isNull(column, row)) continue;
      rows++;
      if (examples.length < mostExamples) examples.push({ row: row + 1, value: null });
    }
    if (rows <= maxShare * table.rows) return null;
    const more = maxShare === 0 ? "" : `, and at most ${percent(maxShare)} may be`;
    return rowsFailed(column.name, { rows, examples }, { total: table.rows, what: "null", more });
  });
}

export function checkRange(
  table: Table,
  { columns, min, max }: CheckOf<"range">,
  parseTime: ParseTime,
): CheckFailure[] {
  const allowed = min === null ? `at most ${max}` : max === null ? `at least ${min}` : `from ${min} to ${max}`;
  const bound = min ?? max;
  return forColumns(table, columns, (column) => {
    if (column.type === "string") {
      const found = findWrongTexts(column, (text) => !isNumber(text));
      const more = ": the column is text, which has no range";
      return rowsFailed(column.name, found, { total: table.rows, what: "no number", more });
    }
    if ((column.type === "numeric") !== (typeof bound === "number"))
      return tableFailed(column.name, `the column is ${column.type}, which ${JSON.stringify(bound)} is no bound of`);
    const low = boundOf(min, -Infinity, parseTime);
    const high = boundOf(max, Infinity, parseTime);
    const found = findWrong(column, (row) => column.values[row]! < low || column.values[row]! > high);
    return found.rows === 0 ? null : rowsFailed(column.name, found, { total: table.rows, what: `not ${allowed}` });
  });
}

function boundOf(bound: Bound | null, open: number, parseTime: ParseTime): number {
  if (bound === null) return open;
  return typeof bound === "number" ? bound : parseTime(bound);
}

export function checkAllowedValues(
  table: Table,
  { column: name, values }: CheckOf<"allowed_values">,
  parseTime: ParseTime,
): CheckFailure[] {
  return forColumns(table, [name], (column) => {
    const found = notAllowed(column, values, parseTime);
    if (found.rows === 0) return null;
    const listed = values.slice(0, 10).map((value) => JSON.stringify(value));
    const more = values.length > 10 ? ` and ${values.length - 10} more` : "";
    return rowsFailed(column.name, found, { total: table.rows, what: `none of ${listed.join(", ")}${more}` });
  });
}

function notAllowed(column: Column, values: readonly (string | number)[], parseTime: ParseTime): WrongRows {
  if (column.type === "string") {
    const allowed = new Set(values.map(String));
    return findWrongTexts(column, (text) => !allowed.has(text));
  }
  // A number is the same number however it is written.
  const allowed = new Set(
    values.map((value) => (column.type === "datetime" ? parseTime(String(value)) : Number(value))),
  );
  return findWrong(column, (row) => !allowed.has(column.values[row]!));
}

export function checkUnique(table: Table, { columns }: CheckOf<"unique">): CheckFailure[] {
  return forColumns(table, columns, (column) => {
    const found = column.type === "string" ? repeatedTexts(column) : repeatedNumbers(column);
    return found.rows === 0
      ? null
      : rowsFailed(column.name, found, { total: table.rows, what: "the value of an earlier row again" });
  });
}

function repeatedTexts(column: Extract<Column, { type: "string" }>): WrongRows {
  const seen = new Uint8Array(column.categories.length);
  return findWrong(column, (row) => {
    const code = column.codes[row]!;
    if (seen[code] === 1) return true;
    seen[code] = 1;
    return false;
  });
}

/** By sorting: a set of all values would take several times the column's memory. */
function repeatedNumbers(column: NumericColumn | DateTimeColumn): WrongRows {
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  let rows = 0;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) rows++;
  if (rows === 0) return { rows, examples: [] };
  return { rows, examples: firstRepeated(column, sorted) };
}

function firstRepeated({ values, ...column }: NumericColumn | DateTimeColumn, sorted: Float64Array): FailedExample[] {
  const seen = new Set<number>();
  const shown = new Set<number>();
  const examples: FailedExample[] = [];
  for (let row = 0; row < values.length && examples.length < mostExamples; row++) {
    const value = values[row]!;
    // Values that are there once need not be remembered.
    if (Number.isNaN(value) || shown.has(value) || !isTwice(sorted, value)) continue;
    if (seen.has(value)) {
      shown.add(value);
      examples.push({ row: row + 1, value: valueOf({ ...column, values } as Column, row) });
    }
    seen.add(value);
  }
  return examples;
}

function isTwice(sorted: Float64Array, value: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low + 1] === value;
}

export function checkPattern(table: Table, { column: name, pattern }: CheckOf<"pattern">): CheckFailure[] {
  const compiled = compilePattern(pattern);
  return forColumns(table, [name], (column) => {
    const found =
      column.type === "string"
        ? findWrongTexts(column, (text) => !compiled.test(text))
        : findWrong(column, (row) => !compiled.test(String(valueOf(column, row))));
    return found.rows === 0
      ? null
      : rowsFailed(column.name, found, { total: table.rows, what: `no match of ${pattern}` });
  });
}
