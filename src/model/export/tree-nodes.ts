/** The nodes of a tree level by level, as both exports write them down. */
import { SlipwayError } from "../../base/index.ts";
import type { Trees } from "../types.ts";

/**
 * The numbers of one tree's nodes, breadth first: the root, then its children, left before right. So the children of
 * the k-th split (from 0) stand at 2k + 1 and 2k + 2, whatever their numbers are.
 * @throws SLW_EXPORT_UNSUPPORTED when a node is the child of two: written out as a tree such a graph can become huge
 */
export function breadthFirst(trees: Trees, tree: number): number[] {
  const { roots, feature, left } = trees;
  const root = roots[tree];
  const size = (roots[tree + 1] ?? feature.length) - root;
  const order = [root];
  for (let i = 0; i < order.length; i++) {
    const node = order[i] as number;
    if (feature[node] < 0) continue;
    order.push(left[node], left[node] + 1);
    if (order.length > size) {
      throw new SlipwayError("SLW_EXPORT_UNSUPPORTED", `Tree ${tree} of the model has branches that join again.`, {
        details: { tree },
      });
    }
  }
  return order;
}

/** The categories of a categorical split that go left, ascending. */
export function leftCategories({ bitsets, threshold }: Trees, node: number): number[] {
  const start = threshold[node];
  const categories: number[] = [];
  for (let category = 0; category < 32 * bitsets[start]; category++) {
    if (((bitsets[start + 1 + (category >> 5)] >>> (category & 31)) & 1) === 1) categories.push(category);
  }
  return categories;
}
