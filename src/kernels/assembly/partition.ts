// Rows of a leaf, split in two.

/** The 256-bit `set` as 256 bytes, 1 = in the set: a row then needs one load instead of five operations. */
export function expandSet(set: usize, table: usize): void {
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const spread = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  for (let i: usize = 0; i < 16; i++) {
    const bytes = i8x16.swizzle(v128.load16_splat(set + (i << 1)), spread);
    const hits = i8x16.eq(v128.and(bytes, bits), bits);
    v128.store(table + (i << 4), v128.and(hits, i8x16.splat(1)));
  }
}

/**
 * Stable partition of rows[0..count): rows whose bin in `column` (one byte a row of the dataset) goes left by the 256
 * bytes of `table` (expandSet) come first. Rows in ascending order stay so, and a column is then read from front to
 * back. `spare` holds `count` row numbers. Returns the number of rows on the left.
 */
export function partition(rows: usize, count: u32, column: usize, table: usize, spare: usize): u32 {
  let left = rows;
  let right = spare;
  const stop = rows + ((<usize>count) << 2);
  for (let at = rows; at < stop; at += 4) {
    const row = load<u32>(at);
    const isLeft = <usize>load<u8>(table + <usize>load<u8>(column + <usize>row)) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft;
    right += 4 - isLeft;
  }
  memory.copy(left, spare, right - spare);
  return <u32>((left - rows) >> 2);
}

/**
 * The first half of a partition by several threads, done by each for its share of the rows: the left ones to the front
 * of `spare`, the right ones to its back in reverse order; `rows` stays as it is. Returns the number on the left.
 */
export function partitionShare(rows: usize, count: u32, column: usize, table: usize, spare: usize): u32 {
  const stop = rows + ((<usize>count) << 2);
  let left = spare;
  let right = spare + (stop - rows) - 4;
  for (let at = rows; at < stop; at += 4) {
    const row = load<u32>(at);
    const isLeft = <usize>load<u8>(table + <usize>load<u8>(column + <usize>row)) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft;
    right -= 4 - isLeft;
  }
  return <u32>((left - spare) >> 2);
}

/** The second half: what a share left in `spare` goes to its places behind those of the shares before it. */
export function joinShare(spare: usize, count: u32, leftCount: u32, left: usize, right: usize): void {
  memory.copy(left, spare, (<usize>leftCount) << 2);
  const first = spare + ((<usize>leftCount) << 2);
  let at = spare + ((<usize>count) << 2);
  for (; at >= first + 16; at -= 16) {
    const four = v128.load(at - 16);
    v128.store(right, v128.shuffle<i32>(four, four, 3, 2, 1, 0));
    right += 16;
  }
  for (; at > first; at -= 4) {
    store<u32>(right, load<u32>(at - 4));
    right += 4;
  }
}
