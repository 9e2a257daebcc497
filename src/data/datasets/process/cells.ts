/** Values of a table as they travel in JSON. */
import { createRandom, type Column, type Table } from "../../../base/index.ts";
import { selectColumns } from "../../select-columns.ts";
import type { Cell, DatasetRows } from "../types.ts";
import type { RowChoice } from "./tasks.ts";

export function rowOf(columns: readonly Column[], row: number): Cell[] {
  return columns.map((column) => cellOf(column, row));
}

function cellOf(column: Column, row: number): Cell {
  if (column.type === "string") return column.codes[row]! < 0 ? null : column.categories[column.codes[row]!]!;
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  return column.type === "datetime" ? new Date(value).toISOString() : value;
}

/** @throws SLW_DATA_COLUMN_MISSING */
export function chooseRows(table: Table, choice: RowChoice, names: readonly string[] | null): DatasetRows {
  const { columns } = names === null ? table : selectColumns(table, names);
  const rows = "sample" in choice ? sampleRows(table.rows, choice) : pageRows(table.rows, choice);
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.map((row) => rowOf(columns, row)),
    totalRows: table.rows,
  };
}

function pageRows(total: number, { offset, limit }: { offset: number; limit: number }): number[] {
  const count = Math.max(0, Math.min(limit, total - offset));
  return Array.from({ length: count }, (_, index) => offset + index);
}

/** Without repetition, each row as likely as any other: selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, S). */
function sampleRows(total: number, { sample, seed }: { sample: number; seed: number }): number[] {
  const random = createRandom(seed);
  const rows: number[] = [];
  const wanted = Math.min(sample, total);
  for (let row = 0; rows.length < wanted; row++) {
    if ((total - row) * random.next() < wanted - rows.length) rows.push(row);
  }
  return rows;
}
