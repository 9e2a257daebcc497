/** Metrics of the labels that a model gives with its decision thresholds. */
import { classificationMetrics } from "../kernels/index.ts";
import { predictedClasses, type Label } from "../model/index.ts";
import type { Dataset } from "./dataset.ts";
import type { Fold } from "./validation.ts";

/**
 * All metrics of the task by the labels of `labelWeights` instead of the most probable ones: each fold's, averaged, as
 * evaluate.ts has them; those that are not defined on any fold are left out.
 * @param outputs out-of-fold probabilities: the validation rows of all folds, one fold after the other, x classes
 */
export function labelMetrics(
  data: Dataset,
  labels: readonly Label[],
  folds: readonly Fold[],
  outputs: Float64Array,
  labelWeights: readonly number[],
): Record<string, number> {
  const sums = new Map<string, { sum: number; folds: number }>();
  let start = 0;
  for (const { valid } of folds) {
    const end = start + valid.length * data.classes;
    const probabilities = outputs.subarray(start, end);
    start = end;
    const { weights } = data;
    const metrics = classificationMetrics({
      labels: Float64Array.from(valid, (row) => data.target[row]),
      probabilities,
      classes: data.classes,
      predictions: predictedClasses({ labels, labelWeights }, probabilities),
      ...(weights && { weights: Float64Array.from(valid, (row) => weights[row]) }),
    });
    for (const [name, value] of Object.entries(metrics)) {
      if (!Number.isFinite(value)) continue;
      const before = sums.get(name) ?? { sum: 0, folds: 0 };
      sums.set(name, { sum: before.sum + value, folds: before.folds + 1 });
    }
  }
  return Object.fromEntries(Array.from(sums, ([name, { sum, folds: count }]) => [name, sum / count]));
}
