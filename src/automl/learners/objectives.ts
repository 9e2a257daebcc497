/** The losses that gradient boosting minimises, on arrays in the kernels' memory. */
import type { Kernels, Quantisation } from "../../kernels/index.ts";
import type { Link } from "../../model/index.ts";
import { padRows, type Workspace } from "../trees/workspace.ts";

/** Sums of quantised gradients must fit 31 bits, of hessians 32: few rows get a finer scale than many. */
const MAX_SCALE = 65_535;
const GRADIENT_SUM = 2 ** 31 - 1;

export interface Objective {
  /** Trees a round, and raw outputs a row. */
  readonly outputs: number;
  readonly link: Link;
  /** Raw outputs before the first tree. */
  readonly base: Float64Array;
  /**
   * Addresses of the exact f32 gradients and hessians (0: the weights) of the last `pack`, where leaf values are
   * recomputed from them because gradients are not bounded; null where the quantised sums are good enough.
   */
  readonly exact: { readonly gradients: number; readonly hessians: number } | null;
  /** The best value of a leaf of these rows, where the loss has no useful second derivative. */
  readonly refit?: (rows: Uint32Array) => number;
  /** Called once a round, before its first tree. */
  beginRound(): void;
  /** Writes the packed gradients of output k and says in what scale. `rows` are those of the coming tree. */
  pack(k: number, rows: number, rowCount: number, salt: number, packed: number): Quantisation;
  /** Mean loss of the rows by the scores so far, by weight. */
  loss(rows: Uint32Array): number;
}

/** The scores of all rows: output k's at address + 8 * k * pitch. */
export interface Scores {
  readonly address: number;
  readonly pitch: number;
  readonly view: Float64Array;
}

/** What an objective is made for. */
export interface ObjectiveInput {
  readonly kernels: Kernels;
  readonly scores: Scores;
  readonly target: Float64Array;
  readonly classes: number;
  /** The training rows. */
  readonly rows: Uint32Array;
  /** One a row of the dataset; null: all 1. */
  readonly weights: Float64Array | null;
  /** The same in the kernels' memory, f32; or 0. */
  readonly weightsAddress: Workspace["weights"];
}

export function createScores(kernels: Kernels, rows: number, outputs: number): Scores {
  const pitch = padRows(rows);
  const address = kernels.arena.allocate(pitch * outputs * 8);
  return { address, pitch, view: new Float64Array(kernels.arena.memory.buffer, address, pitch * outputs) };
}

/** The finest scale whose sums cannot overflow, given the largest gradient and hessian of a row. */
export function scaleFor(rowCount: number, largestGradient: number, largestHessian: number): Quantisation {
  const steps = Math.min(MAX_SCALE, Math.floor(GRADIENT_SUM / Math.max(1, rowCount)) - 1);
  return { gradientScale: steps / largestGradient, hessianScale: steps / largestHessian };
}

/** Mean of a number of each row, by weight; by count where all weights are 0. */
export function weightedMean(
  rows: Uint32Array,
  weights: Float64Array | null,
  valueOf: (row: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (const row of rows) {
    const weight = weights ? weights[row] : 1;
    sum += weight * valueOf(row);
    total += weight;
  }
  return total > 0 || !weights ? sum / total : weightedMean(rows, null, valueOf);
}

function largestWeight({ rows, weights }: Pick<ObjectiveInput, "rows" | "weights">): number {
  if (!weights) return 1;
  let largest = 0;
  for (const row of rows) largest = Math.max(largest, weights[row]);
  return largest;
}

/** Class numbers as f32, padded. */
function uploadLabels(kernels: Kernels, target: Float64Array): number {
  const address = kernels.arena.allocate(padRows(target.length) * 4);
  new Float32Array(kernels.arena.memory.buffer, address, target.length).set(target);
  return address;
}

/** Log loss of two classes; the raw output is the log-odds of class 1. */
export function logistic(input: ObjectiveInput): Objective {
  const { kernels, scores, target, rows, weights, weightsAddress } = input;
  const labels = uploadLabels(kernels, target);
  const positives = weightedMean(rows, weights, (row) => target[row]);
  const share = Math.min(Math.max(positives, 1e-6), 1 - 1e-6);
  const end = padRows(target.length);
  const largest = largestWeight(input);
  return {
    outputs: 1,
    link: "sigmoid",
    base: Float64Array.of(Math.log(share / (1 - share))),
    exact: null,
    beginRound: () => {},
    pack(_k, _rows, rowCount, salt, packed) {
      const scale = scaleFor(rowCount, largest, 0.25 * largest);
      const { gradientScale, hessianScale } = scale;
      const { team } = kernels;
      team.logisticGradients(end, scores.address, labels, weightsAddress, salt, gradientScale, hessianScale, packed);
      return scale;
    },
    loss: createLogisticLoss(input, labels),
  };
}

/** By kernel, for it is asked every round. The same rows each time. */
function createLogisticLoss(input: ObjectiveInput, labels: number): Objective["loss"] {
  const { kernels, scores, weights, weightsAddress } = input;
  const { run, arena } = kernels;
  let listed: { rows: Uint32Array; address: number; weight: number } | undefined;
  const list = (rows: Uint32Array): { rows: Uint32Array; address: number; weight: number } => {
    const address = arena.allocate(rows.length * 4);
    new Uint32Array(arena.memory.buffer, address, rows.length).set(rows);
    let weight = weights ? 0 : rows.length;
    if (weights) for (const row of rows) weight += weights[row];
    return { rows, address, weight };
  };
  return (rows) => {
    if (listed?.rows !== rows) listed = list(rows);
    const weighs = listed.weight > 0;
    const sum = run.logisticLoss(scores.address, labels, weighs ? weightsAddress : 0, listed.address, rows.length);
    return sum / (weighs ? listed.weight : rows.length);
  };
}

/** Log loss of several classes, one tree a class and round. */
export function softmax(input: ObjectiveInput): Objective {
  const { kernels, scores, target, rows, weights, weightsAddress, classes } = input;
  const labels = uploadLabels(kernels, target);
  const end = padRows(target.length);
  const probabilities = kernels.arena.allocate(end * classes * 4);
  const counts = new Float64Array(classes);
  let total = 0;
  for (const row of rows) {
    counts[target[row]] += weights ? weights[row] : 1;
    total += weights ? weights[row] : 1;
  }
  // As in LightGBM: the hessian of the softmax's diagonal, made up for the redundant class.
  const factor = classes / (classes - 1);
  const largest = largestWeight(input);
  return {
    outputs: classes,
    link: "softmax",
    base: counts.map((count) => Math.log(Math.max(count / total, 1e-6))),
    exact: null,
    beginRound: () => kernels.team.softmax(end, scores.address, classes, scores.pitch, probabilities),
    pack(k, _rows, rowCount, salt, packed) {
      const scale = scaleFor(rowCount, largest, 0.25 * factor * largest);
      const { gradientScale: g, hessianScale: h } = scale;
      const from = probabilities + k * end * 4;
      kernels.team.softmaxGradients(end, from, labels, weightsAddress, k, factor, salt, g, h, packed);
      return scale;
    },
    loss: (validation) =>
      weightedMean(validation, weights, (row) => {
        let top = -Infinity;
        for (let k = 0; k < classes; k++) top = Math.max(top, scores.view[k * scores.pitch + row]);
        let sum = 0;
        for (let k = 0; k < classes; k++) sum += Math.exp(scores.view[k * scores.pitch + row] - top);
        return Math.log(sum) + top - scores.view[target[row] * scores.pitch + row];
      }),
  };
}
