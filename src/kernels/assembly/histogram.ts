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

/** Adds `value` to one cell of the feature at `at`. */
// @ts-ignore: decorator
@inline
function addOne(row: usize, cells: usize, value: i64, at: usize): void {
  const cell = cells + at * FEATURE_BYTES + ((<usize>load<u8>(row + at)) << 3);
  store<i64>(cell, load<i64>(cell) + value);
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

/**
 * One pass over the rows for `groups` x 4 + `single` features, unrolled: both are constants of each caller. The rest of
 * the last group is not added up: 9 features take three quarters of the time of 12.
 */
// @ts-ignore: decorator
@inline
function pass(
  bins: usize,
  stride: u32,
  rows: usize,
  count: u32,
  packed: usize,
  cells: usize,
  groups: usize,
  single: usize,
): void {
  const lastByte = groups * 4 + single - 1;
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
      if (groups > 0) addFour(row, cells, value, 0);
      if (groups > 1) addFour(row, cells, value, 1);
      if (groups > 2) addFour(row, cells, value, 2);
      if (groups > 3) addFour(row, cells, value, 3);
      if (groups > 4) addFour(row, cells, value, 4);
      if (groups > 5) addFour(row, cells, value, 5);
      if (groups > 6) addFour(row, cells, value, 6);
      if (groups > 7) addFour(row, cells, value, 7);
      if (single > 0) addOne(row, cells, value, groups * 4);
      if (single > 1) addOne(row, cells, value, groups * 4 + 1);
      if (single > 2) addOne(row, cells, value, groups * 4 + 2);
    }
  }
  touched = sum;
}

/** pass() of `groups` whole groups, a constant, and up to three features more. */
// @ts-ignore: decorator
@inline
function passOf(
  bins: usize,
  stride: u32,
  rows: usize,
  count: u32,
  packed: usize,
  cells: usize,
  groups: usize,
  single: u32,
): void {
  if (single == 0) {
    if (groups > 0) pass(bins, stride, rows, count, packed, cells, groups, 0);
  } else if (single == 1) pass(bins, stride, rows, count, packed, cells, groups, 1);
  else if (single == 2) pass(bins, stride, rows, count, packed, cells, groups, 2);
  else pass(bins, stride, rows, count, packed, cells, groups, 3);
}

/**
 * Adds the rows' packed gradients to `scratch` (slots x 256 cells, zero before the first call).
 * `bins`: row-major, `stride` bytes a row, the first `slots` of them in use.
 */
export function histogram(
  bins: usize,
  stride: u32,
  slots: u32,
  rows: usize,
  count: u32,
  packed: usize,
  scratch: usize,
): void {
  let first: u32 = 0;
  for (; first + 32 <= slots; first += 32) {
    pass(bins + <usize>first, stride, rows, count, packed, scratch + (<usize>first) * FEATURE_BYTES, 8, 0);
  }
  const groups = (slots - first) >> 2;
  const single = slots & 3;
  bins += <usize>first;
  scratch += (<usize>first) * FEATURE_BYTES;
  if (groups == 0) passOf(bins, stride, rows, count, packed, scratch, 0, single);
  else if (groups == 1) passOf(bins, stride, rows, count, packed, scratch, 1, single);
  else if (groups == 2) passOf(bins, stride, rows, count, packed, scratch, 2, single);
  else if (groups == 3) passOf(bins, stride, rows, count, packed, scratch, 3, single);
  else if (groups == 4) passOf(bins, stride, rows, count, packed, scratch, 4, single);
  else if (groups == 5) passOf(bins, stride, rows, count, packed, scratch, 5, single);
  else if (groups == 6) passOf(bins, stride, rows, count, packed, scratch, 6, single);
  else passOf(bins, stride, rows, count, packed, scratch, 7, single);
}

// One slot of the bins, u32 each: its codes; the members that share it; and, for a member alone, its first cell in the
// compact histogram; for a bundle, the addresses of `starts`, `targets` and `members`. Written by trees/binned.ts.
// @ts-ignore: decorator
@inline
const SLOT_BYTES: usize = 24;
// @ts-ignore: decorator
@inline
const MEMBERS: usize = 4;
// @ts-ignore: decorator
@inline
const FIRST_CELL: usize = 8;
// @ts-ignore: decorator
@inline
const STARTS: usize = 12;
// @ts-ignore: decorator
@inline
const TARGETS: usize = 16;
// @ts-ignore: decorator
@inline
const MEMBER_LIST: usize = 20;

/** One member of a bundle, u32 each: its first cell, its cells, its frequent cell (counted from the first). */
// @ts-ignore: decorator
@inline
const MEMBER_BYTES: usize = 12;

/**
 * Moves the used cells of `scratch` to the compact histogram `out` and clears them for the next call, for the slots
 * first .. end - 1 of the table `slots`. `scratch` holds `parts` partial histograms, `partBytes` apart, which are
 * summed. The sums of a bundle's codes are dealt out to the cells of its members.
 */
export function harvest(
  scratch: usize,
  parts: u32,
  partBytes: usize,
  slots: usize,
  first: u32,
  end: u32,
  out: usize,
): void {
  for (let s = first; s < end; s++) {
    const slot = slots + (<usize>s) * SLOT_BYTES;
    const codes = load<u32>(slot);
    const source = scratch + (<usize>s) * FEATURE_BYTES;
    if (parts > 1) joinParts(source, codes, parts, partBytes);
    if (load<u32>(slot, MEMBERS) > 1) dealOut(source, slot, codes, out);
    else moveCells(source, codes, out + ((<usize>load<u32>(slot, FIRST_CELL)) << 3));
  }
}

/** The partial sums go to the first part; the others are cleared. */
function joinParts(source: usize, codes: u32, parts: u32, partBytes: usize): void {
  const bytes = (<usize>codes) << 3;
  for (let part: u32 = 1; part < parts; part++) {
    const other = source + (<usize>part) * partBytes;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16)
      v128.store(source + at, i64x2.add(v128.load(source + at), v128.load(other + at)));
    if (at < bytes) store<i64>(source + at, load<i64>(source + at) + load<i64>(other + at));
    memory.fill(other, 0, bytes);
  }
}

function moveCells(source: usize, codes: u32, target: usize): void {
  const stop = source + ((<usize>codes) << 3);
  const zero = i64x2.splat(0);
  while (source + 16 <= stop) {
    v128.store(target, v128.load(source));
    v128.store(source, zero);
    source += 16;
    target += 16;
  }
  if (source < stop) {
    store<i64>(target, load<i64>(source));
    store<i64>(source, 0);
  }
}

/**
 * targets[starts[code] .. starts[code + 1]) are the cells, of all members, that a row of this code belongs to, but for
 * each member's frequent cell: that one is what its other cells leave of the sum of all rows.
 */
function dealOut(source: usize, slot: usize, codes: u32, out: usize): void {
  const members = <usize>load<u32>(slot, MEMBER_LIST);
  const stop = members + (<usize>load<u32>(slot, MEMBERS)) * MEMBER_BYTES;
  for (let member = members; member < stop; member += MEMBER_BYTES)
    memory.fill(out + ((<usize>load<u32>(member)) << 3), 0, (<usize>load<u32>(member, 4)) << 3);
  const targets = <usize>load<u32>(slot, TARGETS);
  let at = <usize>load<u32>(slot, STARTS);
  let sum: i64 = 0;
  for (const end = source + ((<usize>codes) << 3); source < end; source += 8, at += 4) {
    const value = load<i64>(source);
    if (value == 0) continue;
    store<i64>(source, 0);
    sum += value;
    const last = targets + ((<usize>load<u32>(at, 4)) << 2);
    for (let target = targets + ((<usize>load<u32>(at)) << 2); target < last; target += 4) {
      const cell = out + ((<usize>load<u32>(target)) << 3);
      store<i64>(cell, load<i64>(cell) + value);
    }
  }
  for (let member = members; member < stop; member += MEMBER_BYTES) completeMember(member, sum, out);
}

function completeMember(member: usize, sum: i64, out: usize): void {
  let cell = out + ((<usize>load<u32>(member)) << 3);
  const frequent = cell + ((<usize>load<u32>(member, 8)) << 3);
  const end = cell + ((<usize>load<u32>(member, 4)) << 3);
  for (; cell < end; cell += 8) sum -= load<i64>(cell);
  store<i64>(frequent, sum);
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
