/** What must hold between the numbers of a learner, so that scoring it never reads beside them and always ends. */
import { checkNetwork } from "./check-network.ts";
import { invalidModel } from "./fields.ts";
import type { Learner, LinearEncoding, LinearLearner, Model, NeighboursLearner, Trees, TreesLearner } from "./types.ts";

/** @throws SLW_MODEL_INVALID naming the field */
export function checkLearner(
  learner: Learner,
  path: string,
  model: Pick<Model, "task" | "labels" | "transforms">,
): void {
  checkOutputs(learner, path, model);
  if (learner.kind === "trees") checkTreesLearner(learner, path, model.transforms.length);
  else if (learner.kind === "neighbours") checkNeighbours(learner, path, model);
  else if (learner.kind === "network") checkNetwork(learner, path, model.transforms.length);
  else checkLinearLearner(learner, path, model.transforms.length);
}

/** The outputs after the link must be one number a class, or one value. */
function checkOutputs(learner: Learner, path: string, model: Pick<Model, "task" | "labels">): void {
  const { link, outputs } = learner;
  if (model.task === "regression") {
    if (link !== "identity" && link !== "exp")
      throw invalidModel(`${path}.link`, "identity or exp for regression", link);
    if (outputs !== 1) throw invalidModel(`${path}.outputs`, "1 for regression", outputs);
    return;
  }
  if (link === "exp") throw invalidModel(`${path}.link`, "sigmoid, softmax or identity for classification", link);
  const classes = model.labels.length;
  const expected = link === "sigmoid" ? 1 : classes;
  if (link === "sigmoid" && classes !== 2) throw invalidModel(`${path}.link`, `softmax for ${classes} labels`, link);
  if (outputs !== expected) throw invalidModel(`${path}.outputs`, `${expected} for ${classes} labels`, outputs);
}

function checkLinearLearner(learner: LinearLearner, path: string, features: number): void {
  const { outputs, width, weights, intercepts, encodings } = learner;
  requireLength(weights, outputs * width, `${path}.weights`);
  requireLength(intercepts, outputs, `${path}.intercepts`);
  requireFinite(weights, `${path}.weights`);
  requireFinite(intercepts, `${path}.intercepts`);
  encodings.forEach((encoding, i) => {
    const at = `${path}.encodings[${i}]`;
    if (encoding.feature >= features) throw invalidModel(`${at}.feature`, `less than ${features}`, encoding.feature);
    const last = encoding.position + positionsOf(encoding) - 1;
    if (last >= width) throw invalidModel(`${at}.position`, `positions below ${width}`, last);
    if (encoding.kind === "oneHot") return;
    if (encoding.kind === "binned") return requireAscending(encoding.cuts, `${at}.cuts`);
    if (encoding.missing >= width) throw invalidModel(`${at}.missing`, `a position below ${width}`, encoding.missing);
    if (encoding.scale === 0) throw invalidModel(`${at}.scale`, "not 0", 0);
  });
}

/** Positions of its own that an encoding has a weight for, the mark of missing numbers aside. */
function positionsOf(encoding: LinearEncoding): number {
  if (encoding.kind === "scaled") return 1;
  return encoding.kind === "oneHot" ? encoding.cardinality + 1 : encoding.cuts.length + 2;
}

function requireAscending(cuts: readonly number[], path: string): void {
  if (cuts.length === 0) throw invalidModel(path, "at least one cut", 0);
  const at = cuts.findIndex((cut, i) => i > 0 && cut <= (cuts[i - 1] as number));
  if (at >= 0) throw invalidModel(`${path}[${at}]`, `more than ${cuts[at - 1]}`, cuts[at]);
}

function checkNeighbours(
  learner: NeighboursLearner,
  path: string,
  { labels, transforms }: Pick<Model, "labels" | "transforms">,
): void {
  const { columns, codeCount, numbers, codes, targets, rowWeights } = learner;
  const rows = targets.length;
  if (rows === 0) throw invalidModel(`${path}.targets`, "at least one row", 0);
  for (const name of ["columns", "codeCount"] as const) {
    if (learner[name] % 4 !== 0) throw invalidModel(`${path}.${name}`, "a multiple of 4", learner[name]);
  }
  requireLength(numbers, rows * columns, `${path}.numbers`);
  requireLength(codes, rows * codeCount, `${path}.codes`);
  if (rowWeights.length > 0) requireLength(rowWeights, rows, `${path}.rowWeights`);
  for (const name of ["numbers", "targets", "rowWeights"] as const) requireFinite(learner[name], `${path}.${name}`);
  const negative = rowWeights.findIndex((weight) => weight < 0);
  if (negative >= 0) throw invalidModel(`${path}.rowWeights[${negative}]`, "0 or more", rowWeights[negative]);
  const unknown =
    labels.length === 0 ? -1 : targets.findIndex((label) => !(Number.isInteger(label) && label in labels));
  if (unknown >= 0) throw invalidModel(`${path}.targets[${unknown}]`, `below ${labels.length}`, targets[unknown]);
  learner.encodings.forEach((encoding, i) => {
    const at = `${path}.encodings[${i}]`;
    if (encoding.kind === "binned") throw invalidModel(`${at}.kind`, "scaled or oneHot", encoding.kind);
    if (encoding.feature >= transforms.length)
      throw invalidModel(`${at}.feature`, `less than ${transforms.length}`, encoding.feature);
    const size = encoding.kind === "scaled" ? columns : codeCount;
    if (encoding.position >= size) throw invalidModel(`${at}.position`, `less than ${size}`, encoding.position);
    if (encoding.kind === "oneHot") return;
    if (encoding.missing >= size) throw invalidModel(`${at}.missing`, `a position below ${size}`, encoding.missing);
    if (encoding.scale === 0) throw invalidModel(`${at}.scale`, "not 0", 0);
  });
}

function checkTreesLearner(learner: TreesLearner, path: string, features: number): void {
  const { outputs, leafWidth, base, trees } = learner;
  if (leafWidth !== 1 && leafWidth !== outputs) throw invalidModel(`${path}.leafWidth`, `1 or ${outputs}`, leafWidth);
  requireLength(base, outputs, `${path}.base`);
  requireFinite(base, `${path}.base`);
  const at = `${path}.trees`;
  const nodes = trees.feature.length;
  for (const name of ["left", "threshold", "flags", "cover"] as const)
    requireLength(trees[name], nodes, `${at}.${name}`);
  if (trees.leafValues.length % leafWidth !== 0) {
    throw invalidModel(`${at}.leafValues`, `a multiple of ${leafWidth}`, trees.leafValues.length);
  }
  requireFinite(trees.leafValues, `${at}.leafValues`);
  checkRoots(trees.roots, nodes, at);
  trees.roots.forEach((root, tree) => {
    const end = trees.roots[tree + 1] ?? nodes;
    checkTree(trees, root, end, at, { features, leaves: trees.leafValues.length / leafWidth });
  });
}

/** Trees lie one after the other: without that, many roots on one long path could make a row take for ever. */
function checkRoots(roots: Int32Array, nodes: number, path: string): void {
  if ((roots[0] ?? nodes) !== 0)
    throw invalidModel(`${path}.roots`, nodes === 0 ? "no root" : "the first root at 0", roots[0] ?? "none");
  for (let i = 0; i < roots.length; i++) {
    const root = roots[i];
    const above = i === 0 ? -1 : roots[i - 1];
    if (root <= above || root >= nodes) {
      throw invalidModel(`${path}.roots[${i}]`, `between ${above + 1} and ${nodes - 1}`, root);
    }
  }
}

function checkTree(
  trees: Trees,
  start: number,
  end: number,
  path: string,
  bounds: { readonly features: number; readonly leaves: number },
): void {
  const { feature, left, threshold, flags } = trees;
  for (let node = start; node < end; node++) {
    const split = feature[node];
    const next = left[node];
    if (split < 0) {
      if (next < 0 || next >= bounds.leaves)
        throw invalidModel(`${path}.left[${node}]`, `a leaf below ${bounds.leaves}`, next);
      continue;
    }
    if (split >= bounds.features) throw invalidModel(`${path}.feature[${node}]`, `less than ${bounds.features}`, split);
    if (next <= node || next + 1 >= end) {
      throw invalidModel(`${path}.left[${node}]`, `a node after ${node} and before ${end - 1}`, next);
    }
    const flag = flags[node];
    if (flag > 3) throw invalidModel(`${path}.flags[${node}]`, "0 to 3", flag);
    const cut = threshold[node];
    if ((flag & 1) === 1) checkBitset(trees.bitsets, cut, `${path}.threshold[${node}]`);
    else if (Number.isNaN(cut)) throw invalidModel(`${path}.threshold[${node}]`, "a number", "NaN");
  }
}

function checkBitset(bitsets: Uint32Array, start: number, path: string): void {
  if (!Number.isInteger(start) || start < 0 || start >= bitsets.length) {
    throw invalidModel(path, `a position in bitsets, below ${bitsets.length}`, String(start));
  }
  const words = bitsets[start];
  if (start + words >= bitsets.length)
    throw invalidModel(path, `a bit set that ends before ${bitsets.length}`, start + words + 1);
}

function requireLength(tensor: { readonly length: number }, length: number, path: string): void {
  if (tensor.length !== length) throw invalidModel(path, `${length} elements`, tensor.length);
}

function requireFinite(tensor: Float64Array | Float32Array, path: string): void {
  const at = tensor.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw invalidModel(`${path}[${at}]`, "a finite number", String(tensor[at]));
}
