/** Metrics of validation outputs: each fold's, averaged, as Azure ML reports cross-validation. */
import { SlipwayError } from "../base/index.ts";
import {
  classificationMetrics,
  metricInfo,
  metricNames,
  metricValue,
  regressionMetrics,
  type ClassificationRows,
  type RegressionRows,
} from "../kernels/index.ts";
import type { Task } from "../model/index.ts";
import type { Dataset } from "./dataset.ts";
import type { Fold } from "./validation.ts";

export interface Evaluator {
  /** The primary metric; NaN when no fold defines it. */
  value(outputs: Float64Array): number;
  /** The primary metric turned so that lower is better; Infinity where it is not defined. */
  loss(outputs: Float64Array): number;
  /** All metrics of the task. */
  metrics(outputs: Float64Array): Record<string, number>;
  /** All three at once: with many classes each of them takes as long as a training. */
  judge(outputs: Float64Array): Judged;
  /** The loss that cannot be beaten. */
  readonly perfectLoss: number;
  /** Is a higher value of the primary metric better? */
  readonly isMaximized: boolean;
}

interface Judged {
  readonly value: number;
  readonly loss: number;
  readonly metrics: Record<string, number>;
}

/** Throws SLW_AUTOML_METRIC when the metric is not one of the task's, or is one for two classes and there are more. */
export function checkMetric(name: string, task: Task, classes: number): void {
  const isKnown = metricNames(task).includes(name as never);
  if (isKnown && (classes <= 2 || !isBinary(name))) return;
  const fitting = metricNames(task).filter((known) => classes <= 2 || !isBinary(known));
  const problem = isKnown ? `a metric for ${classes} classes, but for two` : `a metric for ${task}`;
  throw new SlipwayError("SLW_AUTOML_METRIC", `"${name}" is not ${problem}.`, {
    fix: `Use one of: ${fitting.join(", ")}.`,
    details: { got: name, expected: fitting },
  });
}

/** Metrics of the second class alone. */
function isBinary(metric: string): boolean {
  return metric.endsWith("_binary");
}

export function createEvaluator(metric: string, data: Dataset, folds: readonly Fold[]): Evaluator {
  const width = Math.max(1, data.classes);
  const parts = splitFolds(data, folds);
  const { direction, range } = metricInfo(metric);

  function ofParts<T>(outputs: Float64Array, measure: (rows: ClassificationRows | RegressionRows) => T): T[] {
    return parts.map((part) => measure(part.rows(outputs.subarray(part.start * width, part.end * width))));
  }

  const value = (outputs: Float64Array): number => average(ofParts(outputs, (rows) => metricValue(metric, rows)));
  const toLoss = (found: number): number => {
    if (Number.isNaN(found)) return Infinity;
    return direction === "maximize" ? -found : found;
  };
  const allOf = (outputs: Float64Array): Record<string, number>[] =>
    ofParts(outputs, (rows) => ("labels" in rows ? classificationMetrics(rows) : regressionMetrics(rows)));

  return {
    isMaximized: direction === "maximize",
    perfectLoss: direction === "maximize" ? -range[1] : range[0],
    value,
    loss: (outputs) => toLoss(value(outputs)),
    metrics: (outputs) => averageRecords(allOf(outputs), metricNames(data.task)),
    judge(outputs) {
      const all = allOf(outputs);
      const found = average(all.map((record) => record[metric]));
      return { value: found, loss: toLoss(found), metrics: averageRecords(all, metricNames(data.task)) };
    },
  };
}

/** Of those that are defined. */
function average(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.length === 0 ? NaN : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

interface FoldPart {
  /** Rows of the concatenated outputs. */
  readonly start: number;
  readonly end: number;
  readonly rows: (outputs: Float64Array) => ClassificationRows | RegressionRows;
}

function splitFolds(data: Dataset, folds: readonly Fold[]): FoldPart[] {
  const range = extent(data.target);
  let start = 0;
  return folds.map((fold) => {
    const target = Float64Array.from(fold.valid, (row) => data.target[row]);
    const weights = data.weights && Float64Array.from(fold.valid, (row) => (data.weights as Float64Array)[row]);
    const part: FoldPart = {
      start,
      end: start + target.length,
      rows: (outputs) =>
        data.task === "classification"
          ? { labels: target, probabilities: outputs, classes: data.classes, ...(weights && { weights }) }
          : { target, predictions: outputs, range, ...(weights && { weights }) },
    };
    start = part.end;
    return part;
  });
}

function extent(values: Float64Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function averageRecords(records: readonly Record<string, number>[], names: readonly string[]): Record<string, number> {
  const averaged: Record<string, number> = {};
  for (const name of names) {
    const defined = records.map((record) => record[name]).filter((value) => Number.isFinite(value));
    if (defined.length > 0) averaged[name] = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  }
  return averaged;
}
