/** The products of all pairs of encoded columns, and linear systems with them. */
import type { Kernels } from "../../kernels/index.ts";
import type { EncodedRows } from "./linear-encoding.ts";

/** Products that are added up between two looks at the clock. */
const CHUNK_PRODUCTS = 2 ** 22;

/**
 * Sum over the rows of value a times value b times weight: positions x positions f64, row-major, in the kernels' memory. Only
 * b <= a is filled. Takes one pass over the rows; the caller releases the space.
 */
export function columnProducts(
  { run, arena }: Kernels,
  { rows, dense, columns, codes, codeCount, positions, weights }: EncodedRows,
  checkpoint: () => void,
): Float64Array {
  const address = arena.allocate(positions * positions * 8);
  const chunk = Math.max(1, Math.floor((2 * CHUNK_PRODUCTS) / (columns + codeCount) ** 2));
  for (let first = 0; first < rows; first += chunk) {
    checkpoint();
    const end = Math.min(rows, first + chunk);
    run.linearProducts(dense, columns, codes, codeCount, first, end, address, positions, weights);
  }
  return new Float64Array(arena.memory.buffer, address, positions * positions);
}

/** A symmetric positive definite matrix as the product of a lower triangle and its mirror image. */
export interface Cholesky {
  readonly size: number;
  /** size x size, row-major; b > a is not read. Infinity on the diagonal takes a variable out: it is solved as 0. */
  readonly lower: Float64Array;
}

/** Rows that the others make up to this share of their diagonal are taken out. */
const DEPENDENT = 1e-10;

/** Factors `lower` (size x size, b <= a) in place. A variable with a diagonal of 0 is taken out. */
export function factorize(lower: Float64Array, size: number, checkpoint: () => void): Cholesky {
  for (let i = 0; i < size; i++) {
    checkpoint();
    const line = lower.subarray(i * size, i * size + i + 1);
    for (let j = 0; j < i; j++) {
      const other = j * size;
      let sum = line[j];
      for (let k = 0; k < j; k++) sum -= line[k] * lower[other + k];
      line[j] = sum / lower[other + j];
    }
    const diagonal = line[i];
    let pivot = diagonal;
    for (let k = 0; k < i; k++) pivot -= line[k] * line[k];
    line[i] = pivot > DEPENDENT * diagonal ? Math.sqrt(pivot) : Infinity;
  }
  return { size, lower };
}

/** Solves in place for the numbers at `first`, `first + step`, … of `values`. */
export function solve({ size, lower }: Cholesky, values: Float64Array, first = 0, step = 1): void {
  for (let i = 0, at = first; i < size; i++, at += step) {
    let sum = values[at];
    const line = i * size;
    for (let k = 0, from = first; k < i; k++, from += step) sum -= lower[line + k] * values[from];
    values[at] = sum / lower[line + i];
  }
  for (let i = size - 1, at = first + (size - 1) * step; i >= 0; i--, at -= step) {
    const line = i * size;
    values[at] /= lower[line + i];
    const solved = values[at];
    for (let k = 0, to = first; k < i; k++, to += step) values[to] -= lower[line + k] * solved;
  }
}
