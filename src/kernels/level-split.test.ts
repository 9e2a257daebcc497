import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels, LEVEL_LEAF_BYTES, readSplit, SPLIT_BYTES, SPLIT_PARAMS_BYTES } from "./index.ts";
import { setOf } from "./reference/partition.ts";
import { findLevelSplit, type LevelSplit } from "./reference/level-split.ts";
import type { FeatureCells, QuantisedParams } from "./reference/split.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();
const { run, arena } = kernels;

interface Level {
  /** Of each leaf, its features. */
  readonly leaves: readonly (readonly FeatureCells[])[];
  readonly params: QuantisedParams;
  /** One a feature; null: nothing is bounded. */
  readonly directions: readonly number[] | null;
  readonly bounds: readonly (readonly [number, number])[];
  readonly randomThresholds: boolean;
  readonly salt: number;
}

const sumOf = (cells: BigInt64Array): bigint => cells.reduce((sum, value) => sum + value, 0n);
const pooledOf = (leaves: Level["leaves"], f: number): BigInt64Array =>
  leaves[0][f].cells.map((_, bin) => leaves.reduce((sum, leaf) => sum + leaf[f].cells[bin], 0n)) as BigInt64Array;

function concatenate(parts: readonly BigInt64Array[]): BigInt64Array {
  const all = new BigInt64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function kernelSplit({ leaves, params, directions, bounds, randomThresholds, salt }: Level): LevelSplit | null {
  return released(kernels, () => {
    const features = leaves[0];
    const binCounts = Uint32Array.from(features, ({ cells }) => cells.length);
    let next = 0;
    const offsets = binCounts.map((count) => (next += count) - count);
    const list = Uint32Array.from(features.keys());
    const histograms = leaves.map((leaf) => place(kernels, concatenate(leaf.map(({ cells }) => cells))));
    const pooled = place(kernels, concatenate(features.map((_, f) => pooledOf(leaves, f))));
    const kinds = place(
      kernels,
      Uint8Array.from(features, ({ categorical }) => (categorical ? 1 : 0)),
    );
    const [offsetsAt, countsAt, listAt] = [offsets, binCounts, list].map((each) => place(kernels, each));
    const directionsAt = directions ? place(kernels, Uint8Array.from(directions)) : 0;
    const paramsAt = arena.allocate(SPLIT_PARAMS_BYTES);
    const out = arena.allocate(SPLIT_BYTES);
    const leavesAt = arena.allocate(leaves.length * LEVEL_LEAF_BYTES);
    const { buffer } = arena.memory;
    new Float64Array(buffer, paramsAt, 8).set(Object.values(params));
    new DataView(buffer, paramsAt).setUint32(64 + 2048 + 1024, directionsAt, true);
    const records = new DataView(buffer, leavesAt);
    leaves.forEach((leaf, i) => {
      const at = i * LEVEL_LEAF_BYTES;
      records.setUint32(at, histograms[i], true);
      records.setBigInt64(at + 8, sumOf(leaf[0].cells), true);
      [params.minHessian, ...bounds[i]].forEach((value, j) => records.setFloat64(at + 16 + 8 * j, value, true));
    });
    const mode = randomThresholds ? 1 : 0;
    run.findLevelSplit(
      ...([leavesAt, leaves.length, pooled, listAt, list.length, offsetsAt, countsAt, kinds] as const),
      ...([paramsAt, mode, salt, out] as const),
    );
    const split = readSplit(new DataView(buffer, out, SPLIT_BYTES), { gradientScale: 1, hessianScale: 1 });
    if (split.gain === 0) return null;
    const { gain, feature, bin, missingLeft, categorical } = split;
    const lefts = histograms.map((at) => run.sumOfBins(at + offsets[feature] * 8, binCounts[feature], out + 32));
    return { gain, feature, bin, missingLeft, categorical, lefts, set: read(kernels, out + 32, 8).uint32() };
  });
}

/** Leaves whose features see the same rows; some leaves without a row in some bins. */
function madeLeaves(
  count: number,
  binCounts: readonly number[],
  kinds: readonly boolean[],
  seed: number,
): FeatureCells[][] {
  const random = createRandom(seed);
  const missing = binCounts.map(() => random.next() < 0.5);
  return Array.from({ length: count }, () => {
    const rows = Array.from(
      { length: random.integer(40) },
      () => (BigInt(random.integer(2_001) - 1_000) << 32n) + BigInt(random.integer(1_000)),
    );
    return binCounts.map((bins, f) => {
      const cells = new BigInt64Array(bins);
      const first = missing[f] || bins === 1 ? 0 : 1;
      for (const value of rows) cells[first + random.integer(bins - first)] += value;
      return { cells, categorical: kinds[f % kinds.length] };
    });
  });
}

const level = fc
  .record({
    leaves: fc.integer({ min: 1, max: 9 }),
    bins: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
    kinds: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    seed: fc.nat(0xffffffff),
    bounded: fc.boolean(),
    randomThresholds: fc.boolean(),
    l2: fc.double({ min: 0.5, max: 1e5, noNaN: true }),
    l1: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e3, noNaN: true })),
    minGain: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e4, noNaN: true })),
    minHessian: fc.integer({ min: 1, max: 3_000 }),
    maxOneHot: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ leaves, bins, kinds, seed, bounded, randomThresholds, ...limits }): Level => {
    const random = createRandom(seed, 1);
    const own = { categorySmoothing: 500, categoryL2: 100, maxCategories: 4 };
    const { l2, l1, minGain, minHessian, maxOneHot } = limits;
    return {
      leaves: madeLeaves(leaves, bins, kinds, seed),
      // In the order of the kernel's fields.
      params: { l2, l1, minGain, minHessian, ...own, maxOneHot },
      directions: bounded ? bins.map((_, f) => (kinds[f % kinds.length] ? 0 : random.integer(3) - 1)) : null,
      bounds: Array.from({ length: leaves }, () => (bounded ? [-random.next(), random.next()] : [0, 0])),
      randomThresholds,
      salt: seed,
    };
  });

it("is the twin's split: one for all leaves, by the sum of their gains", () => {
  let found = 0;
  const property = fc.property(level, (each) => {
    const split = kernelSplit(each);
    if (split) found++;
    expect(split).toEqual(findLevelSplit(each));
  });
  fc.assert(property, { numRuns: 500 });
  expect(found).toBeGreaterThan(100);
});

it("finds by hand what no single leaf would take", () => {
  const cell = (gradient: number, hessian: number): bigint => (BigInt(gradient) << 32n) + BigInt(hessian);
  const cells = (...values: [number, number][]): FeatureCells => ({
    cells: BigInt64Array.from(values, ([gradient, hessian]) => cell(gradient, hessian)),
    categorical: false,
  });
  // The first feature parts leaf 1 well, the second leaf 2; the third each of them a little worse.
  const leaves = [
    [cells([0, 0], [-30, 10], [30, 10]), cells([0, 0], [0, 10], [0, 10]), cells([0, 0], [-25, 10], [25, 10])],
    [cells([0, 0], [0, 10], [0, 10]), cells([0, 0], [-30, 10], [30, 10]), cells([0, 0], [25, 10], [-25, 10])],
  ];
  const params = {
    l2: 0,
    l1: 0,
    minGain: 0,
    minHessian: 1,
    categorySmoothing: 1,
    categoryL2: 0,
    maxCategories: 9,
    maxOneHot: 4,
  };
  const bounds = [
    [0, 0],
    [0, 0],
  ] as const;
  const split = kernelSplit({ leaves, params, directions: null, bounds, randomThresholds: false, salt: 0 });
  // 2 * 25² / 10 in each of two leaves; one alone would bring 2 * 30² / 10.
  expect(split).toMatchObject({ feature: 2, bin: 1, gain: 250, lefts: [cell(-25, 10), cell(25, 10)] });
  expect(split?.set).toEqual(setOf(split?.missingLeft ? [0, 1] : [1]));
});
