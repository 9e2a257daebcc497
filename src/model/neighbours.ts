/** Scoring k nearest neighbours (types.ts, `NeighboursLearner`). */
import { findNearest, type CodedRows } from "./nearest-rows.ts";
import type { LinearEncoding, NeighboursLearner } from "./types.ts";

/** Rows whose neighbours are found together: the stored rows are read from memory once for all of them. */
const BLOCK = 256;

/**
 * The learner's outputs. `features` is rows x width, row-major; the result is rows x learner.outputs, row-major:
 * shares of the votes, or the mean of the neighbours' values.
 */
export function neighboursOutputs(learner: NeighboursLearner, features: Float64Array, rows: number): Float64Array {
  const { outputs } = learner;
  const answers = new Float64Array(rows * outputs);
  const k = Math.min(learner.k, learner.targets.length);
  const width = rows === 0 ? 0 : features.length / rows;
  for (let first = 0; first < rows; first += BLOCK) {
    const count = Math.min(BLOCK, rows - first);
    const queried = codeRows(learner, features.subarray(first * width, (first + count) * width), count);
    const { squaredDistances, rows: nearest } = findNearest(learner, queried, count, k);
    for (let i = 0; i < count; i++) {
      const found = nearest.subarray(i * k, (i + 1) * k);
      const shares = sharesOf(learner, found, squaredDistances.subarray(i * k, (i + 1) * k));
      const answer = answers.subarray((first + i) * outputs, (first + i + 1) * outputs);
      found.forEach((row, j) => {
        const target = learner.targets[row] as number;
        const share = shares[j] as number;
        // One output is a value; of more, the target says which.
        if (outputs === 1) answer[0] = (answer[0] as number) + share * target;
        else answer[target] = (answer[target] as number) + share;
      });
    }
  }
  return answers;
}

/** Rows in the form in which the learner stores its own: see `NeighboursLearner`. */
export function codeRows(
  { columns, codeCount, encodings }: Pick<NeighboursLearner, "columns" | "codeCount" | "encodings">,
  features: Float64Array,
  rows: number,
): CodedRows {
  const numbers = new Float32Array(rows * columns);
  const codes = new Uint32Array(rows * codeCount);
  const width = rows === 0 ? 0 : features.length / rows;
  for (let row = 0; row < rows; row++) {
    for (const encoding of encodings) {
      const value = features[row * width + encoding.feature] as number;
      if (encoding.kind === "oneHot") codes[row * codeCount + encoding.position] = codeOf(encoding.cardinality, value);
      else if (encoding.kind === "scaled") writeScaled(numbers, row * columns, encoding, value);
    }
  }
  return { numbers, codes };
}

/** Not in [0, cardinality) means missing or unknown; a comparison with NaN is false. */
function codeOf(cardinality: number, value: number): number {
  return value >= 0 && value < cardinality ? value : cardinality;
}

function writeScaled(
  numbers: Float32Array,
  start: number,
  { position, missing, range, fill, mean, scale }: Extract<LinearEncoding, { kind: "scaled" }>,
  value: number,
): void {
  const isMissing = Number.isNaN(value);
  if (isMissing && missing >= 0) numbers[start + missing] = 1;
  const [low, high] = range;
  const kept = isMissing ? fill : value < low ? low : value > high ? high : value;
  numbers[start + position] = (kept - mean) / scale;
}

/** How much each of the found rows counts; they sum to 1. */
function sharesOf(
  { weighting, rowWeights }: NeighboursLearner,
  found: Uint32Array,
  squaredDistances: Float32Array,
): Float64Array {
  const shares = new Float64Array(found.length).fill(1);
  if (weighting === "distance") {
    // The first is the nearest: where it is at distance 0, only those at that distance count.
    const exact = squaredDistances[0] === 0;
    squaredDistances.forEach((square, j) => {
      shares[j] = exact ? Number(square === 0) : 1 / Math.sqrt(square);
    });
  }
  if (rowWeights.length > 0)
    found.forEach((row, j) => (shares[j] = (shares[j] as number) * (rowWeights[row] as number)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  // All of them infinitely far, or of no weight: there is nothing to tell them apart by.
  if (!(total > 0)) return shares.fill(1 / shares.length);
  return shares.map((share) => share / total);
}
