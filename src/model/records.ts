/**
 * Rows of a scoring request, as JSON gives them, to checked columns. Nothing is coerced: "57" is not 57, true is not 1.
 *
 * - A row is an object with a value for every input column, in any order, or a list of values in schema order.
 * - A column that had nulls in training may be null or absent; one that had none may not.
 * - A column that the model does not know is ignored, and a category that training did not see counts as unknown;
 *   both are told in `warnings`.
 */
import type { Column, Table } from "../base/index.ts";
import { SlipwayError, nearest } from "../base/index.ts";
import { parseIsoDate } from "./dates.ts";
import { categoryPositions } from "./transform.ts";
import type { InputColumn, Model } from "./types.ts";

export type RecordWarning =
  | { readonly kind: "unknownColumn"; readonly column: string; readonly nearest: string | null }
  /** `row` counts from 0. */
  | { readonly kind: "unknownCategory"; readonly row: number; readonly column: string; readonly value: string };

export interface Records {
  /** The model's input columns, in schema order. */
  readonly table: Table;
  /** At most 20 unknown columns, and 20 unknown categories of a column. */
  readonly warnings: readonly RecordWarning[];
}

const mostWarnings = 20;

type Schema = Pick<Model, "inputs" | "transforms">;
type Row = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * @param data a list of rows, all objects or all lists
 * @throws SLW_SCORE_DATA, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_VALUE: row, column, what was expected, what came
 */
export function readRecords(schema: Schema, data: unknown): Records {
  const rows = checkRows(schema.inputs, data);
  const plan = planOf(schema);
  const warnings: RecordWarning[] = unknownColumns(plan, rows);
  const columns: Column[] = [];
  for (let position = 0; position < schema.inputs.length; position++) {
    const column = readColumn(schema.inputs[position] as InputColumn, position, rows);
    columns.push(column);
    const categories = plan.categories[position];
    if (categories) unknownCategories(column, categories, warnings);
  }
  return { table: { rows: rows.length, columns }, warnings };
}

/** What reading needs to know about a schema beside its inputs; found out once. */
interface Plan {
  readonly names: ReadonlySet<string>;
  /** For each input the categories of its transform, where it has one. */
  readonly categories: readonly (readonly string[] | undefined)[];
}

const plans = new WeakMap<Schema, Plan>();

function planOf(schema: Schema): Plan {
  let plan = plans.get(schema);
  if (!plan) {
    const categoriesOf = (name: string): readonly string[] | undefined => {
      for (const transform of schema.transforms) {
        if (transform.column === name && "categories" in transform) return transform.categories;
      }
      return undefined;
    };
    plan = {
      names: new Set(schema.inputs.map((input) => input.name)),
      categories: schema.inputs.map((input) => categoriesOf(input.name)),
    };
    plans.set(schema, plan);
  }
  return plan;
}

function checkRows(inputs: readonly InputColumn[], data: unknown): readonly Row[] {
  if (!Array.isArray(data)) throw malformed("data", "a list of rows", data);
  const lists = Array.isArray(data[0]);
  for (let row = 0; row < data.length; row++) {
    const value: unknown = data[row];
    if (typeof value !== "object" || value === null || Array.isArray(value) !== lists) {
      throw malformed(
        `data[${row}]`,
        row === 0 ? "an object or a list" : lists ? "a list, as data[0]" : "an object, as data[0]",
        value,
      );
    }
    if (lists && (value as unknown[]).length !== inputs.length) {
      throw malformed(
        `data[${row}]`,
        `${inputs.length} values, in schema order`,
        value,
        `${(value as unknown[]).length} values`,
      );
    }
  }
  return data as Row[];
}

function malformed(path: string, expected: string, value: unknown, got = describe(value)): SlipwayError {
  return new SlipwayError("SLW_SCORE_DATA", `${path}: expected ${expected}, got ${got}.`, {
    details: { path, expected, got },
  });
}

function unknownColumns(plan: Plan, rows: readonly Row[]): RecordWarning[] {
  const unknown = new Set<string>();
  let previous: readonly string[] = [];
  for (const row of rows) {
    if (Array.isArray(row)) break;
    const keys = Object.keys(row);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      // Rows mostly have their keys in one order: what the row before had there was looked up already.
      if (key !== previous[i] && !plan.names.has(key) && unknown.size < mostWarnings) unknown.add(key);
    }
    previous = keys;
  }
  return Array.from(unknown, (column) => ({ kind: "unknownColumn", column, nearest: nearest(column, plan.names) }));
}

function readColumn(input: InputColumn, position: number, rows: readonly Row[]): Column {
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
    let value = (row as Record<string | number, unknown>)[key];
    // Own properties only: a column called "constructor" is not supplied by Object.prototype, which holds functions.
    if (typeof value === "function" || (typeof value === "object" && !Object.hasOwn(row, key))) value = undefined;
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
function describe(value: unknown): string {
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

/** Adds to `warnings` the first row of each value that training did not see. */
function unknownCategories(column: Column, categories: readonly string[], warnings: RecordWarning[]): void {
  if (column.type === "datetime") return;
  const known = categoryPositions(categories);
  if (column.type === "string" && column.categories.every((category) => known.has(category))) return;
  const seen = new Set<string>();
  const cells = column.type === "string" ? column.codes : column.values;
  for (let row = 0; row < cells.length && seen.size < mostWarnings; row++) {
    const cell = cells[row];
    if (column.type === "string" ? cell < 0 : Number.isNaN(cell)) continue;
    const value = column.type === "string" ? (column.categories[cell] as string) : String(cell);
    if (known.has(value) || seen.has(value)) continue;
    seen.add(value);
    warnings.push({ kind: "unknownCategory", row, column: column.name, value });
  }
}
