/** The fixed layouts that findSplit of assembly/split.ts reads and writes. */

/** Limits on splits, in the unit of the loss. */
export interface SplitParams {
  readonly l1: number;
  readonly l2: number;
  readonly minGain: number;
  /** Smallest sum of hessians on a side. */
  readonly minHessian: number;
  /** Smallest number of rows on a side, judged by the share of the hessian as LightGBM does. */
  readonly minRows: number;
  /** Added to a category's hessian when categories are sorted; categories with less stay on the right. */
  readonly categorySmoothing: number;
  /** Ridge added for splits on sorted categories. */
  readonly categoryL2: number;
  /** Most categories on the smaller side of a split. */
  readonly maxCategories: number;
  /** Up to this many categories are split one against the rest. */
  readonly maxOneHot: number;
}

/** Whole numbers per unit of gradient and hessian (see gradients.ts). */
export interface Quantisation {
  readonly gradientScale: number;
  readonly hessianScale: number;
}

/** Parameters, the sorting space of categories, bounds, the candidates of findLevelSplit (see assembly/split-gain.ts). */
export const SPLIT_PARAMS_BYTES = 3200 + 4096;
const BOUNDS = 64 + 2048 + 1024;
export const SPLIT_BYTES = 64;

export interface Split {
  /** In the unit of the loss; 0 means that no split was found. */
  readonly gain: number;
  readonly leftGradient: number;
  readonly leftHessian: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly categorical: boolean;
}

/** Writes the parameters in the quantised unit. `hessian` and `rows` are those of the leaf to be searched. */
export function writeSplitParams(
  view: Float64Array,
  params: SplitParams,
  scale: Quantisation,
  hessian: number,
  rows: number,
): void {
  const toGain = (scale.gradientScale * scale.gradientScale) / scale.hessianScale;
  const hessianOfRows = (hessian / rows) * scale.hessianScale;
  view[0] = params.l2 * scale.hessianScale;
  view[1] = params.l1 * scale.gradientScale;
  view[2] = params.minGain * toGain;
  view[3] = smallestHessian(params, scale, hessian, rows);
  view[4] = Math.max(params.categorySmoothing * hessianOfRows, 1);
  view[5] = params.categoryL2 * scale.hessianScale;
  view[6] = params.maxCategories;
  view[7] = params.maxOneHot;
}

/**
 * Writes the bounds on the values of a leaf's children, in the unit of the leaf values, behind the parameters.
 * `directions`: address of one i8 a feature (1 rising, -1 falling, 0 free), or 0 where nothing is bounded.
 */
export function writeSplitBounds(
  view: DataView,
  directions: number,
  bounds: { readonly lower: number; readonly upper: number },
  scale: Quantisation,
): void {
  const toValue = scale.gradientScale / scale.hessianScale;
  view.setUint32(BOUNDS, directions, true);
  view.setFloat64(BOUNDS + 8, bounds.lower * toValue, true);
  view.setFloat64(BOUNDS + 16, bounds.upper * toValue, true);
}

/** Bytes of a leaf as findLevelSplit reads it. */
export const LEVEL_LEAF_BYTES = 40;

/** A leaf under findLevelSplit. */
export interface LevelLeaf {
  /** Address of its compact histogram. */
  readonly histogram: number;
  /** Sums and bounds in the unit of the loss and of the leaf values. */
  readonly gradient: number;
  readonly hessian: number;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Writes leaf `position` of the list at the start of `view`. */
export function writeLevelLeaf(
  view: DataView,
  position: number,
  leaf: LevelLeaf,
  params: SplitParams,
  scale: Quantisation,
): void {
  const at = position * LEVEL_LEAF_BYTES;
  const toValue = scale.gradientScale / scale.hessianScale;
  view.setUint32(at, leaf.histogram, true);
  view.setBigInt64(at + 8, packSum(leaf, scale), true);
  view.setFloat64(at + 16, smallestHessian(params, scale, leaf.hessian, leaf.count), true);
  view.setFloat64(at + 24, leaf.lower * toValue, true);
  view.setFloat64(at + 32, leaf.upper * toValue, true);
}

/** A leaf's sums as the kernels hold them: the gradient in the upper half, the hessian in the lower. */
export function packSum(
  { gradient, hessian }: { readonly gradient: number; readonly hessian: number },
  scale: Quantisation,
): bigint {
  return (BigInt(Math.round(gradient * scale.gradientScale)) << 32n) + BigInt(Math.round(hessian * scale.hessianScale));
}

/** The other way round. */
export function unpackSum(sum: bigint, scale: Quantisation): { gradient: number; hessian: number } {
  return {
    gradient: Number(sum >> 32n) / scale.gradientScale,
    hessian: Number(sum & 0xffffffffn) / scale.hessianScale,
  };
}

function smallestHessian(params: SplitParams, scale: Quantisation, hessian: number, rows: number): number {
  const hessianOfRows = (hessian / rows) * scale.hessianScale;
  return Math.max(1, params.minHessian * scale.hessianScale, params.minRows * hessianOfRows);
}

/** Reads what findSplit wrote at the start of `view` (SPLIT_BYTES bytes). */
export function readSplit(view: DataView, scale: Quantisation): Split {
  const toGain = (scale.gradientScale * scale.gradientScale) / scale.hessianScale;
  return {
    gain: view.getFloat64(0, true) / toGain,
    leftHessian: view.getUint32(8, true) / scale.hessianScale,
    leftGradient: view.getInt32(12, true) / scale.gradientScale,
    feature: view.getUint32(16, true),
    bin: view.getUint32(20, true),
    missingLeft: view.getUint32(24, true) !== 0,
    categorical: view.getUint32(28, true) !== 0,
  };
}
