/** Trees taken apart into their distinct tests, as the kernel scores them (kernels/tree-program.ts). */
import type { CategoryColumn, NumberColumn, ProgramTree, TreeProgram } from "../kernels/index.ts";
import type { Trees, TreesLearner } from "./types.ts";

/** What a byte tells apart: cuts or categories of a feature, beside the codes of others and of NaN. */
const mostCuts = 254;
const mostCategories = 254;
/** Deeper ones are not taken apart: it is done by recursion. */
const mostDepth = 1000;

/** Of larger ones the copy would take more memory than its speed is worth. */
const mostNodes = 2 ** 22;
const mostValues = 2 ** 23;

/** The program of a learner's trees; undefined where they, or a feature, are too large for it. */
export function treeProgramOf({ trees, outputs, leafWidth }: TreesLearner): TreeProgram | undefined {
  if (trees.feature.length > mostNodes || trees.leafValues.length > mostValues) return undefined;
  const tests = createTests(trees);
  const programTrees: ProgramTree[] = [];
  for (const [tree, root] of trees.roots.entries()) {
    const end = trees.roots[tree + 1] ?? trees.feature.length;
    const taken = takeApart(trees, root, end - root, leafWidth, tests.numberOf);
    if (!taken) return undefined;
    programTrees.push({ ...taken, output: leafWidth === 1 ? tree % outputs : 0 });
  }
  const columns = tests.columns();
  if (!columns) return undefined;
  for (const { splits } of programTrees) {
    for (let i = 0; i < splits.length; i += 3) splits[i] = columns.order[splits[i]];
  }
  return { outputs, leafWidth, numbers: columns.numbers, categories: columns.categories, trees: programTrees };
}

/**
 * One tree; undefined where it is too deep. What a file calls a tree may be a graph whose paths meet again: then taking
 * it apart would give more leaves than it has nodes, and undefined as well.
 */
function takeApart(
  { feature, left, leafValues }: Trees,
  root: number,
  nodes: number,
  leafWidth: number,
  testOf: (node: number) => number,
): Omit<ProgramTree, "output"> | undefined {
  const splits: number[] = [];
  const leaves: number[] = [];
  let fits = true;
  const visit = (node: number, depth: number): number => {
    fits &&= depth <= mostDepth && leaves.length < nodes;
    if (!fits) return 0;
    if (feature[node] < 0) return leaves.push(left[node]) - 1;
    const below = visit(left[node], depth + 1);
    const above = visit(left[node] + 1, depth + 1);
    splits.push(testOf(node), below, above);
    return -splits.length / 3;
  };
  visit(root, 0);
  if (!fits) return undefined;
  const values = new Float64Array(leaves.length * leafWidth);
  leaves.forEach((leaf, i) => {
    for (let output = 0; output < leafWidth; output++) {
      values[i * leafWidth + output] = leafValues[leaf * leafWidth + output];
    }
  });
  return { splits: Int32Array.from(splits), values };
}

/** Tests of one feature by what they compare with; their numbers in the order in which they were met. */
interface FeatureTests {
  /** By threshold; one map for tests that send NaN right, one for those that send it left. */
  readonly right: Map<number, number>;
  readonly left: Map<number, number>;
  /** By flag and set. */
  readonly sets: Map<string, { readonly number: number; readonly node: number }>;
}

interface Columns {
  readonly numbers: NumberColumn[];
  readonly categories: CategoryColumn[];
  /** From a test's number in the order in which it was met to its number in the program. */
  readonly order: Int32Array;
}

function createTests(trees: Trees): { numberOf: (node: number) => number; columns: () => Columns | undefined } {
  const { feature, threshold, flags } = trees;
  const features = new Map<number, FeatureTests>();
  let count = 0;

  function numberOf(node: number): number {
    let tests = features.get(feature[node]);
    if (!tests) features.set(feature[node], (tests = { right: new Map(), left: new Map(), sets: new Map() }));
    if ((flags[node] & 1) === 0) {
      const byCut = flags[node] === 2 ? tests.left : tests.right;
      const known = byCut.get(threshold[node]);
      if (known === undefined) byCut.set(threshold[node], count);
      return known ?? count++;
    }
    const key = setKey(trees, node);
    const known = tests.sets.get(key);
    if (!known) tests.sets.set(key, { number: count, node });
    return known?.number ?? count++;
  }

  return { numberOf, columns: () => columnsOf(trees, features, count) };
}

function setKey({ bitsets, threshold, flags }: Trees, node: number): string {
  let key = String(flags[node]);
  const start = threshold[node];
  for (let word = 1; word <= bitsets[start]; word++) key += ` ${bitsets[start + word]}`;
  return key;
}

/** Undefined where a byte does not tell a feature's values apart. */
function columnsOf(trees: Trees, features: ReadonlyMap<number, FeatureTests>, tests: number): Columns | undefined {
  const numbers: NumberColumn[] = [];
  const categories: CategoryColumn[] = [];
  const compared: number[] = [];
  const lookedUp: number[] = [];
  for (const [feature, { left, right, sets }] of features) {
    if (left.size + right.size > 0) {
      const column = numberColumn(feature, left, right);
      if (column.cuts.length > mostCuts) return undefined;
      numbers.push(column);
      compared.push(...left.values(), ...right.values());
    }
    if (sets.size > 0) {
      const nodes = Array.from(sets.values(), ({ node }) => node);
      const known = nodes.reduce((most, node) => Math.max(most, categoriesOf(trees, node)), 0);
      if (known > mostCategories) return undefined;
      categories.push({ feature, categories: known, rights: nodes.map((node) => rightOf(trees, node, known)) });
      for (const { number } of sets.values()) lookedUp.push(number);
    }
  }
  const order = new Int32Array(tests);
  [...compared, ...lookedUp].forEach((met, place) => (order[met] = place));
  return { numbers, categories, order };
}

function numberColumn(
  feature: number,
  left: ReadonlyMap<number, number>,
  right: ReadonlyMap<number, number>,
): NumberColumn {
  const cuts = Float64Array.from(new Set([...left.keys(), ...right.keys()])).sort();
  const places = new Map(Array.from(cuts, (cut, place) => [cut, place]));
  const placesOf = (tests: ReadonlyMap<number, number>): Uint8Array =>
    Uint8Array.from(tests.keys(), (cut) => places.get(cut) as number);
  return { feature, cuts, missingLeft: placesOf(left), missingRight: placesOf(right) };
}

/** One more than the largest category in the node's set. */
function categoriesOf({ bitsets, threshold }: Trees, node: number): number {
  const start = threshold[node];
  for (let word = bitsets[start]; word > 0; word--) {
    if (bitsets[start + word] !== 0) return 32 * word - Math.clz32(bitsets[start + word]);
  }
  return 0;
}

function rightOf({ bitsets, threshold, flags }: Trees, node: number, categories: number): Uint8Array {
  const start = threshold[node] + 1;
  const words = bitsets[start - 1];
  const rights = new Uint8Array(categories + 2).fill(255);
  for (let category = 0; category < categories && category >> 5 < words; category++) {
    if ((bitsets[start + (category >> 5)] >>> (category & 31)) & 1) rights[category] = 0;
  }
  if ((flags[node] & 2) !== 0) rights[categories + 1] = 0;
  return rights;
}
