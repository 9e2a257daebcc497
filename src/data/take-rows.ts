import type { Column, Table } from "../base/index.ts";
import { createStringColumn } from "./string-column.ts";

/**
 * The rows of these positions (from 0, each below table.rows) in this order, copied to buffers of their own. Categories
 * that none of them holds are left out.
 */
export function takeRows(table: Table, rows: Uint32Array): Table {
  return { rows: rows.length, columns: table.columns.map((column) => takeValues(column, rows)) };
}

function takeValues(column: Column, rows: Uint32Array): Column {
  if (column.type === "string") return takeCodes(column.name, column.codes, column.categories, rows);
  const values = new Float64Array(new SharedArrayBuffer(rows.length * 8));
  for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!;
  if (column.type === "datetime") return { ...column, values };
  return {
    ...column,
    values,
    integer: column.integer || values.every((value) => Number.isInteger(value) || Number.isNaN(value)),
  };
}

function takeCodes(name: string, codes: Int32Array, categories: readonly string[], rows: Uint32Array): Column {
  const taken = new Int32Array(new SharedArrayBuffer(rows.length * 4));
  const codeOf = new Int32Array(categories.length).fill(-1);
  const kept: string[] = [];
  for (let i = 0; i < rows.length; i++) {
    const code = codes[rows[i]!]!;
    if (code >= 0 && codeOf[code] === -1) codeOf[code] = kept.push(categories[code]!) - 1;
    taken[i] = code < 0 ? -1 : codeOf[code]!;
  }
  return createStringColumn(name, taken, kept);
}
