/** Grown trees, which think in bins, written down as the model's trees, which think in values. */
import type { Trees } from "../../model/index.ts";
import type { Split } from "../../kernels/index.ts";
import type { Binning } from "./binned.ts";
import type { GrownTree } from "./grow.ts";
import { NODE_BYTES, type Workspace } from "./workspace.ts";

const CATEGORICAL = 1;
const NAN_LEFT = 2;

/** Collects trees while they are trained. */
export interface TreesBuilder {
  /** `leafValues`: leafWidth numbers for each of grown.leaves, in their order. Must be called before the next growth. */
  add(space: Workspace, grown: GrownTree, leafValues: ArrayLike<number>): void;
  readonly count: () => number;
  /** The first `count` trees. */
  finish(count: number): Trees;
}

export function createTreesBuilder(binnings: readonly Binning[], leafWidth: number): TreesBuilder {
  const roots: number[] = [];
  const feature: number[] = [];
  const left: number[] = [];
  const threshold: number[] = [];
  const flags: number[] = [];
  const cover: number[] = [];
  const bitsets: number[] = [];
  const leafValues: number[] = [];
  // Lengths at the end of each tree, so that `finish` can leave off the last ones.
  const ends: { nodes: number; bitsets: number; leaves: number }[] = [];

  function addSplit(space: Workspace, split: Split, node: number, base: number): void {
    const child = new Uint32Array(space.kernels.arena.memory.buffer, space.nodes + node * NODE_BYTES + 4, 11);
    const binning = binnings[split.feature];
    feature.push(split.feature);
    left.push(base + child[0]);
    if (binning.kind === "numeric") {
      // The last bin has no upper cut: then all values are on one side and only missing ones on the other.
      threshold.push(split.bin > binning.cuts.length ? Number.MAX_VALUE : binning.cuts[split.bin - 1]);
      flags.push(split.missingLeft ? NAN_LEFT : 0);
      return;
    }
    threshold.push(bitsets.length);
    flags.push(CATEGORICAL | (split.missingLeft ? NAN_LEFT : 0));
    const chosen = [
      ...categoriesOf(binning.categories, child.subarray(3)),
      ...(split.missingLeft ? binning.folded : []),
    ];
    bitsets.push(...categorySet(chosen));
  }

  return {
    count: () => roots.length,
    add(space, grown, values) {
      const base = feature.length;
      roots.push(base);
      let leaf = 0;
      for (let node = 0; node < grown.nodes; node++) {
        const split = grown.splits[node];
        cover.push(grown.counts[node]);
        if (split) addSplit(space, split, node, base);
        else {
          feature.push(-1);
          left.push(leafValues.length / leafWidth);
          threshold.push(0);
          flags.push(0);
          for (let k = 0; k < leafWidth; k++) leafValues.push(values[leaf * leafWidth + k]);
          leaf++;
        }
      }
      ends.push({ nodes: feature.length, bitsets: bitsets.length, leaves: leafValues.length });
    },
    finish(count) {
      const end = count > 0 ? ends[count - 1] : { nodes: 0, bitsets: 0, leaves: 0 };
      return {
        roots: Int32Array.from(roots.slice(0, count)),
        feature: Int32Array.from(feature.slice(0, end.nodes)),
        left: Int32Array.from(left.slice(0, end.nodes)),
        threshold: Float64Array.from(threshold.slice(0, end.nodes)),
        flags: Uint8Array.from(flags.slice(0, end.nodes)),
        cover: Float32Array.from(cover.slice(0, end.nodes)),
        bitsets: Uint32Array.from(bitsets.slice(0, end.bitsets)),
        leafValues: Float64Array.from(leafValues.slice(0, end.leaves)),
      };
    },
  };
}

/** The categories whose bin goes left. */
function categoriesOf(categories: Uint32Array, bins: Uint32Array): Uint32Array {
  return categories.filter((_, i) => {
    const bin = i + 1;
    return ((bins[bin >> 5] >>> (bin & 31)) & 1) === 1;
  });
}

/** The word count, then one bit for each category. */
function categorySet(chosen: readonly number[]): number[] {
  const words = new Array<number>(chosen.length === 0 ? 0 : (Math.max(...chosen) >> 5) + 1).fill(0);
  for (const category of chosen) words[category >> 5] = (words[category >> 5] | (1 << (category & 31))) >>> 0;
  return [words.length, ...words];
}
