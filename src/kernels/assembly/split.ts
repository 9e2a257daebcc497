// The best split of a leaf, found by one scan over the compact histogram of each feature.

import { freeBin, freeGain, freeLeft, freeMissingLeft, scanFree } from "./free-scan";
import {
  bounded,
  CATEGORY_L2,
  gainOf,
  gainOfWhole,
  hash,
  hessianOf,
  isFree,
  l2,
  markNumeric,
  markPrefix,
  mark,
  MAX_CATEGORIES,
  MAX_ONE_HOT,
  MIN_GAIN,
  minHessian,
  ORDER,
  orderedBin,
  OUT_SET,
  present,
  readLimits,
  setDirection,
  setLeaf,
  sortCategories,
  total,
  used,
  writeSplit,
} from "./split-gain";

/** Candidate thresholds of a feature: all bins, or one drawn at random (extremely randomised trees). */
// @ts-ignore: decorator
@inline
const RANDOM_THRESHOLD: u32 = 1;

// The best split so far.
let bestGain: f64 = 0;
let bestLeft: i64 = 0;
let bestBin: u32 = 0;
let bestMissingLeft: u32 = 0;
let found: bool = false;

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
// @ts-ignore: decorator
@inline
function scanBins(histogram: usize, cells: u32, limited: bool): bool {
  found = false;
  if (isFree()) {
    if (!scanFree(histogram, cells, total, l2, minHessian, bestGain)) return false;
    bestGain = freeGain;
    bestLeft = freeLeft;
    bestBin = freeBin;
    bestMissingLeft = freeMissingLeft;
    return true;
  }
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
      offer(left, bin, u32(hessianOf(left) * 2 >= hessianOf(total)), gainOf(left, l2, limited));
    }
  } else {
    for (let bin: u32 = 1; bin < last; bin++) {
      const cell = load<i64>(histogram + ((<usize>bin) << 3));
      if (cell == 0) continue;
      left += cell;
      offer(left, bin, 0, gainOf(left, l2, limited));
      offer(left + missing, bin, 1, gainOf(left + missing, l2, limited));
    }
    // Missing from present values: no order to keep.
    setDirection(0);
    offer(total - missing, last, 0, gainOf(total - missing, l2, limited));
  }
  return found;
}

function scanNumeric(histogram: usize, cells: u32): bool {
  return scanBins(histogram, cells, false);
}

function scanLimited(histogram: usize, cells: u32): bool {
  return scanBins(histogram, cells, true);
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
  offer(left, chosen, missingLeft, gainOf(left, l2, bounded));
  return found;
}

/** Subsets of bins 0..cells-1; the winner's set of bins is left in `set` (32 bytes). */
function scanCategorical(histogram: usize, cells: u32, params: usize, set: usize): bool {
  found = false;
  sortCategories(histogram, cells, params);
  if (used == 0 || present < 2) return false;
  const order = params + ORDER;
  if (present <= <u32>load<f64>(params, MAX_ONE_HOT)) return scanOneHot(histogram, order, set);
  return scanSorted(histogram, order, params, set);
}

function scanOneHot(histogram: usize, order: usize, set: usize): bool {
  for (let i: u32 = 0; i < used; i++) {
    const bin = orderedBin(order, i, false);
    const left = load<i64>(histogram + ((<usize>bin) << 3));
    offer(left, bin, u32(bin == 0), gainOf(left, l2, bounded));
  }
  if (found) {
    memory.fill(set, 0, 32);
    mark(set, bestBin);
  }
  return found;
}

/** Prefixes of the categories sorted by mean gradient, from either end (Fisher, 1958; as in LightGBM). */
function scanSorted(histogram: usize, order: usize, params: usize, set: usize): bool {
  const ridge = l2 + load<f64>(params, CATEGORY_L2);
  const most = min(<u32>load<f64>(params, MAX_CATEGORIES), (used + 1) >> 1);
  let bestCount: u32 = 0;
  let bestFromEnd = false;
  for (let direction = 0; direction < 2; direction++) {
    let left: i64 = 0;
    for (let i: u32 = 0; i < most; i++) {
      left += load<i64>(histogram + ((<usize>orderedBin(order, i, direction == 1)) << 3));
      const before = bestGain;
      offer(left, 0, 0, gainOf(left, ridge, bounded));
      if (bestGain > before) {
        bestCount = i + 1;
        bestFromEnd = direction == 1;
      }
    }
  }
  if (found) bestMissingLeft = markPrefix(order, bestCount, bestFromEnd, set);
  return found;
}

/**
 * Finds the split of highest gain among `count` listed features and writes it to `out`; gain 0 means none.
 * Gains and parameters are in the quantised unit (see writeSplitParams in split-params.ts).
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
  setLeaf(leafSum);
  const directions = readLimits(params);
  const base = gainOfWhole();
  bestGain = base + load<f64>(params, MIN_GAIN);
  store<f64>(out, 0);
  const set = out + OUT_SET;
  let numeric = false;
  for (let i: u32 = 0; i < count; i++) {
    const feature = load<u32>(features + ((<usize>i) << 2));
    const cells = load<u32>(binCounts + ((<usize>feature) << 2));
    const cellsAt = histogram + ((<usize>load<u32>(offsets + ((<usize>feature) << 2))) << 3);
    const categorical = <u32>load<u8>(kinds + <usize>feature);
    setDirection(directions ? <i32>load<i8>(directions + <usize>feature) : 0);
    let better = false;
    if (categorical) better = scanCategorical(cellsAt, cells, params, set);
    else if (mode & RANDOM_THRESHOLD) better = scanRandom(cellsAt, cells, hash(feature, salt));
    else better = bounded ? scanLimited(cellsAt, cells) : scanNumeric(cellsAt, cells);
    if (better) {
      numeric = categorical == 0;
      writeSplit(out, bestGain - base, bestLeft, feature, bestBin, bestMissingLeft, categorical);
    }
  }
  if (numeric) markNumeric(load<u32>(out, 20), load<u32>(out, 24), set);
}
