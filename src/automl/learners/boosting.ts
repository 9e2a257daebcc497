/**
 * Gradient boosted trees by second-order gains (Chen & Guestrin 2016), on histograms, leaf-wise (Ke et al. 2017) or
 * symmetric (Prokhorenkova et al. 2018), with quantised gradients (Shi et al. 2022).
 */
import { createRandom, type Random } from "../../base/index.ts";
import type { Kernels } from "../../kernels/index.ts";
import type { Learner, Trees, TreesLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import type { BinnedDataset } from "../trees/binned.ts";
import { createTreesBuilder } from "../trees/flatten.ts";
import { growSymmetricTree } from "../trees/grow-symmetric.ts";
import { growTree } from "../trees/grow.ts";
import { leafValue, type FeatureSampler, type GrownTree } from "../trees/grown-tree.ts";
import { orderedStatistics } from "../trees/ordered-statistics.ts";
import { restoreTree } from "../trees/restore-tree.ts";
import { createWorkspace, NODE_BYTES, type Workspace } from "../trees/workspace.ts";
import type { BoostingParams } from "./boosting-params.ts";
import { createScores, logistic, softmax, type Objective, type ObjectiveInput, type Scores } from "./objectives.ts";
import { regressionObjective } from "./regression-objectives.ts";
import { monotoneDirections, weightedRows } from "./tree-rows.ts";

export interface BoostingInput {
  readonly dataset: Dataset;
  readonly binned: BinnedDataset;
  readonly rows: Uint32Array;
  readonly validation: Uint32Array | null;
  readonly seed: number;
  /** See FitContext. */
  readonly resume?: Learner;
  readonly checkpoint: () => void;
  readonly shouldFinish: () => boolean;
}

export interface BoostingFit {
  readonly learner: TreesLearner;
  readonly rounds: number;
}

/** Round r draws from stream ROUNDS + r of the seed: so training can go on at any round. */
const ROUNDS = 0x1000_0000;
/** Beyond it, ordered statistics of every class would not fit in memory: categories are sorted instead. */
const MAX_STATISTICS_BYTES = 2 ** 30;

/** Trains on `input.rows`. Everything it takes from the kernels' memory is given back. */
export function trainBoosting(kernels: Kernels, input: BoostingInput, params: BoostingParams): BoostingFit {
  const mark = kernels.arena.mark();
  try {
    const { dataset } = input;
    return boost(kernels, { ...input, rows: weightedRows(dataset, input.rows) }, params);
  } finally {
    kernels.arena.release(mark);
  }
}

/** What all rounds of a training share. */
interface Boosting {
  readonly kernels: Kernels;
  readonly input: BoostingInput;
  readonly params: BoostingParams;
  /** One for each output; they differ in the bins of ordered statistics only. */
  readonly spaces: readonly Workspace[];
  readonly scores: Scores;
  readonly objective: Objective;
  readonly lists: RowLists;
}

function boost(kernels: Kernels, input: BoostingInput, params: BoostingParams): BoostingFit {
  const { validation } = input;
  const boosting = prepare(kernels, input, params);
  const { objective } = boosting;
  const earlier = resumable(input.resume, objective, params);
  const builder = createTreesBuilder(1, earlier);
  if (earlier) replay(boosting, earlier);
  let round = builder.count() / objective.outputs;
  let best = { loss: Infinity, rounds: 0 };
  if (earlier && validation) best = { loss: objective.loss(validation), rounds: round };
  for (; round < params.rounds; round++) {
    if (round > 0 && input.shouldFinish()) break;
    objective.beginRound();
    const random = createRandom(input.seed, ROUNDS + round);
    const drawn = drawRows(random, input.rows, params.rowFraction, boosting.lists.unsampled);
    boosting.spaces.forEach((space, k) => {
      input.checkpoint();
      const { tree, values } = growNext(boosting, k, drawn, random);
      addTree(boosting, k, tree, values, drawn.unsampledCount);
      builder.add(space, tree, values);
    });
    if (validation) {
      const loss = objective.loss(validation);
      if (loss < best.loss) best = { loss, rounds: round + 1 };
      else if (round + 1 - best.rounds >= params.patience) break;
    }
  }
  const kept = validation ? best.rounds : round;
  return {
    rounds: kept,
    learner: {
      kind: "trees",
      outputs: objective.outputs,
      leafWidth: 1,
      base: objective.base,
      scale: 1,
      link: objective.link,
      trees: builder.finish(kept * objective.outputs),
    },
  };
}

function prepare(kernels: Kernels, input: BoostingInput, params: BoostingParams): Boosting {
  const { dataset, binned, rows, validation } = input;
  const { target, classes, weights } = dataset;
  const datas = trainingBins(kernels, input, params);
  const widest = {
    ...datas.reduce((wide, data) => (data.cells > wide.cells ? data : wide)),
    stride: Math.max(...datas.map(({ stride }) => stride)),
  };
  const options = { maxLeaves: params.maxLeaves, weights, directions: monotoneDirections(dataset) };
  const space = createWorkspace(kernels, widest, options);
  const scores = createScores(kernels, binned.rows, datas.length);
  const weightsAddress = space.weights;
  const objective = createObjective({ kernels, scores, target, classes, rows, weights, weightsAddress }, params);
  const lists = uploadRows(kernels, rows, validation);
  for (let k = 0; k < objective.outputs; k++)
    scores.view.fill(objective.base[k], k * scores.pitch, (k + 1) * scores.pitch);
  return { kernels, input, params, spaces: datas.map((data) => ({ ...space, data })), scores, objective, lists };
}

/** The bins to train on, for each output. */
function trainingBins(kernels: Kernels, input: BoostingInput, params: BoostingParams): BinnedDataset[] {
  const { dataset, binned, rows, seed } = input;
  const { features, target, weights, classes } = dataset;
  const outputs = classes > 2 ? classes : 1;
  const bytes = outputs * binned.rows * (binned.stride + binned.features);
  return Array.from({ length: outputs }, (_, k) => {
    if (params.categories === "sorted" || bytes > MAX_STATISTICS_BYTES) return binned;
    const values = classes > 2 ? (row: number) => Number(target[row] === k) : (row: number) => target[row];
    const { priorWeight, maxOneHot } = params;
    return orderedStatistics(kernels, binned, { features, values, weights, rows, priorWeight, maxOneHot, seed });
  });
}

function createObjective(input: ObjectiveInput, params: BoostingParams): Objective {
  if (input.classes === 0) return regressionObjective(input, params);
  return input.classes <= 2 ? logistic(input) : softmax(input);
}

/** The trees to go on from; undefined where there are none, or too many. */
function resumable(learner: Learner | undefined, objective: Objective, params: BoostingParams): Trees | undefined {
  if (learner?.kind !== "trees" || learner.leafWidth !== 1 || learner.outputs !== objective.outputs) return undefined;
  return learner.trees.roots.length <= params.rounds * objective.outputs ? learner.trees : undefined;
}

/** Brings the scores to where they were after these trees: each row's sum has the same order, so the same bits. */
function replay({ kernels, input, spaces, scores, lists }: Boosting, trees: Trees): void {
  const { rows } = input;
  trees.roots.forEach((_, tree) => {
    const k = tree % spaces.length;
    const space = spaces[k];
    restoreTree(space, trees, tree);
    const address = scores.address + k * scores.pitch * 8;
    if (tree === 0) new Uint32Array(kernels.arena.memory.buffer, space.rows, rows.length).set(rows);
    walkRows(space, space.rows, rows.length, address);
    walkRows(space, lists.validation, lists.validationCount, address);
  });
}

interface DrawnRows {
  readonly rows: Uint32Array;
  readonly unsampledCount: number;
}

function growNext(
  { kernels, params, spaces, objective }: Boosting,
  k: number,
  { rows }: DrawnRows,
  random: Random,
): { tree: GrownTree; values: Float64Array } {
  const space = spaces[k];
  new Uint32Array(kernels.arena.memory.buffer, space.rows, rows.length).set(rows);
  const salt = random.integer(2 ** 32);
  const scale = objective.pack(k, space.rows, rows.length, salt, space.packed);
  const grow = params.growth === "symmetric" ? growSymmetricTree : growTree;
  const tree = grow(space, rows.length, scale, params, featureSampler(random, space.data, params), salt);
  return { tree, values: leafValues(space, tree, objective, params) };
}

/** Row lists in the kernels' memory. */
interface RowLists {
  readonly validation: number;
  readonly validationCount: number;
  /** The training rows that the round's sample left out, as a view. */
  readonly unsampled: Uint32Array;
  readonly unsampledAddress: number;
}

function uploadRows(kernels: Kernels, rows: Uint32Array, validation: Uint32Array | null): RowLists {
  const validationCount = validation?.length ?? 0;
  const address = kernels.arena.allocate(validationCount * 4);
  const unsampledAddress = kernels.arena.allocate(rows.length * 4);
  const buffer = kernels.arena.memory.buffer;
  if (validation) new Uint32Array(buffer, address, validationCount).set(validation);
  return {
    validation: address,
    validationCount,
    unsampled: new Uint32Array(buffer, unsampledAddress, rows.length),
    unsampledAddress,
  };
}

/** Draws `fraction` of the rows in their order (selection sampling, Knuth 3.4.2 S); the others go to `unsampled`. */
function drawRows(random: Random, rows: Uint32Array, fraction: number, unsampled: Uint32Array): DrawnRows {
  if (fraction >= 1) return { rows, unsampledCount: 0 };
  const wanted = Math.max(1, Math.round(rows.length * fraction));
  const drawn = new Uint32Array(wanted);
  let count = 0;
  let left = 0;
  for (let i = 0; i < rows.length; i++) {
    if (random.next() * (rows.length - i) < wanted - count) drawn[count++] = rows[i];
    else unsampled[left++] = rows[i];
  }
  return { rows: drawn, unsampledCount: left };
}

function featureSampler(random: Random, data: BinnedDataset, params: BoostingParams): FeatureSampler {
  const all = Int32Array.from({ length: data.features }, (_, f) => f);
  const wanted = Math.max(1, Math.round(data.features * params.featureFraction));
  const chosen = wanted === data.features ? all : random.shuffle(all).subarray(0, wanted).sort();
  return (list) => {
    list.set(chosen);
    return chosen.length;
  };
}

/** The leaves' best values within their bounds, times the learning rate. */
function leafValues(space: Workspace, tree: GrownTree, objective: Objective, params: BoostingParams): Float64Array {
  const { run, arena } = space.kernels;
  const { exact, refit } = objective;
  const sumOf = (address: number, start: number, count: number): number =>
    address === 0 ? count : run.sumRows(address, space.rows + start * 4, count);
  return Float64Array.from(tree.leaves, (leaf) => {
    const { start, count, lower, upper } = leaf;
    let sums = leaf;
    if (count === 0) sums = { ...leaf, gradient: 0, hessian: 0 };
    else if (refit) {
      const value = refit(new Uint32Array(arena.memory.buffer, space.rows + start * 4, count));
      const hessian = sumOf(space.weights, start, count);
      const shrunk = (value * hessian) / (hessian + params.l2);
      return params.learningRate * Math.min(Math.max(shrunk, lower), upper);
    } else if (exact) {
      const gradient = sumOf(exact.gradients, start, count);
      sums = { ...leaf, gradient, hessian: sumOf(exact.hessians || space.weights, start, count) };
    }
    return params.learningRate * leafValue(sums, params);
  });
}

/** Adds the tree to the scores of its own rows (known leaf by leaf) and of all others (sent down the tree). */
function addTree(
  { kernels, spaces, scores, lists }: Boosting,
  k: number,
  tree: GrownTree,
  values: Float64Array,
  unsampledCount: number,
): void {
  const { arena, team } = kernels;
  const space = spaces[k];
  const address = scores.address + k * scores.pitch * 8;
  const nodes = new DataView(arena.memory.buffer, space.nodes, tree.nodes * NODE_BYTES);
  tree.leaves.forEach((leaf, i) => {
    nodes.setFloat64(leaf.node * NODE_BYTES + 8, values[i], true);
    team.addToRows(space.rows + leaf.start * 4, leaf.count, address, values[i]);
  });
  walkRows(space, lists.unsampledAddress, unsampledCount, address);
  walkRows(space, lists.validation, lists.validationCount, address);
}

/** Sends the rows down the tree in the workspace's nodes and adds what they meet to their scores. */
function walkRows({ kernels, data, nodes }: Workspace, rows: number, count: number, scores: number): void {
  kernels.team.walk(rows, count, nodes, data.columns, data.rows, scores);
}
