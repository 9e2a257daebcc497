/**
 * Gradient boosted trees by second-order gains (Chen & Guestrin 2016), on histograms, leaf-wise (Ke et al. 2017) or
 * symmetric (Prokhorenkova et al. 2018), with quantised gradients (Shi et al. 2022).
 */
import { createRandom, type Random } from "../../base/index.ts";
import type { Kernels } from "../../kernels/index.ts";
import { applyLink, type Learner, type Trees, type TreesLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import type { BinnedDataset } from "../trees/binned.ts";
import { createTreesBuilder } from "../trees/flatten.ts";
import { growSymmetricTree } from "../trees/grow-symmetric.ts";
import { growTree } from "../trees/grow.ts";
import { leafValue, type GrownTree } from "../trees/grown-tree.ts";
import { orderedStatistics } from "../trees/ordered-statistics.ts";
import { restoreTree } from "../trees/restore-tree.ts";
import { createWorkspace, NODE_BYTES, type Workspace } from "../trees/workspace.ts";
import type { BoostingParams } from "./boosting-params.ts";
import { drawRows, featureSampler, type DrawnRows } from "./boosting-samples.ts";
import type { Fit } from "./learner.ts";
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

export interface BoostingFit extends Fit {
  readonly learner: TreesLearner;
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
  readonly held: HeldRows;
}

/** What the trees so far say of the validation rows. */
interface HeldRows {
  readonly rows: Uint32Array;
  /** What the last tree says, by row of the dataset; 0 again when it is added up. */
  readonly leaves: number;
  readonly leafView: Float64Array;
  /** Sums of leaves from the first tree on, without the base; rows x outputs. */
  readonly sums: Float64Array;
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
  const bestSums = new Float64Array(boosting.held.sums.length);
  const isBetter = (rows: Uint32Array, rounds: number): boolean => {
    const loss = objective.loss(rows);
    if (!(loss < best.loss)) return false;
    best = { loss, rounds };
    bestSums.set(boosting.held.sums);
    return true;
  };
  if (earlier && validation) isBetter(validation, round);
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
    if (validation && !isBetter(validation, round + 1) && round + 1 - best.rounds >= params.patience) break;
  }
  const rounds = validation ? best.rounds : round;
  const { outputs, base, link } = objective;
  const trees = builder.finish(rounds * outputs);
  const learner: TreesLearner = { kind: "trees", outputs, leafWidth: 1, base, scale: 1, link, trees };
  return validation ? { rounds, learner, outputs: toOutputs(bestSums, objective) } : { rounds, learner };
}

/**
 * The learner's outputs for the validation rows. The sums have the order that scoring adds in, so they have its bits; the
 * scores, which begin with the base, do not.
 */
function toOutputs(sums: Float64Array, { base, link, outputs }: Objective): Float64Array {
  for (let i = 0; i < sums.length; i++) sums[i] = base[i % outputs] + sums[i];
  return applyLink(link, sums, outputs);
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
  const held = holdRows(kernels, validation, binned.rows, objective.outputs);
  return { kernels, input, params, spaces: datas.map((data) => ({ ...space, data })), scores, objective, lists, held };
}

function holdRows(kernels: Kernels, rows: Uint32Array | null, pitch: number, outputs: number): HeldRows {
  if (!rows) return { rows: new Uint32Array(0), leaves: 0, leafView: new Float64Array(0), sums: new Float64Array(0) };
  const leaves = kernels.arena.allocate(pitch * 8);
  const leafView = new Float64Array(kernels.arena.memory.buffer, leaves, pitch);
  return { rows, leaves, leafView, sums: new Float64Array(rows.length * outputs) };
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
function replay(boosting: Boosting, trees: Trees): void {
  const { kernels, input, spaces, scores } = boosting;
  const { rows } = input;
  trees.roots.forEach((_, tree) => {
    const k = tree % spaces.length;
    const space = spaces[k];
    restoreTree(space, trees, tree);
    if (tree === 0) new Uint32Array(kernels.arena.memory.buffer, space.rows, rows.length).set(rows);
    walkRows(space, space.rows, rows.length, scores.address + k * scores.pitch * 8);
    walkHeld(boosting, k);
  });
}

/** Adds the tree in the workspace's nodes to the scores and to the sums of the validation rows. */
function walkHeld({ spaces, scores, held, lists }: Boosting, k: number): void {
  const { rows, leaves, leafView, sums } = held;
  const { view, pitch } = scores;
  walkRows(spaces[k], lists.validation, lists.validationCount, leaves);
  for (let i = 0, at = k; i < rows.length; i++, at += spaces.length) {
    const row = rows[i];
    const leaf = leafView[row];
    leafView[row] = 0;
    view[k * pitch + row] = view[k * pitch + row] + leaf;
    sums[at] = sums[at] + leaf;
  }
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
function addTree(boosting: Boosting, k: number, tree: GrownTree, values: Float64Array, unsampledCount: number): void {
  const { kernels, spaces, scores, lists } = boosting;
  const { arena, team } = kernels;
  const space = spaces[k];
  const address = scores.address + k * scores.pitch * 8;
  const nodes = new DataView(arena.memory.buffer, space.nodes, tree.nodes * NODE_BYTES);
  tree.leaves.forEach((leaf, i) => {
    nodes.setFloat64(leaf.node * NODE_BYTES + 8, values[i], true);
    team.addToRows(space.rows + leaf.start * 4, leaf.count, address, values[i]);
  });
  walkRows(space, lists.unsampledAddress, unsampledCount, address);
  walkHeld(boosting, k);
}

/** Sends the rows down the tree in the workspace's nodes and adds what they meet to their scores. */
function walkRows({ kernels, data, nodes }: Workspace, rows: number, count: number, scores: number): void {
  kernels.team.walk(rows, count, nodes, data.columns, data.rows, scores);
}
