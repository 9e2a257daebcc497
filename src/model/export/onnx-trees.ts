/** Trees as the operator TreeEnsemble of ai.onnx.ml 5: the one that keeps thresholds and sums in 64 bits. */
import type { TreesLearner } from "../types.ts";
import type { GraphBuilder } from "./onnx-graph.ts";
import type { Attribute } from "./onnx-proto.ts";
import { breadthFirst, leftCategories } from "./tree-nodes.ts";

/** Raw outputs, before the link: double [N, outputs]. `features` is double [N, features]. */
export function addTrees(graph: GraphBuilder, learner: TreesLearner, features: string): string {
  const { outputs, base, scale } = learner;
  const sums =
    learner.leafWidth === 1 ? addScalarLeaves(graph, learner, features) : addVectorLeaves(graph, learner, features);
  return graph.add("Add", [graph.add("Mul", [sums, graph.doubles([scale])]), graph.doubles(base, [1, outputs])]);
}

/** Boosting: the leaf of tree t adds its value to output t % outputs. */
function addScalarLeaves(graph: GraphBuilder, learner: TreesLearner, features: string): string {
  const { outputs, trees } = learner;
  return graph.add(
    "TreeEnsemble",
    [features],
    ensemble(
      learner,
      outputs,
      (tree) => tree % outputs,
      (leaf) => trees.leafValues[leaf],
    ),
  );
}

/** Numbers a row of what a block of trees looks up: it bounds the memory of a forest with many classes. */
const mostLookedUp = 512;

/**
 * Forest: a leaf of TreeEnsemble has one number, ours has `leafWidth`. So every tree gives the number of its leaf, and
 * the leaves' values are looked up in a table and added.
 */
function addVectorLeaves(graph: GraphBuilder, learner: TreesLearner, features: string): string {
  const { outputs, trees } = learner;
  const count = trees.roots.length;
  const leaves = trees.leafValues.length / outputs;
  if (count === 0) return addScalarLeaves(graph, { ...learner, leafWidth: 1 }, features);
  const table = graph.doubles(trees.leafValues, [leaves, outputs]);
  const reached = graph.add(
    "TreeEnsemble",
    [features],
    ensemble(
      learner,
      count,
      (tree) => tree,
      (leaf) => leaf,
    ),
  );
  const leafNumbers = graph.add("Cast", [reached], { to: 7 });
  const block = Math.max(1, Math.floor(mostLookedUp / outputs));
  const axis = graph.integers([1]);
  let sum: string | null = null;
  for (let start = 0; start < count; start += block) {
    const end = Math.min(count, start + block);
    const some = graph.add("Slice", [leafNumbers, graph.integers([start]), graph.integers([end]), axis]);
    const values = graph.add("Gather", [table, some], { axis: 0 });
    const part = graph.add("ReduceSum", [values, axis], { keepdims: 0 });
    sum = sum === null ? part : graph.add("Add", [sum, part]);
  }
  return sum as string;
}

const modes = { lessOrEqual: 0, member: 6 } as const;

/** Every split of all trees, and every leaf, one after the other. */
function createLists() {
  return {
    featureIds: [] as number[],
    modes: [] as number[],
    splits: [] as number[],
    missingLeft: [] as number[],
    members: [] as number[],
    trueIds: [] as number[],
    trueLeaves: [] as number[],
    falseIds: [] as number[],
    falseLeaves: [] as number[],
    targets: [] as number[],
    weights: [] as number[],
    roots: [] as number[],
  };
}
type Lists = ReturnType<typeof createLists>;

/** The attributes of a TreeEnsemble whose tree t adds weightOf(leaf number) to target targetOf(t). */
function ensemble(
  learner: TreesLearner,
  targets: number,
  targetOf: (tree: number) => number,
  weightOf: (leaf: number) => number,
): Readonly<Record<string, Attribute>> {
  const lists = createLists();
  const { length } = learner.trees.roots;
  for (let tree = 0; tree < length; tree++) addTree(lists, learner, tree, targetOf(tree), weightOf);
  // The operator needs a tree.
  if (length === 0) addStump(lists, 0, 0);
  const doubles = (values: readonly number[]): Attribute => ({
    tensor: { type: "double", dims: [values.length], values },
  });
  return {
    aggregate_function: 1,
    post_transform: 0,
    n_targets: targets,
    tree_roots: lists.roots,
    nodes_featureids: lists.featureIds,
    nodes_modes: { tensor: { type: "uint8", dims: [lists.modes.length], values: lists.modes } },
    nodes_splits: doubles(lists.splits),
    nodes_missing_value_tracks_true: lists.missingLeft,
    nodes_truenodeids: lists.trueIds,
    nodes_trueleafs: lists.trueLeaves,
    nodes_falsenodeids: lists.falseIds,
    nodes_falseleafs: lists.falseLeaves,
    leaf_targetids: lists.targets,
    leaf_weights: doubles(lists.weights),
    ...(lists.members.length > 0 && { membership_values: doubles(lists.members) }),
  };
}

function addTree(
  lists: Lists,
  { trees }: TreesLearner,
  tree: number,
  target: number,
  weightOf: (leaf: number) => number,
): void {
  const order = breadthFirst(trees, tree);
  if (order.length === 1) return addStump(lists, target, weightOf(trees.left[order[0] as number]));
  const firstSplit = lists.featureIds.length;
  const firstLeaf = lists.weights.length;
  lists.roots.push(firstSplit);
  // Splits and leaves are counted apart; a child's place in `order` says where its number stands.
  const ids: number[] = [];
  let splits = 0;
  let leaves = 0;
  for (const node of order) ids.push(trees.feature[node] < 0 ? firstLeaf + leaves++ : firstSplit + splits++);
  const isLeaf = (place: number): number => (trees.feature[order[place] as number] < 0 ? 1 : 0);
  let child = 1;
  for (const node of order) {
    if (trees.feature[node] < 0) {
      lists.targets.push(target);
      lists.weights.push(weightOf(trees.left[node]));
      continue;
    }
    addSplit(lists, trees, node);
    lists.trueIds.push(ids[child] as number);
    lists.trueLeaves.push(isLeaf(child));
    lists.falseIds.push(ids[child + 1] as number);
    lists.falseLeaves.push(isLeaf(child + 1));
    child += 2;
  }
}

/** The left branch is the "true" branch. */
function addSplit(lists: Lists, trees: TreesLearner["trees"], node: number): void {
  const flag = trees.flags[node];
  const categories = (flag & 1) === 1 ? leftCategories(trees, node) : null;
  lists.featureIds.push(trees.feature[node]);
  lists.missingLeft.push((flag & 2) === 2 ? 1 : 0);
  if (categories === null || categories.length === 0) {
    lists.modes.push(modes.lessOrEqual);
    // Categories are 0 or more: none is in the empty set, which runtimes do not expect.
    lists.splits.push(categories === null ? trees.threshold[node] : -1);
  } else {
    lists.modes.push(modes.member);
    lists.splits.push(0);
    for (const category of categories) lists.members.push(category);
    lists.members.push(NaN);
  }
}

/**
 * A tree of a single leaf, as a split between two equal ones. The form that the specification has for it (one node
 * with the same leaf on both sides) makes onnxruntime take the number of the node for that of the leaf.
 */
function addStump(lists: Lists, target: number, weight: number): void {
  const leaf = lists.weights.length;
  lists.roots.push(lists.featureIds.length);
  lists.featureIds.push(0);
  lists.modes.push(modes.lessOrEqual);
  lists.splits.push(0);
  lists.missingLeft.push(0);
  lists.trueIds.push(leaf);
  lists.trueLeaves.push(1);
  lists.falseIds.push(leaf + 1);
  lists.falseLeaves.push(1);
  lists.targets.push(target, target);
  lists.weights.push(weight, weight);
}
