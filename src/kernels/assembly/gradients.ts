// Gradients of the losses, quantised to whole numbers and packed in pairs.
//
// Stochastic rounding keeps the sums unbiased, as in Shi et al., "Quantized Training of Gradient Boosting Decision
// Trees" (NeurIPS 2022). The dice are a hash of the row number and a salt, so they never depend on threads.

// @ts-ignore: decorator
@inline
const LOG2E: f32 = 1.44269504088896341;

/** exp of four numbers, relative error below 2e-7 in [-87, 88] (polynomial of the Cephes library). */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // pmin and pmax are one instruction each; min and max, which order zeros, are several.
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(88.0)), f32x4.splat(-87.0));
  const n = f32x4.floor(f32x4.add(f32x4.mul(x, f32x4.splat(LOG2E)), f32x4.splat(0.5)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  x = f32x4.sub(x, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, x), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, x), x), x), f32x4.splat(1.0));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

/** Two f64x2 as one f32x4. */
// @ts-ignore: decorator
@inline
function narrow(at: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(at));
  const high = f32x4.demote_f64x2_zero(v128.load(at, 16));
  return v128.shuffle<i32>(low, high, 0, 1, 4, 5);
}

/** A 32-bit hash of four row numbers (murmur3's finaliser). */
// @ts-ignore: decorator
@inline
function dice(first: u32, salt: u32): v128 {
  let x = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  x = v128.xor(i32x4.mul(x, i32x4.splat(0x9e3779b1)), i32x4.splat(salt));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x85ebca6b));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** Packs four (gradient, hessian) pairs: floor(g * gradientScale + u) << 32 + floor(h * hessianScale + v). */
// @ts-ignore: decorator
@inline
function pack4(g: v128, h: v128, first: u32, salt: u32, gradientScale: v128, hessianScale: v128, out: usize): void {
  const random = dice(first, salt);
  const unit = f32x4.splat(1.0 / 65536.0);
  const u = f32x4.mul(f32x4.convert_i32x4_s(v128.and(random, i32x4.splat(0xffff))), unit);
  const v = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(random, 16)), unit);
  const gradients = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(f32x4.mul(g, gradientScale), u)));
  const hessians = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(f32x4.mul(h, hessianScale), v)));
  v128.store(out, v128.shuffle<i32>(hessians, gradients, 0, 4, 1, 5));
  v128.store(out, v128.shuffle<i32>(hessians, gradients, 2, 6, 3, 7), 16);
}

// All arrays below are padded to a multiple of four rows; rows in the padding are computed and never read.

/** Log loss: g = w (sigmoid(score) - label), h = w p (1 - p). scores f64, labels f32 (0 or 1), weights f32 or 0. */
export function logisticGradients(
  scores: usize,
  labels: usize,
  weights: usize,
  first: u32,
  end: u32,
  salt: u32,
  gradientScale: f32,
  hessianScale: f32,
  packed: usize,
): void {
  const one = f32x4.splat(1.0);
  const gs = f32x4.splat(gradientScale);
  const hs = f32x4.splat(hessianScale);
  for (let row = first; row < end; row += 4) {
    const at = <usize>row;
    const p = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(narrow(scores + (at << 3))))));
    let g = f32x4.sub(p, v128.load(labels + (at << 2)));
    let h = f32x4.mul(p, f32x4.sub(one, p));
    if (weights) {
      const w = v128.load(weights + (at << 2));
      g = f32x4.mul(g, w);
      h = f32x4.mul(h, w);
    }
    pack4(g, h, row, salt, gs, hs, packed + (at << 3));
  }
}

/** Class probabilities of the scores: class k's rows at k * pitch; scores f64, probabilities f32. */
export function softmax(scores: usize, classes: u32, pitch: u32, first: u32, end: u32, probabilities: usize): void {
  const scorePitch = (<usize>pitch) << 3;
  const outPitch = (<usize>pitch) << 2;
  for (let row = first; row < end; row += 4) {
    const from = scores + ((<usize>row) << 3);
    const to = probabilities + ((<usize>row) << 2);
    let top = narrow(from);
    for (let k: u32 = 1; k < classes; k++) top = f32x4.max(top, narrow(from + <usize>k * scorePitch));
    let sum = f32x4.splat(0.0);
    for (let k: u32 = 0; k < classes; k++) {
      const e = exp4(f32x4.sub(narrow(from + <usize>k * scorePitch), top));
      v128.store(to + <usize>k * outPitch, e);
      sum = f32x4.add(sum, e);
    }
    const inverse = f32x4.div(f32x4.splat(1.0), sum);
    for (let k: u32 = 0; k < classes; k++) {
      const at = to + <usize>k * outPitch;
      v128.store(at, f32x4.mul(v128.load(at), inverse));
    }
  }
}

/** Softmax loss of one class: g = w (p - [label = k]), h = w factor p (1 - p); labels f32 (class numbers). */
export function softmaxGradients(
  probabilities: usize,
  labels: usize,
  weights: usize,
  k: f32,
  factor: f32,
  first: u32,
  end: u32,
  salt: u32,
  gradientScale: f32,
  hessianScale: f32,
  packed: usize,
): void {
  const one = f32x4.splat(1.0);
  const gs = f32x4.splat(gradientScale);
  const hs = f32x4.splat(hessianScale * factor);
  const wanted = f32x4.splat(k);
  for (let row = first; row < end; row += 4) {
    const at = <usize>row;
    const p = v128.load(probabilities + (at << 2));
    const hit = v128.and(f32x4.eq(v128.load(labels + (at << 2)), wanted), one);
    let g = f32x4.sub(p, hit);
    let h = f32x4.mul(p, f32x4.sub(one, p));
    if (weights) {
      const w = v128.load(weights + (at << 2));
      g = f32x4.mul(g, w);
      h = f32x4.mul(h, w);
    }
    pack4(g, h, row, salt, gs, hs, packed + (at << 3));
  }
}

/** Packs gradients (and hessians, or 1 a row where `hessians` is 0) that were computed elsewhere, f32. */
export function packGradients(
  gradients: usize,
  hessians: usize,
  first: u32,
  end: u32,
  salt: u32,
  gradientScale: f32,
  hessianScale: f32,
  packed: usize,
): void {
  const gs = f32x4.splat(gradientScale);
  const hs = f32x4.splat(hessianScale);
  for (let row = first; row < end; row += 4) {
    const at = <usize>row;
    const h = hessians ? v128.load(hessians + (at << 2)) : f32x4.splat(1.0);
    pack4(v128.load(gradients + (at << 2)), h, row, salt, gs, hs, packed + (at << 3));
  }
}

/**
 * Squared error: g = w (score - target). scores and targets f64, for the difference of large numbers is small;
 * weights f32 or 0, out f32.
 */
export function squaredGradients(scores: usize, targets: usize, weights: usize, first: u32, end: u32, out: usize): void {
  for (let row = first; row < end; row += 4) {
    let g = difference4(scores, targets, row);
    if (weights) g = f32x4.mul(g, v128.load(weights + ((<usize>row) << 2)));
    v128.store(out + ((<usize>row) << 2), g);
  }
}

/** score - target of four rows, which are f64, as f32. */
// @ts-ignore: decorator
@inline
function difference4(scores: usize, targets: usize, row: u32): v128 {
  const score = scores + ((<usize>row) << 3);
  const target = targets + ((<usize>row) << 3);
  const low = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(score), v128.load(target)));
  const high = f32x4.demote_f64x2_zero(f64x2.sub(v128.load(score, 16), v128.load(target, 16)));
  return v128.shuffle<i32>(low, high, 0, 1, 4, 5);
}

/**
 * Absolute error and quantiles: g = w * below where the score is below the target, w * above where it is above it, 0
 * where both are equal. Types as in squaredGradients.
 */
export function stepGradients(
  scores: usize,
  targets: usize,
  weights: usize,
  below: f32,
  above: f32,
  first: u32,
  end: u32,
  out: usize,
): void {
  const zero = f32x4.splat(0.0);
  for (let row = first; row < end; row += 4) {
    const difference = difference4(scores, targets, row);
    const low = v128.and(f32x4.lt(difference, zero), f32x4.splat(below));
    const high = v128.and(f32x4.gt(difference, zero), f32x4.splat(above));
    let g = v128.or(low, high);
    if (weights) g = f32x4.mul(g, v128.load(weights + ((<usize>row) << 2)));
    v128.store(out + ((<usize>row) << 2), g);
  }
}

/** Huber's loss: g = w (score - target), the difference kept within [-delta, delta]. Types as in squaredGradients. */
export function clippedGradients(
  scores: usize,
  targets: usize,
  weights: usize,
  delta: f32,
  first: u32,
  end: u32,
  out: usize,
): void {
  for (let row = first; row < end; row += 4) {
    const difference = difference4(scores, targets, row);
    let g = f32x4.max(f32x4.min(difference, f32x4.splat(delta)), f32x4.splat(-delta));
    if (weights) g = f32x4.mul(g, v128.load(weights + ((<usize>row) << 2)));
    v128.store(out + ((<usize>row) << 2), g);
  }
}

/**
 * Tweedie deviance of variance power p in [1, 2) with log link; p = 1 is Poisson's:
 * g = w (e^((2-p)s) - y e^((1-p)s)), h = w ((2-p) e^((2-p)s) - (1-p) y e^((1-p)s)) hessianFactor.
 * scores f64; targets (0 or more), weights (or 0), gradients and hessians f32.
 */
export function tweedieGradients(
  scores: usize,
  targets: usize,
  weights: usize,
  power: f32,
  hessianFactor: f32,
  first: u32,
  end: u32,
  gradients: usize,
  hessians: usize,
): void {
  const one = f32x4.splat(1.0 - power);
  const two = f32x4.splat(2.0 - power);
  for (let row = first; row < end; row += 4) {
    const at = (<usize>row) << 2;
    const score = narrow(scores + ((<usize>row) << 3));
    const mean = exp4(f32x4.mul(two, score));
    const pull = f32x4.mul(v128.load(targets + at), exp4(f32x4.mul(one, score)));
    let g = f32x4.sub(mean, pull);
    let h = f32x4.mul(f32x4.sub(f32x4.mul(two, mean), f32x4.mul(one, pull)), f32x4.splat(hessianFactor));
    if (weights) {
      const w = v128.load(weights + at);
      g = f32x4.mul(g, w);
      h = f32x4.mul(h, w);
    }
    v128.store(gradients + at, g);
    v128.store(hessians + at, h);
  }
}

/** The largest |value| of the listed rows of an f32 array. */
export function largestMagnitude(values: usize, rows: usize, count: u32): f32 {
  let largest: f32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2));
    largest = max(largest, abs(load<f32>(values + (row << 2))));
  }
  return largest;
}

/** Sum of the listed rows of an f32 array, in their order. */
export function sumRows(values: usize, rows: usize, count: u32): f64 {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2));
    sum += <f64>load<f32>(values + (row << 2));
  }
  return sum;
}

/** Sum of the listed rows' packed gradients. */
export function sumPacked(packed: usize, rows: usize, count: u32): i64 {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2));
    sum += load<i64>(packed + (row << 3));
  }
  return sum;
}

/** scores[row] += value for the listed rows, f64. */
export function addToRows(scores: usize, rows: usize, count: u32, value: f64): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = scores + ((<usize>load<u32>(rows + ((<usize>i) << 2))) << 3);
    store<f64>(at, load<f64>(at) + value);
  }
}
