/**
 * Which rows may tell of which in features made with the target: the encoding of a row must not know its own target.
 *
 * Parts 0 to F - 1 are the validation rows of the F folds: a row there is encoded from all rows outside its part. Rows
 * that are in no validation set (those of a holdout's training) make five parts among themselves: a row there is encoded
 * from those of the other four, and never from validation rows.
 */
import { createRandom } from "../../base/index.ts";
import type { Fold } from "../validation.ts";

export interface Parts {
  readonly count: number;
  /** Parts below are validation rows. */
  readonly folds: number;
  /** The part of each row. */
  readonly of: Uint8Array;
}

const INNER_PARTS = 5;
const NONE = 255;

/** @param folds at most 100; where a row is in several validation sets, the first counts */
export function drawParts(rows: number, folds: readonly Fold[], seed: number): Parts {
  const of = new Uint8Array(rows).fill(NONE);
  folds.forEach(({ valid }, fold) => {
    for (const row of valid) if (of[row] === NONE) of[row] = fold;
  });
  let rest = 0;
  for (const part of of) if (part === NONE) rest++;
  if (rest === 0) return { count: folds.length, folds: folds.length, of };
  const drawn = createRandom(seed, 17).shuffle(Uint32Array.from({ length: rest }, (_, i) => i % INNER_PARTS));
  for (let row = 0, i = 0; row < rows; row++) if (of[row] === NONE) of[row] = folds.length + drawn[i++];
  return { count: folds.length + INNER_PARTS, folds: folds.length, of };
}

/** Rows that say what the target is like without any encoding: the training rows of a holdout, otherwise all. */
export function isBaseRow({ folds, of }: Parts, row: number): boolean {
  return folds !== 1 || of[row] >= 1;
}

/**
 * Turns sums by part (part after part, `width` numbers each) into what a row of each part may know: for validation parts
 * the sum of all parts but its own, for inner parts that of the other inner ones. Returns the sum of all parts.
 */
export function outOfPartSums(sums: Float64Array, { count, folds }: Parts, width: number): Float64Array {
  const inner = new Float64Array(width);
  const all = new Float64Array(width);
  for (let part = 0; part < count; part++) {
    for (let i = 0; i < width; i++) {
      all[i] += sums[part * width + i];
      if (part >= folds) inner[i] += sums[part * width + i];
    }
  }
  for (let part = 0; part < count; part++) {
    const known = part < folds ? all : inner;
    for (let i = 0; i < width; i++) sums[part * width + i] = known[i] - sums[part * width + i];
  }
  return all;
}
