/** Logistic regression with an L2 penalty, as scikit-learn's LogisticRegression: see `fitLogistic`. */
import type { Kernels } from "../../kernels/index.ts";
import type { EncodedRows } from "./linear-encoding.ts";
import { minimize, type Objective } from "./linear-lbfgs.ts";
import { columnProducts, factorize, solve } from "./linear-products.ts";

export interface LogisticWeights {
  /** positions x pitch: output k of position p at p * pitch + k, the intercept among the positions. */
  readonly weights: Float64Array;
  readonly pitch: number;
  /** 1 for two classes, otherwise one a class. */
  readonly outputs: number;
}

/** Of the mean gradient. Near it the weights move by less than 1e-4 of their scale, even with C = 100. */
const TOLERANCE = 1e-8;
const MOST_ITERATIONS = 1_000;
/** Positions up to which a matrix of their products is worth its memory and time. */
const MOST_CONDITIONED = 2_000;
/** Numbers that are read between two looks at the clock; they fit the cache, as both passes read them. */
const CHUNK_NUMBERS = 65_536;

/**
 * Minimises C * (sum of the rows' weight * log loss) + |w|^2 / 2, the intercepts not among w. Two classes: sigmoid of one
 * output; more: softmax of one output a class.
 * @param labels class numbers, one a row
 */
export function fitLogistic(
  kernels: Kernels,
  rows: EncodedRows,
  labels: Float64Array,
  classes: number,
  C: number,
  checkpoint: () => void,
): LogisticWeights {
  const outputs = classes === 2 ? 1 : classes;
  const pitch = outputs === 1 ? 1 : Math.ceil(outputs / 2) * 2;
  const lossAndGradient = logLoss(kernels, rows, labels, classes, pitch, checkpoint);
  const penalty = 1 / (C * rows.totalWeight);
  const firstIntercept = rows.intercept * pitch;
  const objective: Objective = (point, gradient) => {
    let value = lossAndGradient(point, gradient);
    for (let i = 0; i < point.length; i++) {
      if (i >= firstIntercept && i < firstIntercept + pitch) continue;
      value += (penalty / 2) * point[i] * point[i];
      gradient[i] += penalty * point[i];
    }
    return value;
  };
  const weights = new Float64Array(rows.positions * pitch);
  const precondition =
    rows.positions <= MOST_CONDITIONED
      ? inverseCurvature(kernels, rows, labels, penalty, pitch, checkpoint)
      : undefined;
  minimize(objective, weights, { tolerance: TOLERANCE, maxIterations: MOST_ITERATIONS, precondition });
  return { weights, pitch, outputs };
}

/**
 * The inverse of the Hessian where every row is given the share of the second class (the mean share with more classes)
 * as its probability. Features that nearly repeat each other cost hundreds of iterations without it.
 */
function inverseCurvature(
  kernels: Kernels,
  rows: EncodedRows,
  labels: Float64Array,
  penalty: number,
  pitch: number,
  checkpoint: () => void,
): (vector: Float64Array) => void {
  const { positions } = rows;
  const share = pitch === 1 ? weightedSum(kernels, rows, labels) / rows.totalWeight : 1 / pitch;
  const curvature = Math.max(share * (1 - share), 1e-3) / rows.totalWeight;
  const hessian = columnProducts(kernels, rows, checkpoint).map((product) => product * curvature);
  for (let j = 0; j < positions; j++) hessian[j * positions + j] += penalty;
  const factors = factorize(hessian, positions, checkpoint);
  return (vector) => {
    checkpoint();
    for (let k = 0; k < pitch; k++) solve(factors, vector, k, pitch);
  };
}

function weightedSum({ arena }: Kernels, { weights, rows }: EncodedRows, values: Float64Array): number {
  if (weights === 0) return values.reduce((sum, value) => sum + value, 0);
  const view = new Float64Array(arena.memory.buffer, weights, rows);
  return values.reduce((sum, value, i) => sum + value * view[i], 0);
}

/** Weighted mean log loss and its gradient. */
function logLoss(
  kernels: Kernels,
  { rows, dense, columns, codes, codeCount, positions, weights: rowWeights, totalWeight }: EncodedRows,
  labels: Float64Array,
  classes: number,
  pitch: number,
  checkpoint: () => void,
): Objective {
  const { run, arena } = kernels;
  const size = positions * pitch;
  const weightsAt = arena.allocate(size * 8);
  const gradientAt = arena.allocate(size * 8);
  const labelsAt = arena.allocate(rows * 8);
  const scoresAt = arena.allocate(rows * pitch * 8);
  const { buffer } = arena.memory;
  new Float64Array(buffer, labelsAt, rows).set(labels);
  const weights = new Float64Array(buffer, weightsAt, size);
  const summed = new Float64Array(buffer, gradientAt, size);
  const chunk = Math.max(1, Math.floor(CHUNK_NUMBERS / (columns + codeCount) / pitch));

  return (point, gradient) => {
    weights.set(point);
    summed.fill(0);
    let loss = 0;
    for (let first = 0; first < rows; first += chunk) {
      checkpoint();
      const end = Math.min(rows, first + chunk);
      if (classes === 2) {
        run.linearScores(dense, columns, codes, codeCount, first, end, weightsAt, scoresAt);
        loss += run.sigmoidResiduals(scoresAt, labelsAt, first, end, rowWeights);
        run.linearGradient(dense, columns, codes, codeCount, first, end, scoresAt, gradientAt);
      } else {
        run.linearScoresOfMany(dense, columns, codes, codeCount, first, end, weightsAt, pitch, scoresAt);
        loss += run.softmaxResiduals(scoresAt, pitch, classes, labelsAt, first, end, rowWeights);
        run.linearGradientOfMany(dense, columns, codes, codeCount, first, end, scoresAt, pitch, gradientAt);
      }
    }
    for (let i = 0; i < size; i++) gradient[i] = summed[i] / totalWeight;
    return loss / totalWeight;
  };
}
