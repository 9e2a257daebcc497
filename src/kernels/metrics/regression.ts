/**
 * Regression metrics: Azure ML's names, scikit-learn's numbers (scipy's for Spearman).
 *
 * Where scikit-learn has no such metric, or none that is of use, Azure ML's published package azureml-metrics (0.0.60)
 * is followed: normalized_* are divided by the target's range; the percentage error leaves out targets of (nearly) 0;
 * the log errors are NaN as soon as one target or prediction is negative. Unlike there
 * - nothing is cut to a range (they cut R2 at -1 and normalized errors at 1, where bad models look alike);
 * - the percentage error is a share and not times 100, and weights count for it and for the median (scikit-learn's);
 * - Spearman's correlation of something that does not vary, and R2 of a single row, are NaN and not -1 and 0.
 */
import type { RegressionMetricName } from "./names.ts";
import { ascendingOrder } from "./order.ts";
import { checkRegressionRows, type RegressionRows } from "./rows.ts";

type Measure = (rows: RegressionRows) => number;

const measures: Record<RegressionMetricName, Measure> = {
  explained_variance: explainedVariance,
  r2_score: r2Score,
  spearman_correlation: spearmanCorrelation,
  mean_absolute_percentage_error: meanAbsolutePercentageError,
  mean_absolute_error: meanAbsoluteError,
  median_absolute_error: medianAbsoluteError,
  root_mean_squared_error: rootMeanSquaredError,
  root_mean_squared_log_error: rootMeanSquaredLogError,
  normalized_mean_absolute_error: (rows) => normalized(meanAbsoluteError(rows), targetRange(rows)),
  normalized_median_absolute_error: (rows) => normalized(medianAbsoluteError(rows), targetRange(rows)),
  normalized_root_mean_squared_error: (rows) => normalized(rootMeanSquaredError(rows), targetRange(rows)),
  normalized_root_mean_squared_log_error: (rows) => {
    const [smallest, largest] = targetRange(rows);
    return normalized(rootMeanSquaredLogError(rows), [Math.log1p(smallest), Math.log1p(largest)]);
  },
};

/** All regression metrics of these rows. Throws SLW_METRIC_INPUT where lengths do not fit. */
export function regressionMetrics(rows: RegressionRows): Record<string, number> {
  checkRegressionRows(rows);
  const names = Object.keys(measures) as RegressionMetricName[];
  return Object.fromEntries(names.map((name) => [name, measures[name](rows)]));
}

/** One regression metric. */
export function regressionMetric(name: RegressionMetricName, rows: RegressionRows): number {
  checkRegressionRows(rows);
  return measures[name](rows);
}

/** Weighted mean of a number computed from each row. */
function mean({ target, predictions, weights }: RegressionRows, of: (y: number, p: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    sum += weight * of(target[row], predictions[row]);
    total += weight;
  }
  return sum / total;
}

/** 1 - error / spread; a spread of 0 gives 1 for a perfect prediction, otherwise 0 (scikit-learn's force_finite). */
function shareExplained(error: number, spread: number): number {
  if (error === 0) return 1;
  return spread === 0 ? 0 : 1 - error / spread;
}

function targetVariance(rows: RegressionRows): number {
  const center = mean(rows, (y) => y);
  return mean(rows, (y) => (y - center) ** 2);
}

function explainedVariance(rows: RegressionRows): number {
  const bias = mean(rows, (y, p) => y - p);
  return shareExplained(
    mean(rows, (y, p) => (y - p - bias) ** 2),
    targetVariance(rows),
  );
}

/** NaN with fewer than two rows. */
function r2Score(rows: RegressionRows): number {
  if (rows.target.length < 2) return NaN;
  return shareExplained(
    mean(rows, (y, p) => (y - p) ** 2),
    targetVariance(rows),
  );
}

function meanAbsoluteError(rows: RegressionRows): number {
  return mean(rows, (y, p) => Math.abs(y - p));
}

function rootMeanSquaredError(rows: RegressionRows): number {
  return Math.sqrt(mean(rows, (y, p) => (y - p) ** 2));
}

/** NaN where a target or a prediction is negative. */
function rootMeanSquaredLogError(rows: RegressionRows): number {
  const negative = (value: number): boolean => value < 0;
  if (rows.target.some(negative) || rows.predictions.some(negative)) return NaN;
  return Math.sqrt(mean(rows, (y, p) => (Math.log1p(y) - Math.log1p(p)) ** 2));
}

/** numpy.isclose(target, 0). */
const NEARLY_ZERO = 1e-8;

/** Of the rows whose target is not (nearly) 0; NaN when there is none. 0.1 means ten percent. */
function meanAbsolutePercentageError({ target, predictions, weights }: RegressionRows): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    const size = Math.abs(target[row]);
    if (size <= NEARLY_ZERO) continue;
    const weight = weights === undefined ? 1 : weights[row];
    sum += (weight * Math.abs(target[row] - predictions[row])) / size;
    total += weight;
  }
  return sum / total;
}

/** With weights: the error at half of the total weight, the mean of two where that falls between them. */
function medianAbsoluteError({ target, predictions, weights }: RegressionRows): number {
  const errors = target.map((y, row) => Math.abs(y - predictions[row]));
  if (weights === undefined) {
    errors.sort();
    const middle = errors.length >> 1;
    return errors.length % 2 === 1 ? errors[middle] : (errors[middle - 1] + errors[middle]) / 2;
  }
  const order = ascendingOrder(errors).filter((row) => weights[row] > 0);
  const half = order.reduce((sum, row) => sum + weights[row], 0) / 2;
  let below = 0;
  for (let i = 0; i < order.length; i++) {
    below += weights[order[i]];
    if (below < half) continue;
    const exactly = below - half <= Number.EPSILON && i + 1 < order.length;
    return exactly ? (errors[order[i]] + errors[order[i + 1]]) / 2 : errors[order[i]];
  }
  return NaN;
}

/** Pearson correlation of the ranks, equal values sharing their mean rank; NaN when either side does not vary. */
function spearmanCorrelation({ target, predictions }: RegressionRows): number {
  const a = averageRanks(target);
  const b = averageRanks(predictions);
  const center = (target.length + 1) / 2;
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let row = 0; row < a.length; row++) {
    covariance += (a[row] - center) * (b[row] - center);
    varianceA += (a[row] - center) ** 2;
    varianceB += (b[row] - center) ** 2;
  }
  if (varianceA === 0 || varianceB === 0) return NaN;
  return Math.min(1, Math.max(-1, covariance / Math.sqrt(varianceA) / Math.sqrt(varianceB)));
}

function averageRanks(values: Float64Array): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  let first = 0;
  while (first < order.length) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let i = first; i < end; i++) ranks[order[i]] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
}

function targetRange({ target, range }: RegressionRows): readonly [number, number] {
  if (range !== undefined) return range;
  let smallest = Infinity;
  let largest = -Infinity;
  for (const value of target) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  return [smallest, largest];
}

/** Divided by the range; where that is 0: 0 for a perfect prediction, otherwise 1 (as in Azure ML). */
function normalized(error: number, [smallest, largest]: readonly [number, number]): number {
  if (smallest === largest) return error === 0 ? 0 : error > 0 ? 1 : NaN;
  return error / Math.abs(largest - smallest);
}
