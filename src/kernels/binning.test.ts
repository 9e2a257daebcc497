import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { cutPoints, MAX_CUTS } from "./index.ts";
import { binNumeric } from "./reference/bin.ts";

/** Each value as often as it says. */
function repeated(...counts: [value: number, rows: number][]): Float64Array {
  return Float64Array.from(counts.flatMap(([value, rows]) => Array.from({ length: rows }, () => value)));
}

const binsOf = (values: Float64Array, cuts: Float64Array): Map<number, number> =>
  new Map(Array.from(binNumeric(values, cuts), (bin, i) => [values[i], bin]));

describe("by hand", () => {
  it.each([
    { name: "no rows", values: repeated(), cuts: [] },
    { name: "all missing", values: repeated([NaN, 5]), cuts: [] },
    { name: "one row", values: repeated([7, 1]), cuts: [] },
    { name: "constant", values: repeated([7, 100], [NaN, 3]), cuts: [] },
    { name: "-0 and 0", values: repeated([-0, 50], [0, 50]), cuts: [] },
    { name: "two values", values: repeated([1, 3], [4, 3]), cuts: [2.5] },
    {
      name: "few values, in any order, with missing ones",
      values: repeated([9, 5], [NaN, 2], [-1, 5], [3, 5]),
      cuts: [1, 6],
    },
    { name: "values of fewer than three rows join the next", values: repeated([1, 2], [2, 1], [3, 9]), cuts: [2.5] },
    { name: "neighbouring doubles", values: repeated([1, 5], [1 + Number.EPSILON, 5]), cuts: [1] },
    { name: "the largest doubles", values: repeated([-Number.MAX_VALUE, 3], [Number.MAX_VALUE, 3]), cuts: [0] },
  ])("$name", ({ values, cuts }) => {
    expect([...cutPoints(values)]).toEqual(cuts);
  });

  it("gives 255 values of three rows a bin each", () => {
    const values = repeated(...Array.from({ length: 255 }, (_, i): [number, number] => [i * i, 3]));
    const cuts = cutPoints(values);
    expect(cuts).toHaveLength(MAX_CUTS);
    expect(new Set(binsOf(values, cuts).values()).size).toBe(255);
  });

  it("makes bins of about equally many rows of many values", () => {
    const values = Float64Array.from({ length: 100_000 }, (_, i) => Math.sqrt(i));
    const counts = new Uint32Array(256);
    for (const bin of binNumeric(values, cutPoints(values, 49))) counts[bin]++;
    expect(counts[0]).toBe(0);
    for (let bin = 1; bin <= 50; bin++) expect(Math.abs(counts[bin] - 2_000)).toBeLessThan(20);
  });

  it("gives frequent values a bin of their own among many others", () => {
    const others = Array.from({ length: 5_000 }, (_, i): [number, number] => [i + 0.5, 1]);
    const values = repeated(...others, [1_000, 4_000], [2_500, 900], [5_001, 3_000]);
    const bins = binsOf(values, cutPoints(values, 30));
    const shared = (value: number): number => [...bins.values()].filter((bin) => bin === bins.get(value)).length - 1;
    // Fewer strangers than half of an ordinary bin's rows (5,000 over 28 bins).
    for (const frequent of [1_000, 2_500, 5_001]) expect(shared(frequent)).toBeLessThan(90);
  });

  it("takes a sample of very many rows, the same each time", () => {
    const random = createRandom(1);
    const values = Float64Array.from({ length: 450_000 }, () => random.normal());
    const cuts = cutPoints(values);
    expect(cuts).toHaveLength(MAX_CUTS);
    expect(cutPoints(values)).toEqual(cuts);
    const middle = cuts[MAX_CUTS / 2];
    expect(Math.abs(middle)).toBeLessThan(0.02);
  });
});

describe("whatever the values", () => {
  const value = fc.oneof(
    fc.double({ noDefaultInfinity: true }),
    fc.integer({ min: -20, max: 20 }),
    fc.integer({ min: -20, max: 20 }).map((whole) => whole / 4),
  );
  const column = fc.array(value, { maxLength: 300 }).map((values) => Float64Array.from(values));
  const maxCuts = fc.integer({ min: 1, max: MAX_CUTS });

  it("cuts ascend, are finite, and are no more than wanted", () => {
    const property = fc.property(column, maxCuts, (values, most) => {
      const cuts = cutPoints(values, most);
      expect(cuts.length).toBeLessThanOrEqual(most);
      for (let i = 0; i < cuts.length; i++) {
        expect(Number.isFinite(cuts[i])).toBe(true);
        if (i > 0) expect(cuts[i - 1]).toBeLessThan(cuts[i]);
      }
    });
    fc.assert(property);
  });

  it("a value lies between the cuts of its bin, and no bin is empty", () => {
    const property = fc.property(column, maxCuts, (values, most) => {
      const cuts = cutPoints(values, most);
      const bins = binNumeric(values, cuts);
      values.forEach((each, i) => {
        if (Number.isNaN(each)) return expect(bins[i]).toBe(0);
        const bin = bins[i];
        expect(each > (cuts[bin - 2] ?? -Infinity) && each <= (cuts[bin - 1] ?? Infinity)).toBe(true);
      });
      const used = new Set(bins.filter((bin) => bin > 0));
      if (used.size > 0) expect(used.size).toBe(cuts.length + 1);
    });
    fc.assert(property);
  });

  it("few values of three rows and more get a bin each", () => {
    const some = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      maxLength: 40,
      comparator: "SameValueZero",
    });
    const property = fc.property(some, fc.integer({ min: 3, max: 5 }), (values, rows) => {
      const repeats = repeated(...values.map((each): [number, number] => [each, rows]));
      expect(cutPoints(repeats)).toHaveLength(Math.max(0, values.length - 1));
    });
    fc.assert(property);
  });

  it("the order of the rows does not matter", () => {
    const property = fc.property(column, maxCuts, (values, most) => {
      expect(cutPoints(values.toReversed(), most)).toEqual(cutPoints(values, most));
    });
    fc.assert(property);
  });
});
