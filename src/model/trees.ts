/**
 * Scoring decision trees: by the kernel where Node has loaded it, otherwise by a walk over flat arrays (types.ts,
 * `Trees`), which runs anywhere.
 */
import { addLeavesByKernel } from "./trees-kernel.ts";
import type { Trees, TreesLearner } from "./types.ts";

/** Rows that walk through one tree before the next tree is taken: their features stay in the L1/L2 cache. */
const blockRows = 128;

/**
 * Raw outputs, before the link: base + scale * sum of leaves.
 * `features` is rows x width, row-major; the result is rows x learner.outputs, row-major.
 */
export function treesRawOutputs(learner: TreesLearner, features: Float64Array, rows: number): Float64Array {
  const { outputs, base, scale } = learner;
  const sums = new Float64Array(rows * outputs);
  if (rows === 0) return sums;
  if (!addLeavesByKernel(learner, features, rows, sums)) walkTrees(learner, features, rows, sums);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++, i++) {
      sums[i] = base[output] + scale * sums[i];
    }
  }
  return sums;
}

/** Adds the values of the leaves that the rows reach to their sums, rows x outputs. `rows` is not 0. */
export function walkTrees(learner: TreesLearner, features: Float64Array, rows: number, sums: Float64Array): void {
  if (learner.leafWidth === 1) addScalarLeaves(learner, features, rows, sums);
  else addVectorLeaves(learner, features, rows, sums);
}

/** Boosting: tree t adds one number to output t % outputs. */
function addScalarLeaves(learner: TreesLearner, features: Float64Array, rows: number, sums: Float64Array): void {
  const { trees, outputs } = learner;
  const { roots, leafValues } = trees;
  const links = linksOf(trees);
  const width = features.length / rows;
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree];
      for (let row = start, i = start * outputs + (tree % outputs); row < end; row++, i += outputs) {
        sums[i] = sums[i] + leafValues[leafOf(trees, links, features, row * width, root)];
      }
    }
  }
}

/** Forest: every tree adds a vector of `outputs` numbers. */
function addVectorLeaves(learner: TreesLearner, features: Float64Array, rows: number, sums: Float64Array): void {
  const { trees, outputs } = learner;
  const { roots, leafValues } = trees;
  const links = linksOf(trees);
  const width = features.length / rows;
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree];
      for (let row = start; row < end; row++) {
        const leaf = leafOf(trees, links, features, row * width, root) * outputs;
        const sum = row * outputs;
        for (let output = 0; output < outputs; output++) {
          sums[sum + output] = sums[sum + output] + leafValues[leaf + output];
        }
      }
    }
  }
}

/**
 * What a walk reads of a node, side by side: feature * 4 + flags (negative: a leaf), then left. Half the memory accesses
 * of the arrays as the file has them; made once for each model.
 */
const packed = new WeakMap<Trees, Int32Array>();

function linksOf(trees: Trees): Int32Array {
  const known = packed.get(trees);
  if (known) return known;
  const links = new Int32Array(2 * trees.feature.length);
  for (let node = 0; node < trees.feature.length; node++) {
    links[2 * node] = trees.feature[node] < 0 ? -1 : trees.feature[node] * 4 + trees.flags[node];
    links[2 * node + 1] = trees.left[node];
  }
  packed.set(trees, links);
  return links;
}

/** The number of the leaf that a row reaches; the row's features start at `offset`. */
function leafOf(trees: Trees, links: Int32Array, features: Float64Array, offset: number, root: number): number {
  const { threshold } = trees;
  let node = root;
  let code = links[2 * node];
  while (code >= 0) {
    const value = features[offset + (code >> 2)];
    const flag = code & 3;
    // Comparisons with NaN are false: `<=` sends it right and `>` sends it left, without a test of its own. The
    // result is added as a number, for a branch here would be mispredicted every other time.
    let right: number;
    if (flag === 0) right = Number(!(value <= threshold[node]));
    else if (flag === 2) right = Number(value > threshold[node]);
    else right = Number(!inBitset(trees.bitsets, threshold[node], value, flag));
    node = links[2 * node + 1] + right;
    code = links[2 * node];
  }
  return links[2 * node + 1];
}

/** A category beyond the bit set, which training did not see at this node, goes right. */
export function inBitset(bitsets: Uint32Array, start: number, category: number, flag: number): boolean {
  if (Number.isNaN(category)) return (flag & 2) !== 0;
  const word = category >> 5;
  if (word < 0 || word >= bitsets[start]) return false;
  return ((bitsets[start + 1 + word] >>> (category & 31)) & 1) === 1;
}
