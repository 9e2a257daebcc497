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

/** Columns of bytes (feature f's rows at columns + f * rows) to rows of bytes, `stride` apart. */
export function interleave(columns: usize, rows: u32, features: u32, bins: usize, stride: u32): void {
  const block: u32 = 256;
  for (let first: u32 = 0; first < rows; first += block) {
    const end = min(first + block, rows);
    for (let f: u32 = 0; f < features; f++) {
      const column = columns + <usize>f * <usize>rows;
      let to = bins + <usize>first * <usize>stride + <usize>f;
      for (let row = first; row < end; row++) {
        store<u8>(to, load<u8>(column + <usize>row));
        to += <usize>stride;
      }
    }
  }
}
