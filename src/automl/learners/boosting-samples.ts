/** What a round of boosting is trained on: a sample of the rows, a sample of the features. */
import type { Random } from "../../base/index.ts";
import type { BinnedDataset } from "../trees/binned.ts";
import type { FeatureSampler } from "../trees/grown-tree.ts";
import type { BoostingParams } from "./boosting-params.ts";

export interface DrawnRows {
  readonly rows: Uint32Array;
  readonly unsampledCount: number;
}

/** Draws `fraction` of the rows in their order (selection sampling, Knuth 3.4.2 S); the others go to `unsampled`. */
export function drawRows(random: Random, rows: Uint32Array, fraction: number, unsampled: Uint32Array): DrawnRows {
  if (fraction >= 1) return { rows, unsampledCount: 0 };
  const wanted = Math.max(1, Math.round(rows.length * fraction));
  const drawn = new Uint32Array(wanted);
  let count = 0;
  let left = 0;
  for (let i = 0; i < rows.length; i++) {
    if (random.next() * (rows.length - i) < wanted - count) drawn[count++] = rows[i];
    else unsampled[left++] = rows[i];
  }
  return { rows: drawn, unsampledCount: left };
}

export function featureSampler(random: Random, data: BinnedDataset, params: BoostingParams): FeatureSampler {
  const all = Int32Array.from({ length: data.features }, (_, f) => f);
  const wanted = Math.max(1, Math.round(data.features * params.featureFraction));
  const chosen = wanted === data.features ? all : random.shuffle(all).subarray(0, wanted).sort();
  return (list) => {
    list.set(chosen);
    return chosen.length;
  };
}
