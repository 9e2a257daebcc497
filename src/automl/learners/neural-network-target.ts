/** The losses that neural networks minimise. Raw outputs are f32, `pitch` numbers a row, without the base. */
import type { Link } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";

export interface NetworkTarget {
  readonly outputs: number;
  readonly link: Link;
  /** Added to the networks' outputs times `scale`. */
  readonly base: Float64Array;
  readonly scale: number;
  /** Turns the rows' outputs into the gradients of their mean loss, in place. */
  residuals(rows: Uint32Array, outputs: Float32Array, pitch: number): void;
  /** Mean loss of the rows. */
  loss(rows: Uint32Array, outputs: Float32Array, pitch: number): number;
}

/** Probabilities of classes that the rows have or lack wholly are kept from 0 and 1. */
const SMALLEST_SHARE = 1e-6;

export function networkTarget(data: Dataset, rows: Uint32Array): NetworkTarget {
  const weightOf = rowWeights(data, rows);
  if (data.classes === 0) return squared(data.target, rows, weightOf);
  if (data.classes === 2) return logistic(data.target, rows, weightOf);
  return softmax(data.target, rows, weightOf, data.classes);
}

type RowWeight = (row: number) => number;

/** Weights of mean 1 over the training rows. */
function rowWeights({ weights }: Dataset, rows: Uint32Array): RowWeight {
  if (weights === null) return () => 1;
  let sum = 0;
  for (const row of rows) sum += weights[row];
  const factor = sum > 0 ? rows.length / sum : 1;
  return (row) => weights[row] * factor;
}

function weightedMean(rows: Uint32Array, weightOf: RowWeight, value: (row: number, i: number) => number): number {
  let sum = 0;
  let total = 0;
  rows.forEach((row, i) => {
    const weight = weightOf(row);
    sum += weight * value(row, i);
    total += weight;
  });
  return total > 0 ? sum / total : 0;
}

/** Squared error of the standardised target. */
function squared(target: Float64Array, rows: Uint32Array, weightOf: RowWeight): NetworkTarget {
  const first = target[rows[0]];
  const mean = first + weightedMean(rows, weightOf, (row) => target[row] - first);
  const deviation = Math.sqrt(weightedMean(rows, weightOf, (row) => (target[row] - mean) ** 2));
  const scale = deviation > 0 && Number.isFinite(deviation) ? deviation : 1;
  const error = (row: number, output: number): number => output - (target[row] - mean) / scale;
  return {
    outputs: 1,
    link: "identity",
    base: Float64Array.of(mean),
    scale,
    residuals(batch, outputs, pitch) {
      for (let i = 0, at = 0; i < batch.length; i++, at += pitch) {
        outputs[at] = (weightOf(batch[i]) * error(batch[i], outputs[at])) / batch.length;
      }
    },
    loss: (judged, outputs, pitch) => weightedMean(judged, weightOf, (row, i) => error(row, outputs[i * pitch]) ** 2),
  };
}

/** Log loss of two classes; the raw output is the log-odds of class 1. */
function logistic(target: Float64Array, rows: Uint32Array, weightOf: RowWeight): NetworkTarget {
  const positives = weightedMean(rows, weightOf, (row) => target[row]);
  const share = Math.min(Math.max(positives, SMALLEST_SHARE), 1 - SMALLEST_SHARE);
  const base = Math.log(share / (1 - share));
  return {
    outputs: 1,
    link: "sigmoid",
    base: Float64Array.of(base),
    scale: 1,
    residuals(batch, outputs, pitch) {
      for (let i = 0, at = 0; i < batch.length; i++, at += pitch) {
        const probability = 1 / (1 + Math.exp(-base - outputs[at]));
        outputs[at] = (weightOf(batch[i]) * (probability - target[batch[i]])) / batch.length;
      }
    },
    loss: (judged, outputs, pitch) =>
      weightedMean(judged, weightOf, (row, i) => {
        const score = base + outputs[i * pitch];
        return Math.log1p(Math.exp(-Math.abs(score))) + Math.max(score, 0) - target[row] * score;
      }),
  };
}

/** Log loss of several classes. */
function softmax(target: Float64Array, rows: Uint32Array, weightOf: RowWeight, classes: number): NetworkTarget {
  const base = new Float64Array(classes);
  for (const row of rows) base[target[row]] += weightOf(row) / rows.length;
  for (let k = 0; k < classes; k++) base[k] = Math.log(Math.max(base[k], SMALLEST_SHARE));
  const powers = new Float64Array(classes);
  /** Fills `powers`; the logarithm of their sum, and the largest score taken off first. */
  const logSum = (outputs: Float32Array, first: number): { sum: number; top: number } => {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) top = Math.max(top, base[k] + outputs[first + k]);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += powers[k] = Math.exp(base[k] + outputs[first + k] - top);
    return { sum, top };
  };
  return {
    outputs: classes,
    link: "softmax",
    base,
    scale: 1,
    residuals(batch, outputs, pitch) {
      for (let i = 0, first = 0; i < batch.length; i++, first += pitch) {
        const { sum } = logSum(outputs, first);
        const weight = weightOf(batch[i]) / batch.length;
        const own = target[batch[i]];
        for (let k = 0; k < classes; k++) outputs[first + k] = weight * (powers[k] / sum - (k === own ? 1 : 0));
        outputs.fill(0, first + classes, first + pitch);
      }
    },
    loss: (judged, outputs, pitch) =>
      weightedMean(judged, weightOf, (row, i) => {
        const { sum, top } = logSum(outputs, i * pitch);
        return Math.log(sum) + top - base[target[row]] - outputs[i * pitch + target[row]];
      }),
  };
}
