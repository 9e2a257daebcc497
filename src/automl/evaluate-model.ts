/** How good a finished model is on rows whose truth is known. */
import type { Table } from "../base/index.ts";
import { classificationMetrics, regressionMetrics } from "../kernels/index.ts";
import { predictedClasses, score, type Label, type Model } from "../model/index.ts";
import { modelCharts, type ModelCharts } from "./charts/index.ts";
import { readTruth } from "./truth.ts";

export interface ModelEvaluation {
  /** Rows with a target, which are all that is judged. */
  readonly rows: number;
  /** All metrics of the task, by Azure ML's names; NaN where one is not defined for these rows. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly charts: ModelCharts;
  /** Two classes: what each threshold on the probability of the second would give; otherwise null. */
  readonly thresholds: ThresholdTable | null;
}

export interface ThresholdTable {
  /** The class whose probability is compared. */
  readonly label: Label;
  /** The threshold from which the model gives that label. */
  readonly current: number;
  /** Rising; from .05 to .95 and the current one. */
  readonly rows: readonly ThresholdRow[];
}

/** Rows at or above the threshold are called positive. */
export interface ThresholdRow {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
  readonly accuracy: number;
  /** 0 where nothing is called positive. */
  readonly precision: number;
  /** 0 where nothing is positive. */
  readonly recall: number;
  readonly f1: number;
}

/**
 * Scores the table and compares. Labels are those that the model gives, its label weights included.
 * @param target the table's column that holds the truth; rows where it is null are left out
 * @throws SLW_AUTOML_TARGET, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE
 */
export function evaluateModel(model: Model, table: Table, target: string): ModelEvaluation {
  const { truth, known } = readTruth(model, table, target);
  const outputs = score(model, known);
  const { task, labels, labelWeights } = model;
  const charts = modelCharts(task, labels, truth, outputs, null, labelWeights);
  if (task === "regression") {
    const metrics = regressionMetrics({ target: truth, predictions: outputs });
    return { rows: known.rows, metrics, charts, thresholds: null };
  }
  const predictions = predictedClasses(model, outputs);
  const metrics = classificationMetrics({
    labels: truth,
    probabilities: outputs,
    classes: labels.length,
    predictions,
  });
  const thresholds = labels.length === 2 ? thresholdTable(model, truth, outputs) : null;
  return { rows: known.rows, metrics, charts, thresholds };
}

const steps = 19;

function thresholdTable({ labels, labelWeights }: Model, truth: Float64Array, outputs: Float64Array): ThresholdTable {
  const [first = 1, second = 1] = labelWeights ?? [];
  const current = first / (first + second);
  const even = Array.from({ length: steps }, (_, i) => (i + 1) / (steps + 1));
  const isNew = even.every((threshold) => Math.abs(threshold - current) > 1e-9);
  const all = isNew ? [...even, current].sort((a, b) => a - b) : even;
  return { label: labels[1], current, rows: all.map((threshold) => thresholdRow(truth, outputs, threshold)) };
}

function thresholdRow(truth: Float64Array, outputs: Float64Array, threshold: number): ThresholdRow {
  // By true class and by answer.
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < truth.length; row++) counts[2 * truth[row] + (outputs[2 * row + 1] >= threshold ? 1 : 0)]++;
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return {
    threshold,
    truePositives,
    falsePositives,
    trueNegatives,
    falseNegatives,
    accuracy: ratio(truePositives + trueNegatives, truth.length),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}
