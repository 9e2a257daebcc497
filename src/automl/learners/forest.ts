/**
 * Random forest (Breiman 2001) and extremely randomised trees (Geurts et al. 2006) on the histograms of boosting.
 *
 * A tree splits by the variance of one number a row: the value itself, whether the class is the second of two (that is
 * the Gini index), or for more classes a number drawn for each class and tree (random projection of the output, Joly
 * et al. 2014). The leaves hold the mean value, or the shares of all classes.
 */
import { createRandom, type Random } from "../../base/index.ts";
import type { Kernels, Quantisation } from "../../kernels/index.ts";
import type { TreesLearner } from "../../model/index.ts";
import type { BinnedDataset } from "../trees/binned.ts";
import { createTreesBuilder } from "../trees/flatten.ts";
import { growTree, type FeatureSampler, type GrownTree, type GrowthParams } from "../trees/grow.ts";
import { createWorkspace, padRows, type Workspace } from "../trees/workspace.ts";

export interface ForestParams {
  readonly trees: number;
  readonly maxLeaves: number;
  readonly minRows: number;
  /** Share of the features that a node may split on. */
  readonly featureFraction: number;
  /** Draw the rows of each tree with replacement? */
  readonly bootstrap: boolean;
  /** One random threshold a feature. */
  readonly randomThresholds: boolean;
}

export interface ForestInput {
  readonly data: BinnedDataset;
  readonly target: Float64Array;
  /** 0 for regression. */
  readonly classes: number;
  readonly rows: Uint32Array;
  readonly seed: number;
  readonly checkpoint: () => void;
  readonly shouldFinish: () => boolean;
}

const LIMITS = {
  maxDepth: 64,
  l1: 0,
  l2: 0,
  minGain: 0,
  minHessian: 1,
  categorySmoothing: 1,
  categoryL2: 0,
  maxCategories: 128,
  maxOneHot: 4,
} as const;

export function trainForest(kernels: Kernels, input: ForestInput, params: ForestParams): TreesLearner {
  const mark = kernels.arena.mark();
  try {
    return trainTrees(kernels, input, params);
  } finally {
    kernels.arena.release(mark);
  }
}

function trainTrees(kernels: Kernels, input: ForestInput, params: ForestParams): TreesLearner {
  const { data, rows, classes } = input;
  const space = createWorkspace(kernels, data, params.maxLeaves);
  const gradients = kernels.arena.allocate(padRows(data.rows) * 4);
  const gradientView = new Float32Array(kernels.arena.memory.buffer, gradients, data.rows);
  const rowView = new Uint32Array(kernels.arena.memory.buffer, space.rows, data.rows);
  const growth: GrowthParams = { ...LIMITS, ...params };
  const random = createRandom(input.seed, 2);
  const outputs = Math.max(1, classes);
  const builder = createTreesBuilder(data.binnings, outputs);
  for (let tree = 0; tree < params.trees; tree++) {
    input.checkpoint();
    if (tree > 0 && input.shouldFinish()) break;
    if (tree === 0 || classes > 2) writeGradients(gradientView, input, random);
    drawRows(random, rows, params.bootstrap, rowView);
    const salt = random.integer(2 ** 32);
    const scale = packGradients(space, gradients, rows.length, salt);
    const grown = growTree(space, rows.length, scale, growth, nodeSampler(random, data.features, params), salt);
    builder.add(space, grown, leafValues(rowView, grown, input.target, classes));
  }
  return {
    kind: "trees",
    outputs,
    leafWidth: outputs,
    base: new Float64Array(outputs),
    scale: 1 / builder.count(),
    link: "identity",
    trees: builder.finish(builder.count()),
  };
}

/** What the splits separate, with the mean of the training rows taken off: small numbers quantise finely. */
function writeGradients(gradients: Float32Array, input: ForestInput, random: Random): void {
  const { classes, target, rows } = input;
  const codes = Float64Array.from({ length: classes }, (_, k) => (classes === 2 ? k : random.normal()));
  const valueOf = (row: number): number => (classes === 0 ? target[row] : codes[target[row]]);
  let mean = 0;
  for (const row of rows) mean += valueOf(row) / rows.length;
  for (let row = 0; row < gradients.length; row++) gradients[row] = mean - valueOf(row);
}

function packGradients(space: Workspace, gradients: number, rowCount: number, salt: number): Quantisation {
  const { run, team } = space.kernels;
  const largest = run.largestMagnitude(gradients, space.rows, rowCount) || 1;
  const steps = Math.min(65_535, Math.floor((2 ** 31 - 1) / rowCount) - 1);
  const scale = { gradientScale: steps / largest, hessianScale: steps };
  const end = padRows(space.data.rows);
  team.packGradients(end, gradients, 0, salt, scale.gradientScale, scale.hessianScale, space.packed);
  return scale;
}

/** With replacement in ascending order: the counts of a multinomial draw, written out. */
function drawRows(random: Random, rows: Uint32Array, bootstrap: boolean, out: Uint32Array): void {
  if (!bootstrap) {
    out.set(rows);
    return;
  }
  const counts = new Uint16Array(rows.length);
  for (let i = 0; i < rows.length; i++) counts[random.integer(rows.length)]++;
  let at = 0;
  for (let i = 0; i < rows.length; i++) for (let c = counts[i]; c > 0; c--) out[at++] = rows[i];
}

/** New features for every node. */
function nodeSampler(random: Random, features: number, params: ForestParams): FeatureSampler {
  const wanted = Math.max(1, Math.round(features * params.featureFraction));
  const order = Uint32Array.from({ length: features }, (_, f) => f);
  return (list) => {
    for (let i = 0; i < wanted; i++) {
      const j = i + random.integer(features - i);
      const kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    list.set(order.subarray(0, wanted));
    return wanted;
  };
}

function leafValues(rows: Uint32Array, grown: GrownTree, target: Float64Array, classes: number): Float64Array {
  const width = Math.max(1, classes);
  const values = new Float64Array(grown.leaves.length * width);
  grown.leaves.forEach((leaf, i) => {
    const end = leaf.start + leaf.count;
    for (let at = leaf.start; at < end; at++) {
      const value = target[rows[at]];
      if (classes === 0) values[i] += value / leaf.count;
      else values[i * width + value] += 1 / leaf.count;
    }
  });
  return values;
}
