/** What naive Bayes counts: the sums of the encoded values by class. */
import { binOf, type LinearEncoding } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";

export interface ClassSums {
  /** classes x width: sums of weight * value; scaled values count from the low end of their range, in shares of it. */
  readonly values: Float64Array;
  /** Sum of the rows' weights, one a class. */
  readonly rows: Float64Array;
}

/** One pass over the rows for each feature. Where no row weighs anything, all count the same. */
export function classSums(
  data: Dataset,
  rows: Uint32Array,
  encodings: readonly LinearEncoding[],
  width: number,
  checkpoint: () => void,
): ClassSums {
  const weights = data.weights && rows.some((row) => data.weights?.[row] !== 0) ? data.weights : null;
  const values = new Float64Array(data.classes * width);
  const perClass = new Float64Array(data.classes);
  for (const row of rows) perClass[data.target[row]] += weights ? weights[row] : 1;
  for (const encoding of encodings) {
    checkpoint();
    const column = data.features[encoding.feature].values;
    for (const row of rows) {
      addValue(values, data.target[row] * width, encoding, column[row], weights ? weights[row] : 1);
    }
  }
  return { values, rows: perClass };
}

function addValue(sums: Float64Array, start: number, encoding: LinearEncoding, value: number, weight: number): void {
  const missing = Number.isNaN(value);
  if (encoding.kind === "scaled") {
    const [low, high] = encoding.range;
    const kept = missing ? encoding.fill : value < low ? low : value > high ? high : value;
    sums[start + encoding.position] += (weight * (kept - low)) / encoding.scale;
    if (missing && encoding.missing >= 0) sums[start + encoding.missing] += weight;
    return;
  }
  let code: number;
  if (encoding.kind === "binned") code = missing ? encoding.cuts.length + 1 : binOf(encoding.cuts, value);
  else code = value >= 0 && value < encoding.cardinality ? value : encoding.cardinality;
  sums[start + encoding.position + code] += weight;
}
