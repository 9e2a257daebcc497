/** Columns and their types, and how many rows there are. */
import { nearest, type Column, type Table } from "../../../base/index.ts";
import { toNumeric } from "../../../data/index.ts";
import type { CheckFailure, ExpectedType, TableCheck } from "./messages.ts";
import { count, findWrong, findWrongTexts, isNull, rowsFailed, tableFailed, type WrongRows } from "./wrong-rows.ts";

type CheckOf<Name extends TableCheck["check"]> = Extract<TableCheck, { check: Name }>;

/** A date as it stands in text. */
type IsDate = (text: string) => boolean;

export function checkColumns(
  table: Table,
  { columns, allowOthers }: CheckOf<"columns">,
  isDate: IsDate,
): CheckFailure[] {
  const found = new Map(table.columns.map((column) => [column.name, column]));
  const wanted = Object.entries(columns);
  const missing = wanted.filter(([name]) => !found.has(name)).map(([name]) => missingColumn(table, name));
  const wrong = wanted.flatMap(([name, type]) => {
    const column = found.get(name);
    return column === undefined ? [] : wrongType(table, column, type, isDate);
  });
  if (allowOthers) return [...missing, ...wrong];
  const others = table.columns.filter(({ name }) => !Object.hasOwn(columns, name));
  const extra = others.map(({ name, type }) => tableFailed(name, `the column (${type}) is not among those expected`));
  return [...missing, ...wrong, ...extra];
}

export function missingColumn({ columns }: Table, name: string): CheckFailure {
  const names = columns.map((column) => column.name);
  const near = nearest(name, names);
  return tableFailed(name, `there is no such column${near === null ? "" : `; did you mean "${near}"?`}`);
}

/** A column without any value is of every type: how many nulls there may be is the business of another check. */
function wrongType(table: Table, column: Column, expected: ExpectedType, isDate: IsDate): CheckFailure[] {
  if (column.type === expected || hasNoValue(column)) return [];
  if (expected === "integer" && column.type === "numeric") {
    if (column.integer) return [];
    const found = findWrong(column, (row) => !Number.isInteger(column.values[row]));
    return [rowsFailed(column.name, found, { total: table.rows, what: "no whole number" })];
  }
  const what = `expected ${expected}, but the column is ${column.type}`;
  return [culpritsOf(table, column, expected, isDate, what)];
}

function hasNoValue(column: Column): boolean {
  const rows = column.type === "string" ? column.codes.length : column.values.length;
  for (let row = 0; row < rows; row++) if (!isNull(column, row)) return false;
  return true;
}

/** A column is text because of some of its values: those are shown, not the first ones. */
function culpritsOf(
  { rows }: Table,
  column: Column,
  expected: ExpectedType,
  isDate: IsDate,
  what: string,
): CheckFailure {
  if (column.type === "string" && (expected === "numeric" || expected === "integer")) {
    const found = findWrongTexts(column, (text) => !isNumber(text));
    if (found.rows > 0) return rowsFailed(column.name, found, { total: rows, what: "no number", more: `: ${what}` });
  }
  if (column.type === "string" && expected === "datetime") {
    const found = findWrongTexts(column, (text) => !isDate(text));
    if (found.rows > 0) return rowsFailed(column.name, found, { total: rows, what: "no date", more: `: ${what}` });
  }
  const { examples }: WrongRows = findWrong(column, () => true);
  return { ...tableFailed(column.name, what), examples };
}

/** By the rules that files are read by. */
export function isNumber(text: string): boolean {
  return toNumeric({ name: "", type: "string", codes: new Int32Array(0), categories: [text] }) !== null;
}

export function checkRowCount({ rows }: Table, { min, max }: CheckOf<"row_count">): CheckFailure[] {
  const unit = rows === 1 ? "there is 1 row" : `there are ${count(rows)} rows`;
  if (min !== null && rows < min) return [tableFailed(null, `${unit}, fewer than ${count(min)}`)];
  if (max !== null && rows > max) return [tableFailed(null, `${unit}, more than ${count(max)}`)];
  return [];
}
