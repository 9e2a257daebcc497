/** Columns of a query's answer: how their values stand in a CSV, and which types they have there. */
import { DuckDBTypeId, type DuckDBDateValue, type DuckDBValue } from "@duckdb/node-api";
import type { ColumnType } from "../../../base/index.ts";
import type { CsvValue } from "../../../data/index.ts";
import type { OutputColumn } from "../../jobs/batch-messages.ts";
import { count } from "./wrong-rows.ts";

/** A column of the answer while it is written. */
export interface ResultColumn {
  readonly name: string;
  readonly kind: Kind;
  /** Values that no table can hold, written as null. */
  dropped: number;
  /** Is a whole number among them that a double does not hold? Then they are identifiers, so text. */
  beyondDouble: boolean;
  /** Numbers: are all of them whole? */
  whole: boolean;
  /** Dates as they are written, by milliseconds: they repeat, and take long to format. */
  readonly dates: Map<number, string>;
}

export type Kind = "boolean" | "number" | "bigint" | "decimal" | "date" | "moment" | "text";

/** Absent: what no column of a table can be: lists, structs, binary data. */
export const kinds: ReadonlyMap<DuckDBTypeId, Kind> = new Map<DuckDBTypeId, Kind>([
  [DuckDBTypeId.BOOLEAN, "boolean"],
  ...[DuckDBTypeId.TINYINT, DuckDBTypeId.SMALLINT, DuckDBTypeId.INTEGER].map((id) => [id, "number"] as const),
  ...[DuckDBTypeId.UTINYINT, DuckDBTypeId.USMALLINT, DuckDBTypeId.UINTEGER].map((id) => [id, "number"] as const),
  ...[DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE].map((id) => [id, "number"] as const),
  ...[DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT].map((id) => [id, "bigint"] as const),
  ...[DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT].map((id) => [id, "bigint"] as const),
  [DuckDBTypeId.DECIMAL, "decimal"],
  [DuckDBTypeId.DATE, "date"],
  ...[DuckDBTypeId.TIMESTAMP, DuckDBTypeId.TIMESTAMP_S].map((id) => [id, "moment"] as const),
  ...[DuckDBTypeId.TIMESTAMP_MS, DuckDBTypeId.TIMESTAMP_NS].map((id) => [id, "moment"] as const),
  [DuckDBTypeId.TIMESTAMP_TZ, "moment"],
  ...[DuckDBTypeId.VARCHAR, DuckDBTypeId.ENUM, DuckDBTypeId.UUID].map((id) => [id, "text"] as const),
  ...[DuckDBTypeId.TIME, DuckDBTypeId.TIME_TZ, DuckDBTypeId.INTERVAL].map((id) => [id, "text"] as const),
]);

const typeOfKind: Readonly<Record<Kind, ColumnType>> = {
  boolean: "string",
  number: "numeric",
  bigint: "numeric",
  decimal: "numeric",
  date: "datetime",
  moment: "datetime",
  text: "string",
};

export function cellOf(column: ResultColumn, value: DuckDBValue): CsvValue {
  if (value === null) return null;
  switch (column.kind) {
    case "text":
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value as number)) return drop(column);
      column.whole &&= Number.isSafeInteger(value);
      return value as number;
    case "bigint": {
      const whole = value as bigint;
      column.beyondDouble ||= whole > Number.MAX_SAFE_INTEGER || whole < Number.MIN_SAFE_INTEGER;
      return String(whole);
    }
    case "decimal":
      return decimalOf(column, String(value));
    case "date":
      return dateOf(column, value as DuckDBDateValue);
    case "moment":
      return momentOf(column, value);
  }
}

/** Decimals without a point are as whole numbers are. */
function decimalOf(column: ResultColumn, text: string): CsvValue {
  if (text.includes(".")) column.whole &&= Number.isSafeInteger(Number(text));
  else column.beyondDouble ||= !Number.isSafeInteger(Number(text));
  // As other numbers are written: without zeros at the end.
  return text.includes(".") ? Number(text) : text;
}

function drop(column: ResultColumn): null {
  column.dropped++;
  return null;
}

const millisecondsOfDay = 86_400_000;

function dateOf(column: ResultColumn, value: DuckDBDateValue): CsvValue {
  if (!value.isFinite) return drop(column);
  return isoOf(column, value.days * millisecondsOfDay)?.slice(0, 10) ?? null;
}

/** Of DuckDB's values for moments, one of these holds the time since 1970. */
interface Moment {
  readonly isFinite?: boolean;
  readonly seconds?: bigint;
  readonly milliseconds?: bigint;
  readonly micros?: bigint;
  readonly nanoseconds?: bigint;
  readonly nanos?: bigint;
}

function momentOf(column: ResultColumn, value: DuckDBValue): CsvValue {
  const moment = value as unknown as Moment;
  if (moment.isFinite === false) return drop(column);
  return isoOf(column, millisecondsOf(moment));
}

function millisecondsOf(moment: Moment): number {
  if (moment.seconds !== undefined) return Number(moment.seconds) * 1000;
  if (moment.milliseconds !== undefined) return Number(moment.milliseconds);
  if (moment.micros !== undefined) return Math.floor(Number(moment.micros) / 1000);
  return Math.floor(Number(moment.nanos ?? moment.nanoseconds) / 1_000_000);
}

const mostDates = 10_000;

function isoOf(column: ResultColumn, milliseconds: number): string | null {
  const known = column.dates.get(milliseconds);
  if (known !== undefined) return known;
  const date = new Date(milliseconds);
  const text = Number.isNaN(date.getTime()) ? "-" : date.toISOString();
  // Years before 0 and after 9999 have a sign, and files with dates have none.
  if (/^[-+]/.test(text)) return drop(column);
  if (column.dates.size < mostDates) column.dates.set(milliseconds, text);
  return text;
}

export function describe({ name, kind, beyondDouble, whole }: ResultColumn): OutputColumn {
  const type = beyondDouble ? "string" : typeOfKind[kind];
  return { name, type, whole: type === "numeric" && whole };
}

export function warningOf({ name, kind, dropped }: ResultColumn): string[] {
  if (dropped === 0) return [];
  const what = kind === "number" ? "infinite or not a number" : "infinite or not of the years 0 to 9999";
  return [`Column ${JSON.stringify(name)}: ${count(dropped)} ${what}, written as null.`];
}
