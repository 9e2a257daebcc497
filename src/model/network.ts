/** Scoring networks (types.ts, `NetworkLearner`), in 64-bit arithmetic on 32-bit weights. */
import type { NetworkEncoding, NetworkLearner } from "./types.ts";

/**
 * Raw outputs, before the link. `features` is rows x width, row-major; the result is rows x learner.outputs, row-major.
 */
export function networkRawOutputs(learner: NetworkLearner, features: Float64Array, rows: number): Float64Array {
  const { base, encodings, layers, outputs, scale } = learner;
  const sums = new Float64Array(rows * outputs);
  const stride = rows === 0 ? 0 : features.length / rows;
  let units = new Float64Array(learner.networks * learner.width);
  let next = new Float64Array(units.length);
  for (let row = 0; row < rows; row++) {
    units.set(learner.tableBias);
    for (const encoding of encodings) {
      addFeature(encoding, features[row * stride + encoding.feature], learner.table, units);
    }
    for (const { weights, bias } of layers) {
      next.set(bias);
      addProducts(units, weights, learner.width, learner.width, next, learner.width);
      [units, next] = [next, units];
    }
    const answer = sums.subarray(row * outputs, (row + 1) * outputs);
    addProducts(units, learner.heads, learner.width, outputs, answer, 0);
    for (let k = 0; k < outputs; k++) answer[k] = base[k] + scale * answer[k];
  }
  return sums;
}

function addFeature(encoding: NetworkEncoding, value: number, table: Float32Array, units: Float64Array): void {
  const { position } = encoding;
  if (encoding.kind === "categorical") {
    // Not in [0, cardinality) means missing or unknown; a comparison with NaN is false.
    const known = value >= 0 && value < encoding.cardinality;
    return addRow(table, position + (known ? value : encoding.cardinality), units);
  }
  if (Number.isNaN(value)) return addRow(table, encoding.missing, units);
  const knot = knotBelow(encoding.knots, value);
  const fraction = fractionAbove(encoding.knots, knot, value);
  if (fraction === 0) addRow(table, position + knot, units);
  else addBetween(table, position + knot, fraction, units);
}

/** The last knot that is not above the value; 0 below the first. */
export function knotBelow(knots: Float64Array, value: number): number {
  let low = 0;
  let high = knots.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (knots[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How far the value is on the way to the next knot, 0 to 1; 0 at the last knot and beyond both ends. */
export function fractionAbove(knots: Float64Array, knot: number, value: number): number {
  if (knot + 1 >= knots.length) return 0;
  const fraction = (value - knots[knot]) / (knots[knot + 1] - knots[knot]);
  // Not above 0: below the first knot, or NaN of two infinities.
  return fraction > 0 ? Math.min(1, fraction) : 0;
}

function addRow(table: Float32Array, row: number, units: Float64Array): void {
  const first = row * units.length;
  for (let i = 0; i < units.length; i++) units[i] = units[i] + table[first + i];
}

function addBetween(table: Float32Array, row: number, fraction: number, units: Float64Array): void {
  const first = row * units.length;
  const second = first + units.length;
  const rest = 1 - fraction;
  for (let i = 0; i < units.length; i++) {
    units[i] = units[i] + (rest * table[first + i] + fraction * table[second + i]);
  }
}

/**
 * Network n's units (`from` of them) that are above 0, times its `from` x `to` weights, to sums[n * pitch …]. With
 * pitch 0 all networks add to the same sums.
 */
function addProducts(
  units: Float64Array,
  weights: Float32Array,
  from: number,
  to: number,
  sums: Float64Array,
  pitch: number,
): void {
  for (let start = 0, first = 0; start < units.length; start += from, first += pitch) {
    for (let unit = start; unit < start + from; unit++) {
      const value = units[unit];
      if (value > 0) addMultiple(value, weights, unit * to, sums, first, to);
    }
  }
}

function addMultiple(
  value: number,
  weights: Float32Array,
  from: number,
  sums: Float64Array,
  first: number,
  count: number,
): void {
  for (let j = 0; j < count; j++) sums[first + j] = sums[first + j] + value * weights[from + j];
}
