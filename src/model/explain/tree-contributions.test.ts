import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainRows, type Model, type Trees, type TreesLearner } from "../index.ts";
import { boosting, numeric, table, testModel } from "../test-model.ts";
import { inBitset, treesRawOutputs } from "../trees.ts";
import { gaussLegendre } from "./gauss-legendre.ts";

const features = 4;

/** Numbers as features, as they are: categories too. */
function regression(learner: TreesLearner, weight = 1): Model {
  const names = Array.from({ length: features }, (_, i) => `x${i}`);
  return {
    ...testModel,
    task: "regression",
    labels: [],
    inputs: names.map((name) => ({
      name,
      type: "numeric",
      integer: false,
      nullable: true,
      range: [0, 9],
      example: 0,
    })),
    transforms: names.map((column) => ({ op: "Numeric", column })),
    members: [{ name: "it", weight, learner }],
  };
}

function tableOf(rows: readonly (readonly number[])[]) {
  return table(...Array.from({ length: features }, (_, i) => numeric(`x${i}`, ...rows.map((row) => row[i]))));
}

/** A tree's answer when only `known` features are: both branches by their cover where the split's is not. */
function answer(trees: Trees, root: number, row: readonly number[], known: number): number {
  const walk = (node: number): number => {
    const split = trees.feature[node];
    if (split < 0) return trees.leafValues[trees.left[node]];
    const first = trees.left[node];
    if ((known >> split) & 1) return walk(goesLeft(trees, node, row[split]) ? first : first + 1);
    const both = trees.cover[first] + trees.cover[first + 1];
    return (trees.cover[first] * walk(first) + trees.cover[first + 1] * walk(first + 1)) / both;
  };
  return walk(root);
}

function goesLeft({ flags, threshold, bitsets }: Trees, node: number, value: number): boolean {
  if (flags[node] & 1) return inBitset(bitsets, threshold[node], value, flags[node]);
  return Number.isNaN(value) ? (flags[node] & 2) !== 0 : value <= threshold[node];
}

/** By the definition: the mean over all orders of what knowing the feature changes. */
function shapley(trees: Trees, root: number, row: readonly number[], feature: number): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  let sum = 0;
  for (let known = 0; known < 1 << features; known++) {
    if ((known >> feature) & 1) continue;
    const size = known.toString(2).replaceAll("0", "").length;
    const share = (factorial(size) * factorial(features - size - 1)) / factorial(features);
    sum += share * (answer(trees, root, row, known | (1 << feature)) - answer(trees, root, row, known));
  }
  return sum;
}

interface Made {
  readonly feature: number;
  readonly threshold: number;
  readonly flags: number;
  readonly words: readonly number[];
  readonly share: number;
  readonly value: number;
  readonly children: readonly [Made, Made] | null;
}

/** Up to 7 splits deep on 4 features, so that features come again on a path. */
const madeTree = fc.letrec<{ tree: Made }>((tie) => ({
  tree: fc.record({
    feature: fc.nat({ max: features - 1 }),
    threshold: fc.integer({ min: -1, max: 9 }),
    flags: fc.nat({ max: 3 }),
    words: fc.array(fc.nat({ max: 1023 }), { maxLength: 1 }),
    share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    value: fc.double({ min: -10, max: 10, noNaN: true }),
    children: fc.option(fc.tuple(tie("tree"), tie("tree")), { maxDepth: 7, depthSize: "large" }),
  }),
})).tree;

function flatten(all: readonly Made[]): Trees {
  const roots: number[] = [];
  const nodes: { made: Made; left: number; cover: number; start: number }[] = [];
  const bitsets: number[] = [];
  const leafValues: number[] = [];
  for (const made of all) {
    roots.push(nodes.length);
    nodes.push({ made, left: 0, cover: 1000, start: 0 });
    for (let at = roots.at(-1) as number; at < nodes.length; at++) {
      const node = nodes[at];
      const { children, share, value, words } = node.made;
      node.left = children ? nodes.length : leafValues.push(value) - 1;
      node.start = bitsets.length;
      if (children) bitsets.push(words.length, ...words);
      children?.forEach((child, i) =>
        nodes.push({ made: child, left: 0, cover: node.cover * (i === 0 ? share : 1 - share), start: 0 }),
      );
    }
  }
  return {
    roots: Int32Array.from(roots),
    feature: Int32Array.from(nodes, ({ made }) => (made.children ? made.feature : -1)),
    left: Int32Array.from(nodes, ({ left }) => left),
    threshold: Float64Array.from(nodes, ({ made, start }) => (made.flags & 1 ? start : made.threshold)),
    flags: Uint8Array.from(nodes, ({ made }) => (made.children ? made.flags : 0)),
    cover: Float32Array.from(nodes, ({ cover }) => cover),
    bitsets: Uint32Array.from(bitsets),
    leafValues: Float64Array.from(leafValues),
  };
}

const rowValues = fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -1, max: 10 }) }, fc.constant(NaN)), {
  minLength: features,
  maxLength: features,
});

test("numeric and categorical splits, missing values, features again on a path: the Shapley values by definition", async () => {
  let deepest = 0;
  const property = fc.asyncProperty(
    fc.array(madeTree, { minLength: 1, maxLength: 3 }),
    fc.array(rowValues, { minLength: 1, maxLength: 4 }),
    async (made, rows) => {
      const trees = flatten(made);
      deepest = Math.max(deepest, trees.feature.length);
      const learner: TreesLearner = { ...boosting, link: "identity", trees };
      const { baseline, contributions } = await explainRows(regression(learner, 0.5), tableOf(rows));
      const raw = treesRawOutputs(learner, Float64Array.from(rows.flat()), rows.length);
      const sum = (of: (root: number) => number): number => trees.roots.reduce((total, root) => total + of(root), 0);
      expect(baseline[0]).toBeCloseTo(0.5 * (-0.5 + 2 * sum((root) => answer(trees, root, rows[0], 0))), 10);
      rows.forEach((row, i) => {
        const found = contributions.subarray(i * features, (i + 1) * features);
        for (let feature = 0; feature < features; feature++) {
          const expected = 0.5 * 2 * sum((root) => shapley(trees, root, row, feature));
          expect(found[feature]).toBeCloseTo(expected, 10);
        }
        expect(found.reduce((total, value) => total + value, baseline[0])).toBeCloseTo(0.5 * raw[i], 10);
      });
    },
  );
  await fc.assert(property, { numRuns: 150, seed: 20 });
  expect(deepest).toBeGreaterThan(30);
});

/** Splits on x0 and, on the left, on x1; `covers` of the root, its children, and the left one's children. */
const twoSplits = (covers: number[]): TreesLearner => ({
  ...boosting,
  base: Float64Array.of(0),
  scale: 1,
  link: "identity",
  trees: {
    roots: Int32Array.of(0),
    feature: Int32Array.of(0, 1, -1, -1, -1),
    left: Int32Array.of(1, 3, 0, 1, 2),
    threshold: Float64Array.of(0, 0, 0, 0, 0),
    flags: new Uint8Array(5),
    cover: Float32Array.from(covers),
    bitsets: new Uint32Array(0),
    leafValues: Float64Array.of(6, 1, 3),
  },
});

describe("covers", () => {
  test("by hand", async () => {
    const { baseline, contributions } = await explainRows(
      regression(twoSplits([8, 4, 4, 2, 2])),
      tableOf([[-1, 1, 0, 0]]),
    );
    // Nothing known 4, x0 alone 2, x1 alone 4.5, both 3.
    expect(baseline[0]).toBeCloseTo(4, 14);
    expect(Array.from(contributions)).toEqual([-1.75, 0.75, 0, 0].map((value) => expect.closeTo(value, 14)));
  });

  test.each([
    ["a branch that no training row took", [4, 4, 0, 4, 0], [5, 5, 5, 5]],
    ["the same, taken by the row", [4, 0, 4, 0, 0], [-5, -5, 5, 5]],
    ["no rows at all", [0, 0, 0, 0, 0], [-5, 5, 5, 5]],
  ])("%s: contributions still add up", async (_, covers, row) => {
    const learner = twoSplits(covers);
    const { baseline, contributions } = await explainRows(regression(learner), tableOf([row]));
    const [raw] = treesRawOutputs(learner, Float64Array.from(row), 1);
    expect(contributions.reduce((sum, value) => sum + value, baseline[0])).toBeCloseTo(raw, 13);
  });

  test.each([NaN, -1, Infinity])("%d is refused by its place", async (cover) => {
    const explained = explainRows(regression(twoSplits([8, 4, 4, cover, 2])), tableOf([[1, 1, 1, 1]]));
    await expect(explained).rejects.toMatchObject({ code: "SLW_MODEL_INVALID", message: /trees\.cover\[3\]/ });
  });
});

describe("a path of 60 distinct features", () => {
  test("adds up, and equal features get equal shares", async () => {
    const depth = 60;
    const names = Array.from({ length: depth }, (_, i) => `x${i}`);
    // Node 2 i splits on feature i: left to a leaf of value 0, right to the next; the last right leaf has value 1.
    const nodes = 2 * depth + 1;
    const isSplit = (node: number): boolean => node % 2 === 0 && node < 2 * depth;
    const learner: TreesLearner = {
      ...boosting,
      base: Float64Array.of(0),
      scale: 1,
      link: "identity",
      trees: {
        roots: Int32Array.of(0),
        feature: Int32Array.from({ length: nodes }, (_, node) => (isSplit(node) ? node / 2 : -1)),
        left: Int32Array.from({ length: nodes }, (_, node) => (isSplit(node) ? node + 1 : node === nodes - 1 ? 1 : 0)),
        threshold: new Float64Array(nodes),
        flags: new Uint8Array(nodes),
        // Half of the rows at each split.
        cover: Float32Array.from({ length: nodes }, (_, node) => 2 ** -Math.ceil(node / 2)),
        bitsets: new Uint32Array(0),
        leafValues: Float64Array.of(0, 1),
      },
    };
    const model: Model = {
      ...regression(learner),
      inputs: names.map((name) => ({
        name,
        type: "numeric",
        integer: false,
        nullable: true,
        range: [0, 1],
        example: 0,
      })),
      transforms: names.map((column) => ({ op: "Numeric", column })),
    };
    const { baseline, contributions } = await explainRows(model, table(...names.map((name) => numeric(name, 1))));
    expect(baseline[0]).toBe(2 ** -depth);
    for (const value of contributions) expect(value).toBeCloseTo(1 / depth, 14);
  });
});

test.each([1, 2, 3, 7, 30, 200])("the quadrature of %i points integrates its polynomials", (count) => {
  const { points, weights } = gaussLegendre(count);
  for (const degree of [0, 1, count, 2 * count - 1]) {
    const integral = points.reduce((sum, t, i) => sum + weights[i] * t ** degree, 0);
    expect(integral * (degree + 1)).toBeCloseTo(1, 12);
  }
});
