// Dense layers of small networks, all f32, row-major: matrix products, the rectifier, the rank-one adapters of
// parameter-sharing ensembles. Widths are multiples of four; strides count numbers, not bytes.

/** One row of C: 4 columns at a time. */
// @ts-ignore: decorator
@inline
function productOfRow(a: usize, aStep: usize, b: usize, bStep: usize, c: usize, inner: u32, n: u32, add: bool): void {
  for (let j: usize = 0; j < (<usize>n) << 2; j += 16) {
    let sum = add ? v128.load(c + j) : f32x4.splat(0);
    let x = a;
    let w = b + j;
    for (let p: u32 = 0; p < inner; p++, x += aStep, w += bStep) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x), v128.load(w)));
    }
    v128.store(c + j, sum);
  }
}

/**
 * C = A B, or C += A B. A is m x inner with element (i, p) at i * aRow + p * aColumn (so a transpose costs nothing),
 * B inner x n with rows bRow apart, C m x n with rows cRow apart; n is a multiple of four. Each sum runs over p in
 * order, whatever the shape.
 */
export function matrixProduct(
  a: usize,
  aRow: u32,
  aColumn: u32,
  b: usize,
  bRow: u32,
  c: usize,
  cRow: u32,
  m: u32,
  inner: u32,
  n: u32,
  add: bool,
): void {
  const aDown = (<usize>aRow) << 2;
  const aStep = (<usize>aColumn) << 2;
  const bStep = (<usize>bRow) << 2;
  const cDown = (<usize>cRow) << 2;
  const blocked = m & ~3;
  const paired = n & ~7;
  for (let j: u32 = 0; j < paired; j += 8) {
    const panel = b + ((<usize>j) << 2);
    for (let i: u32 = 0; i < blocked; i += 4) {
      const a0 = a + <usize>i * aDown;
      const a1 = a0 + aDown;
      const a2 = a1 + aDown;
      const a3 = a2 + aDown;
      const c0 = c + <usize>i * cDown + ((<usize>j) << 2);
      const c1 = c0 + cDown;
      const c2 = c1 + cDown;
      const c3 = c2 + cDown;
      const zero = f32x4.splat(0);
      let s00 = zero, s01 = zero, s10 = zero, s11 = zero;
      let s20 = zero, s21 = zero, s30 = zero, s31 = zero;
      if (add) {
        s00 = v128.load(c0);
        s01 = v128.load(c0, 16);
        s10 = v128.load(c1);
        s11 = v128.load(c1, 16);
        s20 = v128.load(c2);
        s21 = v128.load(c2, 16);
        s30 = v128.load(c3);
        s31 = v128.load(c3, 16);
      }
      let w = panel;
      let at: usize = 0;
      for (let p: u32 = 0; p < inner; p++, w += bStep, at += aStep) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let x = v128.load32_splat(a0 + at);
        s00 = f32x4.add(s00, f32x4.mul(x, w0));
        s01 = f32x4.add(s01, f32x4.mul(x, w1));
        x = v128.load32_splat(a1 + at);
        s10 = f32x4.add(s10, f32x4.mul(x, w0));
        s11 = f32x4.add(s11, f32x4.mul(x, w1));
        x = v128.load32_splat(a2 + at);
        s20 = f32x4.add(s20, f32x4.mul(x, w0));
        s21 = f32x4.add(s21, f32x4.mul(x, w1));
        x = v128.load32_splat(a3 + at);
        s30 = f32x4.add(s30, f32x4.mul(x, w0));
        s31 = f32x4.add(s31, f32x4.mul(x, w1));
      }
      v128.store(c0, s00);
      v128.store(c0, s01, 16);
      v128.store(c1, s10);
      v128.store(c1, s11, 16);
      v128.store(c2, s20);
      v128.store(c2, s21, 16);
      v128.store(c3, s30);
      v128.store(c3, s31, 16);
    }
  }
  const rest = (<usize>paired) << 2;
  for (let i: u32 = 0; i < m; i++) {
    const from = i < blocked ? rest : 0;
    const columns = i < blocked ? n - paired : n;
    productOfRow(a + <usize>i * aDown, aStep, b + from, bStep, c + <usize>i * cDown + from, inner, columns, add);
  }
}

/** target (columns x rows) = the transpose of source (rows x columns). */
export function transpose(source: usize, rows: u32, columns: u32, target: usize): void {
  for (let i: usize = 0; i < <usize>rows; i++) {
    const from = source + ((i * columns) << 2);
    let to = target + (i << 2);
    for (let j: usize = 0; j < <usize>columns; j++, to += (<usize>rows) << 2) store<f32>(to, load<f32>(from + (j << 2)));
  }
}

/** Each of the `rows` rows of target = the row at `values`. */
export function fillRows(values: usize, rows: u32, columns: u32, target: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let i: u32 = 0; i < rows; i++, target += bytes) memory.copy(target, values, bytes);
}

/** sums[column] += the column's sum. */
export function addColumnSums(source: usize, rows: u32, columns: u32, sums: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let i: u32 = 0; i < rows; i++, source += bytes) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(source + at)));
    }
  }
}

/** A round of the finaliser of MurmurHash3, for four counters. */
// @ts-ignore: decorator
@inline
function mix(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x85ebca6b));
  x = v128.xor(x, i32x4.shr_u(x, 13));
  x = i32x4.mul(x, i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/**
 * values[i] = max(0, values[i]) * scale where the hash of (salt + i) is at least `threshold`, else 0: rectifier and
 * dropout in one. Without dropout threshold is 0 and scale 1. count is a multiple of four.
 */
export function rectify(values: usize, count: u32, salt: u32, threshold: u32, scale: f32): void {
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  const end = values + ((<usize>count) << 2);
  if (threshold === 0) {
    for (let at = values; at < end; at += 16) v128.store(at, f32x4.pmax(zero, v128.load(at)));
    return;
  }
  const least = i32x4.splat(threshold);
  const step = i32x4.splat(4);
  let counter = i32x4.add(i32x4.splat(salt), i32x4(0, 1, 2, 3));
  for (let at = values; at < end; at += 16, counter = i32x4.add(counter, step)) {
    const keep = i32x4.ge_u(mix(counter), least);
    v128.store(at, v128.and(keep, f32x4.mul(factor, f32x4.pmax(zero, v128.load(at)))));
  }
}

/** gradients[i] = gradients[i] * scale where outputs[i] (of `rectify`) is above 0, else 0. */
export function rectifyBackward(outputs: usize, gradients: usize, count: u32, scale: f32): void {
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const passed = f32x4.gt(v128.load(outputs + at), zero);
    v128.store(gradients + at, v128.and(passed, f32x4.mul(factor, v128.load(gradients + at))));
  }
}

/** adapted[i, j] = left[i] * weights[i, j] * right[j]: one member's weights (Wen et al. 2020, BatchEnsemble). */
export function adapt(weights: usize, left: usize, right: usize, rows: u32, columns: u32, adapted: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let i: usize = 0; i < <usize>rows; i++, weights += bytes, adapted += bytes) {
    const factor = v128.load32_splat(left + (i << 2));
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(adapted + at, f32x4.mul(f32x4.mul(factor, v128.load(weights + at)), v128.load(right + at)));
    }
  }
}

/** From the gradient of `adapted` to those of its three factors, which are added to. */
export function adaptBackward(
  gradient: usize,
  weights: usize,
  left: usize,
  right: usize,
  rows: u32,
  columns: u32,
  weightsGradient: usize,
  leftGradient: usize,
  rightGradient: usize,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const factor = v128.load32_splat(left + (i << 2));
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const g = v128.load(gradient + at);
      const w = v128.load(weights + at);
      const r = v128.load(right + at);
      const gr = f32x4.mul(g, r);
      const gw = f32x4.mul(g, w);
      v128.store(weightsGradient + at, f32x4.add(v128.load(weightsGradient + at), f32x4.mul(factor, gr)));
      v128.store(rightGradient + at, f32x4.add(v128.load(rightGradient + at), f32x4.mul(factor, gw)));
      sum = f32x4.add(sum, f32x4.mul(gr, w));
    }
    const cell = leftGradient + (i << 2);
    const total =
      f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
    store<f32>(cell, load<f32>(cell) + total);
    gradient += bytes;
    weights += bytes;
    weightsGradient += bytes;
  }
}
