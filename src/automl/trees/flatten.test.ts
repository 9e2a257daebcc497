import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { createKernels } from "../../kernels/index.ts";
import {
  categoricalFeature,
  dataset,
  featuresOf,
  list,
  numericFeature,
  rowsBetween,
  treesOutputs,
} from "../test-dataset.ts";
import { binDataset } from "./binned.ts";
import { createTreesBuilder } from "./flatten.ts";
import { growTree } from "./grow.ts";
import type { GrowthParams } from "./grown-tree.ts";
import { createWorkspace, padRows } from "./workspace.ts";

const kernels = createKernels();

const limits: GrowthParams = {
  maxLeaves: 40,
  maxDepth: 64,
  randomThresholds: false,
  l1: 0,
  l2: 0,
  minGain: 0,
  minHessian: 1,
  minRows: 2,
  categorySmoothing: 1,
  categoryL2: 0,
  maxCategories: 256,
  maxOneHot: 4,
};

interface Case {
  readonly rows: number;
  readonly cardinalities: readonly number[];
  readonly params: Partial<GrowthParams>;
  readonly seed: number;
}

/** Random numbers and categories with holes. */
function made({ rows, cardinalities, seed }: Case) {
  const random = createRandom(seed);
  const hole = (): boolean => random.next() < 0.2;
  const numbers = [0, 1, 2].map((f) => list(rows, () => (hole() ? NaN : Math.round(random.normal() * 4 ** f))));
  const codes = cardinalities.map((cardinality) => list(rows, () => (hole() ? -1 : random.integer(cardinality))));
  const features = [
    ...numbers.map((values, f) => numericFeature(`n${f}`, values)),
    ...codes.map((values, f) => categoricalFeature(`c${f}`, cardinalities[f], values)),
  ];
  // Missing and rare categories matter, so that splits on them are found.
  const target = list(rows, (row) => {
    const sum = codes.reduce((total, values) => total + (values[row] < 0 ? 3 : (values[row] % 7) - 3), 0);
    return sum + (Number.isNaN(numbers[0][row]) ? 8 : numbers[0][row]) + random.normal();
  });
  return dataset(features, target, 0);
}

/** The leaf of every row by its bins, as training sees it, and by its values, as scoring does. */
function leavesOf(each: Case): { readonly byBins: number[]; readonly byValues: number[] } {
  const mark = kernels.arena.mark();
  const data = made(each);
  const binned = binDataset(data, kernels);
  const params = { ...limits, ...each.params };
  const space = createWorkspace(kernels, binned, { maxLeaves: params.maxLeaves, weights: null, directions: null });
  const gradients = kernels.arena.allocate(padRows(data.rows) * 4);
  // After the last allocation: one that grows the memory leaves earlier views too short.
  const { buffer } = kernels.arena.memory;
  new Float32Array(buffer, gradients, data.rows).set(data.target.map((value) => -value));
  const scale = { gradientScale: 100, hessianScale: 1_000 };
  kernels.run.packGradients(gradients, 0, 0, padRows(data.rows), 7, 100, 1_000, space.packed);
  new Uint32Array(buffer, space.rows, data.rows).set(Array.from({ length: data.rows }, (_, row) => row));
  const everyFeature = (features: Uint32Array): number => {
    features.set([...data.features.keys()]);
    return data.features.length;
  };
  const tree = growTree(space, data.rows, scale, params, everyFeature, each.seed);
  const builder = createTreesBuilder(1);
  builder.add(
    space,
    tree,
    tree.leaves.map((_, leaf) => leaf),
  );
  const byBins = new Array<number>(data.rows);
  const rows = new Uint32Array(buffer, space.rows, data.rows);
  tree.leaves.forEach(({ start, count }, leaf) =>
    rows.subarray(start, start + count).forEach((row) => (byBins[row] = leaf)),
  );
  const byValues = [...treesOutputs(builder.finish(1), featuresOf(data, rowsBetween(0, data.rows)), data.rows)];
  kernels.arena.release(mark);
  return { byBins, byValues };
}

const cases: Case[] = [
  { rows: 1, cardinalities: [3], params: {}, seed: 1 },
  { rows: 400, cardinalities: [], params: {}, seed: 2 },
  { rows: 400, cardinalities: [3, 30], params: {}, seed: 3 },
  { rows: 3_000, cardinalities: [254, 255, 300], params: {}, seed: 4 },
  { rows: 3_000, cardinalities: [300, 2], params: { maxOneHot: 1, categorySmoothing: 3 }, seed: 5 },
  { rows: 1_000, cardinalities: [5], params: { randomThresholds: true }, seed: 6 },
];

it.each(cases)(
  "a row reaches the same leaf by its bins and by its values: $rows rows, categories $cardinalities",
  (each) => {
    const { byBins, byValues } = leavesOf(each);
    expect(byValues).toEqual(byBins);
  },
);

it("a row reaches the same leaf by its bins and by its values, whatever the data", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 300 }),
    fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 3 }),
    fc.boolean(),
    fc.nat(),
    (rows, cardinalities, randomThresholds, seed) => {
      const { byBins, byValues } = leavesOf({ rows, cardinalities, params: { randomThresholds }, seed });
      expect(byValues).toEqual(byBins);
    },
  );
  fc.assert(property, { numRuns: 60 });
});
