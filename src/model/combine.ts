/** How the members' outputs become one answer (types.ts, `Combination`). */
import type { Combination } from "./types.ts";

/** A member's outputs (rows x width, row-major: probabilities or values, after its link) and its weight. */
export interface MemberOutputs {
  readonly weight: number;
  readonly outputs: Float64Array;
}

/** A stack keeps probabilities within [lowest, 1 - lowest], so that their logarithms are finite. */
export const lowestProbability = 1e-6;

/**
 * One answer for each row: rows x width, row-major. Members are taken one after the other, so that an iterable need not
 * hold the outputs of all at once.
 * @param width classes, or 1 for regression
 */
export function combineOutputs(
  combination: Combination,
  members: Iterable<MemberOutputs>,
  rows: number,
  width: number,
): Float64Array {
  const total = new Float64Array(rows * width);
  if (combination.kind === "vote" || width === 1) {
    if (combination.kind === "stack") total.fill(combination.intercepts[0]);
    for (const { weight, outputs } of members) {
      for (let i = 0; i < total.length; i++) total[i] = total[i] + weight * outputs[i];
    }
    return total;
  }
  if (width === 2) stackPairs(total, combination.intercepts[0], members);
  else stackClasses(total, combination.intercepts, members);
  return total;
}

/** Kept within what a stack takes a logarithm of. */
export function boundedProbability(probability: number): number {
  return Math.min(Math.max(probability, lowestProbability), 1 - lowestProbability);
}

export function logOdds(probability: number): number {
  const kept = boundedProbability(probability);
  return Math.log(kept / (1 - kept));
}

function stackPairs(total: Float64Array, intercept: number, members: Iterable<MemberOutputs>): void {
  // The log-odds gather in the places of the second class.
  for (let i = 1; i < total.length; i += 2) total[i] = intercept;
  for (const { weight, outputs } of members) {
    for (let i = 1; i < total.length; i += 2) total[i] = total[i] + weight * logOdds(outputs[i]);
  }
  for (let i = 1; i < total.length; i += 2) writeSigmoid(total[i], total, i - 1);
}

function stackClasses(total: Float64Array, intercepts: readonly number[], members: Iterable<MemberOutputs>): void {
  const classes = intercepts.length;
  for (let i = 0; i < total.length; i++) total[i] = intercepts[i % classes];
  for (const { weight, outputs } of members) {
    for (let i = 0; i < total.length; i++) total[i] = total[i] + weight * Math.log(boundedProbability(outputs[i]));
  }
  for (let start = 0; start < total.length; start += classes) softmax(total, start, classes);
}

/** The probabilities of the first and the second class; each from its own exp, so that neither loses digits near 0. */
export function writeSigmoid(raw: number, pairs: Float64Array, start: number): void {
  pairs[start] = 1 / (1 + Math.exp(raw));
  pairs[start + 1] = 1 / (1 + Math.exp(-raw));
}

/** In place. The largest is subtracted first: exp never overflows. */
export function softmax(values: Float64Array, start: number, count: number): void {
  let largest = -Infinity;
  for (let i = start; i < start + count; i++) largest = Math.max(largest, values[i]);
  let sum = 0;
  for (let i = start; i < start + count; i++) {
    const value = Math.exp(values[i] - largest);
    values[i] = value;
    sum += value;
  }
  for (let i = start; i < start + count; i++) values[i] = values[i] / sum;
}
