import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom, type Random } from "../base/index.ts";
import { readModel, writeModel } from "./index.ts";
import { testModel } from "./test-model.ts";
import { walkTrees } from "./trees.ts";
import { addLeavesByKernel } from "./trees-kernel.ts";
import type { TreesLearner } from "./types.ts";

const width = 6;

interface Spec {
  readonly seed: number;
  readonly leaves: number;
  readonly trees: number;
  readonly outputs: number;
  readonly isVector: boolean;
  /** Thresholds are the whole numbers below it, less 5. */
  readonly thresholds: number;
  /** Words of the bit sets. */
  readonly words: number;
}

/** Trees of any shape and any flags; features 0 to 2 are compared, 3 to 5 looked up in sets, one of them both. */
function learnerOf(spec: Spec): TreesLearner {
  const random = createRandom(spec.seed);
  const { outputs, isVector, trees } = spec;
  const nodes: Nodes = { feature: [], left: [], threshold: [], flags: [], bitsets: [], leaves: 0 };
  const roots = Array.from({ length: trees }, () => growTree(spec, nodes, random));
  const leafWidth = isVector ? outputs : 1;
  return {
    kind: "trees",
    outputs,
    leafWidth,
    base: new Float64Array(outputs),
    scale: 1,
    link: "identity",
    trees: {
      roots: Int32Array.from(roots),
      feature: Int32Array.from(nodes.feature),
      left: Int32Array.from(nodes.left),
      threshold: Float64Array.from(nodes.threshold),
      flags: Uint8Array.from(nodes.flags),
      cover: new Float32Array(nodes.feature.length),
      bitsets: Uint32Array.from(nodes.bitsets),
      leafValues: Float64Array.from({ length: nodes.leaves * leafWidth }, () => random.normal()),
    },
  };
}

interface Nodes {
  readonly feature: number[];
  readonly left: number[];
  readonly threshold: number[];
  readonly flags: number[];
  readonly bitsets: number[];
  leaves: number;
}

function thresholdOf(thresholds: number, random: Random): number {
  if (random.integer(12) > 0) return random.integer(thresholds) - 5;
  return [-0, Infinity, -Infinity][random.integer(3)] as number;
}

/** @returns its root */
function growTree({ leaves, thresholds, words }: Spec, nodes: Nodes, random: Random): number {
  const root = nodes.feature.length;
  const open = [{ node: root, leaves }];
  let end = root + 1;
  for (let next = open.shift(); next; next = open.shift()) {
    const { node, leaves: count } = next;
    const isLeaf = count === 1;
    const isSet = !isLeaf && words > 0 && random.integer(2) === 0;
    nodes.feature[node] = isLeaf ? -1 : isSet ? 3 + random.integer(3) : random.integer(4);
    nodes.flags[node] = isLeaf ? 0 : Number(isSet) + 2 * random.integer(2);
    nodes.threshold[node] = isLeaf ? 0 : isSet ? nodes.bitsets.length : thresholdOf(thresholds, random);
    nodes.left[node] = isLeaf ? nodes.leaves++ : end;
    if (isLeaf) continue;
    if (isSet) {
      const length = random.integer(words + 1);
      nodes.bitsets.push(length, ...Array.from({ length }, () => random.integer(2 ** 30) * 4 + random.integer(4)));
    }
    const left = 1 + random.integer(count - 1);
    open.push({ node: end, leaves: left }, { node: end + 1, leaves: count - left });
    end += 2;
  }
  return root;
}

const special = [
  NaN,
  NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  -0.5,
  0.5,
  -1,
  31,
  32,
  63,
  64,
  1e300,
  2 ** 32 + 3,
  -(2 ** 32) + 2,
];

function featuresOf(rows: number, seed: number): Float64Array {
  const random = createRandom(seed, 1);
  return Float64Array.from({ length: rows * width }, (_, i) => {
    if (random.integer(5) === 0) return special[random.integer(special.length)] as number;
    return i % width < 3 ? random.integer(20) / 2 - 5 : random.integer(40);
  });
}

function scored(learner: TreesLearner, features: Float64Array, rows: number) {
  const walked = new Float64Array(rows * learner.outputs);
  walkTrees(learner, features, rows, walked);
  const sums = new Float64Array(rows * learner.outputs);
  return { done: addLeavesByKernel(learner, features, rows, sums), sums, walked };
}

const folder = mkdtempSync(join(tmpdir(), "slipway-trees-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the kernel and the walk", () => {
  const plain: Spec = { seed: 1, leaves: 20, trees: 30, outputs: 1, isVector: false, thresholds: 20, words: 2 };

  const works = (): boolean => scored(learnerOf(plain), featuresOf(3, 6), 3).done;

  beforeAll(async () => {
    const path = join(folder, "model.slipway");
    await writeModel(path, testModel);
    await readModel(path);
  });

  test("the kernel is there once a model with trees was read", () => {
    expect(works()).toBe(true);
  });

  const spec = fc.record({
    seed: fc.nat(),
    leaves: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 200, max: 300 })),
    trees: fc.integer({ min: 0, max: 40 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    isVector: fc.boolean(),
    thresholds: fc.integer({ min: 1, max: 252 }),
    words: fc.integer({ min: 0, max: 7 }),
  });

  test("give the same bits for any trees and rows", () => {
    fc.assert(
      fc.property(spec, fc.integer({ min: 1, max: 300 }), (each, rows) => {
        const { done, sums, walked } = scored(learnerOf(each), featuresOf(rows, each.seed), rows);
        expect(done).toBe(true);
        expect(sums).toEqual(walked);
      }),
      { numRuns: 150 },
    );
  });

  test("rows of more numbers than a block holds come in several blocks", () => {
    const rows = 20_000;
    const { done, sums, walked } = scored(learnerOf(plain), featuresOf(rows, 2), rows);
    expect(done).toBe(true);
    expect(sums).toEqual(walked);
  });

  test("rows wider than a block are left to the walk", () => {
    const features = new Float64Array(70_000).fill(1);
    expect(addLeavesByKernel(learnerOf(plain), features, 1, new Float64Array(1))).toBe(false);
  });

  test.each<[string, Partial<Spec>]>([
    ["more thresholds than a byte tells apart", { thresholds: 2_000, trees: 300, words: 0 }],
    ["more categories than a byte tells apart", { words: 20 }],
  ])("%s are left to the walk", (_, different) => {
    const { done, sums } = scored(learnerOf({ ...plain, ...different }), featuresOf(10, 3), 10);
    expect(done).toBe(false);
    expect(sums).toEqual(new Float64Array(10));
  });

  test("more leaf values than are worth a copy are left to the walk", () => {
    const { trees, ...learner } = learnerOf(plain);
    const leafValues = new Float64Array(2 ** 23 + 1);
    expect(scored({ ...learner, trees: { ...trees, leafValues } }, featuresOf(2, 5), 2).done).toBe(false);
  });

  /** Every node's children are the next two: a ladder of `splits` steps in which paths meet again. */
  function ladder(splits: number): TreesLearner {
    const { trees, ...learner } = learnerOf({ ...plain, trees: 1, leaves: 1 });
    const count = splits + 2;
    const inner = (value: number, leaf: number) => Array.from({ length: count }, (_, i) => (i < splits ? value : leaf));
    return {
      ...learner,
      trees: {
        ...trees,
        feature: Int32Array.from(inner(0, -1)),
        left: Int32Array.from(inner(0, 0), (_, i) => (i < splits ? i + 1 : i - splits)),
        threshold: new Float64Array(count),
        flags: new Uint8Array(count),
        cover: new Float32Array(count),
        leafValues: Float64Array.of(1, 2),
      },
    };
  }

  test.each([1, 2, 40, 100_000])("a graph of %d splits whose paths meet ends in time", (splits) => {
    const { done, sums, walked } = scored(ladder(splits), featuresOf(9, 4), 9);
    expect(done).toBe(splits <= 2);
    if (done) expect(sums).toEqual(walked);
  });
});
