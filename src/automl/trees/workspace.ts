/** The memory that one training needs, allocated once and used for every tree. */
import { LEVEL_LEAF_BYTES, SPLIT_BYTES, SPLIT_PARAMS_BYTES, type Kernels } from "../../kernels/index.ts";
import type { BinnedDataset } from "./binned.ts";

/** Bytes of a node as walk() reads it. */
export const NODE_BYTES = 48;
/** Bytes of one feature in a scratch histogram; there is one for each thread of the team. */
export const FEATURE_BYTES = 2112;
/** Histograms kept for leaves that wait to be split; beyond it the least promising one is computed again. */
const POOL_BYTES = 256 * 2 ** 20;

export interface Workspace {
  readonly kernels: Kernels;
  readonly data: BinnedDataset;
  /** Row numbers, u32 each: `rows` holds the tree's rows leaf by leaf, `spare` is for partitioning. */
  readonly rows: number;
  readonly spare: number;
  /** Packed gradients, 8 bytes a row of the dataset. */
  readonly packed: number;
  readonly scratch: number;
  /** Compact histograms of waiting leaves. */
  readonly pool: { readonly address: number; readonly slots: number; readonly slotBytes: number };
  /** The features that the tree may use, u32 each. */
  readonly featureList: number;
  readonly params: number;
  readonly split: number;
  readonly nodes: number;
  readonly maxLeaves: number;
  /** The leaves of a level, for findLevelSplit. */
  readonly levelLeaves: number;
  /** f32 a row of the dataset; 0: every row counts 1. */
  readonly weights: number;
  /** i8 a feature: 1 or -1 where the prediction may only rise or fall with it; 0: no such feature. */
  readonly directions: number;
}

/** Rows are padded to four, the width of the gradient kernels. */
export function padRows(rows: number): number {
  return Math.ceil(rows / 4) * 4;
}

export interface WorkspaceOptions {
  readonly maxLeaves: number;
  /** One number a row of the dataset; null: every row counts 1. */
  readonly weights: Float64Array | null;
  /** One number a feature; null: no feature must keep an order. */
  readonly directions: Int8Array | null;
}

export function createWorkspace(kernels: Kernels, data: BinnedDataset, options: WorkspaceOptions): Workspace {
  const { maxLeaves } = options;
  const allocate = kernels.arena.allocate;
  const slotBytes = data.cells * 8;
  const slots = Math.max(4, Math.min(maxLeaves + 1, Math.floor(POOL_BYTES / slotBytes)));
  return {
    kernels,
    data,
    rows: allocate(data.rows * 4),
    spare: allocate(data.rows * 4),
    packed: allocate(padRows(data.rows) * 8),
    scratch: allocate(data.stride * FEATURE_BYTES * kernels.team.size),
    pool: { address: allocate(slots * slotBytes), slots, slotBytes },
    featureList: allocate(data.features * 4),
    params: allocate(SPLIT_PARAMS_BYTES),
    split: allocate(SPLIT_BYTES),
    nodes: allocate((2 * maxLeaves - 1) * NODE_BYTES),
    maxLeaves,
    levelLeaves: allocate(maxLeaves * LEVEL_LEAF_BYTES),
    weights: uploadWeights(kernels, options.weights),
    directions: uploadDirections(kernels, options.directions),
  };
}

/** As f32, padded; 0 where there are none. */
function uploadWeights({ arena }: Kernels, weights: Float64Array | null): number {
  if (!weights) return 0;
  const address = arena.allocate(padRows(weights.length) * 4);
  new Float32Array(arena.memory.buffer, address, weights.length).set(weights);
  return address;
}

function uploadDirections({ arena }: Kernels, directions: Int8Array | null): number {
  if (!directions) return 0;
  const address = arena.allocate(directions.length);
  new Int8Array(arena.memory.buffer, address, directions.length).set(directions);
  return address;
}
