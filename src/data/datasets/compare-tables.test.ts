import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareTables } from "./compare-tables.ts";
import {
  decileCounts,
  jensenShannonDistance,
  kolmogorovSmirnov,
  populationStabilityIndex,
  wassersteinDistance,
} from "./distances.ts";
import { tableOf } from "./test-tables.ts";

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
const samples = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }).map(sorted);

describe("distances", () => {
  // scipy 1.17.1: ks_2samp(a, b).statistic, wasserstein_distance(a, b), jensenshannon(p, q, base=2).
  const a = sorted([1, 2, 2, 3, 5, 8, 13, 21, 34, 55.5]);
  const b = sorted([0, 2, 4, 4, 9, 16, 25]);

  test("are scipy's", () => {
    expect(kolmogorovSmirnov(a, b)).toBeCloseTo(0.2, 12);
    expect(wassersteinDistance(a, b)).toBeCloseTo(6.192857142857141, 12);
    expect(jensenShannonDistance([10, 20, 30, 40, 0], [25, 25, 25, 20, 5])).toBeCloseTo(0.2776953882669456, 12);
  });

  test("the population stability index is the sum over the bins, a lacking share counted as 0.0001", () => {
    expect(populationStabilityIndex([50, 50], [25, 75])).toBeCloseTo(0.25 * Math.log(2) + 0.25 * Math.log(1.5), 12);
    expect(populationStabilityIndex([100, 0], [0, 100])).toBeCloseTo(2 * 0.9999 * Math.log(10_000), 9);
  });

  test("are symmetric, 0 for the same sample and within their bounds", () => {
    fc.assert(
      fc.property(samples, samples, (one, other) => {
        for (const distance of [kolmogorovSmirnov, wassersteinDistance]) {
          expect(distance(one, one)).toBe(0);
          expect(distance(one, other)).toBeCloseTo(distance(other, one), 9);
        }
        expect(kolmogorovSmirnov(one, other)).toBeLessThanOrEqual(1);
        const { baseline, target } = decileCounts(one, other);
        expect(baseline.reduce((sum, count) => sum + count, 0)).toBe(one.length);
        expect(target.reduce((sum, count) => sum + count, 0)).toBe(other.length);
        expect(jensenShannonDistance(baseline, baseline)).toBe(0);
        expect(jensenShannonDistance(baseline, target)).toBeLessThanOrEqual(1);
        expect(populationStabilityIndex(baseline, target)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("a shift moves the Wasserstein distance by as much", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 100 }), (values, shift) => {
        expect(
          wassersteinDistance(
            values,
            values.map((value) => value + shift),
          ),
        ).toBeCloseTo(shift, 9);
      }),
    );
  });
});

describe("compareTables", () => {
  const baseline = tableOf({ id: [1, 2, 3, 4], city: ["A", "A", "B", null], gone: [1, 1, 1, 1], kind: [1, 2, 3, 4] });
  const target = tableOf({
    city: ["A", "C", "C", "C", "D"],
    id: [11, 12, 13, 14, null],
    fresh: ["x", "x", "x", "x", "x"],
    kind: ["1", "2", "3", "4", "5"],
  });
  const comparison = compareTables(baseline, target);

  test("names what was added, removed, retyped and reordered", () => {
    expect(comparison.rows).toEqual({ baseline: 4, target: 5 });
    expect(comparison.schema).toEqual({
      added: [{ name: "fresh", type: "string" }],
      removed: [{ name: "gone", type: "numeric" }],
      changed: [{ name: "kind", from: "numeric", to: "string" }],
      reordered: true,
    });
    expect(compareTables(baseline, baseline).schema).toEqual({ added: [], removed: [], changed: [], reordered: false });
  });

  test("measures each common column of one type", () => {
    expect(comparison.columns.map(({ name }) => name)).toEqual(["city", "id"]);
    const [city, id] = comparison.columns;
    expect(city).toMatchObject({
      type: "string",
      nullRatio: { baseline: 0.25, target: 0 },
      categories: { added: { count: 2, values: ["C", "D"] }, removed: { count: 1, values: ["B"] } },
      kolmogorovSmirnov: null,
    });
    expect(city!.populationStabilityIndex).toBeGreaterThan(0.25);
    expect(id).toMatchObject({
      mean: { baseline: 2.5, target: 12.5 },
      nullRatio: { baseline: 0, target: 0.2 },
      kolmogorovSmirnov: 1,
      categories: null,
    });
    expect(id!.normalizedWassersteinDistance).toBeCloseTo(10 / Math.sqrt(5 / 3), 12);
  });

  test("has no distance where a column is empty, or does not vary", () => {
    const [empty] = compareTables(tableOf({ x: [null, null] }), tableOf({ x: [1, 2] })).columns;
    expect(empty).toMatchObject({ mean: null, populationStabilityIndex: null, kolmogorovSmirnov: null });
    const [constant] = compareTables(tableOf({ x: [1, 1] }), tableOf({ x: [1, 2] })).columns;
    expect(constant).toMatchObject({ kolmogorovSmirnov: 0.5, normalizedWassersteinDistance: null });
  });
});
