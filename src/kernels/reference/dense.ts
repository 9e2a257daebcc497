/**
 * Plain twins of assembly/dense.ts, dense-embedding.ts and dense-adam.ts, on typed arrays instead of addresses. What they
 * do stands there. Sums are kept in 64 bits.
 */

/** C (m x n) = or += A B, row-major; `transposed`: A is stored as inner x m. */
export function matrixProduct(
  a: Float32Array,
  transposed: boolean,
  b: Float32Array,
  c: Float32Array,
  [m, inner, n]: readonly [number, number, number],
  add: boolean,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = add ? c[i * n + j] : 0;
      for (let p = 0; p < inner; p++) sum += a[transposed ? p * m + i : i * inner + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
  }
}

/** sums: one a column. */
export function addColumnSums(source: Float32Array, rows: number, columns: number, sums: Float32Array): void {
  for (let i = 0; i < rows * columns; i++) sums[i % columns] += source[i];
}

/** The finaliser of MurmurHash3 (Austin Appleby), 32 bits. */
function mix(x: number): number {
  let hash = x ^ (x >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function rectify(values: Float32Array, salt: number, threshold: number, scale: number): void {
  for (let i = 0; i < values.length; i++) {
    values[i] = mix((salt + i) | 0) >= threshold ? Math.max(0, values[i]) * scale : 0;
  }
}

export function rectifyBackward(outputs: Float32Array, gradients: Float32Array, scale: number): void {
  for (let i = 0; i < outputs.length; i++) gradients[i] = outputs[i] > 0 ? gradients[i] * scale : 0;
}

/** What an adapter multiplies: weights are left.length x right.length, row-major. */
export interface Adapted {
  readonly weights: Float32Array;
  readonly left: Float32Array;
  readonly right: Float32Array;
}

export function adapt({ weights, left, right }: Adapted): Float32Array {
  return weights.map((weight, i) => left[Math.floor(i / right.length)] * weight * right[i % right.length]);
}

/** Adds to `gradients`. */
export function adaptBackward(gradient: Float32Array, { weights, left, right }: Adapted, gradients: Adapted): void {
  for (let i = 0; i < weights.length; i++) {
    const [row, column] = [Math.floor(i / right.length), i % right.length];
    gradients.weights[i] += gradient[i] * left[row] * right[column];
    gradients.left[row] += gradient[i] * weights[i] * right[column];
    gradients.right[column] += gradient[i] * weights[i] * left[row];
  }
}

/** Rows of a first layer: rows x features each. */
export interface EncodedFeatures {
  readonly features: number;
  readonly codes: Uint32Array;
  readonly fractions: Float32Array;
}

export function embedRows({ features, codes, fractions }: EncodedFeatures, table: Float32Array, bias: Float32Array) {
  const width = bias.length;
  const out = new Float32Array((codes.length / features) * width);
  for (let i = 0; i < out.length; i++) {
    const [row, column] = [Math.floor(i / width), i % width];
    let sum = bias[column];
    for (let at = row * features; at < (row + 1) * features; at++) {
      sum += (1 - fractions[at]) * table[codes[at] * width + column];
      if (fractions[at] > 0) sum += fractions[at] * table[(codes[at] + 1) * width + column];
    }
    out[i] = sum;
  }
  return out;
}

/** Adds to tableGradient. */
export function embedRowsBackward(
  { features, codes, fractions }: EncodedFeatures,
  gradients: Float32Array,
  width: number,
  tableGradient: Float32Array,
): void {
  for (let i = 0; i < gradients.length; i++) {
    const [row, column] = [Math.floor(i / width), i % width];
    for (let at = row * features; at < (row + 1) * features; at++) {
      tableGradient[codes[at] * width + column] += (1 - fractions[at]) * gradients[i];
      if (fractions[at] > 0) tableGradient[(codes[at] + 1) * width + column] += fractions[at] * gradients[i];
    }
  }
}

/** Adds to target. */
export function addRunningSums(source: Float32Array, width: number, target: Float32Array): void {
  for (let i = 0; i < source.length; i++) for (let j = i % width; j <= i; j += width) target[i] += source[j];
}

export function tailSums(source: Float32Array, width: number): Float32Array {
  return source.map((_, i) => {
    let sum = 0;
    for (let j = i; j < source.length; j += width) sum += source[j];
    return sum;
  });
}

/** One run of parameters and what AdamW keeps of each. */
export interface AdamState {
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  readonly firsts: Float32Array;
  readonly seconds: Float32Array;
  readonly averages: Float32Array;
}

/** `settings` in the order of the kernel's arguments after `count`. */
export function adamStep(state: AdamState, settings: readonly number[]): void {
  const [clip, beta1, beta2, shrink, rate, correction, epsilon, averaging] = settings;
  const { parameters, gradients, firsts, seconds, averages } = state;
  for (let i = 0; i < parameters.length; i++) {
    const gradient = clip * gradients[i];
    firsts[i] += (1 - beta1) * (gradient - firsts[i]);
    seconds[i] += (1 - beta2) * (gradient ** 2 - seconds[i]);
    const step = (rate * firsts[i]) / (Math.sqrt(seconds[i]) * correction + epsilon);
    parameters[i] = parameters[i] * shrink - step;
    averages[i] += averaging * (parameters[i] - averages[i]);
    gradients[i] = 0;
  }
}
