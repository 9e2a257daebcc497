import type { Table } from "../../base/index.ts";
import { findColumn } from "../select-columns.ts";
import { columnWarnings } from "./column-warnings.ts";
import { countDuplicatedRows, findDuplicatedColumns } from "./duplicates.ts";
import { findLeaks, imbalance } from "./leaks.ts";
import { summarizeNumbers } from "./number-summary.ts";
import { summarizeText } from "./text-summary.ts";
import type { ColumnProfile, ProfileWarning, TableProfile } from "./types.ts";

/**
 * Figures of every column and what looks wrong. With a target also: is it imbalanced, and which columns give it away.
 * Exact on all rows but for the rank statistics behind "leak-strong-predictor" (50,000 rows, evenly spaced) and, above
 * 500,000 rows, quantiles and numbers of many values (large-summary.ts).
 *
 * @throws SlipwayError SLW_DATA_COLUMN_MISSING when there is no such target
 */
export function profileTable(table: Table, options: { readonly target?: string } = {}): TableProfile {
  const target = options.target === undefined ? null : findColumn(table, options.target);
  const warnings = new Map<string, ProfileWarning[]>(table.columns.map((column) => [column.name, []]));
  const columns = table.columns.map((column): ColumnProfile => {
    const summary = column.type === "string" ? summarizeText(column) : summarizeNumbers(column);
    const found = warnings.get(column.name)!;
    found.push(...columnWarnings(column, summary));
    const nullRatio = table.rows === 0 ? 0 : summary.nulls / table.rows;
    return { name: column.name, type: column.type, rows: table.rows, nullRatio, ...summary, warnings: found };
  });
  const informative = table.columns.filter((_, index) => columns[index]!.distinct > 0);
  for (const [first, second] of findDuplicatedColumns({ rows: table.rows, columns: informative })) {
    // A twin of the target is a leak, which says more.
    if (first === target?.name || second === target?.name) continue;
    warnings.get(second)!.push({
      id: "duplicated-column",
      message: `Column ${JSON.stringify(second)} equals column ${JSON.stringify(first)} in every row.`,
    });
  }
  if (target) {
    const unbalanced = imbalance(target);
    if (unbalanced) warnings.get(target.name)!.push(unbalanced);
    const distinct = new Map(columns.map((column) => [column.name, column.distinct]));
    for (const leak of findLeaks(table, target, distinct)) {
      for (const name of leak.columns) warnings.get(name)!.push(leak.warning);
    }
  }
  const duplicatedRows = countDuplicatedRows(table);
  return {
    rows: table.rows,
    target: target?.name ?? null,
    columns,
    duplicatedRows,
    warnings: duplicatedRows > 0 ? [{ id: "duplicated-rows", message: describeDuplicates(duplicatedRows) }] : [],
  };
}

function describeDuplicates(count: number): string {
  return count === 1
    ? "1 row equals an earlier one in every column."
    : `${count} rows equal an earlier one in every column.`;
}
