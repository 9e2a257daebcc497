/** From decision values to probabilities: Platt scaling, and its like for more than two classes. */
import { minimize, type Objective } from "./linear-lbfgs.ts";

/**
 * The log-odds of the second class (two classes, one decision value), or the score of class k in a softmax:
 * offsets[k] + the sum over j of factors[k * outputs + j] * decision value j.
 */
export interface Calibration {
  /** outputs x outputs, row-major. */
  readonly factors: Float64Array;
  readonly offsets: Float64Array;
}

/** Classes up to which every decision value may speak for every class; of more, each for its own alone. */
const MOST_MIXED = 20;

/** Numbers that decide enough: of more decision values, rows at even distances are taken. */
const MOST_NUMBERS = 2 ** 20;
const TOLERANCE = 1e-9;
const MOST_ITERATIONS = 200;

/**
 * Minimises the log loss of the calibrated probabilities. Instead of 0 and 1 the targets are those of Platt (1999):
 * (n + 1) / (n + classes) for the row's own class of n rows, the rest shared by the others, so that classes that can
 * be told apart do not lead to infinite factors.
 * @param values rows x pitch; two classes: one value, positive for the second class
 * @param labels class numbers, one a row
 */
export function calibrate(
  values: Float64Array,
  pitch: number,
  labels: Float64Array,
  classes: number,
  rowWeights: Float64Array,
  checkpoint: () => void,
): Calibration {
  const outputs = classes === 2 ? 1 : classes;
  const step = Math.ceil((labels.length * outputs) / MOST_NUMBERS);
  const { totalWeight, ownTarget } = smoothedTargets(labels, classes, rowWeights, step);
  /** Factors of a class, and the decision value that the first of them is for. */
  const mixed = outputs <= MOST_MIXED ? outputs : 1;
  const firstOf = (k: number): number => (mixed === outputs ? 0 : k);
  const size = mixed + 1;
  const scores = new Float64Array(classes);
  const objective: Objective = (point, gradient) => {
    checkpoint();
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < labels.length; row += step) {
      const weight = rowWeights[row] / totalWeight;
      const label = labels[row];
      // With two classes the score of the first is 0; it stands there no more, for residuals take the scores' place.
      scores[0] = 0;
      for (let k = 0; k < outputs; k++) {
        let score = point[k * size + mixed];
        for (let j = 0, at = row * pitch + firstOf(k); j < mixed; j++) score += point[k * size + j] * values[at + j];
        scores[k + classes - outputs] = score;
      }
      const other = (1 - ownTarget[label]) / (classes - 1);
      loss += weight * turnIntoResiduals(scores, label, ownTarget[label], other);
      for (let k = 0; k < outputs; k++) {
        const residual = weight * scores[k + classes - outputs];
        for (let j = 0, at = row * pitch + firstOf(k); j < mixed; j++)
          gradient[k * size + j] += residual * values[at + j];
        gradient[k * size + mixed] += residual;
      }
    }
    return loss;
  };
  const point = new Float64Array(size * outputs);
  minimize(objective, point, { tolerance: TOLERANCE, maxIterations: MOST_ITERATIONS });
  const factors = new Float64Array(outputs * outputs);
  for (let k = 0; k < outputs; k++) {
    factors.set(point.subarray(k * size, k * size + mixed), k * outputs + firstOf(k));
  }
  return { factors, offsets: Float64Array.from({ length: outputs }, (_, k) => point[k * size + mixed]) };
}

/** For each class the target of its own probability, from every `step`th row. */
function smoothedTargets(
  labels: Float64Array,
  classes: number,
  rowWeights: Float64Array,
  step: number,
): { readonly totalWeight: number; readonly ownTarget: Float64Array } {
  const counts = new Float64Array(classes);
  for (let row = 0; row < labels.length; row += step) counts[labels[row]] += rowWeights[row];
  // Above 0, so that rows without weight have a share.
  const totalWeight = counts.reduce((sum, count) => sum + count, Number.MIN_VALUE);
  return { totalWeight, ownTarget: counts.map((count) => (count + 1) / (count + classes)) };
}

/** Scores become softmax minus target, in place; returns the cross entropy. */
function turnIntoResiduals(scores: Float64Array, label: number, own: number, other: number): number {
  let top = -Infinity;
  for (const score of scores) top = Math.max(top, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - top);
  const shift = top + Math.log(sum);
  let entropy = 0;
  for (let k = 0; k < scores.length; k++) {
    const target = k === label ? own : other;
    entropy -= target * (scores[k] - shift);
    scores[k] = Math.exp(scores[k] - shift) - target;
  }
  return entropy;
}
