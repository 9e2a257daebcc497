// Histograms of packed gradients: the hottest loop of training.
//
// A cell is 64 bits: the sum of quantised gradients in the upper half (signed) plus the sum of quantised hessians
// in the lower half (unsigned), so that one addition does both. The sums cannot overflow (see quantise.ts) and are
// whole numbers, so the order of rows and threads never changes a result.

/** Bytes of one feature: 256 cells, and one cache line so that equal bins of different features share no cache set. */
const FEATURE_BYTES: usize = 2112;
/** Rows whose memory is touched before it is used; stands in for a prefetch instruction, which WebAssembly lacks. */
const BATCH: u32 = 32;

// Where the sums of touched memory go, so that the compiler keeps the touching.
let touched: u64 = 0;

/** Adds `value` to one cell of each of four features; `cells` is the first feature's. */
// @ts-ignore: decorator
@inline
function addFour(row: usize, cells: usize, value: i64, group: usize): void {
  const bins = load<u32>(row + (group << 2));
  const base = cells + group * 4 * FEATURE_BYTES;
  // Bin numbers times 8, the bytes of a cell. The constant distances must stay immediates of load and store.
  const a = base + <usize>((bins << 3) & 0x7f8);
  const b = base + <usize>((bins >> 5) & 0x7f8);
  const c = base + <usize>((bins >> 13) & 0x7f8);
  const d = base + <usize>((bins >> 21) & 0x7f8);
  store<i64>(a, load<i64>(a) + value);
  store<i64>(b, load<i64>(b, 2112) + value, 2112);
  store<i64>(c, load<i64>(c, 4224) + value, 4224);
  store<i64>(d, load<i64>(d, 6336) + value, 6336);
}

// @ts-ignore: decorator
@inline
function touch(bins: usize, stride: u32, lastByte: usize, rows: usize, count: u32, packed: usize): u64 {
  let sum: u64 = 0;
  const stop = rows + ((<usize>count) << 2);
  for (let at = rows; at < stop; at += 4) {
    const number = load<u32>(at);
    const row = bins + <usize>(number * stride);
    sum += <u64>load<u8>(row) + <u64>load<u8>(row + lastByte) + load<u64>(packed + ((<usize>number) << 3));
  }
  return sum;
}

/** One pass over the rows for `GROUPS` x 4 features, unrolled: `GROUPS` is a constant of each caller. */
// @ts-ignore: decorator
@inline
function pass(bins: usize, stride: u32, rows: usize, count: u32, packed: usize, cells: usize, groups: usize): void {
  const lastByte = groups * 4 - 1;
  let sum: u64 = 0;
  for (let start: u32 = 0; start < count; start += BATCH) {
    const first = rows + ((<usize>start) << 2);
    const length = min(BATCH, count - start);
    sum += touch(bins, stride, lastByte, first, length, packed);
    const stop = first + ((<usize>length) << 2);
    for (let at = first; at < stop; at += 4) {
      const number = load<u32>(at);
      const value = load<i64>(packed + ((<usize>number) << 3));
      const row = bins + <usize>(number * stride);
      addFour(row, cells, value, 0);
      if (groups > 1) addFour(row, cells, value, 1);
      if (groups > 2) addFour(row, cells, value, 2);
      if (groups > 3) addFour(row, cells, value, 3);
      if (groups > 4) addFour(row, cells, value, 4);
      if (groups > 5) addFour(row, cells, value, 5);
      if (groups > 6) addFour(row, cells, value, 6);
      if (groups > 7) addFour(row, cells, value, 7);
    }
  }
  touched = sum;
}

/**
 * Adds the rows' packed gradients to `scratch` (features x 256 cells, zero before the first call).
 * `bins`: row-major, `stride` bytes a row, a multiple of 4; the padding counts as features with bin 0.
 */
export function histogram(bins: usize, stride: u32, rows: usize, count: u32, packed: usize, scratch: usize): void {
  let first: u32 = 0;
  for (; first + 32 <= stride; first += 32) {
    pass(bins + <usize>first, stride, rows, count, packed, scratch + (<usize>first) * FEATURE_BYTES, 8);
  }
  const rest = (stride - first) >> 2;
  bins += <usize>first;
  scratch += (<usize>first) * FEATURE_BYTES;
  if (rest == 1) pass(bins, stride, rows, count, packed, scratch, 1);
  else if (rest == 2) pass(bins, stride, rows, count, packed, scratch, 2);
  else if (rest == 3) pass(bins, stride, rows, count, packed, scratch, 3);
  else if (rest == 4) pass(bins, stride, rows, count, packed, scratch, 4);
  else if (rest == 5) pass(bins, stride, rows, count, packed, scratch, 5);
  else if (rest == 6) pass(bins, stride, rows, count, packed, scratch, 6);
  else if (rest == 7) pass(bins, stride, rows, count, packed, scratch, 7);
}

/**
 * Moves the used cells of `scratch` to the compact `out` (feature f at cell offsets[f], binCounts[f] cells) and
 * clears them for the next call. `scratch` holds `parts` partial histograms, `partBytes` apart, which are summed.
 */
export function harvest(
  scratch: usize,
  parts: u32,
  partBytes: usize,
  features: u32,
  binCounts: usize,
  out: usize,
): void {
  let target = out;
  for (let f: u32 = 0; f < features; f++) {
    const cells = load<u32>(binCounts + ((<usize>f) << 2));
    let source = scratch + (<usize>f) * FEATURE_BYTES;
    const stop = source + ((<usize>cells) << 3);
    if (parts == 1) {
      while (source < stop) {
        store<i64>(target, load<i64>(source));
        store<i64>(source, 0);
        source += 8;
        target += 8;
      }
    } else {
      while (source < stop) {
        let sum: i64 = 0;
        for (let part: u32 = 0; part < parts; part++) {
          const cell = source + (<usize>part) * partBytes;
          sum += load<i64>(cell);
          store<i64>(cell, 0);
        }
        store<i64>(target, sum);
        source += 8;
        target += 8;
      }
    }
  }
}

/** sibling = parent - child, in place of the parent: the larger child never needs a pass over its rows. */
export function subtract(parent: usize, child: usize, cells: u32): void {
  const stop = parent + ((<usize>cells) << 3);
  while (parent + 16 <= stop) {
    v128.store(parent, i64x2.sub(v128.load(parent), v128.load(child)));
    parent += 16;
    child += 16;
  }
  if (parent < stop) store<i64>(parent, load<i64>(parent) - load<i64>(child));
}
