/**
 * Contributions in one unit carried over to another. Shapley values belong to one function; of a function of it, such as
 * the probability of log-odds, they would have to be found anew. What is done instead keeps baseline + contributions
 * equal to the converted output.
 *
 * With one number every column keeps its sign and its share: all contributions are multiplied by (f(x) - f(b)) / (x - b), the mean slope of f from the baseline b
 * to the row's x ("rescale rule"; Chen, Lundberg & Lee 2022, Explaining a series of models by propagating Shapley
 * values). With many numbers, of softmax: by the mean of its derivatives on the straight line from b to x (Aumann &
 * Shapley 1974), which with one number is the same.
 */
import { boundedProbability, logOdds, lowestProbability, softmax } from "../combine.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import type { Conversion } from "./vote.ts";

type Scalar = Exclude<Conversion, "none" | "softmax">;

const functions: Readonly<Record<Scalar, { of: (x: number) => number; slope: (x: number) => number }>> = {
  exp: { of: Math.exp, slope: Math.exp },
  sigmoid: { of: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x) },
  logOdds: { of: logOdds, slope: (p) => (isBounded(p) ? 0 : 1 / (p * (1 - p))) },
  log: { of: (p) => Math.log(boundedProbability(p)), slope: (p) => (isBounded(p) ? 0 : 1 / p) },
};

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function isBounded(probability: number): boolean {
  return probability < lowestProbability || probability > 1 - lowestProbability;
}

/** Adds weight * converted baseline to `total`, one number an output. */
export function addConvertedBaseline(
  conversion: Conversion,
  baseline: Float64Array,
  weight: number,
  total: Float64Array,
): void {
  const converted = baseline.slice();
  if (conversion === "softmax") softmax(converted, 0, converted.length);
  else if (conversion !== "none") converted.forEach((x, i) => (converted[i] = functions[conversion].of(x)));
  for (let i = 0; i < total.length; i++) total[i] += weight * converted[i];
}

/**
 * Adds weight * converted contributions to `total`.
 * @param own the member's contributions in its own unit, rows x outputs x columns
 * @param baseline the member's baseline in its own unit, one number an output
 */
export function addConverted(
  conversion: Exclude<Conversion, "none">,
  own: Float64Array,
  columns: number,
  baseline: Float64Array,
  weight: number,
  total: Float64Array,
): void {
  const size = baseline.length * columns;
  for (let start = 0; start < own.length; start += size) {
    const row = own.subarray(start, start + size);
    const target = total.subarray(start, start + size);
    if (conversion === "softmax") addSoftmax(row, columns, baseline, weight, target);
    else addRescaled(functions[conversion], row, columns, baseline, weight, target);
  }
}

/** A shorter way from the baseline has no slope that its own rounding leaves right: the slope in its middle is taken. */
const shortWay = 1e-7;

function addRescaled(
  { of, slope }: (typeof functions)[Scalar],
  row: Float64Array,
  columns: number,
  baseline: Float64Array,
  weight: number,
  target: Float64Array,
): void {
  for (let output = 0; output < baseline.length; output++) {
    const from = baseline[output];
    const way = sumOf(row, output * columns, columns);
    const to = from + way;
    const meanSlope = Math.abs(way) < shortWay ? slope(from + way / 2) : (of(to) - of(from)) / way;
    const factor = weight * meanSlope;
    for (let i = output * columns; i < (output + 1) * columns; i++) target[i] += factor * row[i];
  }
}

/** Of the quadrature in each piece of the way, which is so short that it is exact within about 1e-10. */
const points = 16;
const pieceLength = 8;

function addSoftmax(
  row: Float64Array,
  columns: number,
  baseline: Float64Array,
  weight: number,
  target: Float64Array,
): void {
  const outputs = baseline.length;
  const way = Float64Array.from(baseline, (_, output) => sumOf(row, output * columns, columns));
  let lowest = Infinity;
  let highest = -Infinity;
  for (const step of way) {
    lowest = Math.min(lowest, step);
    highest = Math.max(highest, step);
  }
  const pieces = Math.max(1, Math.ceil((highest - lowest) / pieceLength));
  const quadrature = gaussLegendre(points);
  const p = new Float64Array(outputs);
  const means = new Float64Array(columns);
  for (let step = 0; step < pieces * points; step++) {
    const q = step % points;
    const t = ((step - q) / points + quadrature.points[q]) / pieces;
    for (let k = 0; k < outputs; k++) p[k] = baseline[k] + t * way[k];
    softmax(p, 0, outputs);
    means.fill(0);
    for (let k = 0; k < outputs; k++) {
      for (let c = 0; c < columns; c++) means[c] += p[k] * row[k * columns + c];
    }
    const share = (weight * quadrature.weights[q]) / pieces;
    for (let k = 0; k < outputs; k++) {
      // The derivative of p[k] along a column's contributions.
      for (let c = 0; c < columns; c++) {
        target[k * columns + c] += share * p[k] * (row[k * columns + c] - means[c]);
      }
    }
  }
}

function sumOf(values: Float64Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += values[i];
  return sum;
}
