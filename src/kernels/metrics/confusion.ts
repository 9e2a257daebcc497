import type { ClassificationRows } from "./rows.ts";

/** What was predicted for what; all metrics that do not look at probabilities come from it. */
export interface Confusion {
  readonly classes: number;
  /** Sum of weights by true class (row) and predicted class (column); classes x classes, row-major. */
  readonly matrix: Float64Array;
  /** The same without weights. */
  readonly counts: Float64Array;
}

/** The number of the largest probability of every row, the first of equal ones. */
export function likeliestClasses(probabilities: Float64Array, classes: number): Int32Array {
  const rows = probabilities.length / classes;
  const predictions = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[row * classes + k] > probabilities[row * classes + best]) best = k;
    }
    predictions[row] = best;
  }
  return predictions;
}

export function confusionOf(rows: ClassificationRows): Confusion {
  const { labels, classes, weights } = rows;
  const predictions = rows.predictions ?? likeliestClasses(rows.probabilities, classes);
  const counts = new Float64Array(classes * classes);
  const matrix = weights === undefined ? counts : new Float64Array(classes * classes);
  for (let row = 0; row < labels.length; row++) {
    const cell = labels[row] * classes + predictions[row];
    counts[cell]++;
    if (weights !== undefined) matrix[cell] += weights[row];
  }
  return { classes, matrix, counts };
}

/** One class against the rest, in sums of weights. */
interface ClassSums {
  readonly hits: number;
  readonly actual: number;
  readonly predicted: number;
  /** Rows, without weights, that have this class or were given it. */
  readonly actualRows: number;
  readonly predictedRows: number;
}

function classSums({ classes, matrix, counts }: Confusion, k: number): ClassSums {
  let actual = 0;
  let predicted = 0;
  let actualRows = 0;
  let predictedRows = 0;
  for (let other = 0; other < classes; other++) {
    actual += matrix[k * classes + other];
    predicted += matrix[other * classes + k];
    actualRows += counts[k * classes + other];
    predictedRows += counts[other * classes + k];
  }
  return { hits: matrix[k * classes + k], actual, predicted, actualRows, predictedRows };
}

function allClassSums(confusion: Confusion): ClassSums[] {
  return Array.from({ length: confusion.classes }, (_, k) => classSums(confusion, k));
}

export type ClassScore = "precision" | "recall" | "f1";

/** 0 where the divisor is 0, as scikit-learn with zero_division=0. */
function classScore(score: ClassScore, { hits, actual, predicted }: ClassSums): number {
  if (score === "f1") return ratio(2 * hits, actual + predicted);
  return ratio(hits, score === "precision" ? predicted : actual);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** One class against the rest. */
export function binaryScore(confusion: Confusion, score: ClassScore, positiveClass: number): number {
  return classScore(score, classSums(confusion, positiveClass));
}

/** Mean over the classes that some row has or was given (scikit-learn's default labels). */
export function macroScore(confusion: Confusion, score: ClassScore): number {
  const seen = allClassSums(confusion).filter((sums) => sums.actualRows + sums.predictedRows > 0);
  return seen.reduce((total, sums) => total + classScore(score, sums), 0) / seen.length;
}

/** Mean weighted by how often each class is true. */
export function weightedScore(confusion: Confusion, score: ClassScore): number {
  const sums = allClassSums(confusion);
  const total = sums.reduce((sum, { actual }) => sum + actual, 0);
  return sums.reduce((sum, each) => sum + each.actual * classScore(score, each), 0) / total;
}

/** Share of the weight that was predicted right; also precision, recall and F1 by micro average. */
export function accuracy(confusion: Confusion): number {
  const sums = allClassSums(confusion);
  return sums.reduce((sum, { hits }) => sum + hits, 0) / sums.reduce((sum, { actual }) => sum + actual, 0);
}

/** Accuracy with every row weighing as much as its class has rows; row weights are not looked at (as in Azure ML). */
export function weightedAccuracy({ classes, counts }: Confusion): number {
  const sums = allClassSums({ classes, counts, matrix: counts });
  const right = sums.reduce((sum, { hits, actual }) => sum + hits * actual, 0);
  return right / sums.reduce((sum, { actual }) => sum + actual * actual, 0);
}

/** Mean recall of the classes that occur among the true ones: scikit-learn's balanced_accuracy_score. */
export function balancedAccuracy(confusion: Confusion): number {
  const present = allClassSums(confusion).filter(({ actualRows }) => actualRows > 0);
  return present.reduce((sum, each) => sum + classScore("recall", each), 0) / present.length;
}

/**
 * Balanced accuracy, moved so that guessing gives 0 and perfection 1: (recall - R) / (1 - R) with R = 1 / classes
 * that occur, and 0 where worse than guessing. NaN with a single class.
 */
export function normMacroRecall(confusion: Confusion): number {
  const present = allClassSums(confusion).filter(({ actualRows }) => actualRows > 0).length;
  if (present < 2) return NaN;
  return Math.max(0, (balancedAccuracy(confusion) - 1 / present) / (1 - 1 / present));
}

/** Matthews correlation for any number of classes (Gorodkin 2004); 0 when labels or predictions do not vary. */
export function matthewsCorrelation(confusion: Confusion): number {
  let total = 0;
  let right = 0;
  let agreement = 0;
  let actualSquares = 0;
  let predictedSquares = 0;
  for (const { hits, actual, predicted } of allClassSums(confusion)) {
    total += actual;
    right += hits;
    agreement += actual * predicted;
    actualSquares += actual * actual;
    predictedSquares += predicted * predicted;
  }
  const spread = (total * total - predictedSquares) * (total * total - actualSquares);
  return spread === 0 ? 0 : (right * total - agreement) / Math.sqrt(spread);
}
