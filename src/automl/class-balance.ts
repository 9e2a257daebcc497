/** What is done about classes that have few rows. */
import { createRandom, SlipwayError } from "../base/index.ts";
import type { Dataset, Feature } from "./dataset.ts";
import { sharedRows, type Fold } from "./validation.ts";

export const classBalances = ["none", "weights", "oversample", "auto"] as const;

/**
 * - none: nothing.
 * - weights: each row of a class counts rows / (classes * rows of the class), so that all classes weigh the same
 *   (scikit-learn's "balanced").
 * - oversample: the training rows of rarer classes are repeated until every class has as many as the largest.
 * - auto: "weights" where the rarest class has at most 0.2 of the largest one's rows and the metric gives every class the
 *   same say (balanced_accuracy, norm_macro_recall, macro averages); otherwise "none", as weights help neither ranks
 *   (AUC) nor probabilities (log loss).
 */
export type ClassBalance = (typeof classBalances)[number];

/** Azure ML's: classes are called imbalanced where the rarest has at most this share of the largest one's rows. */
const IMBALANCED = 0.2;

/** @throws SLW_AUTOML_OPTION where there are no classes to balance */
export function resolveClassBalance(
  wanted: ClassBalance,
  data: Dataset,
  metric: string,
): Exclude<ClassBalance, "auto"> {
  if (data.task === "regression") {
    if (wanted === "none" || wanted === "auto") return "none";
    throw new SlipwayError(
      "SLW_AUTOML_OPTION",
      `Class balance "${wanted}" needs classes, but the task is regression.`,
      {
        fix: "Leave the class balance out, or use a weight column.",
        details: { option: "class balance", got: wanted },
      },
    );
  }
  if (wanted !== "auto") return wanted;
  const counts = countClasses(data);
  const isImbalanced = Math.min(...counts) <= IMBALANCED * Math.max(...counts);
  return isImbalanced && countsClassesAlike(metric) ? "weights" : "none";
}

function countsClassesAlike(metric: string): boolean {
  return metric === "balanced_accuracy" || metric === "norm_macro_recall" || metric.endsWith("_score_macro");
}

/** The dataset whose rows also weigh by class. */
export function weighClasses(data: Dataset): Dataset {
  const counts = countClasses(data);
  const present = counts.filter((count) => count > 0).length;
  const weights = new Float64Array(new SharedArrayBuffer(data.rows * 8));
  for (let row = 0; row < data.rows; row++)
    weights[row] = ((data.weights?.[row] ?? 1) * data.rows) / (present * counts[data.target[row]]);
  return { ...data, weights };
}

/**
 * Repeats rows of the rarer classes: copies stand behind all rows. A copy is in the training rows of the folds that have
 * its original there, and in no validation rows; so no fold is judged on a row that it was trained on.
 */
export function oversample(
  data: Dataset,
  folds: readonly Fold[],
  seed: number,
): { readonly dataset: Dataset; readonly folds: readonly Fold[] } {
  const copied = rowsToRepeat(data, seed);
  const rows = data.rows + copied.length;
  return {
    dataset: {
      ...data,
      rows,
      features: data.features.map((feature): Feature => ({ ...feature, values: extend(feature.values, copied) })),
      target: extend(data.target, copied),
      weights: data.weights && extend(data.weights, copied),
    },
    folds: folds.map(({ train, valid }) => {
      const isTrained = new Uint8Array(data.rows);
      for (const row of train) isTrained[row] = 1;
      const copies: number[] = [];
      copied.forEach((row, i) => {
        if (isTrained[row]) copies.push(data.rows + i);
      });
      const extended = sharedRows(train.length + copies.length);
      extended.set(train);
      extended.set(copies, train.length);
      return { train: extended, valid };
    }),
  };
}

/** As many of each class as it lacks, each row as often as the others of its class or once more. */
function rowsToRepeat(data: Dataset, seed: number): Uint32Array {
  const counts = countClasses(data);
  const most = Math.max(...counts);
  const order = createRandom(seed, 5).shuffle(Uint32Array.from({ length: data.rows }, (_, row) => row));
  const byClass = counts.map((count) => new Uint32Array(count));
  const filled = new Uint32Array(counts.length);
  for (const row of order) {
    const k = data.target[row];
    byClass[k][filled[k]++] = row;
  }
  const repeated = byClass.map((rows) =>
    rows.length === 0 ? rows : Uint32Array.from({ length: most - rows.length }, (_, i) => rows[i % rows.length]),
  );
  return Uint32Array.from(repeated.flatMap((rows) => [...rows]));
}

function extend(values: Float64Array, copied: Uint32Array): Float64Array {
  const extended = new Float64Array(new SharedArrayBuffer((values.length + copied.length) * 8));
  extended.set(values);
  for (let i = 0; i < copied.length; i++) extended[values.length + i] = values[copied[i]];
  return extended;
}

function countClasses(data: Dataset): number[] {
  const counts = new Array<number>(data.classes).fill(0);
  for (const label of data.target) counts[label]++;
  return counts;
}
