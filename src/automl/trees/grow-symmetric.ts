/**
 * Grows one oblivious tree (Prokhorenkova et al. 2018, CatBoost) on the packed gradients of a workspace: all leaves of
 * a level share one split, the one whose gains sum highest. It is stored as an ordinary tree of up to 2^depth leaves,
 * some of which may be empty.
 */
import {
  LEVEL_LEAF_BYTES,
  readSplit,
  unpackSum,
  writeLevelLeaf,
  writeSplitBounds,
  writeSplitParams,
  type Quantisation,
  type Split,
} from "../../kernels/index.ts";
import { coversOf, type FeatureSampler, type GrownTree, type GrowthParams, type Leaf } from "./grown-tree.ts";
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

const NO_SET = new Uint32Array(8);

/** What all levels of one tree share. */
interface Growth {
  readonly space: Workspace;
  readonly scale: Quantisation;
  readonly params: GrowthParams;
  readonly root: Leaf;
  readonly freeSlots: number[];
  /** Slot of the root's histogram, which stays. */
  readonly pooled: number;
}

/** As growTree; `params.maxLeaves` is 2^maxDepth. */
export function growSymmetricTree(
  space: Workspace,
  rowCount: number,
  scale: Quantisation,
  params: GrowthParams,
  sampleFeatures: FeatureSampler,
  salt: number,
): GrownTree {
  const { data, pool } = space;
  const root = rootLeaf(space, rowCount, scale);
  writeNode(space, 0, null, 0, NO_SET);
  const splits: (Split | null)[] = [null];
  let level = [root];
  if (canSplit(root, params)) {
    const freeSlots = Array.from({ length: pool.slots }, (_, slot) => slot);
    const pooled = freeSlots.pop() as number;
    const growth: Growth = { space, scale, params, root, freeSlots, pooled };
    root.slot = freeSlots.pop() as number;
    computeHistogram(space, root, root.slot);
    const bytes = new Uint8Array(space.kernels.arena.memory.buffer);
    const from = slotAddress(space, root.slot);
    bytes.copyWithin(slotAddress(space, pooled), from, from + data.cells * 8);
    for (let depth = 0; depth < params.maxDepth; depth++) {
      const split = searchLevel(growth, level, sampleFeatures, salt + depth);
      if (!split) break;
      // A level that would not fit the pool is the last one.
      const last = depth + 1 === params.maxDepth || 2 * level.length + 2 > pool.slots;
      level = divideLevel(growth, level, split, splits, last);
      if (last) break;
    }
  }
  const nodes = splits.length;
  return { nodes, leaves: level, covers: coversOf(space, nodes, level), splits };
}

const canSplit = (leaf: Leaf, params: GrowthParams): boolean => leaf.count >= 2 * Math.max(1, params.minRows);

/** The split of the level, its set of bins left in space.split; null where none gains anything. */
function searchLevel(
  { space, scale, params, root, pooled }: Growth,
  level: readonly SearchedLeaf[],
  sampleFeatures: FeatureSampler,
  salt: number,
): Split | null {
  const { data, kernels } = space;
  const { buffer } = kernels.arena.memory;
  const leaves = new DataView(buffer, space.levelLeaves, space.maxLeaves * LEVEL_LEAF_BYTES);
  let count = 0;
  for (const leaf of level) {
    if (leaf.slot < 0) continue;
    writeLevelLeaf(leaves, count++, { ...leaf, histogram: slotAddress(space, leaf.slot) }, params, scale);
  }
  if (count === 0) return null;
  writeSplitParams(new Float64Array(buffer, space.params, 8), params, scale, root.hessian, root.count);
  writeSplitBounds(new DataView(buffer, space.params), space.directions, root, scale);
  const listed = sampleFeatures(new Uint32Array(buffer, space.featureList, data.features));
  kernels.run.findLevelSplit(
    space.levelLeaves,
    count,
    slotAddress(space, pooled),
    space.featureList,
    listed,
    data.offsets,
    data.binCounts,
    data.kinds,
    space.params,
    params.randomThresholds ? 1 : 0,
    salt >>> 0,
    space.split,
  );
  const split = readSplit(new DataView(buffer, space.split, 64), scale);
  return split.gain > 0 ? split : null;
}

/** Divides every leaf of the level, empty ones too, and returns the next one. `last`: it will not be divided. */
function divideLevel(
  growth: Growth,
  level: readonly SearchedLeaf[],
  split: Split,
  splits: (Split | null)[],
  last: boolean,
): SearchedLeaf[] {
  const { space, params } = growth;
  const set = new Uint32Array(space.kernels.arena.memory.buffer, space.split + 32, 8);
  const next: SearchedLeaf[] = [];
  for (const leaf of level) {
    const node = splits.length;
    splits[leaf.node] = split;
    splits.push(null, null);
    writeNode(space, leaf.node, split, node, set);
    const isEmpty = leaf.count === 0;
    const at = space.nodes + leaf.node * NODE_BYTES + 16;
    const leftCount = isEmpty ? 0 : partitionRows(space, leaf, split.feature, at);
    const sums = isEmpty ? { gradient: 0, hessian: 0 } : leftSums(growth, leaf, split, leftCount);
    const children = childLeaves(space, leaf, split, sums, leftCount, node, params);
    for (const child of children) writeNode(space, child.node, null, 0, NO_SET);
    if (!last && leaf.slot >= 0) fillHistograms(growth, leaf, children);
    next.push(...children);
  }
  return next;
}

function leftSums(
  { space, scale }: Growth,
  leaf: SearchedLeaf,
  { feature }: Split,
  leftCount: number,
): Pick<Leaf, "gradient" | "hessian"> {
  const { data, kernels } = space;
  if (leaf.slot < 0)
    return unpackSum(kernels.run.sumPacked(space.packed, space.rows + leaf.start * 4, leftCount), scale);
  const { buffer } = kernels.arena.memory;
  const [offset] = new Uint32Array(buffer, data.offsets + feature * 4, 1);
  const [cells] = new Uint32Array(buffer, data.binCounts + feature * 4, 1);
  const histogram = slotAddress(space, leaf.slot) + offset * 8;
  return unpackSum(kernels.run.sumOfBins(histogram, cells, space.split + 32), scale);
}

/** Computes the smaller child's histogram from its rows and the larger one's by subtraction. */
function fillHistograms(
  { space, params, freeSlots }: Growth,
  parent: SearchedLeaf,
  [left, right]: readonly [SearchedLeaf, SearchedLeaf],
): void {
  const [small, large] = left.count <= right.count ? [left, right] : [right, left];
  if (!canSplit(large, params)) {
    freeSlots.push(parent.slot);
    return;
  }
  const slot = freeSlots.pop() as number;
  computeHistogram(space, small, slot);
  space.kernels.team.subtract(slotAddress(space, parent.slot), slotAddress(space, slot), space.data.cells);
  large.slot = parent.slot;
  if (canSplit(small, params)) small.slot = slot;
  else freeSlots.push(slot);
}
