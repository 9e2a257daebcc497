/** Plain twin of assembly/level-split.ts: every candidate is written out, and the first of the highest sum wins. */
import { setOf } from "./partition.ts";
import { candidatesOf, hessianOf, sideGains, sumOf, type FeatureCells, type QuantisedParams } from "./split.ts";

export interface LevelSearch {
  /** Of each leaf, its features; all leaves have the same features and bins. */
  readonly leaves: readonly (readonly FeatureCells[])[];
  readonly params: QuantisedParams;
  /** 1 rising, -1 falling, 0 free, one a feature; null: nothing is bounded. */
  readonly directions: readonly number[] | null;
  /** Of the values of each leaf's children. */
  readonly bounds: readonly (readonly [lower: number, upper: number])[];
  readonly randomThresholds: boolean;
  readonly salt: number;
}

export interface LevelSplit {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly categorical: boolean;
  /** Packed sum of the left side of each leaf. */
  readonly lefts: readonly bigint[];
  readonly set: Uint32Array;
}

export function findLevelSplit(search: LevelSearch): LevelSplit | null {
  const { leaves, params, directions, bounds, randomThresholds, salt } = search;
  let found: LevelSplit | null = null;
  let best = params.minGain;
  leaves[0].forEach(({ categorical }, feature) => {
    const cellsOf = leaves.map((leaf) => leaf[feature].cells);
    const pooled = cellsOf[0].map((_, bin) => cellsOf.reduce((sum, cells) => sum + cells[bin], 0n)) as BigInt64Array;
    const random = randomThresholds ? { feature, salt } : null;
    for (const { bins, bin, missingLeft, ridge, ordered } of candidatesOf(pooled, categorical, params, random)) {
      const lefts = cellsOf.map((cells) => sumOf(cells, bins));
      const gain = cellsOf.reduce((sum, cells, i) => {
        const total = cells.reduce((all, cell) => all + cell, 0n);
        const right = total - lefts[i];
        const direction = directions && ordered ? directions[feature] : 0;
        const limits = directions && { direction, bounds: bounds[i] };
        const { whole, sides } = sideGains(total, lefts[i], ridge, params, limits);
        const tooLight = Math.min(hessianOf(lefts[i]), hessianOf(right)) < params.minHessian;
        return tooLight || sides === null ? sum : sum + (sides - whole);
      }, 0);
      if (!(gain > best)) continue;
      best = gain;
      found = { gain, feature, bin, missingLeft, categorical, lefts, set: setOf(bins) };
    }
  });
  return found;
}
