// Linear models: sums of weighted features, their gradients and products.
//
// A row has `columns` numbers of its own (dense, f32, a multiple of four) and `codeCount` positions at which it has a 1
// (codes, u32): categories are never expanded. Weights, gradients and products are f64 and numbered by position: the
// dense columns first. With more than one output, `outputs` is even and the outputs of a position lie side by side.

/** The first and the last two of four f32 as f64. */
// @ts-ignore: decorator
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
}

/** target[0..count) += factor * source[0..count); count is even, both f64. */
// @ts-ignore: decorator
@inline
function addScaled(target: usize, source: usize, factor: v128, count: usize): void {
  for (let at: usize = 0; at < count << 3; at += 16) {
    v128.store(target + at, f64x2.add(v128.load(target + at), f64x2.mul(factor, v128.load(source + at))));
  }
}

/** scores[row] = the sum of the row's weights, one output. */
export function linearScores(
  dense: usize,
  columns: u32,
  codes: usize,
  codeCount: u32,
  first: u32,
  end: u32,
  weights: usize,
  scores: usize,
): void {
  const rowBytes = (<usize>columns) << 2;
  const codeBytes = (<usize>codeCount) << 2;
  for (let row = first; row < end; row++) {
    const x = dense + <usize>row * rowBytes;
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    let w = weights;
    for (let at: usize = 0; at < rowBytes; at += 16, w += 32) {
      const four = v128.load(x + at);
      even = f64x2.add(even, f64x2.mul(low(four), v128.load(w)));
      odd = f64x2.add(odd, f64x2.mul(high(four), v128.load(w, 16)));
    }
    even = f64x2.add(even, odd);
    let sum = f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
    const c = codes + <usize>row * codeBytes;
    for (let at: usize = 0; at < codeBytes; at += 4) sum += load<f64>(weights + ((<usize>load<u32>(c + at)) << 3));
    store<f64>(scores + ((<usize>row) << 3), sum);
  }
}

/** gradient[position] += residuals[row] * value, one output. */
export function linearGradient(
  dense: usize,
  columns: u32,
  codes: usize,
  codeCount: u32,
  first: u32,
  end: u32,
  residuals: usize,
  gradient: usize,
): void {
  const rowBytes = (<usize>columns) << 2;
  const codeBytes = (<usize>codeCount) << 2;
  for (let row = first; row < end; row++) {
    const x = dense + <usize>row * rowBytes;
    const residual = load<f64>(residuals + ((<usize>row) << 3));
    const factor = f64x2.splat(residual);
    let g = gradient;
    for (let at: usize = 0; at < rowBytes; at += 16, g += 32) {
      const four = v128.load(x + at);
      v128.store(g, f64x2.add(v128.load(g), f64x2.mul(factor, low(four))));
      v128.store(g, f64x2.add(v128.load(g, 16), f64x2.mul(factor, high(four))), 16);
    }
    const c = codes + <usize>row * codeBytes;
    for (let at: usize = 0; at < codeBytes; at += 4) {
      const cell = gradient + ((<usize>load<u32>(c + at)) << 3);
      store<f64>(cell, load<f64>(cell) + residual);
    }
  }
}

/** scores[row, output] = the sum of the row's weights, an even number of outputs. */
export function linearScoresOfMany(
  dense: usize,
  columns: u32,
  codes: usize,
  codeCount: u32,
  first: u32,
  end: u32,
  weights: usize,
  outputs: u32,
  scores: usize,
): void {
  const many = <usize>outputs;
  const one = f64x2.splat(1);
  for (let row = first; row < end; row++) {
    const x = dense + (((<usize>row) * columns) << 2);
    const out = scores + ((<usize>row * many) << 3);
    memory.fill(out, 0, many << 3);
    for (let j: usize = 0; j < <usize>columns; j++) {
      addScaled(out, weights + ((j * many) << 3), f64x2.splat(<f64>load<f32>(x + (j << 2))), many);
    }
    const c = codes + ((<usize>row * codeCount) << 2);
    for (let j: usize = 0; j < <usize>codeCount; j++) {
      addScaled(out, weights + ((<usize>load<u32>(c + (j << 2)) * many) << 3), one, many);
    }
  }
}

/** gradient[position, output] += residuals[row, output] * value, an even number of outputs. */
export function linearGradientOfMany(
  dense: usize,
  columns: u32,
  codes: usize,
  codeCount: u32,
  first: u32,
  end: u32,
  residuals: usize,
  outputs: u32,
  gradient: usize,
): void {
  const many = <usize>outputs;
  const one = f64x2.splat(1);
  for (let row = first; row < end; row++) {
    const x = dense + (((<usize>row) * columns) << 2);
    const residual = residuals + ((<usize>row * many) << 3);
    for (let j: usize = 0; j < <usize>columns; j++) {
      addScaled(gradient + ((j * many) << 3), residual, f64x2.splat(<f64>load<f32>(x + (j << 2))), many);
    }
    const c = codes + ((<usize>row * codeCount) << 2);
    for (let j: usize = 0; j < <usize>codeCount; j++) {
      addScaled(gradient + ((<usize>load<u32>(c + (j << 2)) * many) << 3), residual, one, many);
    }
  }
}

/** The row's weight, f64; 1 where there are no weights (address 0). */
// @ts-ignore: decorator
@inline
function weightOf(weights: usize, row: u32): f64 {
  return weights === 0 ? 1 : load<f64>(weights + ((<usize>row) << 3));
}

/**
 * Turns scores into residuals (p - label) * weight in place, p = sigmoid(score), labels f64 (0 or 1); returns the sum
 * of log loss * weight.
 */
export function sigmoidResiduals(scores: usize, labels: usize, first: u32, end: u32, weights: usize): f64 {
  let loss: f64 = 0;
  for (let row = first; row < end; row++) {
    const at = (<usize>row) << 3;
    const score = load<f64>(scores + at);
    const label = load<f64>(labels + at);
    const e = Math.exp(-abs(score));
    const weight = weightOf(weights, row);
    loss += weight * (Math.log1p(e) + max<f64>(score, 0) - label * score);
    store<f64>(scores + at, weight * ((score >= 0 ? 1 : e) / (1 + e) - label));
  }
  return loss;
}

/**
 * Turns the scores of the first `classes` of `outputs` outputs into residuals (p - [label = output]) * weight in
 * place, p = softmax(scores), labels f64 (class numbers); the other outputs become 0. Returns the sum of log loss *
 * weight.
 */
export function softmaxResiduals(
  scores: usize,
  outputs: u32,
  classes: u32,
  labels: usize,
  first: u32,
  end: u32,
  weights: usize,
): f64 {
  const classBytes = (<usize>classes) << 3;
  const outputBytes = (<usize>outputs) << 3;
  let loss: f64 = 0;
  for (let row = first; row < end; row++) {
    const from = scores + <usize>row * outputBytes;
    const label = (<usize>load<f64>(labels + ((<usize>row) << 3))) << 3;
    let top = load<f64>(from);
    for (let at: usize = 8; at < classBytes; at += 8) top = max<f64>(top, load<f64>(from + at));
    const own = load<f64>(from + label);
    let sum: f64 = 0;
    for (let at: usize = 0; at < classBytes; at += 8) {
      const e = Math.exp(load<f64>(from + at) - top);
      store<f64>(from + at, e);
      sum += e;
    }
    const weight = weightOf(weights, row);
    for (let at: usize = 0; at < classBytes; at += 8) store<f64>(from + at, (weight * load<f64>(from + at)) / sum);
    for (let at = classBytes; at < outputBytes; at += 8) store<f64>(from + at, 0);
    store<f64>(from + label, load<f64>(from + label) - weight);
    loss += weight * (Math.log(sum) + top - own);
  }
  return loss;
}

/**
 * products[a, b] += value of a * value of b * weight, summed over the rows, for b <= a (the rest is its mirror image, and what
 * stands there is not to be read). A row's codes ascend. products is f64, row-major, `pitch` numbers a row.
 */
export function linearProducts(
  dense: usize,
  columns: u32,
  codes: usize,
  codeCount: u32,
  first: u32,
  end: u32,
  products: usize,
  pitch: u32,
  weights: usize,
): void {
  const rowBytes = (<usize>columns) << 2;
  const codeBytes = (<usize>codeCount) << 2;
  const pitchBytes = (<usize>pitch) << 3;
  for (let row = first; row < end; row++) {
    const x = dense + <usize>row * rowBytes;
    const weight = weightOf(weights, row);
    const weightPair = f64x2.splat(weight);
    for (let a: usize = 0; a < <usize>columns; a++) {
      const value = weight * <f64>load<f32>(x + (a << 2));
      if (value === 0) continue;
      const factor = f64x2.splat(value);
      // Up to the diagonal's block of four.
      let out = products + a * pitchBytes;
      for (let at: usize = 0; at <= a << 2; at += 16, out += 32) {
        const four = v128.load(x + at);
        v128.store(out, f64x2.add(v128.load(out), f64x2.mul(factor, low(four))));
        v128.store(out, f64x2.add(v128.load(out, 16), f64x2.mul(factor, high(four))), 16);
      }
    }
    const c = codes + <usize>row * codeBytes;
    for (let a: usize = 0; a < codeBytes; a += 4) {
      const line = products + <usize>load<u32>(c + a) * pitchBytes;
      let out = line;
      for (let at: usize = 0; at < rowBytes; at += 16, out += 32) {
        const four = v128.load(x + at);
        v128.store(out, f64x2.add(v128.load(out), f64x2.mul(weightPair, low(four))));
        v128.store(out, f64x2.add(v128.load(out, 16), f64x2.mul(weightPair, high(four))), 16);
      }
      for (let b: usize = 0; b <= a; b += 4) {
        const cell = line + ((<usize>load<u32>(c + b)) << 3);
        store<f64>(cell, load<f64>(cell) + weight);
      }
    }
  }
}
