// Log loss of two classes, for early stopping.

import { exp4 } from "./gradients";

/** log(1 + e) of four numbers in [0, 1], relative error below 2e-7 (polynomial of the Cephes library). */
// @ts-ignore: decorator
@inline
function log1p4(e: v128): v128 {
  // 1 + e = (1 + x) or 2 (1 + x), with x near 0 and without the rounding of 1 + e.
  const isLarge = f32x4.gt(e, f32x4.splat(0.41421356237));
  const halved = f32x4.mul(f32x4.sub(e, f32x4.splat(1.0)), f32x4.splat(0.5));
  const x = v128.bitselect(halved, e, isLarge);
  let y = f32x4.splat(7.0376836292e-2);
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(-1.151461031e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.1676998740e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(-1.242014084e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.4249322787e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(-1.6668057665e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(2.0000714765e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(-2.4999993993e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(3.3333331174e-1));
  const squared = f32x4.mul(x, x);
  y = f32x4.sub(f32x4.mul(f32x4.mul(y, x), squared), f32x4.mul(squared, f32x4.splat(0.5)));
  const double = v128.and(isLarge, f32x4.splat(0.69314718056));
  return f32x4.add(f32x4.add(x, y), double);
}

/** The score towards the row's own class. */
// @ts-ignore: decorator
@inline
function margin(scores: usize, labels: usize, row: usize): f32 {
  const score = <f32>load<f64>(scores + (row << 3));
  return load<f32>(labels + (row << 2)) > 0.5 ? score : -score;
}

// @ts-ignore: decorator
@inline
function weightOf(weights: usize, row: usize): f32 {
  return weights ? load<f32>(weights + (row << 2)) : 1;
}

/** Sum of weight * log(1 + exp(-margin)) of the listed rows. scores f64, labels f32 (0 or 1), weights f32 or 0. */
export function logisticLoss(scores: usize, labels: usize, weights: usize, rows: usize, count: u32): f64 {
  let sum = f64x2.splat(0);
  for (let i: u32 = 0; i < count; i += 4) {
    const at = rows + ((<usize>i) << 2);
    // Places beyond the last row repeat it and weigh nothing.
    const left = count - i;
    const a = <usize>load<u32>(at);
    const b = left > 1 ? <usize>load<u32>(at, 4) : a;
    const c = left > 2 ? <usize>load<u32>(at, 8) : a;
    const d = left > 3 ? <usize>load<u32>(at, 12) : a;
    let m = f32x4.splat(margin(scores, labels, a));
    m = f32x4.replace_lane(m, 1, margin(scores, labels, b));
    m = f32x4.replace_lane(m, 2, margin(scores, labels, c));
    m = f32x4.replace_lane(m, 3, margin(scores, labels, d));
    let w = f32x4.splat(weightOf(weights, a));
    w = f32x4.replace_lane(w, 1, left > 1 ? weightOf(weights, b) : 0);
    w = f32x4.replace_lane(w, 2, left > 2 ? weightOf(weights, c) : 0);
    w = f32x4.replace_lane(w, 3, left > 3 ? weightOf(weights, d) : 0);
    const small = log1p4(exp4(f32x4.neg(f32x4.abs(m))));
    const loss = f32x4.mul(w, f32x4.add(f32x4.pmax(f32x4.neg(m), f32x4.splat(0)), small));
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(loss));
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<i32>(loss, loss, 2, 3, 2, 3)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
