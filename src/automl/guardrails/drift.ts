/**
 * Do two tables look as if drawn from one distribution? Two-sample tests by column, with a threshold for the size of the
 * difference too: among very many rows the smallest difference is significant, and means nothing.
 */
import type { Column, Table } from "../../base/index.ts";

export interface ColumnDrift {
  readonly column: string;
  /** "ks": the largest distance between the two distribution functions; "chi2": half the sum of the differences in share. */
  readonly test: "ks" | "chi2";
  /** 0 to 1: the distance that the test's name stands for. */
  readonly distance: number;
  /** The chance of a distance this large between samples of one distribution; not yet corrected for several columns. */
  readonly pValue: number;
}

/** Rows of each table that are compared at most, evenly spaced. */
const MOST_ROWS = 50_000;
const SMALLEST_DISTANCE = 0.1;
/** The chance that any of the columns is named wrongly. */
const SIGNIFICANCE = 0.01;

/** Columns of these names that are in both tables with one type and differ by more than chance and by a tenth. */
export function driftedColumns(train: Table, test: Table, names: readonly string[]): ColumnDrift[] {
  const pairs = names.flatMap((name) => {
    const [a, b] = [train, test].map((table) => table.columns.find((column) => column.name === name));
    return a !== undefined && b !== undefined && a.type === b.type ? [[a, b] as const] : [];
  });
  return pairs
    .flatMap(([a, b]) => compareColumns(a, b))
    .filter(({ distance, pValue }) => distance >= SMALLEST_DISTANCE && pValue * pairs.length < SIGNIFICANCE);
}

/** Numbers and dates: their values, or the share of nulls where only that differs. */
function compareColumns(a: Column, b: Column): ColumnDrift[] {
  if (a.type === "string" && b.type === "string") {
    const [inA, inB] = [countTexts(a), countTexts(b)];
    return [{ column: a.name, test: "chi2", ...compareCounts(inA, inB) }];
  }
  const [x, y] = [sampleOf(a), sampleOf(b)];
  const nulls = compareCounts(nullCounts(x), nullCounts(y));
  const values = compareValues(known(x), known(y));
  const isNulls = nulls.distance >= SMALLEST_DISTANCE && nulls.pValue < values.pValue;
  return [{ column: a.name, test: isNulls ? "chi2" : "ks", ...(isNulls ? nulls : values) }];
}

function sampleOf(column: Column): Float64Array {
  const values = column.type === "string" ? Float64Array.from(column.codes) : column.values;
  const step = Math.max(1, Math.ceil(values.length / MOST_ROWS));
  return Float64Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]);
}

function known(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

function nullCounts(values: Float64Array): Map<string, number> {
  const nulls = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  return new Map([
    ["null", nulls],
    ["value", values.length - nulls],
  ]);
}

/** Rows of each text, null among them. */
function countTexts(column: Extract<Column, { type: "string" }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const code of sampleOf(column)) {
    const text = code < 0 ? "null" : `=${column.categories[code]}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Kolmogorov and Smirnov's two-sample test; p by the asymptotic series with Stephens' correction. Both ascending. */
export function compareValues(a: Float64Array, b: Float64Array): Pick<ColumnDrift, "distance" | "pValue"> {
  if (a.length === 0 || b.length === 0) return { distance: 0, pValue: 1 };
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return { distance, pValue: kolmogorov((root + 0.12 + 0.11 / root) * distance) };
}

function kolmogorov(lambda: number): number {
  // The series does not converge there, and p is 1 within 1e-6.
  if (lambda < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda);
  return Math.min(1, Math.max(0, sum));
}

/** Fewer expected rows than that are pooled (Cochran's rule). */
const FEWEST_EXPECTED = 5;

/** Pearson's test of homogeneity of two lists of counts. */
export function compareCounts(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): Pick<ColumnDrift, "distance" | "pValue"> {
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((x, y) => x + y, 0);
  const [rowsA, rowsB] = [sum(a), sum(b)];
  if (rowsA === 0 || rowsB === 0) return { distance: 0, pValue: 1 };
  const smaller = Math.min(rowsA, rowsB) / (rowsA + rowsB);
  const cells: [number, number][] = [];
  const pooled: [number, number] = [0, 0];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const cell: [number, number] = [a.get(key) ?? 0, b.get(key) ?? 0];
    if ((cell[0] + cell[1]) * smaller >= FEWEST_EXPECTED) cells.push(cell);
    else {
      pooled[0] += cell[0];
      pooled[1] += cell[1];
    }
  }
  if (pooled[0] + pooled[1] > 0) cells.push(pooled);
  let [statistic, distance] = [0, 0];
  for (const [inA, inB] of cells) {
    const share = (inA + inB) / (rowsA + rowsB);
    statistic += (inA - rowsA * share) ** 2 / (rowsA * share) + (inB - rowsB * share) ** 2 / (rowsB * share);
    distance += Math.abs(inA / rowsA - inB / rowsB) / 2;
  }
  return { distance, pValue: chiSquaredTail(statistic, cells.length - 1) };
}

/** P(chi-squared > statistic), by Wilson and Hilferty's cube root. */
function chiSquaredTail(statistic: number, freedom: number): number {
  if (freedom < 1 || statistic === 0) return 1;
  const spread = 2 / (9 * freedom);
  return normalTail((Math.cbrt(statistic / freedom) - 1 + spread) / Math.sqrt(spread));
}

/** P(standard normal > z), within 1.2e-7 of itself (Numerical Recipes, erfcc). */
function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = (t * Math.exp(-x * x + polynomial)) / 2;
  return z >= 0 ? tail : 1 - tail;
}
