/** What `slipway evaluate` says to people. */
import type { ClassificationCharts, ModelEvaluation, ThresholdTable } from "../automl/index.ts";
import type { Model } from "../model/index.ts";
import type { Output } from "./output.ts";
import { count, metric, number, printable, table, type Column } from "./text.ts";

/** More classes do not fit a terminal. */
const shownClasses = 12;

/** @param allRows rows of the file, those without an answer among them */
export function showEvaluation(
  output: Output,
  model: Model,
  target: string,
  { rows, metrics, charts, thresholds }: ModelEvaluation,
  allRows: number,
): void {
  const left = allRows - rows;
  const without = left > 0 ? `; ${count(left)} rows without an answer are left out` : "";
  output.line();
  output.line(output.bold(`${model.name}: ${printable(target)} of ${count(rows)} rows${without}`));
  const { primaryMetric } = model.provenance;
  const names = Object.keys(metrics).toSorted((a, b) => Number(b === primaryMetric) - Number(a === primaryMetric));
  const cells = names.map((name) => [name, metric(metrics[name]), metric(model.metrics[name])]);
  const [header = "", first = "", ...others] = table(metricColumns, cells, output.width);
  output.line(output.bold(header));
  output.line(names[0] === primaryMetric ? output.green(first) : first);
  for (const line of others) output.line(line);
  if (charts.task === "classification") showConfusion(output, charts);
  if (thresholds) showThresholds(output, thresholds);
}

const metricColumns: readonly Column[] = [
  { title: "metric", flexible: true },
  { title: "these rows", align: "right" },
  { title: "in training", align: "right", optional: true },
];

function showConfusion(output: Output, { confusion_matrix: { data }, classes }: ClassificationCharts): void {
  const shown = classes.slice(0, shownClasses).map(({ label }) => data.class_labels.indexOf(String(label)));
  const columns: Column[] = [
    { title: "true \\ answer", flexible: true },
    ...shown.map((k): Column => ({ title: printable(data.class_labels[k] ?? ""), align: "right" })),
    { title: "recall", align: "right", optional: true },
  ];
  const cells = shown.map((k) => {
    const row = data.matrix[k] ?? [];
    const sum = row.reduce((a, b) => a + b, 0);
    const recall = sum === 0 ? "–" : `${((100 * (row[k] ?? 0)) / sum).toFixed(1)}%`;
    return [data.class_labels[k] ?? "", ...shown.map((other) => number(row[other])), recall];
  });
  const [header = "", ...lines] = table(columns, cells, output.width);
  output.line();
  output.line(output.bold("Confusion matrix"));
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
  const more = data.class_labels.length - shown.length;
  if (more > 0) output.line(output.dim(`and ${count(more)} more classes; --json lists all of them`));
}

const thresholdColumns: readonly Column[] = [
  { title: "", optional: true },
  { title: "threshold", align: "right" },
  { title: "precision", align: "right" },
  { title: "recall", align: "right" },
  { title: "F1", align: "right" },
  { title: "accuracy", align: "right" },
  { title: "true pos.", align: "right", optional: true },
  { title: "false pos.", align: "right", optional: true },
  { title: "false neg.", align: "right", optional: true },
];

function showThresholds(output: Output, { label, current, rows }: ThresholdTable): void {
  const cells = rows.map((row) => [
    Math.abs(row.threshold - current) < 1e-9 ? "▶" : "",
    row.threshold.toFixed(3),
    row.precision.toFixed(4),
    row.recall.toFixed(4),
    row.f1.toFixed(4),
    row.accuracy.toFixed(4),
    count(row.truePositives),
    count(row.falsePositives),
    count(row.falseNegatives),
  ]);
  const [header = "", ...lines] = table(thresholdColumns, cells, output.width);
  output.line();
  output.line(output.bold(`Thresholds: ${printable(String(label))} from this probability on (▶: the model's own)`));
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
}
