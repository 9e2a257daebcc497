import { SlipwayError, type Column, type StringColumn, type Table } from "../base/index.ts";
import { findColumn } from "./select-columns.ts";
import { createStringColumn } from "./string-column.ts";

/**
 * The rows of `table`, then those of `more`; the columns of `table`, copied to buffers of their own. Further columns of
 * `more` are left out.
 * @throws SlipwayError SLW_DATA_COLUMN_MISSING, SLW_DATA_VALUE_TYPE where `more` lacks a column, or has it in another type
 */
export function appendRows(table: Table, more: Table): Table {
  const columns = table.columns.map((column) => appendValues(column, findColumn(more, column.name)));
  return { rows: table.rows + more.rows, columns };
}

function appendValues(column: Column, more: Column): Column {
  if (column.type === "string" && more.type === "string") return appendTexts(column, more);
  if (column.type === "string" || more.type === "string" || column.type !== more.type) {
    throw new SlipwayError(
      "SLW_DATA_VALUE_TYPE",
      `The column "${column.name}" is ${column.type} in the table, but ${more.type} in the rows to append.`,
      { details: { column: column.name, expected: column.type, got: more.type } },
    );
  }
  const rows = column.values.length;
  const values = new Float64Array(new SharedArrayBuffer((rows + more.values.length) * 8));
  values.set(column.values);
  values.set(more.values, rows);
  if (column.type === "datetime") return { ...column, values };
  return { ...column, values, integer: column.integer && more.type === "numeric" && more.integer };
}

function appendTexts(column: StringColumn, more: StringColumn): StringColumn {
  const texts = [...column.categories];
  const codeOf = new Map(texts.map((text, code) => [text, code]));
  const moved = Int32Array.from(more.categories, (text) => codeOf.get(text) ?? texts.push(text) - 1);
  const rows = column.codes.length;
  const codes = new Int32Array(new SharedArrayBuffer((rows + more.codes.length) * 4));
  codes.set(column.codes);
  for (let i = 0; i < more.codes.length; i++) codes[rows + i] = more.codes[i]! < 0 ? -1 : moved[more.codes[i]!]!;
  return createStringColumn(column.name, codes, texts);
}
