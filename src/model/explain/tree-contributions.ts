/**
 * Exact path-dependent TreeSHAP: the Shapley values of the features where a tree's answer without knowing a feature is
 * the mean of both branches, weighted by the training rows that took them. The values are those of Algorithm 2 of
 * Lundberg et al. 2018 (arXiv 1802.03888), in time nodes x distinct features instead of leaves x depth squared.
 *
 * A leaf's game is a product over the distinct features of its path, so that a feature's Shapley value is an integral:
 *   leaf * (one - zero) * integral from 0 to 1 of the product over the other features of zero * (1 - t) + one * t
 * (Owen 1972: along the diagonal of the multilinear extension). The integrand is a polynomial, which Gauss-Legendre
 * quadrature integrates exactly; all its factors are positive, so that nothing cancels. The products are shared on the
 * way down and the leaves summed on the way up, as in Linear TreeSHAP (Yu et al. 2022, arXiv 2209.08192).
 */
import { inBitset } from "../trees.ts";
import type { Trees, TreesLearner } from "../types.ts";
import type { Block, Part } from "./block.ts";
import { expectedLeaf, layOutTree, type TreeLayout } from "./tree-layout.ts";

/** Numbers computed between two steps: some milliseconds. */
const stepSize = 2_000_000;

/** The explained outputs where no feature is known, added to `baseline`. */
export function addTreesBaseline(learner: TreesLearner, parts: readonly Part[], baseline: Float64Array): void {
  for (const { from, to, factor } of parts) baseline[to] += factor * learner.base[from];
  for (let tree = 0; tree < learner.trees.roots.length; tree++) {
    for (const { to, factor, offset } of leavesOf(learner, parts, tree)) {
      baseline[to] += factor * expectedLeaf(learner.trees, tree, learner.leafWidth, offset);
    }
  }
}

/** Adds to the block's contributions, in steps of some milliseconds. */
export function* addTreeContributions(learner: TreesLearner, parts: readonly Part[], block: Block): Generator<void> {
  const { trees, leafWidth } = learner;
  const width = block.columnOf.length;
  for (let tree = 0; tree < trees.roots.length; tree++) {
    const leaves = leavesOf(learner, parts, tree);
    const layout = layOutTree(trees, tree);
    if (leaves.length === 0 || layout.nodes === 1) continue;
    const products = new Float64Array(layout.nodes * layout.points);
    const sums = new Float64Array(layout.nodes * layout.points);
    const cases = new Uint8Array(layout.nodes);
    const rowsPerStep = Math.ceil(stepSize / (products.length * (1 + leaves.length)));
    for (let row = 0; row < block.rows; row++) {
      multiplyDown(trees, layout, block.features, row * width, cases, products);
      for (const part of leaves) {
        const start = (row * block.outputs + part.to) * block.columns;
        sumUp(trees, layout, part, leafWidth, cases, products, sums, block, start);
      }
      if (row % rowsPerStep === rowsPerStep - 1) yield;
    }
    yield;
  }
}

interface LeafPart {
  readonly to: number;
  readonly factor: number;
  /** The number among the leafWidth numbers of a leaf. */
  readonly offset: number;
}

/** Boosting: tree t is part of output t % outputs alone; a forest's tree is part of all. */
function leavesOf({ leafWidth, outputs, scale }: TreesLearner, parts: readonly Part[], tree: number): LeafPart[] {
  const taking = leafWidth === 1 ? parts.filter(({ from }) => from === tree % outputs) : parts;
  return taking.map(({ from, to, factor }) => ({ to, factor: factor * scale, offset: leafWidth === 1 ? 0 : from }));
}

/** For every node the product of its path's factors at each point, and the node's case. The row starts at `offset`. */
function multiplyDown(
  { feature, left, threshold, flags, bitsets }: Trees,
  { root, nodes, above, points, ratios }: TreeLayout,
  features: Float64Array,
  offset: number,
  cases: Uint8Array,
  products: Float64Array,
): void {
  products.fill(1, 0, points);
  cases[0] = 2;
  for (let node = 0; node < nodes; node++) {
    const split = feature[root + node];
    if (split < 0) continue;
    const value = features[offset + split];
    const flag = flags[root + node];
    const cut = threshold[root + node];
    // The comparisons with NaN are those of trees.ts.
    const goesLeft = flag === 0 ? value <= cut : flag === 2 ? !(value > cut) : inBitset(bitsets, cut, value, flag);
    const first = left[root + node] - root;
    // Both children have the same edge above: it is of the feature on which this node splits.
    const passedAbove = above[first] < 0 || cases[above[first]] === 2;
    cases[first] = passedAbove ? (goesLeft ? 2 : 1) : 0;
    cases[first + 1] = passedAbove ? (goesLeft ? 1 : 2) : 0;
    const from = node * points;
    const to = first * points;
    const leftRatio = (first * 3 + cases[first]) * points;
    const rightRatio = (first * 3 + 3 + cases[first + 1]) * points;
    for (let q = 0; q < points; q++) {
      const product = products[from + q];
      products[to + q] = product * ratios[leftRatio + q];
      products[to + points + q] = product * ratios[rightRatio + q];
    }
  }
}

/**
 * The leaves' values times their products, summed from the leaves to the root; both edges
 * below a node give their shares to the column of its feature. The row's contributions to this output start at `start`.
 */
function sumUp(
  { feature, left, leafValues }: Trees,
  { root, nodes, points, coefficients }: TreeLayout,
  { factor, offset }: LeafPart,
  leafWidth: number,
  cases: Uint8Array,
  products: Float64Array,
  sums: Float64Array,
  { columnOf, contributions }: Block,
  start: number,
): void {
  for (let node = nodes - 1; node >= 0; node--) {
    const split = feature[root + node];
    const from = node * points;
    if (split < 0) {
      const value = factor * leafValues[left[root + node] * leafWidth + offset];
      for (let q = 0; q < points; q++) sums[from + q] = value * products[from + q];
      continue;
    }
    const first = left[root + node] - root;
    const below = first * points;
    const leftCase = cases[first];
    if (leftCase === 0) {
      // The row failed an edge above of this feature: knowing the feature changes nothing below.
      for (let q = 0; q < points; q++) sums[from + q] = sums[below + q] + sums[below + points + q];
      continue;
    }
    const leftCoefficient = (first * 3 + leftCase) * points;
    const rightCoefficient = (first * 3 + 3 + cases[first + 1]) * points;
    let share = 0;
    for (let q = 0; q < points; q++) {
      const ofLeft = sums[below + q];
      const ofRight = sums[below + points + q];
      share += ofLeft * coefficients[leftCoefficient + q] + ofRight * coefficients[rightCoefficient + q];
      sums[from + q] = ofLeft + ofRight;
    }
    contributions[start + columnOf[split]] += share;
  }
}
