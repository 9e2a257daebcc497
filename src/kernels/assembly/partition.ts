// Rows of a leaf, split in two.

/**
 * Stable partition of rows[0..count): rows whose bin in `column` (one byte a row of the dataset) is in the 256-bit
 * set `goesLeft` come first. Rows in ascending order stay so, and a column is then read from front to back.
 * `spare` holds `count` row numbers. Returns the number of rows on the left.
 */
export function partition(rows: usize, count: u32, column: usize, goesLeft: usize, spare: usize): u32 {
  let left = rows;
  let right = spare;
  const stop = rows + ((<usize>count) << 2);
  for (let at = rows; at < stop; at += 4) {
    const row = load<u32>(at);
    const bin = <u32>load<u8>(column + <usize>row);
    const isLeft = <usize>((load<u32>(goesLeft + ((<usize>(bin >> 5)) << 2)) >> (bin & 31)) & 1);
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft << 2;
    right += (isLeft ^ 1) << 2;
  }
  memory.copy(left, spare, right - spare);
  return <u32>((left - rows) >> 2);
}
