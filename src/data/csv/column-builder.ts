import { SlipwayError, type Column, type ColumnType } from "../../base/index.ts";
import { createStringColumn } from "../string-column.ts";
import { exchangeDayAndMonth, readDateTime, type DateForm } from "./datetime.ts";
import { createDictionary, hashBytes, type Dictionary } from "./dictionary.ts";
import { readNumber } from "./number.ts";

/** What a column is being read as. Numbers, because the record loop compares them once a value. */
export const undecided = 0;
export const numeric = 1;
export const text = 2;
export const datetime = 3;
/** Read in another pass. */
export const skipped = 4;
/** Began as numbers or dates and met a text: a second pass reads it as text. */
export const broken = 5;

/** A column while it is read. One shape for all kinds, so that the record loop stays monomorphic. */
export interface ColumnBuilder {
  readonly name: string;
  /** The caller demands this type: another value is an error, not a text column. */
  readonly forced: boolean;
  kind: number;
  values: Float64Array;
  codes: Int32Array;
  dictionary: Dictionary | null;
  /** Ways of writing that differ from String(value); null once there are too many to be labels. */
  written: Map<number, string> | null;
  dateForm: DateForm | null;
  /** Which orders of a year-last date every value so far allows. */
  monthFirst: boolean;
  dayFirst: boolean;
  infinite: { count: number; line: number; text: string; lastRow: number } | null;
  break: { line: number; text: string } | null;
}

/** What all columns of a file share. */
export interface BuildContext {
  readonly file: string;
  readonly decimal: "." | ",";
  /** Room for so many rows. */
  readonly capacity: number;
  readonly isNull: (trimmed: string) => boolean;
}

/** More distinct numbers than this are no labels, and how they were written is forgotten. */
const maxWritten = 100;
const noValues = new Float64Array(0);
const noCodes = new Int32Array(0);

export function createBuilder(
  name: string,
  type: ColumnType | "skipped" | undefined,
  context: BuildContext,
): ColumnBuilder {
  const builder: ColumnBuilder = {
    name,
    forced: type !== undefined,
    kind: undecided,
    values: noValues,
    codes: noCodes,
    dictionary: null,
    written: new Map(),
    dateForm: null,
    monthFirst: true,
    dayFirst: true,
    infinite: null,
    break: null,
  };
  if (type === "skipped") builder.kind = skipped;
  else if (type === "string") becomeText(builder, 0, context);
  else if (type !== undefined) becomeValues(builder, type === "numeric" ? numeric : datetime, 0, context);
  return builder;
}

/** Every row before `row` was null. */
function becomeText(builder: ColumnBuilder, row: number, context: BuildContext): void {
  builder.kind = text;
  builder.codes = new Int32Array(new SharedArrayBuffer(context.capacity * 4));
  builder.codes.fill(-1, 0, row);
  builder.dictionary = createDictionary((value) => context.isNull(value.trim()));
}

function becomeValues(builder: ColumnBuilder, kind: number, row: number, context: BuildContext): void {
  builder.kind = kind;
  builder.values = new Float64Array(new SharedArrayBuffer(context.capacity * 8));
  builder.values.fill(NaN, 0, row);
}

/** Stores the value in bytes[start, end): what the record loop calls when its short cut for numbers does not apply. */
export function putValue(
  builder: ColumnBuilder,
  row: number,
  line: number,
  bytes: Buffer,
  start: number,
  end: number,
  context: BuildContext,
): void {
  if (builder.kind === skipped || builder.kind === broken) return;
  if (builder.kind === text) {
    builder.codes[row] = builder.dictionary!.code(bytes, start, end, hashBytes(bytes, start, end));
    return;
  }
  const value = bytes.toString("utf8", start, end).trim();
  if (context.isNull(value)) {
    if (builder.kind !== undecided) builder.values[row] = NaN;
    return;
  }
  if (builder.kind === undecided) decide(builder, value, row, context);
  if (builder.kind === numeric) putNumber(builder, row, line, value, context);
  else if (builder.kind === datetime) putDate(builder, row, line, value, context);
  else builder.codes[row] = builder.dictionary!.code(bytes, start, end, hashBytes(bytes, start, end));
}

/** The first value that is not null decides what a column is taken for. */
function decide(builder: ColumnBuilder, value: string, row: number, context: BuildContext): void {
  if (!Number.isNaN(readNumber(value, context.decimal))) becomeValues(builder, numeric, row, context);
  else if (readDateTime(value)) becomeValues(builder, datetime, row, context);
  else becomeText(builder, row, context);
}

function putNumber(builder: ColumnBuilder, row: number, line: number, value: string, context: BuildContext): void {
  const number = readNumber(value, context.decimal);
  if (Number.isFinite(number)) {
    builder.values[row] = number;
    noteWritten(builder, number, value);
  } else if (Number.isNaN(number) || builder.forced) {
    refuse(builder, line, value, "a number", context);
  } else {
    builder.values[row] = NaN;
    builder.infinite ??= { count: 0, line, text: value, lastRow: -1 };
    // A record at the end of a block is read again from its beginning.
    if (builder.infinite.lastRow !== row) builder.infinite.count++;
    builder.infinite.lastRow = row;
  }
}

/** Remembers how a number was written where that is not String(number). */
export function noteWritten(builder: ColumnBuilder, value: number, written: string): void {
  if (builder.written === null || builder.written.has(value) || String(value) === written) return;
  builder.written.set(value, written);
  if (builder.written.size > maxWritten) builder.written = null;
}

function putDate(builder: ColumnBuilder, row: number, line: number, value: string, context: BuildContext): void {
  const date = readDateTime(value);
  const form = date?.form ?? null;
  builder.dateForm ??= form;
  const monthFirst = builder.monthFirst && date !== null && !Number.isNaN(date.monthFirst);
  const dayFirst = builder.dayFirst && date !== null && !Number.isNaN(date.dayFirst);
  if (date === null || form !== builder.dateForm || !(monthFirst || dayFirst)) {
    refuse(builder, line, value, "a date", context);
    return;
  }
  if (builder.monthFirst && !monthFirst) {
    // So far both orders were possible and the month was taken as first; now the day is known to be.
    for (let i = 0; i < row; i++) {
      if (!Number.isNaN(builder.values[i]!)) builder.values[i] = exchangeDayAndMonth(builder.values[i]!);
    }
  }
  builder.monthFirst = monthFirst;
  builder.dayFirst = dayFirst;
  builder.values[row] = monthFirst ? date.monthFirst : date.dayFirst;
}

function refuse(builder: ColumnBuilder, line: number, value: string, expected: string, context: BuildContext): void {
  if (builder.forced) {
    const { file } = context;
    throw new SlipwayError(
      "SLW_DATA_VALUE_TYPE",
      `${file}, line ${line}, column ${JSON.stringify(builder.name)}: expected ${expected}, got ${JSON.stringify(value)}.`,
      { details: { file, line, column: builder.name, expected, got: value } },
    );
  }
  builder.kind = broken;
  builder.break = { line, text: value };
  builder.values = noValues;
}

/** The finished column of the first `rows` rows. A column that never saw a value is numeric and all NaN. */
export function finishColumn(builder: ColumnBuilder, rows: number, context: BuildContext): Column {
  if (builder.kind === undecided) becomeValues(builder, numeric, rows, context);
  if (builder.kind === text) {
    return createStringColumn(builder.name, builder.codes.subarray(0, rows), builder.dictionary!.texts());
  }
  const values = builder.values.subarray(0, rows);
  if (builder.kind === datetime) return { name: builder.name, type: "datetime", values };
  const column = { name: builder.name, type: "numeric" as const, values, integer: values.every(isWholeOrNull) };
  const written = builder.written;
  return written && written.size > 0 && hasFewDistinct(values) ? { ...column, written } : column;
}

function isWholeOrNull(value: number): boolean {
  return Number.isInteger(value) || Number.isNaN(value);
}

function hasFewDistinct(values: Float64Array): boolean {
  const distinct = new Set<number>();
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (distinct.add(value).size > maxWritten) return false;
  }
  return true;
}
