/** What both ways of growing do to a leaf: its histogram, its place among the nodes, its division into two. */
import { unpackSum, type Quantisation, type Split, type SplitParams } from "../../kernels/index.ts";
import { childBounds, type Leaf } from "./grown-tree.ts";
import { FEATURE_BYTES, NODE_BYTES, type Workspace } from "./workspace.ts";

export interface SearchedLeaf extends Leaf {
  readonly depth: number;
  /** Slot of the histogram pool, or -1: then it is computed again when needed. */
  slot: number;
}

/** The sums of the first `rowCount` rows of the workspace. */
export function rootLeaf(space: Workspace, rowCount: number, scale: Quantisation): SearchedLeaf {
  const sum = space.kernels.run.sumPacked(space.packed, space.rows, rowCount);
  return {
    ...unpackSum(sum, scale),
    node: 0,
    start: 0,
    count: rowCount,
    depth: 0,
    slot: -1,
    lower: -Infinity,
    upper: Infinity,
  };
}

/** Both children, nodes `node` and `node + 1`, whose left rows are now the first `leftCount` of the parent's. */
export function childLeaves(
  space: Workspace,
  parent: SearchedLeaf,
  split: Split,
  left: Pick<Leaf, "gradient" | "hessian">,
  leftCount: number,
  node: number,
  params: SplitParams,
): [left: SearchedLeaf, right: SearchedLeaf] {
  const right = { gradient: parent.gradient - left.gradient, hessian: parent.hessian - left.hessian };
  const [leftBounds, rightBounds] = childBounds(space, parent, split, [left, right], params);
  const depth = parent.depth + 1;
  const start = parent.start + leftCount;
  const rightCount = parent.count - leftCount;
  return [
    { ...left, ...leftBounds, node, start: parent.start, count: leftCount, depth, slot: -1 },
    { ...right, ...rightBounds, node: node + 1, start, count: rightCount, depth, slot: -1 },
  ];
}

export const slotAddress = ({ pool }: Workspace, slot: number): number => pool.address + slot * pool.slotBytes;

/** The compact histogram of the leaf's rows. */
export function computeHistogram(space: Workspace, { start, count }: Leaf, slot: number): void {
  const { team } = space.kernels;
  const { data } = space;
  const rows = space.rows + start * 4;
  const partBytes = data.stride * FEATURE_BYTES;
  const { bins, stride, slotCount } = data;
  const parts = team.histogram(rows, count, bins, stride, slotCount, space.packed, space.scratch, partBytes);
  team.harvest(space.scratch, parts, partBytes, data.slots, slotCount, slotAddress(space, slot));
}

/** Puts the leaf's left rows first and returns how many they are. */
export function partitionRows(space: Workspace, { start, count }: Leaf, feature: number, set: number): number {
  const { data, kernels } = space;
  return kernels.team.partition(space.rows + start * 4, count, data.columns + feature * data.rows, set, space.spare);
}

/** The node as walk() reads it; a leaf where `split` is null. `set`: 256 bits, the bins that go left. */
export function writeNode(space: Workspace, node: number, split: Split | null, left: number, set: Uint32Array): void {
  const view = new Uint32Array(space.kernels.arena.memory.buffer, space.nodes + node * NODE_BYTES, NODE_BYTES / 4);
  view[0] = split ? split.feature : 0xffffffff;
  view[1] = left;
  view.set(set, 4);
}
