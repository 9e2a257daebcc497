/** Long columns have the figures that sorting all of their values gives, or come as near as is promised. */
import { describe, expect, test } from "vitest";
import { createRandom, type NumericColumn } from "../../base/index.ts";
import { manyRows } from "./large-summary.ts";
import { summarizeNumbers, type Summary } from "./number-summary.ts";

const rows = manyRows + 1;
const random = createRandom(1);

function numbers(valueOf: (row: number) => number): NumericColumn {
  const values = Float64Array.from({ length: rows }, (_, row) => valueOf(row));
  return { name: "x", type: "numeric", values, integer: values.every((value) => !(value % 1)) };
}

/** The figures by plain definitions. */
function exact({ values }: NumericColumn): {
  sorted: Float64Array;
  counts: Map<number, number>;
  mean: number;
  squares: number;
} {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { sorted, counts, mean, squares };
}

/** How many values are below `value`. */
function below(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function expectExactFigures(summary: Summary, column: NumericColumn): void {
  const { sorted, counts, mean, squares } = exact(column);
  expect(summary.nulls).toBe(rows - sorted.length);
  expect([summary.min, summary.max]).toEqual([sorted[0], sorted.at(-1)]);
  expect(summary.mean).toBeCloseTo(mean, 9);
  expect(summary.standardDeviation).toBeCloseTo(Math.sqrt(squares / (sorted.length - 1)), 9);
  const { edges, counts: bars } = summary.histogram!;
  const upTo = [...edges.slice(1, -1).map((edge) => below(sorted, edge)), sorted.length];
  expect(bars).toEqual(upTo.map((count, bin) => count - (upTo[bin - 1] ?? 0)));
  for (const { value, count } of summary.topValues) expect(counts.get(value as number)).toBe(count);
}

/** Shares of the rows below the quantiles: a sample of 200,000 is off by less than half a percent of the rows. */
function expectNearQuantiles(summary: Summary, column: NumericColumn): void {
  const { sorted } = exact(column);
  for (const [p, value] of Object.entries(summary.quantiles!)) {
    expect(below(sorted, value as number) / sorted.length).toBeLessThan(Number(p) + 0.005);
    const above = sorted.length - below(sorted, (value as number) + Number.EPSILON);
    expect(above / sorted.length).toBeLessThan(1 - Number(p) + 0.005);
  }
}

describe("columns of more than 500,000 rows", () => {
  test("of numbers that hardly repeat, some missing", () => {
    const column = numbers((row) => (row % 10 === 3 ? NaN : random.normal()));
    const summary = summarizeNumbers(column);
    expectExactFigures(summary, column);
    expectNearQuantiles(summary, column);
    const { counts } = exact(column);
    expect(Math.abs(summary.distinct / counts.size - 1)).toBeLessThan(0.03);
  });

  test("of 30,000 numbers that are not whole: distinct is an estimate", () => {
    const column = numbers(() => random.integer(30_000) / 7);
    const summary = summarizeNumbers(column);
    expectExactFigures(summary, column);
    expect(Math.abs(summary.distinct / 30_000 - 1)).toBeLessThan(0.03);
  });

  test("of few values: all counts are exact, the most frequent first", () => {
    const column = numbers(() => Math.floor(10 * random.next() ** 2) / 4);
    const summary = summarizeNumbers(column);
    expectExactFigures(summary, column);
    const byCount = [...exact(column).counts].sort((a, b) => b[1] - a[1]);
    expect(summary.distinct).toBe(10);
    expect(summary.topValues).toEqual(byCount.map(([value, count]) => ({ value, count })));
  });

  test("of whole numbers: distinct is exact, for it tells identifiers", () => {
    const column = numbers((row) => rows - row + 5);
    const summary = summarizeNumbers(column);
    expectExactFigures(summary, column);
    expect(summary.distinct).toBe(rows);
  });

  test("of one value, and of none", () => {
    const constant = numbers((row) => (row === 7 ? NaN : 4));
    expect(summarizeNumbers(constant)).toMatchObject({
      nulls: 1,
      distinct: 1,
      min: 4,
      max: 4,
      mean: 4,
      standardDeviation: 0,
      histogram: { edges: [4, 4], counts: [rows - 1] },
      topValues: [{ value: 4, count: rows - 1 }],
    });
    expect(summarizeNumbers(numbers(() => NaN))).toMatchObject({ nulls: rows, distinct: 0, min: null, topValues: [] });
  });

  test("of values that only rows beside the sample have", () => {
    const column = numbers((row) => (row === 1 ? 2.5 : NaN));
    expect(summarizeNumbers(column)).toMatchObject({ nulls: rows - 1, distinct: 1, min: 2.5, max: 2.5, mean: 2.5 });
  });

  test("of dates", () => {
    const values = Float64Array.from({ length: rows }, (_, row) => row * 1_000);
    const summary = summarizeNumbers({ name: "t", type: "datetime", values });
    expect(summary).toMatchObject({ min: "1970-01-01T00:00:00.000Z", standardDeviation: null, histogram: null });
    expect(summary.max).toBe(new Date((rows - 1) * 1_000).toISOString());
  });

  test("of the largest numbers", () => {
    const column = numbers((row) => (row % 2 === 0 ? 1.7e308 : -1.7e308) + 0.5);
    const summary = summarizeNumbers(column);
    expect(summary).toMatchObject({ min: -1.7e308, max: 1.7e308, standardDeviation: null, distinct: 2 });
    expect(summary.histogram!.counts.reduce((sum, count) => sum + count)).toBe(rows);
  });
});
