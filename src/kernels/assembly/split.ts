// The best split of a leaf, found by one scan over the compact histogram of each feature.

/** Candidate thresholds of a feature: all bins, or one drawn at random (extremely randomised trees). */
// @ts-ignore: decorator
@inline
const RANDOM_THRESHOLD: u32 = 1;

// Parameters, as 8-byte fields at `params` (see SplitParams in split-params.ts).
// @ts-ignore: decorator
@inline
const L2: usize = 0;
// @ts-ignore: decorator
@inline
const L1: usize = 8;
// @ts-ignore: decorator
@inline
const MIN_GAIN: usize = 16;
// @ts-ignore: decorator
@inline
const MIN_HESSIAN: usize = 24;
// @ts-ignore: decorator
@inline
const CATEGORY_SMOOTHING: usize = 32;
// @ts-ignore: decorator
@inline
const CATEGORY_L2: usize = 40;
// @ts-ignore: decorator
@inline
const MAX_CATEGORIES: usize = 48;
// @ts-ignore: decorator
@inline
const MAX_ONE_HOT: usize = 56;

// Result, at `out` (see readSplit in split-params.ts): f64 gain, i64 packed sum of the left side, u32 feature,
// u32 bin, u32 missing goes left, u32 categorical, then the 256-bit set of bins that go left.
// @ts-ignore: decorator
@inline
const OUT_LEFT: usize = 8;
// @ts-ignore: decorator
@inline
const OUT_FEATURE: usize = 16;
// @ts-ignore: decorator
@inline
const OUT_BIN: usize = 20;
// @ts-ignore: decorator
@inline
const OUT_MISSING_LEFT: usize = 24;
// @ts-ignore: decorator
@inline
const OUT_CATEGORICAL: usize = 28;
// @ts-ignore: decorator
@inline
const OUT_SET: usize = 32;

// The leaf under search, and the best split so far: one search at a time an instance.
let total: i64 = 0;
let l1: f64 = 0;
let l2: f64 = 0;
let minHessian: f64 = 0;
let bestGain: f64 = 0;
let bestLeft: i64 = 0;
let bestBin: u32 = 0;
let bestMissingLeft: u32 = 0;
let found: bool = false;

// @ts-ignore: decorator
@inline
function gradientOf(cell: i64): f64 {
  return <f64>(<i32>(cell >> 32));
}

// @ts-ignore: decorator
@inline
function hessianOf(cell: i64): f64 {
  return <f64>(<u32>cell);
}

// @ts-ignore: decorator
@inline
function soften(gradient: f64): f64 {
  return l1 == 0 ? gradient : copysign(max(abs(gradient) - l1, 0), gradient);
}

/** Gain of splitting `total` into `left` and the rest, or -1 where a side is too light. */
// @ts-ignore: decorator
@inline
function gainOf(left: i64, ridge: f64): f64 {
  const right = total - left;
  const leftHessian = hessianOf(left);
  const rightHessian = hessianOf(right);
  if (leftHessian < minHessian || rightHessian < minHessian) return -1;
  const leftGradient = soften(gradientOf(left));
  const rightGradient = soften(gradientOf(right));
  return (
    (leftGradient * leftGradient) / (leftHessian + ridge) + (rightGradient * rightGradient) / (rightHessian + ridge)
  );
}

// @ts-ignore: decorator
@inline
function offer(left: i64, bin: u32, missingLeft: u32, gain: f64): void {
  if (gain > bestGain) {
    bestGain = gain;
    bestLeft = left;
    bestBin = bin;
    bestMissingLeft = missingLeft;
    found = true;
  }
}

/**
 * Bins 1..cells-1 in order, bin 0 (missing) on either side. Returns whether it beat the best so far.
 * A split of missing from present values has the missing ones on the right: a threshold cannot say the mirror image.
 */
function scanNumeric(histogram: usize, cells: u32): bool {
  found = false;
  const missing = load<i64>(histogram);
  const last = cells - 1;
  let left: i64 = 0;
  if (missing == 0) {
    for (let bin: u32 = 1; bin < last; bin++) {
      const cell = load<i64>(histogram + ((<usize>bin) << 3));
      if (cell == 0) continue;
      left += cell;
      if (hessianOf(left) < minHessian) continue;
      if (hessianOf(total - left) < minHessian) break;
      // Nothing missing was seen here: a missing value follows the heavier side.
      offer(left, bin, u32(hessianOf(left) * 2 >= hessianOf(total)), gainOf(left, l2));
    }
  } else {
    for (let bin: u32 = 1; bin < last; bin++) {
      const cell = load<i64>(histogram + ((<usize>bin) << 3));
      if (cell == 0) continue;
      left += cell;
      offer(left, bin, 0, gainOf(left, l2));
      offer(left + missing, bin, 1, gainOf(left + missing, l2));
    }
    offer(total - missing, last, 0, gainOf(total - missing, l2));
  }
  return found;
}

/** One threshold drawn between the smallest and the largest bin present; missing goes to the heavier side. */
function scanRandom(histogram: usize, cells: u32, random: u32): bool {
  found = false;
  let low: u32 = 1;
  let high = cells - 1;
  while (low < cells && load<i64>(histogram + ((<usize>low) << 3)) == 0) low++;
  while (high > low && load<i64>(histogram + ((<usize>high) << 3)) == 0) high--;
  if (low >= high) return false;
  const chosen = low + <u32>(((<u64>random) * (<u64>(high - low))) >> 32);
  let left: i64 = 0;
  for (let bin = low; bin <= chosen; bin++) left += load<i64>(histogram + ((<usize>bin) << 3));
  const missing = load<i64>(histogram);
  const missingLeft = u32(hessianOf(left) * 2 >= hessianOf(total - missing));
  if (missingLeft) left += missing;
  offer(left, chosen, missingLeft, gainOf(left, l2));
  return found;
}

/** Working space of scanCategorical: 256 sort keys, then 256 bin numbers, at `params` + 64. */
// @ts-ignore: decorator
@inline
const KEYS: usize = 64;
// @ts-ignore: decorator
@inline
const ORDER: usize = 64 + 2048;

/** Subsets of bins 0..cells-1; the winner's set of bins is left in `set` (32 bytes). */
function scanCategorical(histogram: usize, cells: u32, params: usize, set: usize): bool {
  found = false;
  const smoothing = load<f64>(params, CATEGORY_SMOOTHING);
  const maxOneHot = <u32>load<f64>(params, MAX_ONE_HOT);
  const keys = params + KEYS;
  const order = params + ORDER;
  let used: u32 = 0;
  let present: u32 = 0;
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
  if (used == 0 || present < 2) return false;
  if (present <= maxOneHot) return scanOneHot(histogram, used, order, set);
  return scanSorted(histogram, used, order, params, set);
}

function scanOneHot(histogram: usize, used: u32, order: usize, set: usize): bool {
  for (let i: u32 = 0; i < used; i++) {
    const bin = load<u32>(order + ((<usize>i) << 2));
    const left = load<i64>(histogram + ((<usize>bin) << 3));
    offer(left, bin, u32(bin == 0), gainOf(left, l2));
  }
  if (found) {
    memory.fill(set, 0, 32);
    mark(set, bestBin);
  }
  return found;
}

/** Prefixes of the categories sorted by mean gradient, from either end (Fisher, 1958; as in LightGBM). */
function scanSorted(histogram: usize, used: u32, order: usize, params: usize, set: usize): bool {
  const ridge = l2 + load<f64>(params, CATEGORY_L2);
  const most = min(<u32>load<f64>(params, MAX_CATEGORIES), (used + 1) >> 1);
  let bestCount: u32 = 0;
  let bestFromEnd = false;
  for (let direction = 0; direction < 2; direction++) {
    let left: i64 = 0;
    for (let i: u32 = 0; i < most; i++) {
      const at = direction ? used - 1 - i : i;
      left += load<i64>(histogram + ((<usize>load<u32>(order + ((<usize>at) << 2))) << 3));
      const before = bestGain;
      offer(left, 0, 0, gainOf(left, ridge));
      if (bestGain > before) {
        bestCount = i + 1;
        bestFromEnd = direction == 1;
      }
    }
  }
  if (!found) return false;
  memory.fill(set, 0, 32);
  bestMissingLeft = 0;
  for (let i: u32 = 0; i < bestCount; i++) {
    const bin = load<u32>(order + ((<usize>(bestFromEnd ? used - 1 - i : i)) << 2));
    if (bin == 0) bestMissingLeft = 1;
    mark(set, bin);
  }
  return true;
}

// @ts-ignore: decorator
@inline
function mark(set: usize, bin: u32): void {
  const word = set + ((<usize>(bin >> 5)) << 2);
  store<u32>(word, load<u32>(word) | (1 << (bin & 31)));
}

/**
 * Finds the split of highest gain among `count` listed features and writes it to `out`; gain 0 means none.
 * Gains and parameters are in the quantised unit (see toQuantisedParams in split-params.ts).
 * `offsets`: first cell of each feature; `binCounts`: cells of each; `kinds`: 1 byte each, 1 = categorical.
 */
export function findSplit(
  histogram: usize,
  leafSum: i64,
  features: usize,
  count: u32,
  offsets: usize,
  binCounts: usize,
  kinds: usize,
  params: usize,
  mode: u32,
  salt: u32,
  out: usize,
): void {
  total = leafSum;
  l1 = load<f64>(params, L1);
  l2 = load<f64>(params, L2);
  minHessian = load<f64>(params, MIN_HESSIAN);
  const whole = soften(gradientOf(total));
  const base = (whole * whole) / (hessianOf(total) + l2);
  bestGain = base + load<f64>(params, MIN_GAIN);
  store<f64>(out, 0);
  const set = out + OUT_SET;
  for (let i: u32 = 0; i < count; i++) {
    const feature = load<u32>(features + ((<usize>i) << 2));
    const cells = load<u32>(binCounts + ((<usize>feature) << 2));
    const cellsAt = histogram + ((<usize>load<u32>(offsets + ((<usize>feature) << 2))) << 3);
    const categorical = <u32>load<u8>(kinds + <usize>feature);
    let better = false;
    if (categorical) better = scanCategorical(cellsAt, cells, params, set);
    else if (mode & RANDOM_THRESHOLD) better = scanRandom(cellsAt, cells, hash(feature, salt));
    else better = scanNumeric(cellsAt, cells);
    if (better) {
      store<f64>(out, bestGain - base);
      store<i64>(out, bestLeft, OUT_LEFT);
      store<u32>(out, feature, OUT_FEATURE);
      store<u32>(out, bestBin, OUT_BIN);
      store<u32>(out, bestMissingLeft, OUT_MISSING_LEFT);
      store<u32>(out, categorical, OUT_CATEGORICAL);
    }
  }
  if (load<f64>(out) > 0 && !load<u32>(out, OUT_CATEGORICAL)) numericSet(out, set);
}

function numericSet(out: usize, set: usize): void {
  memory.fill(set, 0, 32);
  const last = load<u32>(out, OUT_BIN);
  for (let bin: u32 = 1; bin <= last; bin++) mark(set, bin);
  if (load<u32>(out, OUT_MISSING_LEFT)) mark(set, 0);
}

// @ts-ignore: decorator
@inline
function hash(feature: u32, salt: u32): u32 {
  let x = (feature * 0x9e3779b1) ^ salt;
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}
