/** Beside the leaderboard: how the final model does on test rows, and what its columns are worth. */
import type { AutoMLResult } from "../automl/index.ts";
import type { Output } from "./output.ts";
import { count, metric, number, printable, table, type Column } from "./text.ts";

const shownColumns = 10;

/** Beside the primary metric. */
const testNames: Readonly<Record<AutoMLResult["task"], readonly string[]>> = {
  classification: ["AUC_weighted", "accuracy", "f1_score_macro", "log_loss"],
  regression: ["r2_score", "root_mean_squared_error", "mean_absolute_error"],
};

/** @param isExplained was importance asked for? */
export function showResult(output: Output, result: AutoMLResult, isExplained: boolean): void {
  showTest(output, result);
  if (result.importance !== null) showImportance(output, result, result.importance);
  else if (isExplained && !result.interrupted)
    output.line(output.dim("What the columns are worth was not measured: too few rows or too little time for it."));
}

function showTest(output: Output, { testMetrics, task, metric: primary }: AutoMLResult): void {
  if (testMetrics === null) return;
  const names = [primary, ...testNames[task].filter((name) => name !== primary)];
  const shown = names.filter((name) => name in testMetrics).map((name) => `${name} ${metric(testMetrics[name])}`);
  output.line();
  output.line(`${output.bold("On the test rows:")} ${shown.join(", ")}`);
}

type RunImportance = NonNullable<AutoMLResult["importance"]>;

const importanceColumns: readonly Column[] = [
  { title: "column", flexible: true },
  { title: "importance", align: "right" },
  { title: "±", align: "right", optional: true },
];

function showImportance(output: Output, { metric: name }: AutoMLResult, importance: RunImportance): void {
  const ranked = importance.columns.toSorted((a, b) => b.mean - a.mean);
  const rows = ranked
    .slice(0, shownColumns)
    .map(({ name: column, mean, deviation }) => [printable(column), number(mean, 3), number(deviation, 2)]);
  const [header = "", ...lines] = table(importanceColumns, rows, output.width);
  output.line();
  output.line(
    output.bold(`What ${name} loses when a column is shuffled (${count(importance.rows)} ${importance.on} rows)`),
  );
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
  const more = ranked.length - shownColumns;
  if (more > 0) output.line(output.dim(`and ${count(more)} more; --json lists all of them`));
}
