/** The losses that gradient boosting minimises, on arrays in the kernels' memory. */
import type { Kernels, Quantisation } from "../../kernels/index.ts";
import type { Link } from "../../model/index.ts";
import { padRows } from "../trees/workspace.ts";

/** Sums of quantised gradients must fit 31 bits, of hessians 32: few rows get a finer scale than many. */
const MAX_SCALE = 65_535;
const GRADIENT_SUM = 2 ** 31 - 1;

export interface Objective {
  /** Trees a round, and raw outputs a row. */
  readonly outputs: number;
  readonly link: Link;
  /** Raw outputs before the first tree. */
  readonly base: Float64Array;
  /** Is every hessian 1 (then leaf values are recomputed from exact gradients, which are not bounded)? */
  readonly exactLeaves: boolean;
  /** Called once a round, before its first tree. */
  beginRound(): void;
  /** Writes the packed gradients of output k and says in what scale. `rows` are those of the coming tree. */
  pack(k: number, rows: number, rowCount: number, salt: number, packed: number): Quantisation;
  /** Address of the exact f32 gradients of the last `pack`; only where exactLeaves. */
  readonly gradients: number;
  /** Mean loss of the rows by the scores so far. */
  loss(rows: Uint32Array): number;
}

/** The scores of all rows: output k's at address + 8 * k * pitch. */
export interface Scores {
  readonly address: number;
  readonly pitch: number;
  readonly view: Float64Array;
}

export function createScores(kernels: Kernels, rows: number, outputs: number): Scores {
  const pitch = padRows(rows);
  const address = kernels.arena.allocate(pitch * outputs * 8);
  return { address, pitch, view: new Float64Array(kernels.arena.memory.buffer, address, pitch * outputs) };
}

function scaleFor(rowCount: number, largestGradient: number, largestHessian: number): Quantisation {
  const steps = Math.min(MAX_SCALE, Math.floor(GRADIENT_SUM / Math.max(1, rowCount)) - 1);
  return { gradientScale: steps / largestGradient, hessianScale: steps / largestHessian };
}

/** Target as f32, padded. */
function uploadTarget(kernels: Kernels, target: Float64Array): number {
  const address = kernels.arena.allocate(padRows(target.length) * 4);
  new Float32Array(kernels.arena.memory.buffer, address, target.length).set(target);
  return address;
}

/** Log loss of two classes; the raw output is the log-odds of class 1. */
export function logistic(kernels: Kernels, scores: Scores, target: Float64Array, rows: Uint32Array): Objective {
  const labels = uploadTarget(kernels, target);
  let positives = 0;
  for (const row of rows) positives += target[row];
  const share = Math.min(Math.max(positives / rows.length, 1e-6), 1 - 1e-6);
  const end = padRows(target.length);
  return {
    outputs: 1,
    link: "sigmoid",
    base: Float64Array.of(Math.log(share / (1 - share))),
    exactLeaves: false,
    gradients: 0,
    beginRound: () => {},
    pack(_k, _rows, rowCount, salt, packed) {
      const scale = scaleFor(rowCount, 1, 0.25);
      const { gradientScale, hessianScale } = scale;
      kernels.team.logisticGradients(end, scores.address, labels, 0, salt, gradientScale, hessianScale, packed);
      return scale;
    },
    loss(validation) {
      let sum = 0;
      for (const row of validation) {
        const margin = target[row] > 0.5 ? scores.view[row] : -scores.view[row];
        sum += margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin));
      }
      return sum / validation.length;
    },
  };
}

/** Log loss of several classes, one tree a class and round. */
export function softmax(
  kernels: Kernels,
  scores: Scores,
  target: Float64Array,
  rows: Uint32Array,
  classes: number,
): Objective {
  const labels = uploadTarget(kernels, target);
  const end = padRows(target.length);
  const probabilities = kernels.arena.allocate(end * classes * 4);
  const counts = new Float64Array(classes);
  for (const row of rows) counts[target[row]]++;
  // As in LightGBM: the hessian of the softmax's diagonal, made up for the redundant class.
  const factor = classes / (classes - 1);
  return {
    outputs: classes,
    link: "softmax",
    base: counts.map((count) => Math.log(Math.max(count / rows.length, 1e-6))),
    exactLeaves: false,
    gradients: 0,
    beginRound: () => kernels.team.softmax(end, scores.address, classes, scores.pitch, probabilities),
    pack(k, _rows, rowCount, salt, packed) {
      const scale = scaleFor(rowCount, 1, 0.25 * factor);
      const { gradientScale, hessianScale } = scale;
      const from = probabilities + k * end * 4;
      kernels.team.softmaxGradients(end, from, labels, 0, k, factor, salt, gradientScale, hessianScale, packed);
      return scale;
    },
    loss(validation) {
      let sum = 0;
      for (const row of validation) {
        let top = -Infinity;
        for (let k = 0; k < classes; k++) top = Math.max(top, scores.view[k * scores.pitch + row]);
        let total = 0;
        for (let k = 0; k < classes; k++) total += Math.exp(scores.view[k * scores.pitch + row] - top);
        sum += Math.log(total) + top - scores.view[target[row] * scores.pitch + row];
      }
      return sum / validation.length;
    },
  };
}

/** Squared error. */
export function squared(kernels: Kernels, scores: Scores, target: Float64Array, rows: Uint32Array): Objective {
  const end = padRows(target.length);
  const targets = kernels.arena.allocate(end * 8);
  new Float64Array(kernels.arena.memory.buffer, targets, target.length).set(target);
  const gradients = kernels.arena.allocate(end * 4);
  let sum = 0;
  for (const row of rows) sum += target[row];
  return {
    outputs: 1,
    link: "identity",
    base: Float64Array.of(sum / rows.length),
    exactLeaves: true,
    gradients,
    beginRound: () => kernels.team.squaredGradients(end, scores.address, targets, 0, gradients),
    pack(_k, treeRows, rowCount, salt, packed) {
      const largest = kernels.run.largestMagnitude(gradients, treeRows, rowCount) || 1;
      const scale = scaleFor(rowCount, largest, 1);
      kernels.team.packGradients(end, gradients, 0, salt, scale.gradientScale, scale.hessianScale, packed);
      return scale;
    },
    loss(validation) {
      let total = 0;
      for (const row of validation) total += (scores.view[row] - target[row]) ** 2;
      return total / validation.length;
    },
  };
}
