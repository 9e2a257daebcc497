/** Linear support vector machine with probabilities: squared hinge loss, calibrated on rows that it had not seen. */
import { createRandom } from "../../base/index.ts";
import type { Kernels } from "../../kernels/index.ts";
import type { LinearLearner } from "../../model/index.ts";
import { calibrate, type Calibration } from "./linear-calibration.ts";
import { encodeRows, toLearner, type EncodedRows } from "./linear-encoding.ts";
import { encodingParam, numberParam, rowsOf } from "./linear-params.ts";
import { decisionValues, squaredHingeProblem, type SquaredHinge } from "./linear-squared-hinge.ts";
import type { LearningAlgorithm } from "./learner.ts";

/** Parts of the rows whose decision values come from a training on the others. */
const FOLDS = 3;

/**
 * Params: `C`, the inverse strength of the L2 penalty, as scikit-learn's LinearSVC has it; default 0.1. `encoding` as
 * in `logisticRegression`. The learner is an ordinary linear one: the calibration is part of its weights.
 */
export const linearSVM: LearningAlgorithm = {
  name: "LinearSVM",
  tasks: ["classification"],
  fit(data, rows, params, { kernels, seed, checkpoint }) {
    const C = numberParam(params, "C", 0.1, (value) => value > 0, "a number above 0");
    const mark = kernels.arena.mark();
    try {
      const encoded = encodeRows(kernels, data, rows, checkpoint, encodingParam(params));
      const labels = rowsOf(data.target, rows);
      const problem = squaredHingeProblem(kernels, encoded, labels, data.classes, C, checkpoint);
      const rowWeights = weightsOf(kernels, encoded);
      const weights = problem.solve(rowWeights);
      const folds = stratifiedFolds(labels, data.classes, rowWeights, seed);
      const held = outOfFold(kernels, encoded, problem, weights, folds, rowWeights);
      const calibration = calibrate(held, problem.pitch, labels, data.classes, rowWeights, checkpoint);
      const link = data.classes === 2 ? "sigmoid" : "softmax";
      const learner = toLearner(encoded, weights, problem.pitch, problem.outputs, link);
      return { learner: rescaled(learner, calibration), rounds: 0 };
    } finally {
      kernels.arena.release(mark);
    }
  },
};

function weightsOf({ arena }: Kernels, { rows, weights }: EncodedRows): Float64Array {
  return weights === 0 ? new Float64Array(rows).fill(1) : new Float64Array(arena.memory.buffer, weights, rows).slice();
}

/** The fold of each row; every class is spread evenly, whatever rows of weight 0 there are. */
function stratifiedFolds(labels: Float64Array, classes: number, rowWeights: Float64Array, seed: number): Uint8Array {
  const order = createRandom(seed).shuffle(Uint32Array.from(labels, (_, row) => row));
  const next = new Uint8Array(classes);
  const folds = new Uint8Array(labels.length);
  for (const row of order) {
    if (rowWeights[row] === 0) continue;
    folds[row] = next[labels[row]];
    if (rowWeights[row] > 0) next[labels[row]] = (next[labels[row]] + 1) % FOLDS;
  }
  return folds;
}

/** rows x pitch: the decision values of each row by the machine that was trained without its fold. */
function outOfFold(
  kernels: Kernels,
  encoded: EncodedRows,
  problem: SquaredHinge,
  start: Float64Array,
  folds: Uint8Array,
  rowWeights: Float64Array,
): Float64Array {
  const { pitch } = problem;
  const held = new Float64Array(encoded.rows * pitch);
  for (let fold = 0; fold < FOLDS; fold++) {
    // A row of weight 0 is not there.
    const others = rowWeights.map((weight, row) => (folds[row] === fold ? 0 : weight));
    if (!folds.includes(fold) || others.every((weight) => weight === 0)) continue;
    const values = decisionValues(kernels, encoded, problem.solve(others, start), pitch);
    for (let row = 0; row < encoded.rows; row++) {
      if (folds[row] !== fold) continue;
      for (let k = 0; k < pitch; k++) held[row * pitch + k] = values[row * pitch + k];
    }
  }
  return held;
}

/** Output k becomes offsets[k] + the sum over j of factors[k, j] * output j. */
function rescaled(learner: LinearLearner, { factors, offsets }: Calibration): LinearLearner {
  const { outputs, width } = learner;
  const weights = new Float64Array(outputs * width);
  const intercepts = offsets.slice();
  for (let k = 0; k < outputs; k++) {
    for (let j = 0; j < outputs; j++) {
      const factor = factors[k * outputs + j];
      if (factor === 0) continue;
      intercepts[k] += factor * learner.intercepts[j];
      for (let p = 0; p < width; p++) weights[k * width + p] += factor * learner.weights[j * width + p];
    }
  }
  return { ...learner, weights, intercepts };
}
