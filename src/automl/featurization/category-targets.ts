/**
 * Target encoding of categories (Micci-Barreca 2001): the mean of the target among the rows of a category, drawn to the
 * overall mean by an m-estimate, (sum + m * mean) / (count + m). m is what a one-way random-effects model of the
 * categories says: the variance within them over the variance between them.
 */
import type { StringColumn } from "../../base/index.ts";
import { isBaseRow, outOfPartSums, type Parts } from "./parts.ts";

export interface CategoryEncoding {
  /** One a row, out of part. */
  readonly values: Float64Array;
  /** From all rows: one a category, one for null, one for categories that are not among them. */
  readonly perCategory: Float64Array;
  readonly missing: number;
  readonly unknown: number;
  /** Rows that weigh as much as the overall mean. */
  readonly smoothing: number;
}

/** Where each row counts: its category, `categories.length` for null, -1 for a category that is not kept. */
export function categorySlots(
  column: StringColumn,
  categories: readonly string[],
  fill: string | undefined,
): Int32Array {
  const positions = new Map(categories.map((category, position) => [category, position]));
  const slotOf = Int32Array.from(column.categories, (category) => positions.get(category) ?? -1);
  const missing = fill === undefined ? categories.length : (positions.get(fill) ?? -1);
  const slots = new Int32Array(column.codes.length);
  for (let row = 0; row < slots.length; row++) slots[row] = column.codes[row] < 0 ? missing : slotOf[column.codes[row]];
  return slots;
}

/**
 * @param target one a row: the value, or 1 for the class in question and 0 for the others
 * @param weights one a row, or null
 * @returns null when the categories say nothing about the target beyond chance
 */
export function encodeCategories(
  slots: Int32Array,
  categories: number,
  target: (row: number) => number,
  weights: Float64Array | null,
  parts: Parts,
): CategoryEncoding | null {
  const width = categories + 1;
  const counts = new Float64Array(parts.count * width);
  const sums = new Float64Array(parts.count * width);
  const base = createSpread(width);
  for (let row = 0; row < slots.length; row++) {
    const weight = weights === null ? 1 : weights[row];
    if (isBaseRow(parts, row)) base.add(slots[row], target(row), weight);
    if (slots[row] < 0) continue;
    counts[parts.of[row] * width + slots[row]] += weight;
    sums[parts.of[row] * width + slots[row]] += weight * target(row);
  }
  const { mean, smoothing } = base.estimate();
  if (smoothing === Infinity) return null;
  const allCounts = outOfPartSums(counts, parts, width);
  const allSums = outOfPartSums(sums, parts, width);
  const values = new Float64Array(new SharedArrayBuffer(slots.length * Float64Array.BYTES_PER_ELEMENT));
  for (let row = 0; row < slots.length; row++) {
    const at = parts.of[row] * width + slots[row];
    values[row] = slots[row] < 0 ? mean : (sums[at] + smoothing * mean) / (counts[at] + smoothing);
  }
  const perSlot = allSums.map((sum, slot) => (sum + smoothing * mean) / (allCounts[slot] + smoothing));
  return {
    values,
    perCategory: perSlot.slice(0, categories),
    missing: perSlot[categories],
    unknown: mean,
    smoothing,
  };
}

interface Spread {
  add(slot: number, value: number, weight: number): void;
  /** smoothing: variance within / variance between the categories, at least 1; Infinity when there is none between. */
  estimate(): { readonly mean: number; readonly smoothing: number };
}

/** One-way analysis of variance, unbalanced (method of moments). */
function createSpread(width: number): Spread {
  const counts = new Float64Array(width);
  const sums = new Float64Array(width);
  let [total, sum, squares] = [0, 0, 0];
  return {
    add(slot, value, weight) {
      total += weight;
      sum += weight * value;
      if (slot < 0) return;
      squares += weight * value * value;
      counts[slot] += weight;
      sums[slot] += weight * value;
    },
    estimate() {
      const mean = sum / total;
      let [groups, rows, ofSquares, between, countSquares] = [0, 0, 0, 0, 0];
      const middle = sums.reduce((a, b) => a + b, 0) / counts.reduce((a, b) => a + b, 0);
      for (let slot = 0; slot < width; slot++) {
        if (counts[slot] <= 0) continue;
        groups++;
        rows += counts[slot];
        countSquares += counts[slot] ** 2;
        between += counts[slot] * (sums[slot] / counts[slot] - middle) ** 2;
        ofSquares += sums[slot] ** 2 / counts[slot];
      }
      if (groups < 2 || rows <= groups) return { mean, smoothing: Infinity };
      const within = Math.max(0, squares - ofSquares) / (rows - groups);
      const balanced = (rows - countSquares / rows) / (groups - 1);
      const variance = (between / (groups - 1) - within) / balanced;
      return { mean, smoothing: variance > 0 ? Math.max(1, within / variance) : Infinity };
    },
  };
}
