/** Scoring linear learners: a weighted sum of encoded features (types.ts, `LinearLearner`). */
import type { LinearEncoding, LinearLearner } from "./types.ts";

/**
 * Raw outputs, before the link: intercept + sum of weight * encoded feature.
 * `features` is rows x width, row-major; the result is rows x learner.outputs, row-major.
 */
export function linearRawOutputs(learner: LinearLearner, features: Float64Array, rows: number): Float64Array {
  const { outputs, weights, intercepts, encodings, width } = learner;
  const sums = new Float64Array(rows * outputs);
  const stride = rows === 0 ? 0 : features.length / rows;
  for (let row = 0; row < rows; row++) {
    const first = row * stride;
    const sum = row * outputs;
    for (let output = 0; output < outputs; output++) sums[sum + output] = intercepts[output];
    for (const encoding of encodings) {
      addFeature(encoding, features[first + encoding.feature], weights, width, sums, sum, outputs);
    }
  }
  return sums;
}

function addFeature(
  encoding: LinearEncoding,
  value: number,
  weights: Float64Array,
  width: number,
  sums: Float64Array,
  sum: number,
  outputs: number,
): void {
  if (encoding.kind === "oneHot") {
    // Not in [0, cardinality) means missing or unknown; a comparison with NaN is false.
    const known = value >= 0 && value < encoding.cardinality;
    addWeights(weights, encoding.position + (known ? value : encoding.cardinality), 1, width, sums, sum, outputs);
    return;
  }
  const missing = Number.isNaN(value);
  if (encoding.kind === "binned") {
    const { position, cuts } = encoding;
    addWeights(weights, position + (missing ? cuts.length + 1 : binOf(cuts, value)), 1, width, sums, sum, outputs);
    return;
  }
  if (missing && encoding.missing >= 0) addWeights(weights, encoding.missing, 1, width, sums, sum, outputs);
  const [low, high] = encoding.range;
  const kept = missing ? encoding.fill : value < low ? low : value > high ? high : value;
  addWeights(weights, encoding.position, (kept - encoding.mean) / encoding.scale, width, sums, sum, outputs);
}

/** How many of the ascending cuts are below the value. */
export function binOf(cuts: readonly number[], value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addWeights(
  weights: Float64Array,
  position: number,
  value: number,
  width: number,
  sums: Float64Array,
  sum: number,
  outputs: number,
): void {
  for (let output = 0, weight = position; output < outputs; output++, weight += width) {
    sums[sum + output] = sums[sum + output] + value * weights[weight];
  }
}
