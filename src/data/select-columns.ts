import { SlipwayError, type Column, type Table } from "../base/index.ts";

/** The columns of these names in this order; the values are shared, not copied. */
export function selectColumns(table: Table, names: readonly string[]): Table {
  return { rows: table.rows, columns: names.map((name) => findColumn(table, name)) };
}

/** @throws SlipwayError SLW_DATA_COLUMN_MISSING */
export function findColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  const names = table.columns.map((candidate) => candidate.name);
  throw new SlipwayError(
    "SLW_DATA_COLUMN_MISSING",
    `There is no column ${JSON.stringify(name)}; there are ${names.slice(0, 30).join(", ")}.`,
    { details: { column: name, columns: names } },
  );
}
