/**
 * Grows one tree on the packed gradients of a workspace, leaf by leaf: always the leaf whose split gains most
 * (LightGBM's leaf-wise growth, Ke et al. 2017).
 */
import { readSplit, writeSplitParams, type Quantisation, type Split, type SplitParams } from "../../kernels/index.ts";
import { FEATURE_BYTES, NODE_BYTES, type Workspace } from "./workspace.ts";

export interface GrowthParams extends SplitParams {
  readonly maxLeaves: number;
  /** Splits from the root to a leaf at most. */
  readonly maxDepth: number;
  /** One random threshold a feature instead of the best (extremely randomised trees, Geurts et al. 2006). */
  readonly randomThresholds: boolean;
}

/** The features a node may split on; called once a node so that forests can draw anew for each. */
export type FeatureSampler = (list: Uint32Array) => number;

export interface Leaf {
  readonly node: number;
  /** The leaf's rows: workspace.rows[start .. start + count). */
  readonly start: number;
  readonly count: number;
  /** Sums over the leaf's rows, from the quantised gradients. */
  readonly gradient: number;
  readonly hessian: number;
}

/** A grown tree by bins. Node i's split is in the workspace's nodes; leaf values are for the caller to set. */
export interface GrownTree {
  readonly nodes: number;
  readonly leaves: readonly Leaf[];
  /** Rows that reached each node. */
  readonly counts: Float32Array;
  /** The split of each node; null for leaves. */
  readonly splits: readonly (Split | null)[];
}

interface OpenLeaf extends Leaf {
  readonly depth: number;
  /** Slot of the histogram pool, or -1: then it is computed again when needed. */
  slot: number;
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
  const counts = new Float32Array(2 * params.maxLeaves - 1);
  const splits: (Split | null)[] = [null];
  counts[0] = rowCount;
  let nodes = 1;
  while (open.length > 0) {
    const leaf = takeBest(open);
    if (!leaf.split || open.length + closed.length + 2 > params.maxLeaves) {
      closed.push(leaf);
      continue;
    }
    const last = open.length + closed.length + 2 === params.maxLeaves;
    const [left, right] = grower.divide(leaf, nodes, last, open);
    counts[left.node] = left.count;
    counts[right.node] = right.count;
    splits[leaf.node] = leaf.split;
    splits.push(null, null);
    nodes += 2;
    open.push(left, right);
  }
  closed.sort((a, b) => a.node - b.node);
  return { nodes, leaves: closed, counts: counts.slice(0, nodes), splits };
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
  const splitView = new DataView(buffer, space.split, 64);
  const splitSet = new Uint32Array(buffer, space.split + 32, 8);
  const featureView = new Uint32Array(buffer, space.featureList, data.features);
  const nodeView = new Uint32Array(buffer, space.nodes, ((2 * space.maxLeaves - 1) * NODE_BYTES) / 4);
  const freeSlots = Array.from({ length: pool.slots }, (_, slot) => slot);
  const slotAddress = (slot: number): number => pool.address + slot * pool.slotBytes;

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

  function computeHistogram(start: number, count: number, slot: number): void {
    const rows = space.rows + start * 4;
    const partBytes = data.stride * FEATURE_BYTES;
    const parts = team.histogram(rows, count, data.bins, data.stride, space.packed, space.scratch, partBytes);
    run.harvest(space.scratch, parts, partBytes, data.features, data.binCounts, slotAddress(slot));
  }

  function search(leaf: OpenLeaf): void {
    writeSplitParams(paramsView, params, scale, leaf.hessian, leaf.count);
    const sum =
      (BigInt(Math.round(leaf.gradient * scale.gradientScale)) << 32n) +
      BigInt(Math.round(leaf.hessian * scale.hessianScale));
    const listed = sampleFeatures(featureView);
    run.findSplit(
      slotAddress(leaf.slot),
      sum,
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

  function writeNode(leaf: OpenLeaf, left: number): void {
    const at = (leaf.node * NODE_BYTES) / 4;
    nodeView[at] = leaf.split ? leaf.split.feature : 0xffffffff;
    nodeView[at + 1] = left;
    nodeView.set(leaf.set, at + 4);
  }

  function root(rowCount: number): OpenLeaf {
    const packedSum = run.sumPacked(space.packed, space.rows, rowCount);
    const leaf: OpenLeaf = {
      node: 0,
      start: 0,
      count: rowCount,
      gradient: Number(packedSum >> 32n) / scale.gradientScale,
      hessian: Number(packedSum & 0xffffffffn) / scale.hessianScale,
      depth: 0,
      slot: -1,
      split: null,
      set: NO_SET,
    };
    writeNode(leaf, 0);
    if (!canSplit(leaf)) return leaf;
    leaf.slot = takeSlot([]);
    computeHistogram(0, rowCount, leaf.slot);
    search(leaf);
    return leaf;
  }

  function divide(leaf: OpenLeaf, node: number, last: boolean, open: readonly OpenLeaf[]): [OpenLeaf, OpenLeaf] {
    const split = leaf.split as Split;
    writeNode(leaf, node);
    const set = space.nodes + leaf.node * NODE_BYTES + 16;
    const rows = space.rows + leaf.start * 4;
    const leftCount = team.partition(rows, leaf.count, data.columns + split.feature * data.rows, set, space.spare);
    const child = (offset: number, start: number, count: number, gradient: number, hessian: number): OpenLeaf => ({
      node: node + offset,
      start,
      count,
      gradient,
      hessian,
      depth: leaf.depth + 1,
      slot: -1,
      split: null,
      set: NO_SET,
    });
    const left = child(0, leaf.start, leftCount, split.leftGradient, split.leftHessian);
    const right = child(
      1,
      leaf.start + leftCount,
      leaf.count - leftCount,
      leaf.gradient - split.leftGradient,
      leaf.hessian - split.leftHessian,
    );
    writeNode(left, 0);
    writeNode(right, 0);
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
    computeHistogram(small.start, small.count, slot);
    if (parent.slot >= 0) {
      run.subtract(slotAddress(parent.slot), slotAddress(slot), data.cells);
      large.slot = parent.slot;
      parent.slot = -1;
    } else {
      large.slot = takeSlot(open);
      computeHistogram(large.start, large.count, large.slot);
    }
    if (canSplit(small)) small.slot = slot;
    else freeSlots.push(slot);
  }

  return { root, divide };
}
