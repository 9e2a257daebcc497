/**
 * The shares of a vote: greedy ensemble selection with replacement (Caruana et al. 2004), bagged (section 2.3 there).
 *
 * It minimises log loss or squared error, whatever the primary metric is: shares that were picked by AUC or accuracy
 * follow the noise of single rows (docs/decisions/0009).
 */
import { createRandom, type Random } from "../../base/index.ts";

/** What a vote is judged by: one number a row for each candidate. */
export interface VoteRows {
  /** Classification: the probability of the row's true class; regression: the predicted value. */
  readonly candidates: readonly Float64Array[];
  /** Regression: the true values; null for classification. */
  readonly target: Float64Array | null;
  /** One a row; null: all the same. */
  readonly weights: Float64Array | null;
}

const BAGS = 10;
/** Candidates that a bag sees. */
const BAG_SHARE = 0.5;
/** Rows that a bag sees at most. */
const BAG_ROWS = 6_000;
const PICKS = 20;
/** Picks without a gain after which a bag is done. */
const PATIENCE = 3;

/** The share of each candidate; they sum to 1, most are 0. `candidates` are ordered, the best first. */
export function voteShares(rows: VoteRows, seed: number): Float64Array {
  const random = createRandom(seed, 7);
  const count = rows.candidates.length;
  const shares = new Float64Array(count);
  for (let bag = 0; bag < BAGS; bag++) {
    const seen = sample(count, Math.max(2, Math.ceil(count * BAG_SHARE)), random);
    const part = takePart(rows, seen, random);
    const picks = greedyPicks(part);
    for (const pick of picks) shares[seen[pick]] += 1 / picks.length / BAGS;
  }
  return shares;
}

/** `wanted` different numbers below `count`, ascending. */
function sample(count: number, wanted: number, random: Random): Uint32Array {
  const all = random.shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  return all.subarray(0, Math.min(count, wanted)).sort();
}

function takePart({ candidates, target, weights }: VoteRows, seen: Uint32Array, random: Random): VoteRows {
  const total = candidates[0].length;
  const rows = total <= BAG_ROWS ? null : sample(total, BAG_ROWS, random);
  const take = (values: Float64Array): Float64Array => (rows ? Float64Array.from(rows, (row) => values[row]) : values);
  return {
    candidates: Array.from(seen, (candidate) => take(candidates[candidate])),
    target: target && take(target),
    weights: weights && take(weights),
  };
}

/** Adds, each time, the candidate that lowers the loss of the average most; the best prefix of picks is returned. */
function greedyPicks(rows: VoteRows): number[] {
  const sum = new Float64Array(rows.candidates[0].length);
  const picks: number[] = [];
  let best = { loss: Infinity, picks: 0 };
  for (let round = 1; round <= PICKS; round++) {
    let chosen = { loss: Infinity, candidate: -1 };
    for (let c = 0; c < rows.candidates.length; c++) {
      const loss = averageLoss(rows, sum, rows.candidates[c], round);
      if (loss < chosen.loss) chosen = { loss, candidate: c };
    }
    if (chosen.candidate < 0) break;
    picks.push(chosen.candidate);
    const outputs = rows.candidates[chosen.candidate];
    for (let i = 0; i < sum.length; i++) sum[i] += outputs[i];
    if (chosen.loss < best.loss) best = { loss: chosen.loss, picks: round };
    else if (round - best.picks >= PATIENCE) break;
  }
  return picks.slice(0, Math.max(1, best.picks));
}

/** A probability of 0 for what happened costs this much less than infinitely much. */
const SMALLEST = 1e-15;

/** Loss of (sum + outputs) / round. */
function averageLoss({ target, weights }: VoteRows, sum: Float64Array, outputs: Float64Array, round: number): number {
  let loss = 0;
  for (let i = 0; i < sum.length; i++) {
    const value = (sum[i] + outputs[i]) / round;
    const own = target ? (value - target[i]) ** 2 : -Math.log(Math.max(SMALLEST, value));
    loss += weights ? weights[i] * own : own;
  }
  return loss;
}
