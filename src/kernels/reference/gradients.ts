/**
 * Plain twins of assembly/gradients.ts, on typed arrays instead of addresses. What they do stands there.
 * Each step is rounded to single precision as the kernels' is, so that both agree to the last bit.
 */
const f32 = Math.fround;

/** exp, relative error below 2e-7 in [-87, 88]; beyond, that of the nearer end. */
export function exp(value: number): number {
  const clamped = Math.max(Math.min(f32(value), 88), -87);
  const n = Math.floor(f32(f32(clamped * f32(Math.LOG2E)) + 0.5));
  // ln 2 in two parts, so that nothing is lost when n of them are taken off.
  const high = f32(clamped - f32(n * 0.693359375));
  const x = f32(high - f32(n * f32(-2.1219444e-4)));
  const coefficients = [
    1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  ];
  const polynomial = coefficients.map(f32).reduce((sum, coefficient) => f32(f32(sum * x) + coefficient));
  return f32(f32(f32(f32(f32(polynomial * x) * x) + x) + 1) * 2 ** n);
}

/** What turns gradients and hessians into whole numbers: their scales, and the salt of the dice. */
export interface Rounding {
  readonly salt: number;
  readonly gradientScale: number;
  readonly hessianScale: number;
}

/** The dice of a row: murmur3's finaliser of its number. */
function dice(row: number, salt: number): number {
  let x = Math.imul(row, 0x9e3779b1) ^ salt;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The gradient, rounded up or down at random, in the upper half of the result; the hessian in the lower. */
export function packRow(gradient: number, hessian: number, row: number, rounding: Rounding): bigint {
  const random = dice(row, rounding.salt);
  const round = (value: number, scale: number, bits: number): number =>
    Math.floor(f32(f32(f32(value) * f32(scale)) + bits / 65536));
  const gradients = round(gradient, rounding.gradientScale, random & 0xffff);
  const hessians = round(hessian, rounding.hessianScale, random >>> 16);
  return (BigInt(gradients) << 32n) + BigInt(hessians);
}

/** @param labels 0 or 1 */
export function logisticGradients(
  scores: Float64Array,
  labels: Float32Array,
  weights: Float32Array | null,
  rounding: Rounding,
): BigInt64Array {
  return BigInt64Array.from(labels, (label, row) => {
    const p = f32(1 / f32(1 + exp(-f32(scores[row]))));
    const weight = weights ? weights[row] : 1;
    return packRow(f32(f32(p - label) * weight), f32(f32(p * f32(1 - p)) * weight), row, rounding);
  }) as BigInt64Array;
}

/** scores and the result: classes x pitch, row-major. */
export function softmax(scores: Float64Array, classes: number, pitch: number): Float32Array {
  const probabilities = new Float32Array(classes * pitch);
  for (let row = 0; row < pitch; row++) {
    const mine = Array.from({ length: classes }, (_, k) => f32(scores[k * pitch + row]));
    const top = Math.max(...mine);
    const powers = mine.map((score) => exp(f32(score - top)));
    const inverse = f32(1 / powers.reduce((sum, power) => f32(sum + power), 0));
    powers.forEach((power, k) => (probabilities[k * pitch + row] = f32(power * inverse)));
  }
  return probabilities;
}

/** Of class k. @param probabilities of that class, one a row @param labels class numbers */
export function softmaxGradients(
  probabilities: Float32Array,
  labels: Float32Array,
  weights: Float32Array | null,
  k: number,
  factor: number,
  rounding: Rounding,
): BigInt64Array {
  const scaled = { ...rounding, hessianScale: f32(f32(rounding.hessianScale) * f32(factor)) };
  return BigInt64Array.from(probabilities, (p, row) => {
    const weight = weights ? weights[row] : 1;
    const gradient = f32(p - (labels[row] === k ? 1 : 0));
    return packRow(f32(gradient * weight), f32(f32(p * f32(1 - p)) * weight), row, scaled);
  }) as BigInt64Array;
}

/** @param hessians null: 1 a row */
export function packGradients(
  gradients: Float32Array,
  hessians: Float32Array | null,
  rounding: Rounding,
): BigInt64Array {
  return BigInt64Array.from(gradients, (gradient, row) =>
    packRow(gradient, hessians ? hessians[row] : 1, row, rounding),
  ) as BigInt64Array;
}

export function squaredGradients(
  scores: Float64Array,
  targets: Float64Array,
  weights: Float32Array | null,
): Float32Array {
  return Float32Array.from(targets, (target, row) => f32(scores[row] - target) * (weights ? weights[row] : 1));
}

export function stepGradients(
  scores: Float64Array,
  targets: Float64Array,
  weights: Float32Array | null,
  below: number,
  above: number,
): Float32Array {
  return Float32Array.from(targets, (target, row) => {
    const difference = f32(scores[row] - target);
    const step = difference < 0 ? f32(below) : difference > 0 ? f32(above) : 0;
    return step * (weights ? weights[row] : 1);
  });
}

export function clippedGradients(
  scores: Float64Array,
  targets: Float64Array,
  weights: Float32Array | null,
  delta: number,
): Float32Array {
  return Float32Array.from(targets, (target, row) => {
    const clipped = Math.max(Math.min(f32(scores[row] - target), f32(delta)), -f32(delta));
    return clipped * (weights ? weights[row] : 1);
  });
}

export function tweedieGradients(
  scores: Float64Array,
  targets: Float32Array,
  weights: Float32Array | null,
  power: number,
  hessianFactor: number,
): { gradients: Float32Array; hessians: Float32Array } {
  const one = f32(1 - f32(power));
  const two = f32(2 - f32(power));
  const gradients = new Float32Array(targets.length);
  const hessians = new Float32Array(targets.length);
  targets.forEach((target, row) => {
    const score = f32(scores[row]);
    const mean = exp(f32(two * score));
    const pull = f32(target * exp(f32(one * score)));
    const weight = weights ? weights[row] : 1;
    gradients[row] = f32(mean - pull) * weight;
    hessians[row] = f32(f32(f32(two * mean) - f32(one * pull)) * f32(hessianFactor)) * weight;
  });
  return { gradients, hessians };
}

export function largestMagnitude(values: Float32Array, rows: Uint32Array): number {
  return rows.reduce((largest, row) => Math.max(largest, Math.abs(values[row])), 0);
}

export function sumRows(values: Float32Array, rows: Uint32Array): number {
  return rows.reduce((sum, row) => sum + values[row], 0);
}

export function sumPacked(packed: BigInt64Array, rows: Uint32Array): bigint {
  return BigInt.asIntN(
    64,
    Array.from(rows).reduce((sum, row) => sum + packed[row], 0n),
  );
}

/** In place. */
export function addToRows(scores: Float64Array, rows: Uint32Array, value: number): void {
  for (const row of rows) scores[row] += value;
}
