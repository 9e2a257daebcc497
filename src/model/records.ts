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
import {
  categoriesOf,
  describe,
  mostWarnings,
  readColumn,
  unknownCategories,
  type Row,
  type UnknownCategory,
} from "./record-columns.ts";
import { readFeatures } from "./record-features.ts";
import type { FeaturedTable } from "./transform.ts";
import type { InputColumn, Model } from "./types.ts";

export type RecordWarning =
  | { readonly kind: "unknownColumn"; readonly column: string; readonly nearest: string | null }
  | UnknownCategory;

export interface Records {
  /** The model's input columns, in schema order. */
  readonly table: Table;
  /** At most 20 unknown columns, and 20 unknown categories of a column. */
  readonly warnings: readonly RecordWarning[];
}

type Schema = Pick<Model, "inputs" | "transforms">;

/**
 * @param data a list of rows, all objects or all lists; they must not change while the table is in use
 * @throws SLW_SCORE_DATA, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_VALUE: row, column, what was expected, what came
 */
export function readRecords(schema: Schema, data: unknown): Records {
  const rows = checkRows(schema.inputs, data);
  const features = readFeatures(schema, rows);
  if (!features) return readColumns(schema, rows);
  const { values, unknownColumns, unknownCategories: categories } = features;
  return {
    table: new FeaturedRecords(schema, rows, values),
    warnings: [...columnWarnings(schema, unknownColumns), ...categories],
  };
}

/**
 * A table whose columns are made when they are asked for: scoring needs the features only. A class, for a literal with a
 * getter costs a request five times as much.
 */
class FeaturedRecords implements FeaturedTable {
  readonly rows: number;
  readonly features: FeaturedTable["features"];
  readonly #schema: Schema;
  readonly #records: readonly Row[];
  #columns: readonly Column[] | undefined;

  constructor(schema: Schema, records: readonly Row[], values: Float64Array) {
    this.rows = records.length;
    this.features = { transforms: schema.transforms, values };
    this.#schema = schema;
    this.#records = records;
  }

  get columns(): readonly Column[] {
    this.#columns ??= columnsOf(this.#schema, this.#records);
    return this.#columns;
  }
}

function readColumns(schema: Schema, rows: readonly Row[]): Records {
  const columns = columnsOf(schema, rows);
  const categories = columns.flatMap((column) => {
    const known = categoriesOf(schema.transforms, column.name);
    return known ? unknownCategories(column, known) : [];
  });
  const warnings = [...columnWarnings(schema, unknownColumnsOf(schema, rows)), ...categories];
  return { table: { rows: rows.length, columns }, warnings };
}

function columnsOf({ inputs }: Schema, rows: readonly Row[]): Column[] {
  return inputs.map((input, position) => readColumn(input, position, rows));
}

function unknownColumnsOf({ inputs }: Schema, rows: readonly Row[]): Set<string> {
  const names = new Set(inputs.map(({ name }) => name));
  const unknown = new Set<string>();
  for (const row of rows) {
    if (Array.isArray(row)) break;
    for (const key of Object.keys(row)) if (!names.has(key) && unknown.size < mostWarnings) unknown.add(key);
  }
  return unknown;
}

function columnWarnings({ inputs }: Schema, unknown: ReadonlySet<string>): RecordWarning[] {
  if (unknown.size === 0) return [];
  const names = inputs.map(({ name }) => name);
  return Array.from(unknown, (column) => ({ kind: "unknownColumn", column, nearest: nearest(column, names) }));
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
