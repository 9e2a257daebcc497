/** Permutation importance as text and as data. */
import type { PermutationImportance } from "../automl/index.ts";
import type { Output } from "./output.ts";
import { count, metric, table, type Column } from "./text.ts";

const columns: readonly Column[] = [
  { title: "column", flexible: true },
  { title: "importance", align: "right" },
  { title: "deviation", align: "right", optional: true },
];

/** The column without which the model gets worse most, first. */
function byRank({ columns: unsorted }: PermutationImportance): PermutationImportance["columns"] {
  return unsorted.toSorted((a, b) => b.mean - a.mean);
}

export function showImportance(output: Output, importance: PermutationImportance, rows: number): void {
  const { metric: name, value } = importance;
  const cells = byRank(importance).map((column) => [column.name, metric(column.mean), metric(column.deviation)]);
  const [header = "", ...lines] = table(columns, cells, output.width);
  output.line();
  output.line(output.bold(`Importance: how much worse ${name} (${metric(value)}) gets, ${count(rows)} rows`));
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
}

/** NaN, which JSON does not have, becomes null. */
export function importanceJson(importance: PermutationImportance): object {
  return {
    metric: importance.metric,
    value: importance.value,
    importance: byRank(importance).map(({ name, mean, deviation }) => ({ column: name, value: mean, deviation })),
  };
}
