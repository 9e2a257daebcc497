// One split for all leaves of a level (oblivious trees, as in CatBoost): the candidate whose gains sum highest.

import {
  bounded,
  CATEGORY_L2,
  gainOf,
  gainOfWhole,
  GAINS,
  hash,
  hessianOf,
  l2,
  markNumeric,
  markPrefix,
  MAX_CATEGORIES,
  MAX_ONE_HOT,
  MIN_GAIN,
  ORDER,
  orderedBin,
  OUT_SET,
  mark,
  present,
  readLimits,
  REFUSED,
  setBounds,
  setDirection,
  setLeaf,
  sortCategories,
  total,
  used,
  writeSplit,
} from "./split-gain";

// A leaf at `leaves` (see writeLevelLeaf in split-params.ts): u32 address of its histogram, padding, i64 packed sum,
// f64 smallest hessian of a side, f64 lower and f64 upper bound of its children's values.
// @ts-ignore: decorator
@inline
const LEAF_BYTES: usize = 40;
/** Candidates with missing values on the left, or of prefixes from the end. */
// @ts-ignore: decorator
@inline
const SECOND: usize = 256 * 8;

let base: f64 = 0;

// @ts-ignore: decorator
@inline
function enter(leaf: usize): void {
  setLeaf(load<i64>(leaf, 8));
  setBounds(load<f64>(leaf, 16), load<f64>(leaf, 24), load<f64>(leaf, 32));
  base = gainOfWhole();
}

/** What the split of one leaf adds: nothing where a side is too light or the order would break. */
// @ts-ignore: decorator
@inline
function contribution(left: i64, ridge: f64): f64 {
  const gain = gainOf(left, ridge, bounded);
  return gain == REFUSED ? 0 : gain - base;
}

// @ts-ignore: decorator
@inline
function add(at: usize, gain: f64): void {
  store<f64>(at, load<f64>(at) + gain);
}

// @ts-ignore: decorator
@inline
function cellOf(histogram: usize, bin: u32): i64 {
  return load<i64>(histogram + ((<usize>bin) << 3));
}

/** Candidate `bin`: bins 1..bin go left, without and with the missing; the last bin: present from missing values. */
function addNumeric(leaves: usize, count: u32, offset: usize, cells: u32, gains: usize, rising: i32, anyMissing: bool): void {
  const last = cells - 1;
  for (let i: u32 = 0; i < count; i++) {
    const leaf = leaves + (<usize>i) * LEAF_BYTES;
    enter(leaf);
    setDirection(rising);
    const histogram = (<usize>load<u32>(leaf)) + offset;
    const missing = load<i64>(histogram);
    let left: i64 = 0;
    let without: f64 = 0;
    let withMissing: f64 = missing == 0 ? 0 : contribution(missing, l2);
    for (let bin: u32 = 1; bin < last; bin++) {
      const cell = cellOf(histogram, bin);
      if (cell != 0) {
        left += cell;
        without = contribution(left, l2);
        if (anyMissing) withMissing = missing == 0 ? without : contribution(left + missing, l2);
      }
      const at = gains + ((<usize>bin) << 3);
      add(at, without);
      if (anyMissing) add(at + SECOND, withMissing);
    }
    if (!anyMissing) continue;
    setDirection(0);
    add(gains + ((<usize>last) << 3), contribution(total - missing, l2));
  }
}

// The best candidate so far.
let chosenGain: f64 = 0;
let chosen: u32 = 0;
let chosenSecond: bool = false;
let chosenBin: u32 = 0;
let chosenMissingLeft: u32 = 0;

// @ts-ignore: decorator
@inline
function offer(gains: usize, candidate: u32, second: bool): void {
  const gain = load<f64>(gains + ((<usize>candidate) << 3) + (second ? SECOND : 0));
  if (gain > chosenGain) {
    chosenGain = gain;
    chosen = candidate;
    chosenSecond = second;
  }
}

function chooseNumeric(pooled: usize, cells: u32, gains: usize): void {
  const anyMissing = load<i64>(pooled) != 0;
  const last = cells - 1;
  for (let bin: u32 = 1; bin < last; bin++) {
    if (cellOf(pooled, bin) == 0) continue;
    offer(gains, bin, false);
    if (anyMissing) offer(gains, bin, true);
  }
  if (anyMissing) offer(gains, last, false);
}

/** One threshold drawn between the smallest and the largest bin present; missing goes to the heavier side. */
function chooseRandom(pooled: usize, cells: u32, gains: usize, random: u32): void {
  let low: u32 = 1;
  let high = cells - 1;
  while (low < cells && cellOf(pooled, low) == 0) low++;
  while (high > low && cellOf(pooled, high) == 0) high--;
  if (low >= high) return;
  const bin = low + <u32>(((<u64>random) * (<u64>(high - low))) >> 32);
  offer(gains, bin, load<i64>(pooled) != 0 && heavierLeft(pooled, cells, bin));
}

/** Do bins 1..bin outweigh the other present ones? */
function heavierLeft(pooled: usize, cells: u32, bin: u32): bool {
  let left: f64 = 0;
  let all: f64 = 0;
  for (let i: u32 = 1; i < cells; i++) {
    const hessian = hessianOf(cellOf(pooled, i));
    all += hessian;
    if (i <= bin) left += hessian;
  }
  return left * 2 >= all;
}

/** Categories are sorted by the level as a whole. Candidate i: the first i + 1, or the last; one-hot: the one at i. */
function addCategorical(leaves: usize, count: u32, offset: usize, params: usize, gains: usize, most: u32, oneHot: bool): void {
  const order = params + ORDER;
  const ridge = oneHot ? l2 : l2 + load<f64>(params, CATEGORY_L2);
  const directions = oneHot ? 1 : 2;
  for (let i: u32 = 0; i < count; i++) {
    const leaf = leaves + (<usize>i) * LEAF_BYTES;
    enter(leaf);
    setDirection(0);
    const histogram = (<usize>load<u32>(leaf)) + offset;
    for (let from = 0; from < directions; from++) {
      let left: i64 = 0;
      for (let place: u32 = 0; place < most; place++) {
        const cell = cellOf(histogram, orderedBin(order, place, from == 1));
        left = oneHot ? cell : left + cell;
        add(gains + ((<usize>place) << 3) + (from == 1 ? SECOND : 0), contribution(left, ridge));
      }
    }
  }
}

function searchCategorical(leaves: usize, count: u32, pooled: usize, offset: usize, cells: u32, params: usize, set: usize): bool {
  const before = chosenGain;
  const gains = params + GAINS;
  const order = params + ORDER;
  sortCategories(pooled + offset, cells, params);
  if (used == 0 || present < 2) return false;
  const oneHot = present <= <u32>load<f64>(params, MAX_ONE_HOT);
  const most = oneHot ? used : min(<u32>load<f64>(params, MAX_CATEGORIES), (used + 1) >> 1);
  addCategorical(leaves, count, offset, params, gains, most, oneHot);
  for (let place: u32 = 0; place < most; place++) offer(gains, place, false);
  if (!oneHot) for (let place: u32 = 0; place < most; place++) offer(gains, place, true);
  if (chosenGain <= before) return false;
  if (oneHot) {
    chosenBin = orderedBin(order, chosen, false);
    chosenMissingLeft = u32(chosenBin == 0);
    memory.fill(set, 0, 32);
    mark(set, chosenBin);
  } else {
    chosenBin = 0;
    chosenMissingLeft = markPrefix(order, chosen + 1, chosenSecond, set);
  }
  return true;
}

function searchNumeric(
  leaves: usize,
  count: u32,
  pooled: usize,
  offset: usize,
  cells: u32,
  gains: usize,
  rising: i32,
  random: bool,
  dice: u32,
  set: usize,
): bool {
  const before = chosenGain;
  const cellsAt = pooled + offset;
  const anyMissing = load<i64>(cellsAt) != 0;
  addNumeric(leaves, count, offset, cells, gains, rising, anyMissing);
  if (random) chooseRandom(cellsAt, cells, gains, dice);
  else chooseNumeric(cellsAt, cells, gains);
  if (chosenGain <= before) return false;
  chosenBin = chosen;
  // Where nothing missing was seen, a missing value follows the heavier side.
  chosenMissingLeft = u32(anyMissing ? chosenSecond : heavierLeft(cellsAt, cells, chosen));
  markNumeric(chosenBin, chosenMissingLeft, set);
  return true;
}

/**
 * As findSplit, for `leafCount` leaves at once. `pooled`: the sum of their histograms. The left sum in the result is
 * not set: it is another one in every leaf (see sumOfBins).
 */
export function findLevelSplit(
  leaves: usize,
  leafCount: u32,
  pooled: usize,
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
  const directions = readLimits(params);
  const gains = params + GAINS;
  const set = out + OUT_SET;
  chosenGain = load<f64>(params, MIN_GAIN);
  store<f64>(out, 0);
  for (let i: u32 = 0; i < count; i++) {
    const feature = load<u32>(features + ((<usize>i) << 2));
    const cells = load<u32>(binCounts + ((<usize>feature) << 2));
    const offset = (<usize>load<u32>(offsets + ((<usize>feature) << 2))) << 3;
    const categorical = <u32>load<u8>(kinds + <usize>feature);
    memory.fill(gains, 0, 2 * SECOND);
    let better = false;
    if (categorical) better = searchCategorical(leaves, leafCount, pooled, offset, cells, params, set);
    else {
      const rising = directions ? <i32>load<i8>(directions + <usize>feature) : 0;
      const random = (mode & 1) != 0;
      const dice = hash(feature, salt);
      better = searchNumeric(leaves, leafCount, pooled, offset, cells, gains, rising, random, dice, set);
    }
    if (better) writeSplit(out, chosenGain, 0, feature, chosenBin, chosenMissingLeft, categorical);
  }
}

/** Sum of the cells whose bin is in the set. */
export function sumOfBins(histogram: usize, cells: u32, set: usize): i64 {
  let sum: i64 = 0;
  for (let bin: u32 = 0; bin < cells; bin++) {
    const word = load<u32>(set + ((<usize>(bin >> 5)) << 2));
    if ((word >> (bin & 31)) & 1) sum += cellOf(histogram, bin);
  }
  return sum;
}
