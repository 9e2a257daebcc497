/** What growing a tree takes and gives, whatever the order in which its leaves are split. */
import type { Split, SplitParams } from "../../kernels/index.ts";
import { NODE_BYTES, type Workspace } from "./workspace.ts";

export interface GrowthParams extends SplitParams {
  readonly maxLeaves: number;
  /** Splits from the root to a leaf at most. */
  readonly maxDepth: number;
  /** One random threshold a feature instead of the best (extremely randomised trees, Geurts et al. 2006). */
  readonly randomThresholds: boolean;
}

/** The features a node may split on; called once a node so that forests can draw anew for each. */
export type FeatureSampler = (list: Uint32Array) => number;

/** The range that the values of a leaf and of all below it keep to; infinite where nothing is monotone. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export interface Leaf extends Bounds {
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
  /** In the order of their nodes. */
  readonly leaves: readonly Leaf[];
  /** Rows that reached each node, by weight. */
  readonly covers: Float32Array;
  /** The split of each node; null for leaves. */
  readonly splits: readonly (Split | null)[];
}

/** -G / (H + l2) within the bounds: the value of a leaf without the learning rate. */
export function leafValue(
  { gradient, hessian, lower, upper }: Bounds & { readonly gradient: number; readonly hessian: number },
  { l1, l2 }: Pick<SplitParams, "l1" | "l2">,
): number {
  if (hessian + l2 <= 0) return Math.min(Math.max(0, lower), upper);
  const shrunk = Math.sign(gradient) * Math.max(Math.abs(gradient) - l1, 0);
  return Math.min(Math.max(-shrunk / (hessian + l2), lower), upper);
}

/**
 * The bounds of both children: where the split keeps an order, their values stay on either side of the middle
 * (LightGBM's "basic" method). A split that breaks the order, as one level for all leaves may, counts for nothing:
 * then both stay on either side of the parent's value.
 */
export function childBounds(
  space: Workspace,
  parent: Leaf,
  split: Split,
  sums: readonly [left: Pick<Leaf, "gradient" | "hessian">, right: Pick<Leaf, "gradient" | "hessian">],
  params: SplitParams,
): [left: Bounds, right: Bounds] {
  const { lower, upper } = parent;
  const direction = directionOf(space, split);
  if (direction === 0)
    return [
      { lower, upper },
      { lower, upper },
    ];
  const [left, right] = sums.map((sum) => leafValue({ ...sum, lower, upper }, params));
  const inOrder = direction > 0 ? left <= right : left >= right;
  const middle = inOrder ? (left + right) / 2 : leafValue(parent, params);
  const below = { lower, upper: middle };
  const above = { lower: middle, upper };
  return direction > 0 ? [below, above] : [above, below];
}

/** 1 or -1 where the split must keep an order: not one between missing and present values. */
function directionOf(space: Workspace, split: Split): number {
  if (space.directions === 0 || split.categorical) return 0;
  const { buffer } = space.kernels.arena.memory;
  const [cells] = new Uint32Array(buffer, space.data.binCounts + split.feature * 4, 1);
  if (split.bin === cells - 1) return 0;
  return new Int8Array(buffer, space.directions + split.feature, 1)[0];
}

/** What each node was reached by, from the leaves up. */
export function coversOf(space: Workspace, nodes: number, leaves: readonly Leaf[]): Float32Array {
  const { run, arena } = space.kernels;
  const view = new Uint32Array(arena.memory.buffer, space.nodes, (nodes * NODE_BYTES) / 4);
  const covers = new Float64Array(nodes);
  for (const { node, start, count } of leaves)
    covers[node] = space.weights === 0 ? count : run.sumRows(space.weights, space.rows + start * 4, count);
  let leaf = leaves.length - 1;
  for (let node = nodes - 1; node >= 0; node--) {
    if (leaf >= 0 && leaves[leaf].node === node) leaf--;
    else {
      const child = view[(node * NODE_BYTES) / 4 + 1];
      covers[node] = covers[child] + covers[child + 1];
    }
  }
  return Float32Array.from(covers);
}
