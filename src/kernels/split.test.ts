import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import {
  createKernels,
  readSplit,
  SPLIT_BYTES,
  SPLIT_PARAMS_BYTES,
  writeSplitBounds,
  writeSplitParams,
  type SplitParams,
} from "./index.ts";
import { findSplit, type FeatureCells, type FoundSplit, type QuantisedParams } from "./reference/split.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();
const { run, arena } = kernels;

const noLimits: QuantisedParams = {
  l2: 0,
  l1: 0,
  minGain: 0,
  minHessian: 1,
  categorySmoothing: 1,
  categoryL2: 0,
  maxCategories: 128,
  maxOneHot: 4,
};

interface Search {
  readonly features: readonly FeatureCells[];
  readonly params?: Partial<QuantisedParams>;
  readonly listed?: readonly number[];
  readonly randomThresholds?: boolean;
  readonly salt?: number;
  /** One a feature, and the bounds of the values. */
  readonly directions?: readonly number[];
  readonly bounds?: readonly [number, number];
}

const cell = (gradient: number, hessian: number): bigint => (BigInt(gradient) << 32n) + BigInt(hessian);
const numeric = (...cells: [number, number][]): FeatureCells => ({
  cells: BigInt64Array.from(cells, ([gradient, hessian]) => cell(gradient, hessian)),
  categorical: false,
});
const categorical = (...cells: [number, number][]): FeatureCells => ({ ...numeric(...cells), categorical: true });

function totalOf({ cells }: FeatureCells): bigint {
  return cells.reduce((sum, value) => sum + value, 0n);
}

function kernelSplit(search: Search): FoundSplit | null {
  const { features, params, listed, randomThresholds = false, salt = 0, directions, bounds = [-1, 1] } = search;
  return released(kernels, () => {
    const binCounts = Uint32Array.from(features, ({ cells }) => cells.length);
    let next = 0;
    const offsets = binCounts.map((count) => (next += count) - count);
    const histogram = new BigInt64Array(next);
    features.forEach(({ cells }, f) => histogram.set(cells, offsets[f]));
    const list = Uint32Array.from(listed ?? features.keys());
    const paramsAt = arena.allocate(SPLIT_PARAMS_BYTES);
    const values = Object.values({ ...noLimits, ...params });
    new Float64Array(arena.memory.buffer, paramsAt, 8).set(values);
    const directionsAt = directions ? place(kernels, Uint8Array.from(directions)) : 0;
    const scale = { gradientScale: 1, hessianScale: 1 };
    const [lower, upper] = bounds;
    writeSplitBounds(new DataView(arena.memory.buffer, paramsAt), directionsAt, { lower, upper }, scale);
    const out = arena.allocate(SPLIT_BYTES);
    // Left over from an earlier leaf.
    new Uint8Array(arena.memory.buffer, out, SPLIT_BYTES).fill(0xff);
    run.findSplit(
      place(kernels, histogram),
      totalOf(features[0]),
      place(kernels, list),
      list.length,
      place(kernels, offsets),
      place(kernels, binCounts),
      place(
        kernels,
        Uint8Array.from(features, (feature) => (feature.categorical ? 1 : 0)),
      ),
      paramsAt,
      randomThresholds ? 1 : 0,
      salt,
      out,
    );
    const split = readSplit(new DataView(arena.memory.buffer, out, SPLIT_BYTES), scale);
    if (split.gain === 0) return null;
    const { gain, feature, bin, missingLeft, categorical } = split;
    const left = read(kernels, out + 8, 1).int64()[0];
    return { gain, left, feature, bin, missingLeft, categorical, set: read(kernels, out + 32, 8).uint32() };
  });
}

function twinSplit(search: Search): FoundSplit | null {
  const { features, params, listed, randomThresholds = false, salt = 0, directions, bounds = [-1, 1] } = search;
  const list = [...(listed ?? features.keys())];
  const limits = { ...noLimits, ...params };
  return findSplit(features, list, totalOf(features[0]), limits, randomThresholds, salt, directions ?? null, bounds);
}

/** Histograms of the same rows, so that every feature has the same total. */
function madeFeatures(
  rows: number,
  binCounts: readonly number[],
  kinds: readonly boolean[],
  seed: number,
): FeatureCells[] {
  const random = createRandom(seed);
  const packed = BigInt64Array.from({ length: rows }, () => cell(random.integer(2_001) - 1_000, random.integer(1_000)));
  return binCounts.map((bins, f) => {
    const cells = new BigInt64Array(bins);
    // Half the features without a missing value.
    const first = random.next() < 0.5 && bins > 1 ? 1 : 0;
    for (const value of packed) cells[first + random.integer(bins - first)] += value;
    return { cells, categorical: kinds[f % kinds.length] };
  });
}

describe("by hand", () => {
  it("takes the threshold between what differs", () => {
    const features = [numeric([0, 0], [-30, 10], [-30, 10], [60, 20])];
    const split = kernelSplit({ features });
    // 60²/20 on either side, nothing in the whole.
    expect(split).toMatchObject({ gain: 360, feature: 0, bin: 2, missingLeft: true, categorical: false });
    expect(split?.left).toBe(cell(-60, 20));
    expect([...(split?.set ?? [])]).toEqual([0b111, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("sends missing values to the side they are like", () => {
    const left = kernelSplit({ features: [numeric([-30, 10], [-30, 10], [60, 20])] });
    expect(left).toMatchObject({ gain: 360, bin: 1, missingLeft: true });
    const right = kernelSplit({ features: [numeric([30, 10], [-60, 20], [30, 10])] });
    expect(right).toMatchObject({ gain: 360, bin: 1, missingLeft: false });
  });

  it("separates missing from present: present on the left, so that a threshold can say it", () => {
    const split = kernelSplit({ features: [numeric([60, 20], [-30, 10], [-30, 10])] });
    expect(split).toMatchObject({ gain: 360, bin: 2, missingLeft: false });
    expect(split?.set[0]).toBe(0b110);
  });

  it("takes one category against the rest where there are few", () => {
    const features = [categorical([0, 0], [-10, 10], [60, 10], [-50, 30])];
    const split = kernelSplit({ features });
    expect(split).toMatchObject({ feature: 0, bin: 2, categorical: true, missingLeft: false });
    expect(split?.set[0]).toBe(0b100);
  });

  it("sorts many categories by their mean gradient", () => {
    const features = [categorical([0, 0], [40, 10], [-40, 10], [41, 10], [-41, 10], [39, 10], [-39, 10])];
    const split = kernelSplit({ features });
    expect(split?.set[0]).toBe(0b1010100);
    expect(split?.left).toBe(cell(-120, 30));
  });

  it("finds nothing where there is nothing", () => {
    const cases: Search[] = [
      { features: [numeric([5, 10])] },
      { features: [numeric([5, 10], [0, 0])] },
      { features: [numeric([0, 0], [5, 10])] },
      { features: [numeric([0, 0], [0, 0], [0, 0])] },
      { features: [numeric([0, 0], [5, 10], [5, 10])] },
      { features: [categorical([0, 0], [5, 10])] },
      { features: [categorical([5, 10])] },
      { features: [numeric([0, 0], [-30, 10], [30, 10])], params: { minHessian: 11 } },
      { features: [numeric([0, 0], [-30, 10], [30, 10])], params: { minGain: 180 } },
      { features: [numeric([0, 0], [-30, 10], [30, 10])], params: { l1: 30 } },
      { features: [numeric([0, 0], [-30, 10], [30, 10])], listed: [] },
      { features: [numeric([3, 5], [-30, 10], [0, 0])], randomThresholds: true },
    ];
    for (const each of cases) {
      expect(kernelSplit(each)).toBeNull();
      expect(twinSplit(each)).toBeNull();
    }
  });
});

describe("equal to the twin", () => {
  const limits: { name: string; params: Partial<QuantisedParams>; randomThresholds?: boolean }[] = [
    { name: "no limits", params: {} },
    { name: "l2", params: { l2: 5_000 } },
    { name: "l1", params: { l1: 700 } },
    { name: "min gain", params: { minGain: 20_000 } },
    { name: "min rows", params: { minHessian: 2_500 } },
    { name: "one-hot", params: { maxOneHot: 300 } },
    { name: "sorted categories", params: { maxOneHot: 1, categorySmoothing: 800, categoryL2: 900, maxCategories: 3 } },
    { name: "random thresholds", params: {}, randomThresholds: true },
  ];
  const binCounts = [1, 2, 3, 5, 17, 255, 256];
  const cases = limits.flatMap((limit) => [0, 1, 2, 40, 2_000].map((rows) => ({ ...limit, rows })));

  it.each(cases)("$name, $rows rows", ({ params, randomThresholds, rows }) => {
    for (const kinds of [[false], [true], [true, false]]) {
      const features = madeFeatures(rows, binCounts, kinds, rows);
      const search: Search = { features, params, randomThresholds, salt: 0x9e3779b1 };
      expect(kernelSplit(search)).toEqual(twinSplit(search));
      // Each feature alone, so that each one's best is seen.
      for (const f of features.keys())
        expect(kernelSplit({ ...search, listed: [f] })).toEqual(twinSplit({ ...search, listed: [f] }));
    }
  });

  it("whatever the histograms and the limits", () => {
    const params = fc.record({
      l2: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e5, noNaN: true })),
      l1: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e3, noNaN: true })),
      minGain: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e4, noNaN: true })),
      minHessian: fc.integer({ min: 1, max: 3_000 }),
      categorySmoothing: fc.integer({ min: 1, max: 2_000 }),
      categoryL2: fc.double({ min: 0, max: 1e4, noNaN: true }),
      maxCategories: fc.integer({ min: 1, max: 128 }),
      maxOneHot: fc.integer({ min: 1, max: 20 }),
    });
    const property = fc.property(
      params,
      fc.nat(60),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.nat(0xffffffff),
      fc.boolean(),
      (limits, rows, bins, kinds, randomThresholds, seed, bounded) => {
        const features = madeFeatures(rows, bins, kinds, seed);
        const random = createRandom(seed, 9);
        const bounds = [-2 * random.next(), random.next()] as const;
        const directions = features.map(({ categorical }) => (categorical ? 0 : random.integer(3) - 1));
        const own = bounded ? { directions, bounds } : {};
        const search: Search = { features, params: limits, randomThresholds, salt: seed, ...own };
        expect(kernelSplit(search)).toEqual(twinSplit(search));
      },
    );
    fc.assert(property, { numRuns: 400 });
  });
});

it("params are written in the quantised unit", () => {
  const params: SplitParams = {
    l1: 0.5,
    l2: 2,
    minGain: 3,
    minHessian: 0.25,
    minRows: 20,
    categorySmoothing: 10,
    categoryL2: 7,
    maxCategories: 32,
    maxOneHot: 4,
  };
  const view = new Float64Array(8);
  writeSplitParams(view, params, { gradientScale: 100, hessianScale: 400 }, 25, 200);
  // minRows and categorySmoothing by the share of the hessian: 25 / 200 a row.
  expect([...view]).toEqual([800, 50, 75, 1_000, 500, 2_800, 32, 4]);
});
