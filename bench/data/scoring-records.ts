import type { Column, Table } from "../../src/base/index.ts";
import { tableRows } from "../../src/data/index.ts";

/** Rows as a scoring request carries them: an object a row, null where a value is missing. */
export function scoringRecords(table: Table, columns: readonly string[]): Record<string, string | number | null>[] {
  const chosen = columns.map((name) => plain(table.columns.find((column) => column.name === name) as Column));
  return [...tableRows({ rows: table.rows, columns: chosen })].map((values) =>
    Object.fromEntries(
      values.map((value, i) => [columns[i], typeof value === "number" && Number.isNaN(value) ? null : value]),
    ),
  );
}

/** Without the texts of its numbers, which a CSV keeps and JSON does not. */
function plain(column: Column): Column {
  if (column.type !== "numeric") return column;
  const { name, type, values, integer } = column;
  return { name, type, values, integer };
}
