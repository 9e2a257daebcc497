// The thresholds of a numeric feature, where nothing bounds the leaf values and no L1 softens the gradients: the loop
// that findSplit spends its time in. Same candidates, order and arithmetic as scanNumeric in split.ts, two sides at once.

/** What scanFree found. */
export let freeGain: f64 = 0;
export let freeLeft: i64 = 0;
export let freeBin: u32 = 0;
export let freeMissingLeft: u32 = 0;

/** G² / (H + l2) of both sides, added; `ridge`: l2 twice. */
// @ts-ignore: decorator
@inline
function gainOfSides(left: i64, right: i64, ridge: v128): f64 {
  const sides = i64x2.replace_lane(i64x2.splat(left), 1, right);
  const gradients = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(sides, sides, 1, 3, 1, 3));
  const hessians = f64x2.convert_low_i32x4_u(v128.shuffle<i32>(sides, sides, 0, 2, 0, 2));
  const terms = f64x2.div(f64x2.mul(gradients, gradients), f64x2.add(hessians, ridge));
  return f64x2.extract_lane(terms, 0) + f64x2.extract_lane(terms, 1);
}

/** Hessians of both sides large enough? `lightest` is a whole number. */
// @ts-ignore: decorator
@inline
function isHeavy(side: i64, lightest: u64): bool {
  return <u64>(<u32>side) >= lightest;
}

/** The best threshold of the histogram that gains more than `best`; false when there is none. */
export function scanFree(histogram: usize, cells: u32, total: i64, l2: f64, minHessian: f64, best: f64): bool {
  const lightest = <u64>ceil(min(minHessian, 4294967296.0));
  const missing = load<i64>(histogram);
  freeGain = best;
  freeBin = 0;
  if (missing == 0) scanPresent(histogram, cells, total, l2, lightest);
  else scanMissing(histogram, cells, total, l2, lightest, missing);
  return freeBin > 0;
}

function scanPresent(histogram: usize, cells: u32, total: i64, l2: f64, lightest: u64): void {
  const ridge = f64x2.splat(l2);
  const last = histogram + ((<usize>(cells - 1)) << 3);
  let best = freeGain;
  let bestAt: usize = 0;
  let bestLeft: i64 = 0;
  let left: i64 = 0;
  for (let at = histogram + 8; at < last; at += 8) {
    const cell = load<i64>(at);
    if (cell == 0) continue;
    left += cell;
    if (!isHeavy(left, lightest)) continue;
    const right = total - left;
    if (!isHeavy(right, lightest)) break;
    const gain = gainOfSides(left, right, ridge);
    if (gain > best) {
      best = gain;
      bestAt = at;
      bestLeft = left;
    }
  }
  if (bestAt == 0) return;
  freeGain = best;
  freeLeft = bestLeft;
  freeBin = <u32>((bestAt - histogram) >> 3);
  // Nothing missing was seen here: a missing value follows the heavier side.
  freeMissingLeft = u32(<u64>(<u32>bestLeft) * 2 >= <u64>(<u32>total));
}

function scanMissing(histogram: usize, cells: u32, total: i64, l2: f64, lightest: u64, missing: i64): void {
  const ridge = f64x2.splat(l2);
  const last = cells - 1;
  let left: i64 = 0;
  for (let bin: u32 = 1; bin < last; bin++) {
    const cell = load<i64>(histogram + ((<usize>bin) << 3));
    if (cell == 0) continue;
    left += cell;
    offerFree(left, total, ridge, lightest, bin, 0);
    offerFree(left + missing, total, ridge, lightest, bin, 1);
  }
  offerFree(total - missing, total, ridge, lightest, last, 0);
}

// @ts-ignore: decorator
@inline
function offerFree(left: i64, total: i64, ridge: v128, lightest: u64, bin: u32, missingLeft: u32): void {
  const right = total - left;
  if (!isHeavy(left, lightest) || !isHeavy(right, lightest)) return;
  const gain = gainOfSides(left, right, ridge);
  if (gain > freeGain) {
    freeGain = gain;
    freeLeft = left;
    freeBin = bin;
    freeMissingLeft = missingLeft;
  }
}
