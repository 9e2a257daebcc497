/**
 * Gradient boosted trees by second-order gains (Chen & Guestrin 2016), leaf-wise on histograms (Ke et al. 2017),
 * with quantised gradients (Shi et al. 2022).
 */
import { createRandom, type Random } from "../../base/index.ts";
import type { Kernels } from "../../kernels/index.ts";
import type { TreesLearner } from "../../model/index.ts";
import type { BinnedDataset } from "../trees/binned.ts";
import { createTreesBuilder } from "../trees/flatten.ts";
import { growTree, type FeatureSampler, type GrownTree, type GrowthParams } from "../trees/grow.ts";
import { createWorkspace, NODE_BYTES, type Workspace } from "../trees/workspace.ts";
import { createScores, logistic, softmax, squared, type Objective, type Scores } from "./objectives.ts";

export interface BoostingParams {
  /** Rounds at most; each grows one tree, or one a class. */
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxLeaves: number;
  readonly maxDepth: number;
  readonly minRows: number;
  readonly minHessian: number;
  readonly l1: number;
  readonly l2: number;
  readonly minGain: number;
  /** Share of the features that a tree may use. */
  readonly featureFraction: number;
  /** Share of the rows that a round is trained on, drawn without replacement. */
  readonly rowFraction: number;
  readonly categorySmoothing: number;
  readonly categoryL2: number;
  readonly maxCategories: number;
  readonly maxOneHot: number;
  /** One random threshold a feature. */
  readonly randomThresholds: boolean;
  /** Rounds without a better validation loss after which training ends. */
  readonly patience: number;
}

/** LightGBM's defaults, where it has the same parameter. */
export const BOOSTING_DEFAULTS: BoostingParams = {
  rounds: 100,
  learningRate: 0.1,
  maxLeaves: 31,
  maxDepth: 64,
  minRows: 20,
  minHessian: 1e-3,
  l1: 0,
  l2: 0,
  minGain: 0,
  featureFraction: 1,
  rowFraction: 1,
  categorySmoothing: 10,
  categoryL2: 10,
  maxCategories: 32,
  maxOneHot: 4,
  randomThresholds: false,
  patience: 50,
};

export interface BoostingInput {
  readonly data: BinnedDataset;
  /** Class numbers, or values; one a row of the dataset. */
  readonly target: Float64Array;
  /** 0 for regression. */
  readonly classes: number;
  readonly rows: Uint32Array;
  readonly validation: Uint32Array | null;
  readonly seed: number;
  readonly checkpoint: () => void;
  readonly shouldFinish: () => boolean;
}

export interface BoostingFit {
  readonly learner: TreesLearner;
  readonly rounds: number;
}

/** Trains on `input.rows`. Everything it takes from the kernels' memory is given back. */
export function trainBoosting(kernels: Kernels, input: BoostingInput, params: BoostingParams): BoostingFit {
  const mark = kernels.arena.mark();
  try {
    return boost(kernels, input, params);
  } finally {
    kernels.arena.release(mark);
  }
}

function boost(kernels: Kernels, input: BoostingInput, params: BoostingParams): BoostingFit {
  const { data, rows, validation } = input;
  const space = createWorkspace(kernels, data, params.maxLeaves);
  const scores = createScores(kernels, data.rows, Math.max(1, input.classes > 2 ? input.classes : 1));
  const objective = createObjective(kernels, input, scores);
  const lists = uploadRows(kernels, rows, validation);
  for (let k = 0; k < objective.outputs; k++)
    scores.view.fill(objective.base[k], k * scores.pitch, (k + 1) * scores.pitch);

  const random = createRandom(input.seed, 1);
  const builder = createTreesBuilder(data.binnings, 1);
  const growth: GrowthParams = params;
  let best = { loss: Infinity, rounds: 0 };
  let round = 0;
  for (; round < params.rounds; round++) {
    if (round > 0 && input.shouldFinish()) break;
    objective.beginRound();
    const drawn = drawRows(random, rows, params.rowFraction, lists.unsampled);
    for (let k = 0; k < objective.outputs; k++) {
      input.checkpoint();
      new Uint32Array(kernels.arena.memory.buffer, space.rows, drawn.count).set(drawn.rows);
      const salt = random.integer(2 ** 32);
      const scale = objective.pack(k, space.rows, drawn.count, salt, space.packed);
      const tree = growTree(space, drawn.count, scale, growth, featureSampler(random, data, params), salt);
      const values = leafValues(space, tree, objective, params);
      addTree(space, scores, k, tree, values, drawn.unsampledCount, lists);
      builder.add(space, tree, values);
    }
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

function createObjective(kernels: Kernels, input: BoostingInput, scores: Scores): Objective {
  if (input.classes === 0) return squared(kernels, scores, input.target, input.rows);
  if (input.classes <= 2) return logistic(kernels, scores, input.target, input.rows);
  return softmax(kernels, scores, input.target, input.rows, input.classes);
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
function drawRows(
  random: Random,
  rows: Uint32Array,
  fraction: number,
  unsampled: Uint32Array,
): { rows: Uint32Array; count: number; unsampledCount: number } {
  if (fraction >= 1) return { rows, count: rows.length, unsampledCount: 0 };
  const wanted = Math.max(1, Math.round(rows.length * fraction));
  const drawn = new Uint32Array(wanted);
  let count = 0;
  let left = 0;
  for (let i = 0; i < rows.length; i++) {
    if (random.next() * (rows.length - i) < wanted - count) drawn[count++] = rows[i];
    else unsampled[left++] = rows[i];
  }
  return { rows: drawn, count, unsampledCount: left };
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

/** -G / (H + l2), times the learning rate. */
function leafValues(space: Workspace, tree: GrownTree, objective: Objective, params: BoostingParams): Float64Array {
  const { run } = space.kernels;
  return Float64Array.from(tree.leaves, (leaf) => {
    let { gradient, hessian } = leaf;
    if (objective.exactLeaves) {
      gradient = run.sumRows(objective.gradients, space.rows + leaf.start * 4, leaf.count);
      hessian = leaf.count;
    }
    if (hessian + params.l2 <= 0) return 0;
    const shrunk = Math.sign(gradient) * Math.max(Math.abs(gradient) - params.l1, 0);
    return (-params.learningRate * shrunk) / (hessian + params.l2);
  });
}

/** Adds the tree to the scores of its own rows (known leaf by leaf) and of all others (sent down the tree). */
function addTree(
  space: Workspace,
  scores: Scores,
  k: number,
  tree: GrownTree,
  values: Float64Array,
  unsampledCount: number,
  lists: RowLists,
): void {
  const { arena, team } = space.kernels;
  const { data } = space;
  const address = scores.address + k * scores.pitch * 8;
  const nodes = new DataView(arena.memory.buffer, space.nodes, tree.nodes * NODE_BYTES);
  tree.leaves.forEach((leaf, i) => {
    nodes.setFloat64(leaf.node * NODE_BYTES + 8, values[i], true);
    team.addToRows(space.rows + leaf.start * 4, leaf.count, address, values[i]);
  });
  const walk = (rows: number, count: number): void =>
    team.walk(rows, count, space.nodes, data.bins, data.stride, address);
  walk(lists.unsampledAddress, unsampledCount);
  walk(lists.validation, lists.validationCount);
}
