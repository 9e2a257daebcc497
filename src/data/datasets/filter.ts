/** Conditions on the values of a row. A null meets none but "is_null": as in SQL, it is neither equal nor unequal. */
import { SlipwayError, type Column, type Table } from "../../base/index.ts";
import { findColumn } from "../select-columns.ts";
import { parseIsoTime } from "./iso-time.ts";

type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** Numbers by size, dates (ISO 8601) by time, texts by code point. */
interface ValueCondition {
  readonly column: string;
  readonly is: Comparison;
  readonly value: string | number;
}
interface SetCondition {
  readonly column: string;
  readonly is: "in" | "not_in";
  readonly values: readonly (string | number)[];
}
interface NullCondition {
  readonly column: string;
  readonly is: "is_null" | "not_null";
}
export type Condition = ValueCondition | SetCondition | NullCondition;

/** @throws SLW_DATA_COLUMN_MISSING, SLW_DATASET_CONDITION for a value of another type than the column's */
export function createFilter(table: Table, where: readonly Condition[]): (row: number) => boolean {
  const tests = where.map((condition) => createTest(findColumn(table, condition.column), condition));
  return (row) => tests.every((test) => test(row));
}

function createTest(column: Column, condition: Condition): (row: number) => boolean {
  if (!("value" in condition) && !("values" in condition)) {
    return condition.is === "is_null" ? (row) => isNull(column, row) : (row) => !isNull(column, row);
  }
  if (column.type === "string") {
    // Decided once a category, not once a row.
    const meets = column.categories.map(valueTest(condition, (value) => textOf(column, value), compareTexts));
    return (row) => meets[column.codes[row]!] === true;
  }
  const meets = valueTest(condition, (value) => numberOf(column, value), compareNumbers);
  return (row) => !isNull(column, row) && meets(column.values[row]!);
}

function isNull(column: Column, row: number): boolean {
  return column.type === "string" ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
}

function valueTest<T>(
  condition: ValueCondition | SetCondition,
  convert: (value: string | number) => T,
  compare: (a: T, b: T) => number,
): (value: T) => boolean {
  if ("values" in condition) {
    const values = new Set(condition.values.map(convert));
    return condition.is === "in" ? (value) => values.has(value) : (value) => !values.has(value);
  }
  const bound = convert(condition.value);
  const meets = outcomes[condition.is];
  return (value) => meets(compare(value, bound));
}

const outcomes: Readonly<Record<Comparison, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

const compareNumbers = (a: number, b: number): number => a - b;
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function textOf(column: Column, value: string | number): string {
  if (typeof value === "string") return value;
  throw wrongValue(column, value);
}

function numberOf(column: Column, value: string | number): number {
  const isDate = column.type === "datetime";
  const converted = isDate ? parseIsoTime(String(value)) : Number(value === "" ? NaN : value);
  if (Number.isFinite(converted)) return converted;
  throw wrongValue(column, value);
}

function wrongValue(column: Column, value: unknown): SlipwayError {
  const expected = { numeric: "a number", datetime: "a date (ISO 8601)", string: "a text" }[column.type];
  return new SlipwayError(
    "SLW_DATASET_CONDITION",
    `The column "${column.name}" is compared with ${JSON.stringify(value)}, which is not ${expected}.`,
    { details: { column: column.name, expected, got: value } },
  );
}
