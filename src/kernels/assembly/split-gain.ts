// What splits of a leaf are judged by: its sums, the limits, and the gain of each way to divide it.

// Parameters, as 8-byte fields at `params` (see SplitParams in split-params.ts).
// @ts-ignore: decorator
@inline
const L2: usize = 0;
// @ts-ignore: decorator
@inline
const L1: usize = 8;
// @ts-ignore: decorator
@inline
export const MIN_GAIN: usize = 16;
// @ts-ignore: decorator
@inline
const MIN_HESSIAN: usize = 24;
// @ts-ignore: decorator
@inline
const CATEGORY_SMOOTHING: usize = 32;
// @ts-ignore: decorator
@inline
export const CATEGORY_L2: usize = 40;
// @ts-ignore: decorator
@inline
export const MAX_CATEGORIES: usize = 48;
// @ts-ignore: decorator
@inline
export const MAX_ONE_HOT: usize = 56;
/** Working space of sortCategories: 256 sort keys, then 256 bin numbers. */
// @ts-ignore: decorator
@inline
const KEYS: usize = 64;
// @ts-ignore: decorator
@inline
export const ORDER: usize = 64 + 2048;
// Address of one i8 a feature, 1 where the leaf values may only rise with the feature, -1 fall, 0 otherwise; address
// 0: no such limit on any feature, and no bounds. Then the bounds on the leaf values.
// @ts-ignore: decorator
@inline
const DIRECTIONS: usize = 3136;
// @ts-ignore: decorator
@inline
const LOWER: usize = 3144;
// @ts-ignore: decorator
@inline
const UPPER: usize = 3152;
/** Working space of findLevelSplit: the gains of up to 512 candidates. */
// @ts-ignore: decorator
@inline
export const GAINS: usize = 3200;

// The leaf under search: one search at a time an instance.
export let total: i64 = 0;
let l1: f64 = 0;
export let l2: f64 = 0;
export let minHessian: f64 = 0;
// Bounds on the leaf values, and the order that the feature under search must keep.
export let bounded: bool = false;
let direction: i32 = 0;
let lower: f64 = 0;
let upper: f64 = 0;

// @ts-ignore: decorator
@inline
export function gradientOf(cell: i64): f64 {
  return <f64>(<i32>(cell >> 32));
}

// @ts-ignore: decorator
@inline
export function hessianOf(cell: i64): f64 {
  return <f64>(<u32>cell);
}

/** Reads the limits. Returns the address of the features' directions, or 0. */
export function readLimits(params: usize): usize {
  l1 = load<f64>(params, L1);
  l2 = load<f64>(params, L2);
  minHessian = load<f64>(params, MIN_HESSIAN);
  const directions = <usize>load<u32>(params, DIRECTIONS);
  bounded = directions != 0;
  lower = load<f64>(params, LOWER);
  upper = load<f64>(params, UPPER);
  return directions;
}

/** Is no leaf value bounded, and no gradient softened? */
// @ts-ignore: decorator
@inline
export function isFree(): bool {
  return !bounded && l1 == 0;
}

// @ts-ignore: decorator
@inline
export function setLeaf(sum: i64): void {
  total = sum;
}

// @ts-ignore: decorator
@inline
export function setBounds(smallestHessian: f64, low: f64, high: f64): void {
  minHessian = smallestHessian;
  lower = low;
  upper = high;
}

// @ts-ignore: decorator
@inline
export function setDirection(rising: i32): void {
  direction = rising;
}

// @ts-ignore: decorator
@inline
function soften(gradient: f64): f64 {
  return l1 == 0 ? gradient : copysign(max(abs(gradient) - l1, 0), gradient);
}

/** The value that a leaf of these sums takes, kept within the bounds. */
// @ts-ignore: decorator
@inline
function boundedValue(cell: i64, ridge: f64): f64 {
  return min(max(-soften(gradientOf(cell)) / (hessianOf(cell) + ridge), lower), upper);
}

/** What the leaf gains by that value, twice (as everywhere here). */
// @ts-ignore: decorator
@inline
function gainOfValue(cell: i64, ridge: f64, value: f64): f64 {
  return -(2 * soften(gradientOf(cell)) * value + (hessianOf(cell) + ridge) * value * value);
}

/** The gain of a split that may not be: bounded values can make that of others negative. */
// @ts-ignore: decorator
@inline
export const REFUSED: f64 = -Infinity;

/** gainOf where values are bounded; REFUSED also where they break the order (LightGBM's "basic" monotone constraints). */
function boundedGain(left: i64, right: i64, ridge: f64): f64 {
  const leftValue = boundedValue(left, ridge);
  const rightValue = boundedValue(right, ridge);
  if (direction > 0 ? leftValue > rightValue : direction < 0 && leftValue < rightValue) return REFUSED;
  return gainOfValue(left, ridge, leftValue) + gainOfValue(right, ridge, rightValue);
}

/** Gain of not splitting `total`. */
// @ts-ignore: decorator
@inline
export function gainOfWhole(): f64 {
  if (bounded) return gainOfValue(total, l2, boundedValue(total, l2));
  const whole = soften(gradientOf(total));
  return (whole * whole) / (hessianOf(total) + l2);
}

/**
 * Gain of splitting `total` into `left` and the rest, or REFUSED where a side is too light. `limited`: `bounded`, or a
 * constant in loops that exist for either case.
 */
// @ts-ignore: decorator
@inline
export function gainOf(left: i64, ridge: f64, limited: bool): f64 {
  const right = total - left;
  const leftHessian = hessianOf(left);
  const rightHessian = hessianOf(right);
  if (leftHessian < minHessian || rightHessian < minHessian) return REFUSED;
  if (limited) return boundedGain(left, right, ridge);
  const leftGradient = soften(gradientOf(left));
  const rightGradient = soften(gradientOf(right));
  return (
    (leftGradient * leftGradient) / (leftHessian + ridge) + (rightGradient * rightGradient) / (rightHessian + ridge)
  );
}

/** Bins in `order` after sortCategories, and bins with rows. */
export let used: u32 = 0;
export let present: u32 = 0;

/** Writes the bins 0..cells-1 that may go left to ORDER, by ascending mean gradient. */
export function sortCategories(histogram: usize, cells: u32, params: usize): void {
  const smoothing = load<f64>(params, CATEGORY_SMOOTHING);
  const maxOneHot = <u32>load<f64>(params, MAX_ONE_HOT);
  const keys = params + KEYS;
  const order = params + ORDER;
  used = 0;
  present = 0;
  for (let bin: u32 = 0; bin < cells; bin++) {
    const cell = load<i64>(histogram + ((<usize>bin) << 3));
    const hessian = hessianOf(cell);
    if (hessian > 0) present++;
    // Rare categories stay on the right: their mean gradient says little.
    if (hessian < smoothing && cells > maxOneHot + 1) continue;
    if (hessian == 0) continue;
    const key = gradientOf(cell) / (hessian + smoothing);
    let at = used++;
    while (at > 0 && load<f64>(keys + ((<usize>(at - 1)) << 3)) > key) {
      store<f64>(keys + ((<usize>at) << 3), load<f64>(keys + ((<usize>(at - 1)) << 3)));
      store<u32>(order + ((<usize>at) << 2), load<u32>(order + ((<usize>(at - 1)) << 2)));
      at--;
    }
    store<f64>(keys + ((<usize>at) << 3), key);
    store<u32>(order + ((<usize>at) << 2), bin);
  }
}

/** The bin at a place of the order, counted from its end where `fromEnd`. */
// @ts-ignore: decorator
@inline
export function orderedBin(order: usize, place: u32, fromEnd: bool): u32 {
  return load<u32>(order + ((<usize>(fromEnd ? used - 1 - place : place)) << 2));
}

// @ts-ignore: decorator
@inline
export function mark(set: usize, bin: u32): void {
  const word = set + ((<usize>(bin >> 5)) << 2);
  store<u32>(word, load<u32>(word) | (1 << (bin & 31)));
}

/** The first `count` bins of `order`, or the last, as a set; returns whether bin 0 is in it. */
export function markPrefix(order: usize, count: u32, fromEnd: bool, set: usize): u32 {
  memory.fill(set, 0, 32);
  let missing: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const bin = orderedBin(order, i, fromEnd);
    if (bin == 0) missing = 1;
    mark(set, bin);
  }
  return missing;
}

/** Bins 1..last, and bin 0 where missing values go left. */
export function markNumeric(last: u32, missingLeft: u32, set: usize): void {
  memory.fill(set, 0, 32);
  for (let bin: u32 = 1; bin <= last; bin++) mark(set, bin);
  if (missingLeft) mark(set, 0);
}

// Result, at `out` (see readSplit in split-params.ts): f64 gain, i64 packed sum of the left side, u32 feature,
// u32 bin, u32 missing goes left, u32 categorical, then the 256-bit set of bins that go left.
// @ts-ignore: decorator
@inline
export const OUT_SET: usize = 32;

// @ts-ignore: decorator
@inline
export function writeSplit(
  out: usize,
  gain: f64,
  left: i64,
  feature: u32,
  bin: u32,
  missingLeft: u32,
  categorical: u32,
): void {
  store<f64>(out, gain);
  store<i64>(out, left, 8);
  store<u32>(out, feature, 16);
  store<u32>(out, bin, 20);
  store<u32>(out, missingLeft, 24);
  store<u32>(out, categorical, 28);
}

/** The dice of a feature, for one random threshold. */
// @ts-ignore: decorator
@inline
export function hash(feature: u32, salt: u32): u32 {
  let x = (feature * 0x9e3779b1) ^ salt;
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}
