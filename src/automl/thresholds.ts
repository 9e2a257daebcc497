/**
 * Decision thresholds: factors on the probabilities of the labels (`Model.labelWeights`) for metrics that judge labels.
 * A probability of .5 is the best threshold for accuracy alone, and only where the probabilities are right.
 */
import { createRandom, type Random } from "../base/index.ts";
import { metricValue } from "../kernels/index.ts";
import type { Dataset } from "./dataset.ts";
import type { Fold } from "./validation.ts";

/** The metrics that look at the predicted label and not at its probability. */
const judgesLabels =
  /^(accuracy|balanced_accuracy|norm_macro_recall|matthews_correlation|(f1|precision|recall)_score_.+)$/;

/** Of more classes each has too few rows to say anything about its factor. */
const mostClasses = 20;
/** Rows times classes; more make the factors no better, only slower to find. */
const mostCells = 160_000;
/** Parts of a single holdout, which has no folds of its own. */
const parts = 5;

/**
 * Factors for `Model.labelWeights` that raise the metric, summing to 1; of two classes [t, 1 - t], where the second
 * label is given from a probability of t. Null where the most probable label is as good: where the metric judges no
 * labels, or the gain on rows that did not choose the factors is not above its standard error.
 *
 * Coordinate ascent on the logarithms of the factors, each on a grid whose objective is smoothed over its neighbours.
 * Factors are chosen on all parts but one and judged on that one, for each part; the answer is their mean.
 * @param outputs out-of-fold probabilities: the validation rows of all folds, one fold after the other, x classes
 */
export function tuneLabelWeights(
  metric: string,
  data: Dataset,
  folds: readonly Fold[],
  outputs: Float64Array,
): number[] | null {
  const { classes } = data;
  if (data.task !== "classification" || !judgesLabels.test(metric) || classes > mostClasses) return null;
  const rows = gatherRows(data, folds, outputs);
  const judge = (matrix: Float64Array): number => judgeMatrix(metric, matrix, classes);
  const plain = labelsOf(rows, new Float64Array(classes));
  const crossFitted = new Int32Array(rows.count);
  const sum = new Float64Array(classes);
  const partNumbers = [...new Set(rows.part)];
  for (const part of partNumbers) {
    const logs = ascend(rows, part, judge);
    const given = labelsOf(rows, logs);
    for (let row = 0; row < rows.count; row++) if (rows.part[row] === part) crossFitted[row] = given[row];
    for (let k = 0; k < classes; k++) sum[k] += logs[k] / partNumbers.length;
  }
  const before = judge(confusion(rows, plain));
  const gain = judge(confusion(rows, crossFitted)) - before;
  if (!(gain > standardError(rows, plain, crossFitted, judge))) return null;
  if (!(judge(confusion(rows, labelsOf(rows, sum))) > before)) return null;
  const factors = Array.from(sum, Math.exp);
  const total = factors.reduce((a, b) => a + b);
  return factors.map((factor) => factor / total);
}

/** The rows that judge, evenly drawn where there are many. */
interface Rows {
  readonly count: number;
  readonly classes: number;
  readonly target: Int32Array;
  readonly weight: Float64Array;
  readonly part: Int32Array;
  /** Logarithms of the probabilities, count x classes; -Infinity for 0. */
  readonly logs: Float64Array;
}

function gatherRows({ classes, target, weights }: Dataset, folds: readonly Fold[], outputs: Float64Array): Rows {
  const all = folds.reduce((sum, { valid }) => sum + valid.length, 0);
  const valid = new Uint32Array(all);
  const foldOf = new Int32Array(all);
  let start = 0;
  folds.forEach((fold, number) => {
    valid.set(fold.valid, start);
    foldOf.fill(number, start, start + fold.valid.length);
    start += fold.valid.length;
  });
  const step = Math.ceil((all * classes) / mostCells);
  const count = Math.ceil(all / step);
  const places = Uint32Array.from({ length: count }, (_, i) => i * step);
  const logs = new Float64Array(count * classes);
  places.forEach((place, i) => {
    for (let k = 0; k < classes; k++) logs[i * classes + k] = Math.log(outputs[place * classes + k]);
  });
  return {
    count,
    classes,
    target: Int32Array.from(places, (place) => target[valid[place]]),
    weight: Float64Array.from(places, (place) => (weights === null ? 1 : weights[valid[place]])),
    part: Int32Array.from(places, (place, i) => (folds.length > 1 ? foldOf[place] : i % parts)),
    logs,
  };
}

/** The label of each row with these logarithms of factors; of equals the first. */
function labelsOf({ count, classes, logs }: Rows, factors: Float64Array): Int32Array {
  const labels = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (logs[row * classes + k] + factors[k] > logs[row * classes + best] + factors[best]) best = k;
    }
    labels[row] = best;
  }
  return labels;
}

/** Sums of weights by true class and label, row-major. */
function confusion({ count, classes, target, weight }: Rows, labels: Int32Array): Float64Array {
  const matrix = new Float64Array(classes * classes);
  for (let row = 0; row < count; row++) matrix[target[row] * classes + labels[row]] += weight[row];
  return matrix;
}

/** The metric of rows that gave this matrix: one row for each cell, with the cell's weight. */
function judgeMatrix(metric: string, matrix: Float64Array, classes: number): number {
  const cells = Array.from(matrix.keys()).filter((cell) => matrix[cell] > 0);
  if (cells.length === 0) return NaN;
  return metricValue(metric, {
    classes,
    labels: Int32Array.from(cells, (cell) => Math.floor(cell / classes)),
    predictions: Int32Array.from(cells, (cell) => cell % classes),
    weights: Float64Array.from(cells, (cell) => matrix[cell]),
    probabilities: new Float64Array(cells.length * classes),
  });
}

/** Logarithms of factors that are tried. */
const reach = 5;
const gridStep = 0.1;
const gridSize = Math.round((2 * reach) / gridStep) + 1;
/** Neighbours on either side over whose mean the objective is smoothed. */
const smoothing = 2;
const passes = 3;

/** The best factors by the rows of all parts but one, as logarithms; that of the first class stays 0. */
function ascend(rows: Rows, without: number, judge: (matrix: Float64Array) => number): Float64Array {
  const factors = new Float64Array(rows.classes);
  for (let pass = 0; pass < passes; pass++) {
    let moved = false;
    for (let k = 1; k < rows.classes; k++) {
      const objective = smooth(alongGrid(rows, without, factors, k, judge));
      const here = Math.round((factors[k] + reach) / gridStep);
      let best = here;
      for (let i = 0; i < gridSize; i++) {
        const isNearer = objective[i] === objective[best] && Math.abs(i - here) < Math.abs(best - here);
        if (objective[i] > objective[best] || isNearer) best = i;
      }
      if (best === here) continue;
      factors[k] = best * gridStep - reach;
      moved = true;
    }
    // With two classes one factor is all there is.
    if (!moved || rows.classes === 2) break;
  }
  return factors;
}

/** The objective for every factor of class k on the grid, the others as they are. */
function alongGrid(
  { count, classes, target, weight, part, logs }: Rows,
  without: number,
  factors: Float64Array,
  k: number,
  judge: (matrix: Float64Array) => number,
): Float64Array {
  // For each place of the grid what moves to label k there: sums of weights by true class and former label.
  const moves = Array.from({ length: gridSize }, () => new Map<number, number>());
  const matrix = new Float64Array(classes * classes);
  for (let row = 0; row < count; row++) {
    if (part[row] === without) continue;
    let best = k === 0 ? 1 : 0;
    for (let other = 0; other < classes; other++) {
      if (other === k) continue;
      if (logs[row * classes + other] + factors[other] > logs[row * classes + best] + factors[best]) best = other;
    }
    const cell = target[row] * classes + best;
    matrix[cell] += weight[row];
    const needed = logs[row * classes + best] + factors[best] - logs[row * classes + k];
    const place = Math.max(0, Math.floor((needed + reach) / gridStep) + 1);
    if (place < gridSize) moves[place].set(cell, (moves[place].get(cell) ?? 0) + weight[row]);
  }
  let value = judge(matrix);
  return Float64Array.from(moves, (moved) => {
    if (moved.size === 0) return value;
    for (const [cell, sum] of moved) {
      matrix[cell] = Math.max(0, matrix[cell] - sum);
      matrix[cell - (cell % classes) + k] += sum;
    }
    value = judge(matrix);
    return value;
  });
}

function smooth(values: Float64Array): Float64Array {
  return values.map((_, i) => {
    const window = values.subarray(Math.max(0, i - smoothing), i + smoothing + 1);
    const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
    return Number.isNaN(mean) ? -Infinity : mean;
  });
}

const resamples = 200;

/** Of the difference of the metric between two labellings of the same rows: bootstrap, a row drawn Poisson(1) times. */
function standardError(
  rows: Rows,
  before: Int32Array,
  after: Int32Array,
  judge: (matrix: Float64Array) => number,
): number {
  const { classes, count, target, weight } = rows;
  // Rows of one true class and the same two labels make the same difference: they are drawn together.
  const cells = new Map<number, { rows: number; weight: number }>();
  for (let row = 0; row < count; row++) {
    const key = (target[row] * classes + before[row]) * classes + after[row];
    const cell = cells.get(key) ?? { rows: 0, weight: 0 };
    cell.rows++;
    cell.weight += weight[row];
    cells.set(key, cell);
  }
  const random = createRandom(1);
  const differences: number[] = [];
  for (let sample = 0; sample < resamples; sample++) {
    const first = new Float64Array(classes * classes);
    const second = new Float64Array(classes * classes);
    for (const [key, cell] of cells) {
      const drawn = (poisson(random, cell.rows) * cell.weight) / cell.rows;
      const pair = Math.floor(key / classes);
      first[pair] += drawn;
      second[pair - (pair % classes) + (key % classes)] += drawn;
    }
    const difference = judge(second) - judge(first);
    if (!Number.isNaN(difference)) differences.push(difference);
  }
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / differences.length);
}

/** Knuth's method; from 50 on the normal distribution is as good. */
function poisson(random: Random, mean: number): number {
  if (mean >= 50) return Math.max(0, mean + Math.sqrt(mean) * random.normal());
  const limit = Math.exp(-mean);
  let drawn = 0;
  for (let product = random.next(); product > limit; product *= random.next()) drawn++;
  return drawn;
}
