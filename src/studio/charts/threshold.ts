/** What a classifier of two classes does when everything from a probability on is called positive. */
import type { ModelCharts } from "../../contract/index.ts";

export type ClassificationCharts = Extract<ModelCharts, { task: "classification" }>;
export type RegressionCharts = Extract<ModelCharts, { task: "regression" }>;
export type AccuracyTable = NonNullable<ClassificationCharts["accuracy_table"]>;

/** Numbers of rows. */
export interface Outcome {
  truePositives: number;
  falsePositives: number;
  trueNegatives: number;
  falseNegatives: number;
}

/** The outcome of class number `index` at the threshold of the table that is nearest to `threshold` (0 to 1). */
export function outcomeAt(table: AccuracyTable, index: number, threshold: number): Outcome {
  const { probability_thresholds: thresholds, probability_tables: tables } = table.data;
  let nearest = 0;
  for (const [place, value] of thresholds.entries())
    if (Math.abs(value - threshold) < Math.abs((thresholds[nearest] as number) - threshold)) nearest = place;
  const [truePositives = 0, falsePositives = 0, trueNegatives = 0, falseNegatives = 0] = tables[index]?.[nearest] ?? [];
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/** Shares from 0 to 1; null where nothing is divided by nothing. */
export interface OutcomeRates {
  accuracy: number | null;
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

const ratio = (part: number, all: number) => (all > 0 ? part / all : null);

export function outcomeRates(outcome: Outcome): OutcomeRates {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = outcome;
  const rows = truePositives + falsePositives + trueNegatives + falseNegatives;
  return {
    accuracy: ratio(truePositives + trueNegatives, rows),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}

/**
 * The place on a curve where `threshold` stands: the last of its points that calls no more positive.
 * @param thresholds Of the curve's points, falling; null calls nothing positive.
 */
export function curveIndexAt(thresholds: readonly (number | null)[], threshold: number): number {
  let found = 0;
  for (const [index, value] of thresholds.entries()) if (value === null || value >= threshold) found = index;
  return found;
}

/** The pairs of classes that are taken for each other most often, the most frequent first. */
export function confusedPairs(
  matrix: readonly (readonly number[])[],
  limit: number,
): { actual: number; predicted: number; count: number; share: number }[] {
  const pairs = matrix.flatMap((row, actual) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.flatMap((count, predicted) =>
      actual !== predicted && count > 0 ? [{ actual, predicted, count, share: count / total }] : [],
    );
  });
  return pairs.sort((a, b) => b.count - a.count).slice(0, limit);
}
