/**
 * Grows one tree on the packed gradients of a workspace, leaf by leaf: always the leaf whose split gains most
 * (LightGBM's leaf-wise growth, Ke et al. 2017).
 */
import {
  packSum,
  readSplit,
  writeSplitBounds,
  writeSplitParams,
  type Quantisation,
  type Split,
} from "../../kernels/index.ts";
import { coversOf, type FeatureSampler, type GrownTree, type GrowthParams } from "./grown-tree.ts";
import {
  childLeaves,
  computeHistogram,
  partitionRows,
  rootLeaf,
  slotAddress,
  writeNode,
  type SearchedLeaf,
} from "./leaf-search.ts";
import { NODE_BYTES, type Workspace } from "./workspace.ts";

interface OpenLeaf extends SearchedLeaf {
  split: Split | null;
  /** 256-bit set of the bins that go left. */
  set: Uint32Array;
}

const NO_SET = new Uint32Array(8);

/** `rowCount` rows stand in workspace.rows, in the order the caller chose. */
export function growTree(
  space: Workspace,
  rowCount: number,
  scale: Quantisation,
  params: GrowthParams,
  sampleFeatures: FeatureSampler,
  salt: number,
): GrownTree {
  const grower = createGrower(space, scale, params, sampleFeatures, salt);
  const open: OpenLeaf[] = [grower.root(rowCount)];
  const closed: OpenLeaf[] = [];
  const splits: (Split | null)[] = [null];
  let nodes = 1;
  while (open.length > 0) {
    const leaf = takeBest(open);
    if (!leaf.split || open.length + closed.length + 2 > params.maxLeaves) {
      closed.push(leaf);
      continue;
    }
    const last = open.length + closed.length + 2 === params.maxLeaves;
    splits[leaf.node] = leaf.split;
    splits.push(null, null);
    open.push(...grower.divide(leaf, nodes, last, open));
    nodes += 2;
  }
  closed.sort((a, b) => a.node - b.node);
  return { nodes, leaves: closed, covers: coversOf(space, nodes, closed), splits };
}

function takeBest(open: OpenLeaf[]): OpenLeaf {
  let best = 0;
  for (let i = 1; i < open.length; i++) if ((open[i].split?.gain ?? 0) > (open[best].split?.gain ?? 0)) best = i;
  return open.splice(best, 1)[0];
}

interface Grower {
  root(rowCount: number): OpenLeaf;
  /** Splits a leaf into nodes `node` and `node + 1`; `last`: no leaf will be split after this one. */
  divide(leaf: OpenLeaf, node: number, last: boolean, open: readonly OpenLeaf[]): [OpenLeaf, OpenLeaf];
}

function createGrower(
  space: Workspace,
  scale: Quantisation,
  params: GrowthParams,
  sampleFeatures: FeatureSampler,
  salt: number,
): Grower {
  const { run, arena, team } = space.kernels;
  const { data, pool } = space;
  const buffer = arena.memory.buffer;
  const paramsView = new Float64Array(buffer, space.params, 8);
  const boundsView = new DataView(buffer, space.params);
  const splitView = new DataView(buffer, space.split, 64);
  const splitSet = new Uint32Array(buffer, space.split + 32, 8);
  const featureView = new Uint32Array(buffer, space.featureList, data.features);
  const freeSlots = Array.from({ length: pool.slots }, (_, slot) => slot);

  function takeSlot(open: readonly OpenLeaf[]): number {
    const slot = freeSlots.pop();
    if (slot !== undefined) return slot;
    let poorest: OpenLeaf | undefined;
    for (const leaf of open)
      if (leaf.slot >= 0 && (!poorest || (leaf.split?.gain ?? 0) < (poorest.split?.gain ?? 0))) poorest = leaf;
    if (!poorest) throw new Error("The histogram pool is empty although no leaf holds a histogram.");
    const taken = poorest.slot;
    poorest.slot = -1;
    return taken;
  }

  function search(leaf: OpenLeaf): void {
    writeSplitParams(paramsView, params, scale, leaf.hessian, leaf.count);
    writeSplitBounds(boundsView, space.directions, leaf, scale);
    const listed = sampleFeatures(featureView);
    run.findSplit(
      slotAddress(space, leaf.slot),
      packSum(leaf, scale),
      space.featureList,
      listed,
      data.offsets,
      data.binCounts,
      data.kinds,
      space.params,
      params.randomThresholds ? 1 : 0,
      (salt ^ Math.imul(leaf.node + 1, 0x9e3779b1)) >>> 0,
      space.split,
    );
    const split = readSplit(splitView, scale);
    leaf.split = split.gain > 0 ? split : null;
    leaf.set = leaf.split ? splitSet.slice() : NO_SET;
  }

  const canSplit = (leaf: OpenLeaf): boolean =>
    leaf.count >= 2 * Math.max(1, params.minRows) && leaf.depth < params.maxDepth;

  function root(rowCount: number): OpenLeaf {
    const leaf: OpenLeaf = { ...rootLeaf(space, rowCount, scale), split: null, set: NO_SET };
    writeNode(space, 0, null, 0, NO_SET);
    if (!canSplit(leaf)) return leaf;
    leaf.slot = takeSlot([]);
    computeHistogram(space, leaf, leaf.slot);
    search(leaf);
    return leaf;
  }

  function divide(leaf: OpenLeaf, node: number, last: boolean, open: readonly OpenLeaf[]): [OpenLeaf, OpenLeaf] {
    const split = leaf.split as Split;
    writeNode(space, leaf.node, split, node, leaf.set);
    const leftCount = partitionRows(space, leaf, split.feature, space.nodes + leaf.node * NODE_BYTES + 16);
    const sums = { gradient: split.leftGradient, hessian: split.leftHessian };
    const children = childLeaves(space, leaf, split, sums, leftCount, node, params);
    const [left, right] = children.map((child): OpenLeaf => ({ ...child, split: null, set: NO_SET }));
    writeNode(space, node, null, 0, NO_SET);
    writeNode(space, node + 1, null, 0, NO_SET);
    if (last) releaseSlot(leaf);
    else fillHistograms(leaf, left, right, open);
    if (left.slot >= 0) search(left);
    if (right.slot >= 0) search(right);
    return [left, right];
  }

  function releaseSlot(leaf: OpenLeaf): void {
    if (leaf.slot >= 0) freeSlots.push(leaf.slot);
    leaf.slot = -1;
  }

  /** Computes the smaller child's histogram from its rows and the larger one's by subtraction. */
  function fillHistograms(parent: OpenLeaf, left: OpenLeaf, right: OpenLeaf, open: readonly OpenLeaf[]): void {
    const [small, large] = left.count <= right.count ? [left, right] : [right, left];
    if (!canSplit(large)) {
      releaseSlot(parent);
      return;
    }
    const slot = takeSlot(open);
    computeHistogram(space, small, slot);
    if (parent.slot >= 0) {
      team.subtract(slotAddress(space, parent.slot), slotAddress(space, slot), data.cells);
      large.slot = parent.slot;
      parent.slot = -1;
    } else {
      large.slot = takeSlot(open);
      computeHistogram(space, large, large.slot);
    }
    if (canSplit(small)) small.slot = slot;
    else freeSlots.push(slot);
  }

  return { root, divide };
}
