// The optimiser's step over a run of parameters, all f32; counts are multiples of four.

/** The sum of the squares, in f64: four partial sums, added at the end. */
export function sumOfSquares(values: usize, count: u32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const four = v128.load(values + at);
    const low = f64x2.promote_low_f32x4(four);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 2, 3));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  even = f64x2.add(even, odd);
  return f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
}

/**
 * AdamW (Loshchilov & Hutter 2019): with g = clip * gradient, first += (1 - beta1) (g - first), second +=
 * (1 - beta2) (g² - second), parameter = parameter * shrink - rate * first / (sqrt(second) * correction + epsilon);
 * then average += averaging * (parameter - average), and the gradient becomes 0. `rate` holds the correction of the
 * first moment's bias, `correction` the root of that of the second's.
 */
export function adamStep(
  parameters: usize,
  gradients: usize,
  firsts: usize,
  seconds: usize,
  averages: usize,
  count: u32,
  clip: f32,
  beta1: f32,
  beta2: f32,
  shrink: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
  averaging: f32,
): void {
  const clips = f32x4.splat(clip);
  const gain1 = f32x4.splat(1 - beta1);
  const gain2 = f32x4.splat(1 - beta2);
  const shrinks = f32x4.splat(shrink);
  const rates = f32x4.splat(rate);
  const corrections = f32x4.splat(correction);
  const epsilons = f32x4.splat(epsilon);
  const averagings = f32x4.splat(averaging);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    const g = f32x4.mul(clips, v128.load(gradients + at));
    let first = v128.load(firsts + at);
    let second = v128.load(seconds + at);
    first = f32x4.add(first, f32x4.mul(gain1, f32x4.sub(g, first)));
    second = f32x4.add(second, f32x4.mul(gain2, f32x4.sub(f32x4.mul(g, g), second)));
    v128.store(firsts + at, first);
    v128.store(seconds + at, second);
    v128.store(gradients + at, zero);
    const size = f32x4.add(f32x4.mul(f32x4.sqrt(second), corrections), epsilons);
    const step = f32x4.div(f32x4.mul(rates, first), size);
    const parameter = f32x4.sub(f32x4.mul(v128.load(parameters + at), shrinks), step);
    v128.store(parameters + at, parameter);
    const average = v128.load(averages + at);
    v128.store(averages + at, f32x4.add(average, f32x4.mul(averagings, f32x4.sub(parameter, average))));
  }
}
