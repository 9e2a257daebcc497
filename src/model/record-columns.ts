/** The cells of one column of a scoring request, checked (records.ts). */
import type { Column } from "../base/index.ts";
import { SlipwayError, nearest } from "../base/index.ts";
import { parseIsoDate } from "./dates.ts";
import { categoryPositions } from "./transform.ts";
import type { InputColumn, Transform } from "./types.ts";

/** A row of a request: an object by column, or a list in schema order. */
export type Row = Readonly<Record<string, unknown>> | readonly unknown[];

export type UnknownCategory = {
  readonly kind: "unknownCategory";
  /** From 0. */
  readonly row: number;
  readonly column: string;
  readonly value: string;
};

export const mostWarnings = 20;

/** @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_VALUE: row, column, what was expected, what came */
export function readColumn(input: InputColumn, position: number, rows: readonly Row[]): Column {
  const { name } = input;
  if (input.type === "string") return encodeText(name, readCells(input, position, rows, readText, null));
  const reader = input.type === "datetime" ? readDate : readNumber;
  const values = new Float64Array(readCells(input, position, rows, reader, NaN));
  if (input.type === "datetime") return { name, type: "datetime", values };
  return {
    name,
    type: "numeric",
    values,
    integer: values.every((value) => Number.isNaN(value) || Number.isInteger(value)),
  };
}

/** What a cell must be, in words, and its value or undefined when it is not that. */
interface CellReader<T> {
  readonly expected: string;
  readonly read: (value: unknown) => T | undefined;
  readonly fix: string;
}

const readNumber: CellReader<number> = {
  expected: "a finite number",
  read: (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined),
  fix: "Send a JSON number, without quotes.",
};
const readText: CellReader<string> = {
  expected: "text",
  read: (value) => (typeof value === "string" ? value : undefined),
  fix: "Send a JSON string.",
};
const readDate: CellReader<number> = {
  expected: "a date as ISO 8601 text",
  read: (value) => {
    const time = typeof value === "string" ? parseIsoDate(value) : NaN;
    return Number.isNaN(time) ? undefined : time;
  },
  fix: "Send a date like 2026-01-31 or 2026-01-31T12:00:00Z.",
};

/** One value a row, `missing` where there is none and need be none. */
function readCells<T, M>(
  input: InputColumn,
  position: number,
  rows: readonly Row[],
  reader: CellReader<T>,
  missing: M,
): (T | M)[] {
  const cells: (T | M)[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    const key = Array.isArray(row) ? position : input.name;
    // Own properties only: a column called "constructor" is not supplied by Object.prototype.
    const value = Object.hasOwn(row, key) ? (row as Record<string | number, unknown>)[key] : undefined;
    const read = reader.read(value);
    if (read !== undefined) cells.push(read);
    else if (value !== null && value !== undefined)
      throw badValue(input, index, reader.expected, describe(value), reader.fix);
    else if (input.nullable) cells.push(missing);
    else throw value === null ? nullRefused(input, index, reader) : columnMissing(input, index, row);
  }
  return cells;
}

function badValue(input: InputColumn, row: number, expected: string, got: string, fix: string): SlipwayError {
  return new SlipwayError(
    "SLW_SCORE_VALUE",
    `data[${row}], column "${input.name}": expected ${expected}, got ${got}.`,
    {
      fix,
      details: { row, column: input.name, expected, got },
    },
  );
}

function nullRefused(input: InputColumn, row: number, reader: CellReader<unknown>): SlipwayError {
  return badValue(input, row, reader.expected, "null", "Send a value: no row in training was without one.");
}

function columnMissing(input: InputColumn, row: number, values: Row): SlipwayError {
  const near = nearest(input.name, Object.keys(values).slice(0, 1000));
  const fix = near === null ? undefined : `The row has "${near}"; if that is the column, call it "${input.name}".`;
  return new SlipwayError("SLW_SCORE_COLUMN_MISSING", `data[${row}]: the column "${input.name}" is missing.`, {
    ...(fix === undefined ? {} : { fix }),
    details: { row, column: input.name, expected: input.type, got: "nothing" },
  });
}

/** Names the type and the beginning of a value, for a message. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "number" && !Number.isFinite(value)) return "a number beyond the range of 64-bit floating point";
  const shown = JSON.stringify(value);
  const short = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  return typeof value === "string" ? `the text ${short}` : short;
}

function encodeText(name: string, cells: readonly (string | null)[]): Column {
  const found = new Set(cells);
  found.delete(null);
  const categories = Array.from(found as Set<string>).sort();
  const positions = new Map<string | null, number>([[null, -1]]);
  for (let i = 0; i < categories.length; i++) positions.set(categories[i] as string, i);
  const codes = new Int32Array(cells.length);
  for (let row = 0; row < cells.length; row++) codes[row] = positions.get(cells[row] as string | null) as number;
  return { name, type: "string", codes, categories };
}

/** The categories of the first transform of a column that has some. */
export function categoriesOf(transforms: readonly Transform[], column: string): readonly string[] | undefined {
  for (const transform of transforms) {
    if (transform.column === column && "categories" in transform) return transform.categories;
  }
  return undefined;
}

/** The first row of each value that training did not see, of at most 20 values. */
export function unknownCategories(column: Column, categories: readonly string[]): UnknownCategory[] {
  const unknown = new Map<string, UnknownCategory>();
  if (column.type === "datetime") return [];
  const known = categoryPositions(categories);
  if (column.type === "string" && column.categories.every((category) => known.has(category))) return [];
  const cells = column.type === "string" ? column.codes : column.values;
  for (let row = 0; row < cells.length && unknown.size < mostWarnings; row++) {
    const cell = cells[row];
    if (column.type === "string" ? cell < 0 : Number.isNaN(cell)) continue;
    const value = column.type === "string" ? (column.categories[cell] as string) : String(cell);
    if (!known.has(value) && !unknown.has(value)) {
      unknown.set(value, { kind: "unknownCategory", row, column: column.name, value });
    }
  }
  return [...unknown.values()];
}
