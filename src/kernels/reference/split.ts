/** Plain twin of assembly/split.ts: every candidate is written out, and the first of the highest gain wins. */
import { setOf } from "./partition.ts";

/** The limits as writeSplitParams writes them, in the quantised unit. */
export interface QuantisedParams {
  readonly l2: number;
  readonly l1: number;
  readonly minGain: number;
  readonly minHessian: number;
  readonly categorySmoothing: number;
  readonly categoryL2: number;
  readonly maxCategories: number;
  readonly maxOneHot: number;
}

export interface FeatureCells {
  /** Packed sums by bin; bin 0 is "missing". */
  readonly cells: BigInt64Array;
  readonly categorical: boolean;
}

export interface FoundSplit {
  readonly gain: number;
  readonly left: bigint;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly categorical: boolean;
  /** 256-bit set of the bins that go left. */
  readonly set: Uint32Array;
}

/** What splits must keep to where some feature is monotone. */
export interface Limits {
  /** 1: the values may only rise with the feature, -1: fall, 0: free. */
  readonly direction: number;
  /** Of the values of both sides. */
  readonly bounds: readonly [lower: number, upper: number];
}

interface Candidate {
  /** Must it keep the order of the feature? */
  readonly ordered: boolean;
  readonly left: bigint;
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Added to the hessians of both sides. */
  readonly ridge: number;
  readonly bins: readonly number[];
}

const gradientOf = (cell: bigint): number => Number(cell >> 32n);
export const hessianOf = (cell: bigint): number => Number(cell & 0xffffffffn);
export const sumOf = (cells: BigInt64Array, bins: readonly number[]): bigint =>
  bins.reduce((total, bin) => total + cells[bin], 0n);
/** first, first + 1, … last. */
const span = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

/**
 * Gains of the whole and of both sides together; null where the sides break the order. `limits` null: nothing is
 * bounded, and a side gains by its best value.
 */
export function sideGains(
  total: bigint,
  left: bigint,
  ridge: number,
  { l1, l2 }: Pick<QuantisedParams, "l1" | "l2">,
  limits: Limits | null,
): { readonly whole: number; readonly sides: number | null } {
  const soften = (gradient: number): number =>
    l1 === 0 ? gradient : Math.sign(gradient) * Math.max(Math.abs(gradient) - l1, 0);
  const valueOf = (side: bigint, added: number): number => {
    const [lower, upper] = (limits as Limits).bounds;
    return Math.min(Math.max(-soften(gradientOf(side)) / (hessianOf(side) + added), lower), upper);
  };
  const term = (side: bigint, added: number): number => {
    const gradient = soften(gradientOf(side));
    const hessian = hessianOf(side) + added;
    if (!limits) return (gradient * gradient) / hessian;
    const value = valueOf(side, added);
    return -(2 * gradient * value + hessian * value * value);
  };
  const whole = term(total, l2);
  const right = total - left;
  if (limits && limits.direction * valueOf(left, ridge) > limits.direction * valueOf(right, ridge))
    return { whole, sides: null };
  return { whole, sides: term(left, ridge) + term(right, ridge) };
}

/**
 * @param features of the dataset
 * @param listed numbers of those to be searched, in their order; null: no split
 * @param directions one a feature, as Limits.direction; null: nothing is bounded
 */
export function findSplit(
  features: readonly FeatureCells[],
  listed: readonly number[],
  total: bigint,
  params: QuantisedParams,
  randomThresholds: boolean,
  salt: number,
  directions: readonly number[] | null = null,
  bounds: Limits["bounds"] = [-Infinity, Infinity],
): FoundSplit | null {
  const { whole } = sideGains(total, 0n, params.l2, params, directions && { direction: 0, bounds });
  let best = whole + params.minGain;
  let found: FoundSplit | null = null;
  for (const feature of listed) {
    const { cells, categorical } = features[feature];
    const random = randomThresholds ? { feature, salt } : null;
    for (const { left, bin, missingLeft, ridge, bins, ordered } of candidatesOf(cells, categorical, params, random)) {
      const right = total - left;
      if (Math.min(hessianOf(left), hessianOf(right)) < params.minHessian) continue;
      const limits = directions && { direction: ordered && !categorical ? directions[feature] : 0, bounds };
      const { sides: gain } = sideGains(total, left, ridge, params, limits);
      if (gain === null || !(gain > best)) continue;
      best = gain;
      found = { gain: gain - whole, left, feature, bin, missingLeft, categorical, set: setOf(bins) };
    }
  }
  return found;
}

/** All ways to divide a feature, in the order of the search. @param random where thresholds are drawn */
export function candidatesOf(
  cells: BigInt64Array,
  categorical: boolean,
  params: QuantisedParams,
  random: { readonly feature: number; readonly salt: number } | null,
): Candidate[] {
  const total = cells.reduce((sum, cell) => sum + cell, 0n);
  if (categorical) return categoricalCandidates(cells, params);
  if (random) return randomCandidate(cells, total, hash(random.feature, random.salt), params.l2);
  return numericCandidates(cells, total, params.l2);
}

/** Every threshold after a bin that is not empty, missing on the right, then on the left; then missing alone. */
function numericCandidates(cells: BigInt64Array, total: bigint, ridge: number): Candidate[] {
  const last = cells.length - 1;
  const candidates: Candidate[] = [];
  for (const bin of span(1, last - 1)) {
    if (cells[bin] === 0n) continue;
    const bins = span(1, bin);
    const left = sumOf(cells, bins);
    // Nothing missing was seen here: a missing value follows the heavier side.
    const heavier = hessianOf(left) * 2 >= hessianOf(total);
    const sides = cells[0] === 0n ? [heavier] : [false, true];
    for (const missingLeft of sides) {
      const present = missingLeft ? left + cells[0] : left;
      const set = missingLeft ? [0, ...bins] : bins;
      candidates.push({ left: present, bin, missingLeft, ridge, bins: set, ordered: true });
    }
  }
  const alone = { left: total - cells[0], bin: last, missingLeft: false, ridge, bins: span(1, last), ordered: false };
  if (cells[0] !== 0n) candidates.push(alone);
  return candidates;
}

function randomCandidate(cells: BigInt64Array, total: bigint, random: number, ridge: number): Candidate[] {
  const present = span(1, cells.length - 1).filter((bin) => cells[bin] !== 0n);
  if (present.length < 2) return [];
  const low = present[0];
  const high = present[present.length - 1];
  const bin = low + Math.floor((random / 2 ** 32) * (high - low));
  const bins = span(1, bin);
  const left = sumOf(cells, bins);
  const missingLeft = hessianOf(left) * 2 >= hessianOf(total - cells[0]);
  const set = missingLeft ? [0, ...bins] : bins;
  return [{ left: missingLeft ? left + cells[0] : left, bin, missingLeft, ridge, bins: set, ordered: true }];
}

function categoricalCandidates(cells: BigInt64Array, params: QuantisedParams): Candidate[] {
  const present = span(0, cells.length - 1).filter((bin) => hessianOf(cells[bin]) > 0);
  const few = cells.length <= params.maxOneHot + 1;
  const keyOf = (bin: number): number => gradientOf(cells[bin]) / (hessianOf(cells[bin]) + params.categorySmoothing);
  // Rare categories stay on the right: their mean gradient says little.
  const order = present
    .filter((bin) => few || hessianOf(cells[bin]) >= params.categorySmoothing)
    .sort((a, b) => keyOf(a) - keyOf(b) || a - b);
  if (order.length === 0 || present.length < 2) return [];
  const candidateOf = (bins: readonly number[], bin: number, ridge: number): Candidate => ({
    left: sumOf(cells, bins),
    bin,
    missingLeft: bins.includes(0),
    ridge,
    bins,
    ordered: false,
  });
  if (present.length <= params.maxOneHot) return order.map((bin) => candidateOf([bin], bin, params.l2));
  const most = Math.min(params.maxCategories, (order.length + 1) >> 1);
  const ridge = params.l2 + params.categoryL2;
  const prefixes = (sorted: readonly number[]): Candidate[] =>
    span(1, most).map((length) => candidateOf(sorted.slice(0, length), 0, ridge));
  return [...prefixes(order), ...prefixes([...order].reverse())];
}

function hash(feature: number, salt: number): number {
  let x = Math.imul(feature, 0x9e3779b1) ^ salt;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
