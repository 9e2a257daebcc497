import { expect, test } from "vitest";
import { compareCounts, compareValues } from "./drift.ts";

const upTo = (count: number, of: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => of(i));

/** p of scipy 1.17.1: ks_2samp(a, b, method="asymp"). */
test.each<[string, number[], number[], number, number]>([
  ["equal", [1, 1, 1, 2, 2, 3], [1, 1, 1, 2, 2, 3], 0, 1],
  ["narrower", upTo(100, (i) => i), upTo(100, (i) => i * 0.8), 0.2, 0.031439],
  ["shifted, of other length", upTo(1000, (i) => i), upTo(1500, (i) => i + 60), 0.373333, 0],
])("Kolmogorov and Smirnov: %s", (_name, a, b, distance, pValue) => {
  const found = compareValues(Float64Array.from(a), Float64Array.from(b));
  expect(found.distance).toBeCloseTo(distance, 5);
  expect(found.pValue).toBeCloseTo(pValue, 2);
});

const counts = (...values: number[]): Map<string, number> => new Map(values.map((value, i) => [`k${i}`, value]));

/** p of scipy 1.17.1: chi2_contingency([a, b], correction=False). */
test.each<[number[], number[], number, number]>([
  [[50, 50], [50, 50], 0, 1],
  [[60, 40], [40, 60], 0.2, 0.00468],
  [[30, 30, 40], [40, 35, 25], 0.15, 0.07155],
  [[120, 80, 60, 40, 30, 20], [100, 90, 80, 30, 40, 30], 0.1057915057915058, 0.08829],
  [[500, 300, 200], [450, 330, 220], 0.05, 0.08157],
])("chi-squared: %j and %j", (a, b, distance, pValue) => {
  const found = compareCounts(counts(...a), counts(...b));
  expect(found.distance).toBeCloseTo(distance, 12);
  expect(found.pValue).toBeCloseTo(pValue, 2);
});

test("nothing to compare is no difference", () => {
  expect(compareValues(new Float64Array(0), Float64Array.of(1))).toEqual({ distance: 0, pValue: 1 });
  expect(compareCounts(new Map(), counts(1, 2))).toEqual({ distance: 0, pValue: 1 });
});
