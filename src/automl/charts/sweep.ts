/** What a threshold on one class's probability finds, for every threshold that makes a difference. */
import { ascendingOrder } from "../../kernels/index.ts";

export interface Sweep {
  /** Distinct probabilities, falling, after Infinity: rows with at least this probability are called positive. */
  readonly thresholds: Float64Array;
  /** Sums of weights of the positive rows that are called positive, one a threshold; starts at 0. */
  readonly truePositives: Float64Array;
  /** Of the other rows. */
  readonly falsePositives: Float64Array;
}

/**
 * @param positive 1 for the rows of the class, 0 for the others
 * @param weights one a row; all 1 when null
 */
export function sweepOf(scores: Float64Array, positive: Uint8Array, weights: Float64Array | null): Sweep {
  const order = ascendingOrder(scores);
  const thresholds = [Infinity];
  const hits = [0];
  const falseAlarms = [0];
  let truePositives = 0;
  let falsePositives = 0;
  for (let next = order.length - 1; next >= 0;) {
    const score = scores[order[next]];
    for (; next >= 0 && scores[order[next]] === score; next--) {
      const row = order[next];
      const weight = weights === null ? 1 : weights[row];
      if (positive[row] === 1) truePositives += weight;
      else falsePositives += weight;
    }
    // Rows that do not count make no difference.
    if (truePositives === hits.at(-1) && falsePositives === falseAlarms.at(-1)) continue;
    thresholds.push(score);
    hits.push(truePositives);
    falseAlarms.push(falsePositives);
  }
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(hits),
    falsePositives: Float64Array.from(falseAlarms),
  };
}
