/** The tables of bench/quality.ts, split and written as a user would have them: two CSV files. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Column, Table } from "../../src/base/index.ts";
import { readTable, tableRows, takeRows, writeCsv } from "../../src/data/index.ts";
import { classificationMetrics, regressionMetrics } from "../../src/kernels/index.ts";
import { root, sharedTable } from "../harness/root.ts";
import { splitRows } from "./boosting-data.ts";

export interface QualityTable {
  readonly name: string;
  readonly path: string;
  readonly target: string;
  readonly task: "classification" | "regression";
  /** Columns that tell the target and are taken out first. */
  readonly leaks: readonly string[];
}

/** A file of ../shared/data, or the same table from examples/. */
function fileOf(name: string): string {
  const shared = sharedTable(name);
  return existsSync(shared) ? shared : join(root, "examples", name);
}

export const qualityTables: readonly QualityTable[] = [
  { name: "bank", path: fileOf("bankmarketing.csv"), target: "y", task: "classification", leaks: [] },
  { name: "bike", path: fileOf("bike.csv"), target: "cnt", task: "regression", leaks: ["casual", "registered"] },
  { name: "diabetes", path: fileOf("diabetes.csv"), target: "Y", task: "regression", leaks: [] },
];

export interface Split {
  readonly train: string;
  readonly test: string;
  readonly dates: readonly string[];
  readonly trainRows: number;
  /** Classification: the classes in ascending order. */
  readonly labels: readonly string[];
  /** One a test row: class number or value. */
  readonly testTarget: Float64Array;
}

/** Draws a fifth of the rows for the test and writes both parts into `folder`. */
export async function writeSplit(table: QualityTable, seed: number, folder: string): Promise<Split> {
  const asWritten = table.task === "classification" ? [table.target] : [];
  const all = withoutLeaks((await readTable(table.path, { asWritten })).table, table.leaks);
  const rows = splitRows(all.rows, seed);
  const [train, test] = [join(folder, "train.csv"), join(folder, "test.csv")];
  const header = all.columns.map(({ name }) => name);
  await writeCsv(train, header, tableRows(takeRows(all, rows.train)));
  await writeCsv(test, header, tableRows(takeRows(all, rows.test)));
  const target = all.columns.find(({ name }) => name === table.target) as Column;
  const values = target.type === "string" ? target.codes : target.values;
  return {
    train,
    test,
    dates: all.columns.filter(({ type }) => type === "datetime").map(({ name }) => name),
    trainRows: rows.train.length,
    labels: target.type === "string" ? target.categories : [],
    testTarget: Float64Array.from(rows.test, (row) => values[row]),
  };
}

function withoutLeaks(table: Table, leaks: readonly string[]): Table {
  return { ...table, columns: table.columns.filter(({ name }) => !leaks.includes(name)) };
}

/** What is judged, each by the same function for all. */
export type Figures = Readonly<Record<string, number>>;

/** `outputs`: rows x classes probabilities, or one value a row. */
export function judge(table: QualityTable, split: Split, outputs: Float64Array): Figures {
  if (table.task === "regression") {
    const metrics = regressionMetrics({ target: split.testTarget, predictions: outputs });
    return { rmse: metrics["root_mean_squared_error"], r2: metrics["r2_score"] };
  }
  const classes = split.labels.length;
  const metrics = classificationMetrics({ labels: split.testTarget, probabilities: outputs, classes });
  return { auc: metrics["AUC_weighted"], accuracy: metrics["accuracy"], logLoss: metrics["log_loss"] };
}
