/** The metrics that are tables, in the JSON shape of Azure ML's charts (schema_type, schema_version, data). */
import { confusionOf } from "./confusion.ts";
import { quantile } from "./order.ts";
import { checkClassificationRows, checkRegressionRows, type ClassificationRows, type RegressionRows } from "./rows.ts";

export interface ConfusionMatrix {
  readonly schema_type: "confusion_matrix";
  readonly schema_version: "1.0.0";
  readonly data: {
    readonly class_labels: readonly string[];
    /** Sums of weights: a row for each true class, a column for each predicted one, all classes of the model. */
    readonly matrix: readonly (readonly number[])[];
  };
}

export function confusionMatrix(rows: ClassificationRows, classLabels: readonly string[]): ConfusionMatrix {
  checkClassificationRows(rows);
  const { classes, matrix } = confusionOf(rows);
  const lines = Array.from({ length: classes }, (_, k) => Array.from(matrix.subarray(k * classes, (k + 1) * classes)));
  return {
    schema_type: "confusion_matrix",
    schema_version: "1.0.0",
    data: { class_labels: classLabels, matrix: lines },
  };
}

/** [true positives, false positives, true negatives, false negatives], in rows. */
export type OutcomeCounts = readonly [number, number, number, number];

export interface AccuracyTable {
  readonly schema_type: "accuracy_table";
  readonly schema_version: "1.0.1";
  /** ROC, precision-recall, lift, gain and calibration charts are drawn from these; weights are not looked at. */
  readonly data: {
    readonly class_labels: readonly string[];
    /** For each class against the rest, for each threshold: a row is predicted positive from the threshold up. */
    readonly probability_tables: readonly (readonly OutcomeCounts[])[];
    readonly percentile_tables: readonly (readonly OutcomeCounts[])[];
    /** 100 numbers, evenly spaced in [0, 1]. */
    readonly probability_thresholds: readonly number[];
    /** The same percentiles of all predicted probabilities. */
    readonly percentile_thresholds: readonly number[];
  };
}

const THRESHOLDS = 100;

export function accuracyTable(rows: ClassificationRows, classLabels: readonly string[]): AccuracyTable {
  checkClassificationRows(rows);
  const probabilityThresholds = Array.from({ length: THRESHOLDS }, (_, i) => i / (THRESHOLDS - 1));
  const ascending = rows.probabilities.toSorted();
  const percentileThresholds = probabilityThresholds.map((share) => quantile(ascending, share));
  const split = Array.from({ length: rows.classes }, (_, k) => splitScores(rows, k));
  const tables = (thresholds: readonly number[]): OutcomeCounts[][] =>
    split.map((scores) => thresholds.map((threshold) => outcomes(scores, threshold)));
  return {
    schema_type: "accuracy_table",
    schema_version: "1.0.1",
    data: {
      class_labels: classLabels,
      probability_tables: tables(probabilityThresholds),
      percentile_tables: tables(percentileThresholds),
      probability_thresholds: probabilityThresholds,
      percentile_thresholds: percentileThresholds,
    },
  };
}

/** A class's probabilities, ascending: of its own rows and of the others. */
interface SplitScores {
  readonly own: Float64Array;
  readonly others: Float64Array;
}

function splitScores({ labels, probabilities, classes }: ClassificationRows, k: number): SplitScores {
  const own: number[] = [];
  const others: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    (labels[row] === k ? own : others).push(probabilities[row * classes + k]);
  }
  return { own: new Float64Array(own).sort(), others: new Float64Array(others).sort() };
}

function outcomes({ own, others }: SplitScores, threshold: number): OutcomeCounts {
  const falseNegatives = countBelow(own, threshold);
  const trueNegatives = countBelow(others, threshold);
  return [own.length - falseNegatives, others.length - trueNegatives, trueNegatives, falseNegatives];
}

/** How many ascending values are smaller than the limit. */
function countBelow(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Residuals {
  readonly schema_type: "residuals";
  readonly schema_version: "1.0.0";
  /** A histogram of prediction minus target; weights are not looked at. */
  readonly data: {
    /** 11 edges: 8 equal bins within two standard deviations of the target, and one on either side for the rest. */
    readonly bin_edges: readonly number[];
    readonly bin_counts: readonly number[];
    readonly mean: number;
    /** Of the population (divisor n). */
    readonly stddev: number;
    readonly res_count: number;
  };
}

const RESIDUAL_BINS = 10;

/** @param targetDeviation standard deviation of the target in the whole data set. Default: in these rows. */
export function residuals(rows: RegressionRows, targetDeviation?: number): Residuals {
  checkRegressionRows(rows);
  const { target, predictions } = rows;
  const values = predictions.map((p, row) => p - target[row]).sort();
  const bound = 2 * ((targetDeviation ?? moments(target).deviation) || 1);
  const width = (2 * bound) / (RESIDUAL_BINS - 2);
  const edges = Array.from({ length: RESIDUAL_BINS + 1 }, (_, i) => (i - 1) * width - bound);
  edges[0] = Math.min(edges[0], values[0]);
  edges[RESIDUAL_BINS] = Math.max(edges[RESIDUAL_BINS], values[values.length - 1]);
  const below = edges.map((edge) => countBelow(values, edge));
  below[RESIDUAL_BINS] = values.length;
  const { mean, deviation } = moments(values);
  return {
    schema_type: "residuals",
    schema_version: "1.0.0",
    data: {
      bin_edges: edges,
      bin_counts: below.slice(1).map((count, i) => count - below[i]),
      mean,
      stddev: deviation,
      res_count: values.length,
    },
  };
}

export interface PredictedTrue {
  readonly schema_type: "predictions";
  readonly schema_version: "1.0.0";
  /** Mean and spread of the predictions for rows of about the same target; weights are not looked at. */
  readonly data: {
    /** Bins of the target, one edge more than bins; bin i holds targets above edge i and up to edge i + 1. */
    readonly bin_edges: readonly number[];
    readonly bin_counts: readonly number[];
    /** Mean prediction of each bin; 0 in an empty one. */
    readonly bin_averages: readonly number[];
    /** Standard deviation of the predictions of each bin (divisor n). */
    readonly bin_errors: readonly number[];
  };
}

const MOST_TARGET_BINS = 100;

export function predictedTrue(rows: RegressionRows): PredictedTrue {
  checkRegressionRows(rows);
  const { target, predictions } = rows;
  const edges = targetEdges(target.toSorted());
  const members: number[][] = Array.from({ length: edges.length - 1 }, () => []);
  const ends = new Float64Array(edges.slice(1));
  for (let row = 0; row < target.length; row++) members[countBelow(ends, target[row])].push(predictions[row]);
  const bins = members.map((values) => moments(new Float64Array(values)));
  return {
    schema_type: "predictions",
    schema_version: "1.0.0",
    data: {
      bin_edges: edges,
      bin_counts: members.map((values) => values.length),
      bin_averages: bins.map(({ mean }) => mean),
      bin_errors: bins.map(({ deviation }) => deviation),
    },
  };
}

/** About sqrt(rows) equal bins between the 1st and the 99th percentile, and one on either side for the rest. */
function targetEdges(ascending: Float64Array): number[] {
  const smallest = ascending[0];
  const largest = ascending[ascending.length - 1];
  if (smallest === largest) return [smallest, largest];
  const bins = Math.min(MOST_TARGET_BINS, Math.ceil(Math.sqrt(ascending.length)));
  const first = quantile(ascending, 0.01);
  const last = quantile(ascending, 0.99);
  const inner = Array.from({ length: Math.max(2, bins - 1) }, (_, i, all = Math.max(2, bins - 1)) =>
    i === all - 1 ? last : first + ((last - first) * i) / (all - 1),
  );
  return [smallest, ...inner, largest].filter((edge, i, all) => i === 0 || edge > all[i - 1]);
}

function moments(values: Float64Array): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
