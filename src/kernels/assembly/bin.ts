// Values to bins.

/**
 * bins[i] = 0 for NaN, else 1 + the number of cuts below values[i] (so value <= cuts[b - 1] in bin b).
 * cuts ascending, at most 254.
 */
export function binNumeric(values: usize, count: u32, cuts: usize, cutCount: u32, bins: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(values + ((<usize>i) << 3));
    let bin: u32 = 0;
    if (value == value) {
      let low: u32 = 0;
      let size = cutCount;
      while (size > 0) {
        const half = size >> 1;
        const above = u32(load<f64>(cuts + ((<usize>(low + half)) << 3)) < value);
        low += above * (half + 1);
        size = above ? size - half - 1 : half;
      }
      bin = low + 1;
    }
    store<u8>(bins + <usize>i, bin);
  }
}

/** bins[i] = table[value] for whole values in [0, cardinality), 0 for NaN and anything else. */
export function binCategorical(values: usize, count: u32, table: usize, cardinality: u32, bins: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(values + ((<usize>i) << 3));
    const code = value >= 0 && value < <f64>cardinality ? <u32>value : 0xffffffff;
    store<u8>(bins + <usize>i, code == 0xffffffff ? 0 : load<u8>(table + <usize>code));
  }
}

/** Columns of bytes, at the `count` addresses of `columns` (u32), to rows of bytes, `stride` apart. */
export function interleave(columns: usize, rows: u32, count: u32, bins: usize, stride: u32): void {
  const block: u32 = 256;
  for (let first: u32 = 0; first < rows; first += block) {
    const end = min(first + block, rows);
    for (let c: u32 = 0; c < count; c++) {
      const column = <usize>load<u32>(columns + ((<usize>c) << 2));
      let to = bins + <usize>first * <usize>stride + <usize>c;
      for (let row = first; row < end; row++) {
        store<u8>(to, load<u8>(column + <usize>row));
        to += <usize>stride;
      }
    }
  }
}

/**
 * Numbers the pairs (codes[row], column[row]) of every `step`-th row from 0, in the order in which they appear.
 * `pairs`: 65,536 u32, at code * 256 + bin; an entry counts when its upper 24 bits are `round`, so that nothing needs to
 * be cleared between rounds, and holds the pair's number in its lower 8. Returns how many pairs there are, or 257 once
 * there are more than `limit` (at most 256).
 */
export function numberPairs(
  codes: usize,
  column: usize,
  rows: u32,
  step: u32,
  pairs: usize,
  round: u32,
  limit: u32,
): u32 {
  let known: u32 = 0;
  for (let row: u32 = 0; row < rows; row += step) {
    const pair = (<u32>load<u8>(codes + <usize>row) << 8) | <u32>load<u8>(column + <usize>row);
    const at = pairs + ((<usize>pair) << 2);
    if (load<u32>(at) >> 8 == round) continue;
    if (known == limit) return 257;
    store<u32>(at, (round << 8) | known++);
  }
  return known;
}

/** codes[row] = the number of the row's pair, by numberPairs of all rows. */
export function joinCodes(codes: usize, column: usize, rows: u32, pairs: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const at = codes + <usize>row;
    const pair = (<u32>load<u8>(at) << 8) | <u32>load<u8>(column + <usize>row);
    store<u8>(at, load<u32>(pairs + ((<usize>pair) << 2)));
  }
}

/** Copies memory: a typed array's own copying takes ten times as long on shared memory. */
export function copyBytes(target: usize, source: usize, bytes: u32): void {
  memory.copy(target, source, <usize>bytes);
}
