/** The training of linear support vector machines, one against the rest for each class: scikit-learn's LinearSVC. */
import type { Kernels } from "../../kernels/index.ts";
import type { EncodedRows } from "./linear-encoding.ts";
import { minimize, type Objective } from "./linear-lbfgs.ts";
import { columnProducts, factorize, solve } from "./linear-products.ts";

/** Of the mean gradient: the weights are then scikit-learn's to five digits. */
const EXACT = 1e-6;
/** The same where only the decision values count. */
const ROUGH = 1e-4;
const MOST_ITERATIONS = 500;
/** Positions up to which a matrix of their products is worth its memory and time. */
const MOST_CONDITIONED = 2_000;
/** Numbers that are read between two looks at the clock; they fit the cache, as both passes read them. */
const CHUNK_NUMBERS = 65_536;

export interface SquaredHinge {
  /** Two classes: 1, positive for the second; otherwise one a class. */
  readonly outputs: number;
  /** Output k of position p stands at p * pitch + k. */
  readonly pitch: number;
  /**
   * The best weights (positions x pitch) for rows of these weights (one a row). With a `start` near them they are only
   * found as well as decision values need it.
   */
  solve(rowWeights: Float64Array, start?: Float64Array): Float64Array;
}

/**
 * For each output minimises C * (sum of the rows' weight * max(0, 1 - y f)^2) + |w|^2 / 2, where f is the row's sum of
 * weights and y is 1 for the output's class and -1 for the others. The intercept is penalised like the other weights,
 * as liblinear has it (Fan et al. 2008).
 * @param labels class numbers, one a row
 */
export function squaredHingeProblem(
  kernels: Kernels,
  encoded: EncodedRows,
  labels: Float64Array,
  classes: number,
  C: number,
  checkpoint: () => void,
): SquaredHinge {
  const outputs = classes === 2 ? 1 : classes;
  const pitch = outputs === 1 ? 1 : Math.ceil(outputs / 2) * 2;
  const penalty = 1 / (2 * C * encoded.totalWeight);
  const hinge = hingeLoss(kernels, encoded, labels, outputs, pitch, checkpoint);
  const precondition =
    encoded.positions <= MOST_CONDITIONED ? inverseCurvature(kernels, encoded, penalty, pitch, checkpoint) : undefined;
  return {
    outputs,
    pitch,
    solve(rowWeights, start) {
      const objective: Objective = (point, gradient) => {
        let value = hinge(rowWeights, point, gradient) / encoded.totalWeight;
        for (let i = 0; i < point.length; i++) {
          value += penalty * point[i] * point[i];
          gradient[i] = gradient[i] / encoded.totalWeight + 2 * penalty * point[i];
        }
        return value;
      };
      const point = start?.slice() ?? new Float64Array(encoded.positions * pitch);
      const tolerance = start ? ROUGH : EXACT;
      minimize(objective, point, { tolerance, maxIterations: MOST_ITERATIONS, precondition });
      return point;
    },
  };
}

/** rows x pitch. */
export function decisionValues(
  { run, arena }: Kernels,
  { rows, dense, columns, codes, codeCount }: EncodedRows,
  weights: Float64Array,
  pitch: number,
): Float64Array {
  const mark = arena.mark();
  const weightsAt = arena.allocate(weights.length * 8);
  const scoresAt = arena.allocate(rows * pitch * 8);
  const { buffer } = arena.memory;
  new Float64Array(buffer, weightsAt, weights.length).set(weights);
  if (pitch === 1) run.linearScores(dense, columns, codes, codeCount, 0, rows, weightsAt, scoresAt);
  else run.linearScoresOfMany(dense, columns, codes, codeCount, 0, rows, weightsAt, pitch, scoresAt);
  const values = new Float64Array(buffer, scoresAt, rows * pitch).slice();
  arena.release(mark);
  return values;
}

/** The inverse of half the Hessian (Newton's step is then twice as long, which L-BFGS finds out) with all rows inside. */
function inverseCurvature(
  kernels: Kernels,
  encoded: EncodedRows,
  penalty: number,
  pitch: number,
  checkpoint: () => void,
): (vector: Float64Array) => void {
  const { positions, totalWeight } = encoded;
  const hessian = columnProducts(kernels, encoded, checkpoint).map((product) => product / totalWeight);
  for (let j = 0; j < positions; j++) hessian[j * positions + j] += penalty;
  const factors = factorize(hessian, positions, checkpoint);
  return (vector) => {
    checkpoint();
    for (let k = 0; k < pitch; k++) solve(factors, vector, k, pitch);
  };
}

/** The weighted sum of squared hinge losses; writes its gradient. */
function hingeLoss(
  { run, arena }: Kernels,
  { rows, dense, columns, codes, codeCount, positions }: EncodedRows,
  labels: Float64Array,
  outputs: number,
  pitch: number,
  checkpoint: () => void,
): (rowWeights: Float64Array, point: Float64Array, gradient: Float64Array) => number {
  const size = positions * pitch;
  const weightsAt = arena.allocate(size * 8);
  const gradientAt = arena.allocate(size * 8);
  const scoresAt = arena.allocate(rows * pitch * 8);
  const { buffer } = arena.memory;
  const weights = new Float64Array(buffer, weightsAt, size);
  const summed = new Float64Array(buffer, gradientAt, size);
  const scores = new Float64Array(buffer, scoresAt, rows * pitch);
  const chunk = Math.max(1, Math.floor(CHUNK_NUMBERS / (columns + codeCount) / pitch));
  return (rowWeights, point, gradient) => {
    weights.set(point);
    summed.fill(0);
    let loss = 0;
    for (let first = 0; first < rows; first += chunk) {
      checkpoint();
      const end = Math.min(rows, first + chunk);
      if (pitch === 1) run.linearScores(dense, columns, codes, codeCount, first, end, weightsAt, scoresAt);
      else run.linearScoresOfMany(dense, columns, codes, codeCount, first, end, weightsAt, pitch, scoresAt);
      loss += hingeResiduals(scores, labels, rowWeights, { outputs, pitch }, first, end);
      if (pitch === 1) run.linearGradient(dense, columns, codes, codeCount, first, end, scoresAt, gradientAt);
      else run.linearGradientOfMany(dense, columns, codes, codeCount, first, end, scoresAt, pitch, gradientAt);
    }
    gradient.set(summed);
    return loss;
  };
}

/** Turns the scores of rows into the derivatives of their losses, in place; returns the sum of the losses. */
function hingeResiduals(
  scores: Float64Array,
  labels: Float64Array,
  rowWeights: Float64Array,
  { outputs, pitch }: Pick<SquaredHinge, "outputs" | "pitch">,
  first: number,
  end: number,
): number {
  const ofOne = pitch === 1 ? 1 : 0;
  let loss = 0;
  for (let row = first; row < end; row++) {
    const weight = rowWeights[row];
    for (let k = 0, at = row * pitch; k < pitch; k++, at++) {
      const sign = labels[row] === k + ofOne ? 1 : -1;
      const lack = k < outputs ? Math.max(0, 1 - sign * scores[at]) : 0;
      loss += weight * lack * lack;
      scores[at] = -2 * weight * sign * lack;
    }
  }
  return loss;
}
