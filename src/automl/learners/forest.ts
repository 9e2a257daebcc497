/**
 * Random forest (Breiman 2001) and extremely randomised trees (Geurts et al. 2006) on the histograms of boosting.
 *
 * A tree splits by the variance of one number a row: the value itself, whether the class is the second of two (that is
 * the Gini index), or for more classes a number drawn for each class and tree (random projection of the output, Joly
 * et al. 2014). The leaves hold the mean value, or the shares of all classes, by weight.
 */
import { createRandom, type Random } from "../../base/index.ts";
import type { Kernels, Quantisation } from "../../kernels/index.ts";
import type { Learner, Trees, TreesLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import type { BinnedDataset } from "../trees/binned.ts";
import { createTreesBuilder } from "../trees/flatten.ts";
import { growTree } from "../trees/grow.ts";
import type { FeatureSampler, GrownTree, GrowthParams } from "../trees/grown-tree.ts";
import { createWorkspace, padRows, type Workspace } from "../trees/workspace.ts";
import { weightedMean } from "./objectives.ts";
import { monotoneDirections, weightedRows } from "./tree-rows.ts";

export interface ForestParams {
  readonly trees: number;
  readonly maxLeaves: number;
  readonly minRows: number;
  /** Splits from the root to a leaf at most. */
  readonly maxDepth: number;
  /** Share of the features that a node may split on. */
  readonly featureFraction: number;
  /** Draw the rows of each tree with replacement? */
  readonly bootstrap: boolean;
  /** One random threshold a feature. */
  readonly randomThresholds: boolean;
}

export interface ForestInput {
  readonly dataset: Dataset;
  readonly binned: BinnedDataset;
  readonly rows: Uint32Array;
  readonly seed: number;
  /** See FitContext. */
  readonly resume?: Learner;
  readonly checkpoint: () => void;
  readonly shouldFinish: () => boolean;
}

const LIMITS = {
  l1: 0,
  l2: 0,
  minGain: 0,
  minHessian: 0,
  categorySmoothing: 1,
  categoryL2: 0,
  maxCategories: 128,
  maxOneHot: 4,
} as const;

/** Tree t draws from stream TREES + t of the seed: so training can go on at any tree. */
const TREES = 0x2000_0000;

export function trainForest(kernels: Kernels, input: ForestInput, params: ForestParams): TreesLearner {
  const mark = kernels.arena.mark();
  try {
    return trainTrees(kernels, { ...input, rows: weightedRows(input.dataset, input.rows) }, params);
  } finally {
    kernels.arena.release(mark);
  }
}

function trainTrees(kernels: Kernels, input: ForestInput, params: ForestParams): TreesLearner {
  const { dataset, rows } = input;
  const { weights, classes } = dataset;
  const options = { maxLeaves: params.maxLeaves, weights, directions: monotoneDirections(dataset) };
  const space = createWorkspace(kernels, input.binned, options);
  const gradients = kernels.arena.allocate(padRows(dataset.rows) * 4);
  const { buffer } = kernels.arena.memory;
  const separated = createSeparated(new Float32Array(buffer, gradients, dataset.rows), input);
  const rowView = new Uint32Array(buffer, space.rows, dataset.rows);
  const growth: GrowthParams = { ...LIMITS, ...params };
  const outputs = Math.max(1, classes);
  const builder = createTreesBuilder(outputs, resumable(input.resume, outputs, params));
  for (let tree = builder.count(); tree < params.trees; tree++) {
    input.checkpoint();
    if (tree > 0 && input.shouldFinish()) break;
    const random = createRandom(input.seed, TREES + tree);
    const mean = separated.write(random);
    drawRows(random, rows, params.bootstrap, rowView);
    const salt = random.integer(2 ** 32);
    const scale = packGradients(space, gradients, rows.length, salt);
    const sampler = nodeSampler(random, dataset.features.length, params);
    const grown = growTree(space, rows.length, scale, growth, sampler, salt);
    builder.add(space, grown, leafValues(rowView, grown, dataset, mean));
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

/** The trees to go on from; undefined where there are none, or too many. */
function resumable(learner: Learner | undefined, outputs: number, { trees }: ForestParams): Trees | undefined {
  if (learner?.kind !== "trees" || learner.leafWidth !== outputs) return undefined;
  return learner.trees.roots.length <= trees ? learner.trees : undefined;
}

/** What the splits separate, with the mean of the training rows taken off: small numbers quantise finely. */
interface Separated {
  /** Writes the gradients of the coming tree, times the weights; returns the mean. */
  write(random: Random): number;
}

function createSeparated(gradients: Float32Array, { dataset, rows }: ForestInput): Separated {
  const { classes, target, weights } = dataset;
  let written: number | undefined;
  return {
    write(random) {
      if (written !== undefined && classes <= 2) return written;
      const codes = Float64Array.from({ length: classes }, (_, k) => (classes === 2 ? k : random.normal()));
      const valueOf = (row: number): number => (classes === 0 ? target[row] : codes[target[row]]);
      const mean = weightedMean(rows, weights, valueOf);
      for (let row = 0; row < gradients.length; row++)
        gradients[row] = (mean - valueOf(row)) * (weights ? weights[row] : 1);
      written = mean;
      return mean;
    },
  };
}

function packGradients(space: Workspace, gradients: number, rowCount: number, salt: number): Quantisation {
  const { run, team } = space.kernels;
  const { weights } = space;
  const largest = run.largestMagnitude(gradients, space.rows, rowCount) || 1;
  const largestWeight = weights === 0 ? 1 : run.largestMagnitude(weights, space.rows, rowCount);
  const steps = Math.min(65_535, Math.floor((2 ** 31 - 1) / rowCount) - 1);
  const scale = { gradientScale: steps / largest, hessianScale: steps / largestWeight };
  const end = padRows(space.data.rows);
  team.packGradients(end, gradients, weights, salt, scale.gradientScale, scale.hessianScale, space.packed);
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
  if (wanted === features) {
    return (list) => {
      list.set(order);
      return features;
    };
  }
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

/** Means or shares, by weight, kept within the leaf's bounds, which count from `mean`. */
function leafValues(
  rows: Uint32Array,
  grown: GrownTree,
  { target, classes, weights }: Dataset,
  mean: number,
): Float64Array {
  const width = Math.max(1, classes);
  const values = new Float64Array(grown.leaves.length * width);
  grown.leaves.forEach(({ start, count, lower, upper }, i) => {
    const within = (value: number): number => Math.min(Math.max(value, mean + lower), mean + upper);
    const own = values.subarray(i * width, (i + 1) * width);
    let total = 0;
    for (let at = start; at < start + count; at++) {
      const row = rows[at];
      const weight = weights ? weights[row] : 1;
      total += weight;
      if (classes === 0) own[0] += weight * target[row];
      else own[target[row]] += weight;
    }
    for (let k = 0; k < width; k++) own[k] /= total;
    if (classes === 0) own[0] = within(own[0]);
    else if (classes === 2) own.set([1 - within(own[1]), within(own[1])]);
  });
  return values;
}
