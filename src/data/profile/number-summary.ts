import type { DateTimeColumn, NumericColumn } from "../../base/index.ts";
import { largeFigures, manyRows } from "./large-summary.ts";
import { quantileProbabilities, topValueCount, type ColumnProfile } from "./types.ts";

const bins = 20;

export type Summary = Omit<ColumnProfile, "name" | "type" | "rows" | "nullRatio" | "warnings">;

/** The figures of a column of numbers or dates, from one sorted copy of its values, or of a sample (large-summary.ts). */
export function summarizeNumbers(column: NumericColumn | DateTimeColumn): Summary {
  if (column.values.length > manyRows) return summarizeMany(column);
  // A copy that is not shared: sorting on a SharedArrayBuffer copies again. NaN sorts to the end.
  const sorted = new Float64Array(column.values).sort();
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1]!)) count--;
  const values = sorted.subarray(0, count);
  const show = writerOf(column);
  const nulls = sorted.length - count;
  if (count === 0) return emptySummary(nulls);
  const { distinct, top } = countRuns(values);
  const mean = meanOf(values);
  return {
    nulls,
    distinct,
    min: show(values[0]!),
    max: show(values[count - 1]!),
    mean: show(mean),
    standardDeviation: column.type === "numeric" && count > 1 ? deviation(values, mean) : null,
    quantiles: Object.fromEntries(quantileProbabilities.map((p) => [String(p), show(quantile(values, p))])),
    topValues: top.map(({ value, count }) => ({ value: show(value), count })),
    histogram: column.type === "numeric" ? histogram(values) : null,
  };
}

function summarizeMany(column: NumericColumn | DateTimeColumn): Summary {
  const { nulls, distinct, min, max, mean, squares, sample, top } = largeFigures(column);
  const count = column.values.length - nulls;
  if (count === 0) return emptySummary(nulls);
  const show = writerOf(column);
  const quantiles = quantileProbabilities.map((p): [string, number | string] => {
    return [String(p), show(p === 0 ? min : p === 1 ? max : quantile(sample, p))];
  });
  return {
    nulls,
    distinct,
    min: show(min),
    max: show(max),
    mean: show(mean),
    standardDeviation: column.type === "numeric" && count > 1 ? finite(Math.sqrt(squares / (count - 1))) : null,
    quantiles: Object.fromEntries(quantiles),
    topValues: top.map(({ value, count: times }) => ({ value: show(value), count: times })),
    histogram: column.type === "numeric" ? histogramOfAll(column.values, min, max, count) : null,
  };
}

function writerOf(column: NumericColumn | DateTimeColumn): (value: number) => number | string {
  return column.type === "datetime" ? (value) => new Date(Math.round(value)).toISOString() : plain;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function emptySummary(nulls: number): Summary {
  return {
    nulls,
    distinct: 0,
    min: null,
    max: null,
    mean: null,
    standardDeviation: null,
    quantiles: null,
    topValues: [],
    histogram: null,
  };
}

/** -0 would be "-0" in some views and 0 in JSON. */
function plain(value: number): number {
  return value === 0 ? 0 : value;
}

/** Runs of equal values in sorted order: how many, and the longest. */
function countRuns(sorted: Float64Array): { distinct: number; top: { value: number; count: number }[] } {
  const top: { value: number; count: number }[] = [];
  let distinct = 0;
  let least = 0;
  for (let start = 0; start < sorted.length;) {
    const value = sorted[start]!;
    let end = start + 1;
    while (end < sorted.length && sorted[end] === value) end++;
    distinct++;
    if (end - start > least || top.length < topValueCount) {
      top.push({ value, count: end - start });
      // Stable, so equals stay in order of value.
      top.sort((a, b) => b.count - a.count);
      if (top.length > topValueCount) top.pop();
      if (top.length === topValueCount) least = top[topValueCount - 1]!.count;
    }
    start = end;
  }
  return { distinct, top };
}

function meanOf(values: Float64Array): number {
  // Deviations from the median keep the sum small, so that less of it is lost to rounding.
  const middle = values[values.length >> 1]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - middle;
  if (Number.isFinite(sum)) return middle + sum / values.length;
  return values.reduce((mean, value) => mean + value / values.length, 0);
}

/** Null where it is too large for a double. */
function deviation(values: Float64Array, mean: number): number | null {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = values[i]! - mean;
    sum += difference * difference;
  }
  return finite(Math.sqrt(sum / (values.length - 1)));
}

/** Hyndman and Fan's type 7. */
function quantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return between(below, above, position - Math.floor(position));
}

/** The point at `share` (0 to 1) of the way from `low` to `high`. */
function between(low: number, high: number, share: number): number {
  const point = low + (high - low) * share;
  // Only the two ends of the range of doubles are too far apart to subtract.
  return Number.isFinite(point) ? point : low * (1 - share) + high * share;
}

function histogram(sorted: Float64Array): { edges: number[]; counts: number[] } {
  const min = sorted[0]!;
  const max = sorted[sorted.length - 1]!;
  if (min === max) return { edges: [plain(min), plain(max)], counts: [sorted.length] };
  const edges = edgesOf(min, max);
  const counts = new Array<number>(bins).fill(0);
  let start = 0;
  for (let bin = 0; bin < bins; bin++) {
    let end = start;
    const upper = bin === bins - 1 ? Infinity : edges[bin + 1]!;
    while (end < sorted.length && sorted[end]! < upper) end++;
    counts[bin] = end - start;
    start = end;
  }
  return { edges: edges.map(plain), counts };
}

function edgesOf(min: number, max: number): number[] {
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? max : between(min, max, i / bins)));
}

/** The same of values in any order, NaN among them. */
function histogramOfAll(
  values: Float64Array,
  min: number,
  max: number,
  count: number,
): { edges: number[]; counts: number[] } {
  if (min === max) return { edges: [plain(min), plain(max)], counts: [count] };
  const edges = edgesOf(min, max);
  const counts = new Array<number>(bins).fill(0);
  const scale = bins / (max - min);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    // About the right one, by division; the edges decide.
    let bin = Math.max(0, Math.min(bins - 1, Math.floor((value - min) * scale) || 0));
    while (bin > 0 && value < edges[bin]!) bin--;
    while (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return { edges: edges.map(plain), counts };
}
