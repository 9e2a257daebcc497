// Nearest rows: squared Euclidean distances in 32-bit arithmetic, and the smallest of them for each query.
//
// A row has `columns` numbers (f32) and `codeCount` codes (u32), both multiples of four; two codes that differ add 2,
// as their one-hot vectors do.

/** Stored rows that all queries meet before the next ones: they stay in the cache. */
const BLOCK: u32 = 128;

/** The squared distance of two rows; `columnBytes` and `codeBytes` are multiples of 16. */
// @ts-ignore: decorator
@inline
function squaredDistance(
  a: usize,
  b: usize,
  columnBytes: usize,
  aCodes: usize,
  bCodes: usize,
  codeBytes: usize,
): f32 {
  let sums = f32x4.splat(0);
  for (let at: usize = 0; at < columnBytes; at += 16) {
    const difference = f32x4.sub(v128.load(a + at), v128.load(b + at));
    sums = f32x4.add(sums, f32x4.mul(difference, difference));
  }
  let different = i32x4.splat(0);
  // A lane that is true is -1.
  for (let at: usize = 0; at < codeBytes; at += 16) {
    different = i32x4.sub(different, i32x4.ne(v128.load(aCodes + at), v128.load(bCodes + at)));
  }
  sums = f32x4.add(sums, f32x4.convert_i32x4_s(i32x4.add(different, different)));
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  );
}

/**
 * For each of `queries` rows the `k` nearest of `rows` stored ones: their squared distances (f32, ascending) and
 * numbers (u32), queries x k each. Of equally distant rows the first ones are kept, in their order. k <= rows.
 */
export function nearestRows(
  numbers: usize,
  columns: u32,
  codes: usize,
  codeCount: u32,
  rows: u32,
  queryNumbers: usize,
  queryCodes: usize,
  queries: u32,
  k: u32,
  distances: usize,
  nearest: usize,
): void {
  const columnBytes = (<usize>columns) << 2;
  const codeBytes = (<usize>codeCount) << 2;
  const listBytes = (<usize>k) << 2;
  for (let at: usize = 0; at < listBytes * queries; at += 4) store<f32>(distances + at, f32.MAX_VALUE);
  for (let first: u32 = 0; first < rows; first += BLOCK) {
    const end = min<u32>(rows, first + BLOCK);
    for (let query: u32 = 0; query < queries; query++) {
      const a = queryNumbers + <usize>query * columnBytes;
      const aCodes = queryCodes + <usize>query * codeBytes;
      const list = distances + <usize>query * listBytes;
      const found = nearest + <usize>query * listBytes;
      const last = list + listBytes - 4;
      for (let row = first; row < end; row++) {
        const b = numbers + <usize>row * columnBytes;
        const distance = squaredDistance(a, b, columnBytes, aCodes, codes + <usize>row * codeBytes, codeBytes);
        // The first k rows enter in any case: a distance may be infinite.
        const kept = row >= k;
        if (kept && !(distance < load<f32>(last))) continue;
        let place = kept ? listBytes - 4 : (<usize>row) << 2;
        while (place > 0 && load<f32>(list + place - 4) > distance) {
          store<f32>(list + place, load<f32>(list + place - 4));
          store<u32>(found + place, load<u32>(found + place - 4));
          place -= 4;
        }
        store<f32>(list + place, distance);
        store<u32>(found + place, row);
      }
    }
  }
}
