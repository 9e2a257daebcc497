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

/** Parameters, then the sorting space of scanCategorical. */
export const SPLIT_PARAMS_BYTES = 64 + 2048 + 1024;
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
  view[3] = Math.max(1, params.minHessian * scale.hessianScale, params.minRows * hessianOfRows);
  view[4] = Math.max(params.categorySmoothing * hessianOfRows, 1);
  view[5] = params.categoryL2 * scale.hessianScale;
  view[6] = params.maxCategories;
  view[7] = params.maxOneHot;
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
