import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKernels } from "./index.ts";
import * as reference from "./reference/bin.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();
const { run, arena } = kernels;

function binNumeric(values: Float64Array, cuts: Float64Array): Uint8Array {
  return released(kernels, () => {
    const bins = arena.allocate(values.length);
    run.binNumeric(place(kernels, values), values.length, place(kernels, cuts), cuts.length, bins);
    return read(kernels, bins, values.length).bytes();
  });
}

function binCategorical(values: Float64Array, table: Uint8Array): Uint8Array {
  return released(kernels, () => {
    const bins = arena.allocate(values.length);
    run.binCategorical(place(kernels, values), values.length, place(kernels, table), table.length, bins);
    return read(kernels, bins, values.length).bytes();
  });
}

const rowCounts = [0, 1, 31, 32, 33, 257];

describe("binNumeric", () => {
  const cases = rowCounts.flatMap((rows) => [0, 1, 2, 3, 127, 128, 254].map((cuts) => ({ rows, cuts })));
  it.each(cases)("$rows rows, $cuts cuts", ({ rows, cuts }) => {
    const cutValues = Float64Array.from({ length: cuts }, (_, i) => i * 2 - 5);
    // On the cuts, between them, beyond both ends, and missing.
    const values = Float64Array.from({ length: rows }, (_, i) =>
      i % 11 === 3 ? NaN : ((i * 37) % (2 * cuts + 9)) - 7,
    );
    expect(binNumeric(values, cutValues)).toEqual(reference.binNumeric(values, cutValues));
  });

  it("takes a value on a cut to the bin below it, and the largest values to the last of 255 bins", () => {
    const cuts = Float64Array.from({ length: 254 }, (_, i) => i);
    const values = Float64Array.of(0, 0.5, 253, 253.5, 1e308, -1e308, NaN, -0);
    expect([...binNumeric(values, cuts)]).toEqual([1, 2, 254, 255, 255, 1, 0, 1]);
  });

  it("agrees with its twin", () => {
    const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: -4, max: 4 }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 80 }), fc.uniqueArray(value, { maxLength: 254 }), (values, some) => {
        const cuts = Float64Array.from(some.filter((cut) => !Number.isNaN(cut))).sort();
        const column = Float64Array.from(values);
        expect(binNumeric(column, cuts)).toEqual(reference.binNumeric(column, cuts));
      }),
    );
  });
});

describe("binCategorical", () => {
  const cases = rowCounts.flatMap((rows) => [1, 2, 254, 255, 1000].map((cardinality) => ({ rows, cardinality })));
  it.each(cases)("$rows rows, $cardinality categories", ({ rows, cardinality }) => {
    const table = Uint8Array.from({ length: cardinality }, (_, category) => (category < 254 ? category + 1 : 0));
    const values = Float64Array.from({ length: rows }, (_, i) =>
      i % 7 === 2 ? NaN : ((i * 31) % (cardinality + 4)) - 2,
    );
    expect(binCategorical(values, table)).toEqual(reference.binCategorical(values, table));
  });

  it("takes missing, unknown and folded categories to bin 0", () => {
    const table = Uint8Array.of(3, 0, 1);
    const values = Float64Array.of(0, 1, 2, 3, -1, NaN, 1e300, 4294967296, -0);
    expect([...binCategorical(values, table)]).toEqual([3, 0, 1, 0, 0, 0, 0, 0, 3]);
  });
});

describe("interleave", () => {
  const cases = [0, 1, 255, 256, 257, 600].flatMap((rows) => [1, 3, 4, 5, 33].map((features) => ({ rows, features })));
  it.each(cases)("$rows rows, $features features", ({ rows, features }) => {
    released(kernels, () => {
      const stride = Math.ceil(features / 4) * 4;
      const columns = Uint8Array.from({ length: rows * features }, (_, i) => (i * 7 + 1) % 256);
      const bins = arena.allocate(rows * stride);
      const first = place(kernels, columns);
      const addresses = Uint32Array.from({ length: features }, (_, f) => first + f * rows);
      run.interleave(place(kernels, addresses), rows, features, bins, stride);
      const expected = reference.interleave(columns, rows, features, stride);
      expect(read(kernels, bins, rows * stride).bytes()).toEqual(expected);
    });
  });
});

describe("codes of pairs", () => {
  const bytes = fc.array(fc.tuple(fc.nat(5), fc.nat(9)), { minLength: 1, maxLength: 80 });

  it("number the pairs as they appear, and rows with equal pairs get equal codes", () => {
    const property = fc.property(bytes, (pairs) => {
      released(kernels, () => {
        const codes = place(
          kernels,
          Uint8Array.from(pairs, ([code]) => code),
        );
        const column = place(
          kernels,
          Uint8Array.from(pairs, ([, bin]) => bin),
        );
        const table = arena.allocate(65_536 * 4);
        const distinct = [...new Set(pairs.map(([code, bin]) => code * 256 + bin))];
        expect(run.numberPairs(codes, column, pairs.length, 1, table, 1, 256)).toBe(distinct.length);
        // What an earlier round left does not count, and too many are said to be too many.
        expect(run.numberPairs(codes, column, pairs.length, 1, table, 2, distinct.length)).toBe(distinct.length);
        expect(run.numberPairs(codes, column, pairs.length, 1, table, 3, distinct.length - 1)).toBe(257);
        expect(run.numberPairs(codes, column, pairs.length, 1, table, 4, 256)).toBe(distinct.length);
        run.joinCodes(codes, column, pairs.length, table);
        const expected = pairs.map(([code, bin]) => distinct.indexOf(code * 256 + bin));
        expect([...read(kernels, codes, pairs.length).bytes()]).toEqual(expected);
      });
    });
    fc.assert(property);
  });

  it("look at every step-th row", () => {
    released(kernels, () => {
      const codes = place(kernels, Uint8Array.of(0, 1, 0, 2, 0));
      const column = place(kernels, new Uint8Array(5));
      expect(run.numberPairs(codes, column, 5, 2, arena.allocate(65_536 * 4), 1, 256)).toBe(1);
    });
  });

  it("may be 256, the most that a byte tells apart", () => {
    released(kernels, () => {
      const every = Uint8Array.from({ length: 256 }, (_, i) => i);
      const codes = place(kernels, every);
      const table = arena.allocate(65_536 * 4);
      expect(run.numberPairs(codes, place(kernels, every), 256, 1, table, 1, 256)).toBe(256);
      run.joinCodes(codes, place(kernels, every), 256, table);
      expect(read(kernels, codes, 256).bytes()).toEqual(every);
    });
  });
});

it("copies bytes", () => {
  released(kernels, () => {
    const target = arena.allocate(3);
    run.copyBytes(target, place(kernels, Uint8Array.of(7, 8, 9)), 2);
    expect([...read(kernels, target, 3).bytes()]).toEqual([7, 8, 0]);
  });
});
