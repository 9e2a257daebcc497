/** What `slipway explain` says of many rows and of the first of them. */
import type { Column as TableColumn, Table } from "../base/index.ts";
import type { ExplainedScale, Explanation, GlobalImportance, Label, Model } from "../model/index.ts";
import type { Output } from "./output.ts";
import { count, number, printable, table, wrap, type Column } from "./text.ts";

export interface Explained {
  readonly importance: GlobalImportance;
  /** Rows that the importance is over, and rows there were. */
  readonly rows: number;
  readonly allRows: number;
  readonly scale: ExplainedScale;
  /** Not exact, but estimated by permutations. */
  readonly estimated: boolean;
  /** Members whose contributions were converted to that scale. */
  readonly converted: readonly string[];
  readonly baseline: Float64Array;
  readonly first: {
    readonly prediction: Label;
    /** Of the prediction; null for regression. */
    readonly probability: number | null;
    /** Of the columns, in their order. */
    readonly values: readonly (string | number | null)[];
    /** outputs x columns */
    readonly contributions: Float64Array;
  };
}

/** @param sample at least one row; the first of them is explained on its own */
export async function explainOverall(
  model: Model,
  sample: Table,
  allRows: number,
  signal: AbortSignal,
): Promise<Explained> {
  const models = await import("../model/index.ts");
  const { explainRows, explainedScale, globalImportance, predictedClasses, predictions, score } = models;
  const { takeRows } = await import("../data/index.ts");
  const importance = await globalImportance(model, sample, { signal });
  const row = takeRows(sample, Uint32Array.of(0));
  const { baseline, contributions, columns }: Explanation = await explainRows(model, row, { signal });
  const outputs = score(model, row);
  const [prediction = NaN] = predictions(model, outputs);
  const values = columns.map((name) => shownValue(row.columns.find((column) => column.name === name)));
  const probability = model.task === "regression" ? null : (outputs[predictedClasses(model, outputs)[0] ?? 0] ?? null);
  return {
    importance,
    rows: sample.rows,
    allRows,
    scale: explainedScale(model),
    estimated: !models.hasExactContributions(model),
    converted: models.convertedMembers(model),
    baseline,
    first: { prediction, probability, values, contributions },
  };
}

/** The value of a column of one row. */
function shownValue(column: TableColumn | undefined): string | number | null {
  if (column === undefined) return null;
  if (column.type === "string") return column.categories[column.codes[0] ?? -1] ?? null;
  const value = column.values[0] ?? NaN;
  if (Number.isNaN(value)) return null;
  return column.type === "datetime" ? new Date(value).toISOString() : value;
}

/** Importance and the first row's contributions, as objects by output and column. */
export function explanationJson({ target, name }: Model, explained: Explained): object {
  const { importance, scale, estimated, converted, baseline, first, rows } = explained;
  const { columns, outputs, byOutput, overall } = importance;
  const byName = (values: Float64Array, output: number): Record<string, number> =>
    Object.fromEntries(columns.map((column, i) => [column, values[output * columns.length + i] ?? 0]));
  return {
    model: name,
    target,
    method: estimated ? "permutationShap" : "shap",
    scale,
    converted,
    rows,
    importance: byRank(overall).map((i) => ({
      column: columns[i],
      value: overall[i],
      outputs: Object.fromEntries(outputs.map((output, k) => [output, byOutput[k * columns.length + i]])),
    })),
    baseline: Object.fromEntries(outputs.map((output, k) => [output, baseline[k]])),
    firstRow: {
      prediction: first.prediction,
      values: Object.fromEntries(columns.map((column, i) => [column, first.values[i]])),
      contributions: Object.fromEntries(outputs.map((output, k) => [output, byName(first.contributions, k)])),
    },
  };
}

/** Positions of the values, the largest value first; of equals the first. */
function byRank(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
}

const barWidth = 24;
const shownColumns = 40;
const shownContributions = 10;

const importanceColumns: readonly Column[] = [
  { title: "column", flexible: true },
  { title: "importance", align: "right" },
  { title: "share", align: "right", optional: true },
  { title: "", optional: true },
];

export function showExplanation(output: Output, model: Model, explained: Explained): void {
  const { importance, rows, allRows } = explained;
  const { columns, overall } = importance;
  const order = byRank(overall);
  const largest = overall[order[0] ?? 0] ?? 0;
  const sum = overall.reduce((total, value) => total + value, 0);
  const cells = order
    .slice(0, shownColumns)
    .map((i) => [
      columns[i] ?? "",
      number(overall[i], 3),
      sum > 0 ? `${Math.round((100 * (overall[i] ?? 0)) / sum)}%` : "–",
      bar((overall[i] ?? 0) / (largest || 1)),
    ]);
  const [header = "", ...bars] = table(importanceColumns, cells, output.width);
  const of =
    rows < allRows ? `${count(rows)} of ${count(allRows)} rows` : `${count(rows)} ${rows === 1 ? "row" : "rows"}`;
  output.line();
  output.line(output.bold(`Importance: mean |contribution| to ${explainedName(model, explained)}, ${of}`));
  output.line(output.bold(header));
  for (const line of bars) output.line(line);
  const more = columns.length - shownColumns;
  if (more > 0) output.line(output.dim(`and ${count(more)} more columns; --json lists all of them`));
  if (explained.estimated) {
    const note = "Estimated by permutations: the model has members that no exact method explains.";
    output.line(output.dim(wrap(note, output.width)));
  }
  if (explained.converted.length > 0) {
    const note = `Of another unit, and converted to it: ${explained.converted.map(printable).join(", ")}.`;
    output.line(output.dim(wrap(note, output.width)));
  }
  output.line();
  const [title, ...lines] = firstRowLines(model, explained);
  output.line(output.bold(wrap(title ?? "", output.width, "  ")));
  for (const line of lines) output.line(`  ${wrap(line, output.width - 2, "    ")}`);
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** @param share 0 to 1 of the width */
function bar(share: number): string {
  const length = Math.round(share * barWidth * 8);
  return "█".repeat(length >> 3) + (eighths[length & 7] ?? "");
}

const scaleNames: Readonly<Record<ExplainedScale, string>> = {
  logOdds: "the log-odds",
  score: "the score before softmax",
  probability: "the probability",
  value: "the value",
  logValue: "the logarithm",
};

function explainedName(model: Model, { scale, importance: { outputs } }: Explained): string {
  return `${scaleNames[scale]} of ${printable(outputs.length === 1 ? (outputs[0] ?? "") : `each ${model.target}`)}`;
}

/** The row in words: what moved the answer most, first; of many classes for the predicted one. */
function firstRowLines({ target }: Model, { importance, baseline, first, scale }: Explained): string[] {
  const { columns, outputs } = importance;
  const output = Math.max(0, outputs.indexOf(String(first.prediction)));
  const label = printable(outputs[output] ?? "");
  const start = output * columns.length;
  const contributions = first.contributions.subarray(start, start + columns.length);
  const order = byRank(contributions.map(Math.abs)).filter((i) => contributions[i] !== 0);
  const share = first.probability === null ? "" : `, probability ${number(first.probability, 3)}`;
  const moved = (by: number, s = "s"): string =>
    `${by > 0 ? "raise" : "lower"}${s} ${label} by ${number(Math.abs(by), 3)}`;
  const lines = order.slice(0, shownContributions).map((i) => {
    const value = first.values[i];
    const shown = value === null || value === undefined ? "(missing)" : printable(String(value));
    return `${printable(columns[i] ?? "")} ${shown} ${moved(contributions[i] ?? 0)}`;
  });
  const rest = order.slice(shownContributions).reduce((sum, i) => sum + (contributions[i] ?? 0), 0);
  const others = order.length - shownContributions;
  if (others === 1) lines.push(`the other column ${moved(rest)}`);
  if (others > 1) lines.push(`the other ${others} columns together ${moved(rest, "")}`);
  const total = contributions.reduce((sum, value) => sum + value, baseline[output] ?? 0);
  // A probability of 0 is a sum of contributions that rounding leaves near it.
  const sum = Math.abs(total) < 1e-12 ? 0 : total;
  return [
    `First row: ${printable(target)} ${printable(String(first.prediction))}${share}`,
    ...lines,
    `from the baseline ${number(baseline[output], 3)} to ${number(sum, 3)}, ${scaleNames[scale]} of ${label}`,
  ];
}
