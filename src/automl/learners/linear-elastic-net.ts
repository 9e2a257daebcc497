/** Least squares with L1 and L2 penalties, as scikit-learn's ElasticNet: see `fitElasticNet`. */
import { SlipwayError } from "../../base/index.ts";
import type { Kernels } from "../../kernels/index.ts";
import type { EncodedRows } from "./linear-encoding.ts";
import { columnProducts, factorize, solve } from "./linear-products.ts";

const MOST_SWEEPS = 1_000;
/** Ends when no weight moves the prediction by more than this share of the target's deviation. */
const TOLERANCE = 1e-9;
/** Beyond it the matrix of products would take more than 72 MiB, and minutes to work with. */
const MOST_POSITIONS = 3_000;

/**
 * Minimises the weighted mean of (y - Xw - b)^2 / 2 over the rows + alpha * l1Ratio * |w|_1 + alpha * (1 - l1Ratio) / 2 * |w|^2 and returns w with
 * b at the intercept's position. Without an L1 part that is one linear system; with it, coordinate descent on the
 * products of the columns (Friedman, Hastie & Tibshirani 2010), which takes one pass over the rows in all.
 * Throws SLW_LEARNER_WIDTH.
 * @param target one a row
 */
export function fitElasticNet(
  kernels: Kernels,
  rows: EncodedRows,
  target: Float64Array,
  alpha: number,
  l1Ratio: number,
  checkpoint: () => void,
): Float64Array {
  if (rows.positions > MOST_POSITIONS) {
    throw new SlipwayError(
      "SLW_LEARNER_WIDTH",
      `ElasticNet takes up to ${MOST_POSITIONS} numbers a row, but these features make ${rows.positions}.`,
      { details: { most: MOST_POSITIONS, got: rows.positions } },
    );
  }
  const problem = centeredProblem(kernels, rows, target, checkpoint);
  const l1 = rows.totalWeight * alpha * l1Ratio;
  const l2 = rows.totalWeight * alpha * (1 - l1Ratio);
  const weights = l1 > 0 ? coordinateDescent(problem, l1, l2, checkpoint) : solveRidge(problem, l2, checkpoint);
  let intercept = problem.targetMean;
  for (let j = 0; j < rows.positions; j++) intercept -= weights[j] * problem.means[j];
  weights[rows.intercept] = intercept;
  return weights;
}

/** Least squares of centred columns and target: minimise w·products·w / 2 - w·moments, plus penalties. */
interface CenteredProblem {
  readonly size: number;
  /** size x size, symmetric; the intercept's row and column are 0. */
  readonly products: Float64Array;
  readonly moments: Float64Array;
  readonly means: Float64Array;
  readonly targetMean: number;
  /** Square root of the centred target's weighted sum of squares. */
  readonly targetNorm: number;
}

function centeredProblem(
  kernels: Kernels,
  encoded: EncodedRows,
  target: Float64Array,
  checkpoint: () => void,
): CenteredProblem {
  const { rows, dense, columns, codes, codeCount, positions, intercept, weights, totalWeight } = encoded;
  const { run, arena } = kernels;
  const targetAt = arena.allocate(rows * 8);
  const momentsAt = arena.allocate(positions * 8);
  const { buffer } = arena.memory;
  const weightOf = weights === 0 ? null : new Float64Array(buffer, weights, rows);
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += (weightOf?.[i] ?? 1) * target[i];
  const targetMean = sum / totalWeight;
  const weighted = new Float64Array(buffer, targetAt, rows);
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const centered = target[i] - targetMean;
    weighted[i] = (weightOf?.[i] ?? 1) * centered;
    squares += weighted[i] * centered;
  }
  run.linearGradient(dense, columns, codes, codeCount, 0, rows, targetAt, momentsAt);
  const sums = columnProducts(kernels, encoded, checkpoint);
  const means = new Float64Array(positions);
  // The intercept's column is all ones, so its products are the other columns' sums.
  for (let j = 0; j < positions; j++) {
    means[j] = (j < intercept ? sums[intercept * positions + j] : sums[j * positions + intercept]) / totalWeight;
  }
  return {
    size: positions,
    products: centeredProducts(sums, means, totalWeight, checkpoint),
    moments: new Float64Array(buffer, momentsAt, positions).slice(),
    means,
    targetMean,
    targetNorm: Math.sqrt(squares),
  };
}

function centeredProducts(
  lower: Float64Array,
  means: Float64Array,
  totalWeight: number,
  checkpoint: () => void,
): Float64Array {
  const size = means.length;
  const products = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    checkpoint();
    for (let b = 0; b <= a; b++) {
      const raw = lower[a * size + b];
      const value = raw - totalWeight * means[a] * means[b];
      // What is only rounding of a column that does not vary (the intercept, an unused category) is 0.
      const kept = a === b && value <= 1e-12 * raw ? 0 : value;
      products[a * size + b] = kept;
      products[b * size + a] = kept;
    }
  }
  return products;
}

function coordinateDescent(problem: CenteredProblem, l1: number, l2: number, checkpoint: () => void): Float64Array {
  const { size, products, moments, targetNorm } = problem;
  const weights = new Float64Array(size);
  /** moments - products · weights */
  const remaining = moments.slice();
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    checkpoint();
    let largestMove = 0;
    for (let j = 0; j < size; j++) {
      const square = products[j * size + j];
      if (square === 0) continue;
      const before = weights[j];
      const pull = remaining[j] + square * before;
      const after = (Math.sign(pull) * Math.max(0, Math.abs(pull) - l1)) / (square + l2);
      if (after === before) continue;
      weights[j] = after;
      const move = after - before;
      const line = products.subarray(j * size, (j + 1) * size);
      for (let i = 0; i < size; i++) remaining[i] -= move * line[i];
      largestMove = Math.max(largestMove, Math.abs(move) * Math.sqrt(square));
    }
    if (largestMove <= TOLERANCE * targetNorm) break;
  }
  return weights;
}

/** (products + l2) w = moments; columns that do not vary, or that others make up, get 0. */
function solveRidge({ size, products, moments }: CenteredProblem, l2: number, checkpoint: () => void): Float64Array {
  const system = products.slice();
  for (let j = 0; j < size; j++) if (system[j * size + j] > 0) system[j * size + j] += l2;
  const weights = moments.slice();
  solve(factorize(system, size, checkpoint), weights);
  return weights;
}
