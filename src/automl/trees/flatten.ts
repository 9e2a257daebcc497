/** Grown trees, which think in bins, written down as the model's trees, which think in values. */
import type { Trees } from "../../model/index.ts";
import type { Split } from "../../kernels/index.ts";
import type { Binning } from "./binned.ts";
import type { GrownTree } from "./grown-tree.ts";
import { NODE_BYTES, type Workspace } from "./workspace.ts";

const CATEGORICAL = 1;
export const NAN_LEFT = 2;

/** Collects trees while they are trained. */
export interface TreesBuilder {
  /** `leafValues`: leafWidth numbers for each of grown.leaves, in their order. Must be called before the next growth. */
  add(space: Workspace, grown: GrownTree, leafValues: ArrayLike<number>): void;
  readonly count: () => number;
  /** The first `count` trees. */
  finish(count: number): Trees;
}

/** `earlier`: trees that training goes on from; they come first. */
export function createTreesBuilder(leafWidth: number, earlier?: Trees): TreesBuilder {
  const roots: number[] = [];
  const feature: number[] = [];
  const left: number[] = [];
  const threshold: number[] = [];
  const flags: number[] = [];
  const cover: number[] = [];
  const leafValues: number[] = [];
  const sets = createCategorySets();
  // Lengths at the end of each tree, so that `finish` can leave off the last ones.
  const ends: { nodes: number; bitsets: number; leaves: number }[] = [];
  const closeTree = (): void => {
    ends.push({ nodes: feature.length, bitsets: sets.words.length, leaves: leafValues.length });
  };

  function addNode(of: number, child: number, value: number, flag: number, rows: number): void {
    feature.push(of);
    left.push(child);
    threshold.push(value);
    flags.push(flag);
    cover.push(rows);
  }

  function addEarlier(trees: Trees): void {
    trees.roots.forEach((root, tree) => {
      const end = trees.roots[tree + 1] ?? trees.feature.length;
      roots.push(root);
      for (let i = root; i < end; i++) {
        const isSet = trees.feature[i] >= 0 && (trees.flags[i] & CATEGORICAL) !== 0;
        const value = isSet ? sets.add(setAt(trees, i)) : trees.threshold[i];
        addNode(trees.feature[i], trees.left[i], value, trees.flags[i], trees.cover[i]);
        if (trees.feature[i] >= 0) continue;
        const at = trees.left[i] * leafWidth;
        for (let k = 0; k < leafWidth; k++) leafValues.push(trees.leafValues[at + k]);
      }
      closeTree();
    });
  }
  if (earlier) addEarlier(earlier);

  return {
    count: () => roots.length,
    add(space, grown, values) {
      const base = feature.length;
      const { buffer } = space.kernels.arena.memory;
      roots.push(base);
      let leaf = 0;
      for (let node = 0; node < grown.nodes; node++) {
        const split = grown.splits[node];
        if (split) {
          const [child, , , ...set] = new Uint32Array(buffer, space.nodes + node * NODE_BYTES + 4, 11);
          const { value, flag } = splitByValue(split, space.data.binnings[split.feature], set, sets);
          addNode(split.feature, base + child, value, flag, grown.covers[node]);
        } else {
          addNode(-1, leafValues.length / leafWidth, 0, 0, grown.covers[node]);
          for (let k = 0; k < leafWidth; k++) leafValues.push(values[leaf * leafWidth + k]);
          leaf++;
        }
      }
      closeTree();
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
        bitsets: Uint32Array.from(sets.words.slice(0, end.bitsets)),
        leafValues: Float64Array.from(leafValues.slice(0, end.leaves)),
      };
    },
  };
}

/** The words of a categorical node's set. */
export function setAt(trees: Trees, node: number): Uint32Array {
  const at = trees.threshold[node];
  return trees.bitsets.subarray(at + 1, at + 1 + trees.bitsets[at]);
}

/** Sets of categories as in Trees.bitsets; equal ones are written once. */
interface CategorySets {
  readonly words: number[];
  /** Returns the place of the set. */
  add(set: ArrayLike<number>): number;
}

function createCategorySets(): CategorySets {
  const words: number[] = [];
  const places = new Map<string, number>();
  return {
    words,
    add(set) {
      const key = Array.prototype.join.call(set, ",");
      const known = places.get(key);
      if (known !== undefined) return known;
      const place = words.length;
      words.push(set.length);
      for (let i = 0; i < set.length; i++) words.push(set[i]);
      places.set(key, place);
      return place;
    },
  };
}

/** `bins`: the set of bins that go left. */
function splitByValue(
  split: Split,
  binning: Binning,
  bins: readonly number[],
  sets: CategorySets,
): { value: number; flag: number } {
  if (binning.kind === "categorical") {
    const inBins = binning.categories.filter((_, i) => ((bins[(i + 1) >> 5] >>> ((i + 1) & 31)) & 1) === 1);
    const chosen = split.missingLeft ? [...inBins, ...binning.folded] : inBins;
    return { value: sets.add(categorySet(chosen)), flag: CATEGORICAL | (split.missingLeft ? NAN_LEFT : 0) };
  }
  // The last bin has no upper cut: then all values are on one side and only missing ones on the other.
  const cut = split.bin > binning.cuts.length ? Number.MAX_VALUE : binning.cuts[split.bin - 1];
  if (binning.kind === "numeric") return { value: cut, flag: split.missingLeft ? NAN_LEFT : 0 };
  const chosen: number[] = [];
  binning.statistics.forEach((statistic, category) => {
    if (statistic <= cut) chosen.push(category);
  });
  const missing = binning.missing <= cut ? NAN_LEFT : 0;
  return { value: sets.add(categorySet(chosen)), flag: CATEGORICAL | missing };
}

/** One bit for each category. */
function categorySet(chosen: ArrayLike<number>): number[] {
  let top = -1;
  for (let i = 0; i < chosen.length; i++) top = Math.max(top, chosen[i]);
  const words = new Array<number>(top < 0 ? 0 : (top >> 5) + 1).fill(0);
  for (let i = 0; i < chosen.length; i++) {
    const category = chosen[i];
    words[category >> 5] = (words[category >> 5] | (1 << (category & 31))) >>> 0;
  }
  return words;
}
