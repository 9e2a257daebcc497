/** Trees written compactly for the JavaScript export: level by level, so that no node needs to name its children. */
import type { TreesLearner } from "../types.ts";
import { base64, packNumbers, smallestIntegers, type PackedNumbers } from "./javascript-numbers.ts";
import { breadthFirst, leftCategories } from "./tree-nodes.ts";

/**
 * What the module's `unpackTrees` reads (javascript-module.ts). Nodes are breadth first, tree after tree; the children
 * of a tree's k-th split are its nodes 2k + 1 and 2k + 2, so a tree ends where no child is left to come.
 */
export interface PackedTrees {
  readonly kind: "trees";
  readonly outputs: number;
  readonly leafWidth: number;
  readonly base: readonly number[];
  readonly scale: number;
  readonly link: string;
  /** For each node its feature + 1, or 0 for a leaf. */
  readonly features: PackedNumbers;
  /** For each split 2 * its place among `thresholds` followed by `sets`, + 1 when NaN goes left. */
  readonly splits: PackedNumbers;
  /** The distinct thresholds. */
  readonly thresholds: PackedNumbers;
  /** The distinct sets of categories that go left. */
  readonly sets: readonly (readonly number[])[];
  /** leafWidth numbers for each leaf. */
  readonly leaves: PackedNumbers;
}

export function packTrees({ outputs, leafWidth, base, scale, link, trees }: TreesLearner): PackedTrees {
  const features: number[] = [];
  const places: { readonly set: boolean; readonly place: number; readonly missingLeft: number }[] = [];
  const thresholds = createDictionary<number>();
  const sets = createDictionary<readonly number[]>();
  const leaves: number[] = [];
  for (let tree = 0; tree < trees.roots.length; tree++) {
    for (const node of breadthFirst(trees, tree)) {
      features.push(trees.feature[node] < 0 ? 0 : trees.feature[node] + 1);
      if (trees.feature[node] < 0) {
        const first = trees.left[node] * leafWidth;
        leaves.push(...trees.leafValues.subarray(first, first + leafWidth));
        continue;
      }
      const set = (trees.flags[node] & 1) === 1;
      const categories = set ? leftCategories(trees, node) : [];
      const threshold = trees.threshold[node];
      const place = set ? sets.place(categories.join(), categories) : thresholds.place(String(threshold), threshold);
      places.push({ set, place, missingLeft: (trees.flags[node] & 2) >> 1 });
    }
  }
  const splits = places.map(({ set, place, missingLeft }) => {
    return 2 * (set ? thresholds.items.length + place : place) + missingLeft;
  });
  return {
    kind: "trees",
    outputs,
    leafWidth,
    base: [...base],
    scale,
    link,
    features: smallestIntegers(features),
    splits: smallestIntegers(splits),
    thresholds: ["F64", base64(Float64Array.from(thresholds.items))],
    sets: sets.items,
    leaves: packNumbers(leaves),
  };
}

interface Dictionary<T> {
  readonly items: readonly T[];
  /** The place of the item with that key, which is added where it is new. */
  place(key: string, item: T): number;
}

function createDictionary<T>(): Dictionary<T> {
  const items: T[] = [];
  const places = new Map<string, number>();
  return {
    items,
    place(key, item) {
      const found = places.get(key);
      if (found !== undefined) return found;
      places.set(key, items.length);
      return items.push(item) - 1;
    },
  };
}
