/** Made models of every part there is, and rows that meet their edges, for the tests of the exports. */
import { createRandom, type Random } from "../../base/index.ts";
import type { DatePart, Label, Learner, LinearEncoding, Link, Model, Transform, Trees } from "../types.ts";

/** For each column its values in a request: `undefined` never, null for missing. */
export type Row = Record<string, string | number | null>;

const dateParts: readonly DatePart[] = [
  "year",
  "month",
  "day",
  "dayOfWeek",
  "dayOfYear",
  "hour",
  "minute",
  "elapsedDays",
];
/** More than any runtime keeps in one machine word. */
const words = ["", "<i>", "ünï", "日本", ...Array.from({ length: 96 }, (_, i) => `w${i}`)];
const numbers = ["-1.5", "0", "0.1", "1e+21", "not a number", "01"];

/** Features 0 to 2 are numbers, 3 to 5 categories (of 4, 100 and 6), the others the parts of a date. */
const transforms: readonly Transform[] = [
  { op: "Numeric", column: "a" },
  { op: "Numeric", column: "label" },
  { op: "Numeric", column: "TreeEnsemble_1" },
  { op: "Category", column: "few", categories: ["x", "y", "z", "__proto__"] },
  { op: "Category", column: "many words", categories: words },
  { op: "Category", column: "code", categories: numbers },
  ...dateParts.map((part): Transform => ({ op: "DatePart", column: "when", part })),
];
/** Categories of each feature, 0 for numbers. */
const cardinalities = transforms.map((transform) => (transform.op === "Category" ? transform.categories.length : 0));

/** Thresholds that values of the rows equal, or miss by the last bit. */
const cuts = [0.1, 0.1 + 2 ** -56, 1 / 3, 2 ** 53, 16_777_217, -0.3, 0, 5e-324, 1e300, 1, 7, 2000, 12_000.5];

interface Shape {
  readonly labels: readonly Label[];
  readonly members: readonly { readonly kind: "boosting" | "forest" | "linear"; readonly link: Link }[];
}

/** Labels, and the kinds of the members. No labels: regression. */
export const shapes: Readonly<Record<string, Shape>> = {
  "two classes, a vote of all": {
    labels: ["no", "yes"],
    members: [
      { kind: "boosting", link: "sigmoid" },
      { kind: "forest", link: "identity" },
      { kind: "linear", link: "sigmoid" },
      { kind: "boosting", link: "softmax" },
    ],
  },
  "three numbers as labels, a vote": {
    labels: [-1, 0, 2 ** 40],
    members: [
      { kind: "boosting", link: "softmax" },
      { kind: "forest", link: "identity" },
      { kind: "linear", link: "softmax" },
    ],
  },
  "labels with fractions, a forest": { labels: [0.5, 1.5], members: [{ kind: "forest", link: "identity" }] },
  "300 classes, a forest": {
    labels: Array.from({ length: 300 }, (_, i) => `c${i}`),
    members: [{ kind: "forest", link: "identity" }],
  },
  "regression, a vote": {
    labels: [],
    members: [
      { kind: "boosting", link: "identity" },
      { kind: "forest", link: "identity" },
      { kind: "linear", link: "identity" },
      { kind: "boosting", link: "exp" },
    ],
  },
};

export function madeModel({ labels, members }: Shape, seed: number): Model {
  const random = createRandom(seed);
  const made = members.map(({ kind, link }) => {
    const outputs = link === "sigmoid" ? 1 : Math.max(1, labels.length);
    return kind === "linear" ? linearLearner(random, outputs, link) : treesLearner(random, kind, outputs, link);
  });
  return {
    task: labels.length > 0 ? "classification" : "regression",
    target: "y <!-- */ \n\u2028",
    labels,
    inputs: Array.from(new Set(transforms.map(({ column }) => column)), (name) => ({
      name,
      type: name === "when" ? "datetime" : name === "few" || name === "many words" ? "string" : "numeric",
      integer: false,
      nullable: true,
      range: null,
      example: null,
    })),
    transforms,
    members: made.map((learner, i) => ({ name: `member ${i}`, weight: 1 / made.length, learner })),
    name: "made",
    metrics: {},
    provenance: {
      slipway: "0.0.0",
      primaryMetric: "accuracy",
      seed,
      validation: "cv:5",
      rows: 0,
      featurization: [],
      trials: [],
    },
  };
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)] as T;
}

/** Boosting has one number a leaf; sums stay small, so that no link saturates. */
function treesLearner(random: Random, kind: "boosting" | "forest", outputs: number, link: Link): Learner {
  const leafWidth = kind === "boosting" ? 1 : outputs;
  const count = kind === "boosting" ? 3 * outputs + 1 : 7;
  return {
    kind: "trees",
    outputs,
    leafWidth,
    base: Float64Array.from({ length: outputs }, () => random.normal()),
    scale: kind === "boosting" ? 0.1 : 1 / count,
    link,
    trees: madeTrees(random, count, leafWidth),
  };
}

type TreeLists = Record<Exclude<keyof Trees, "cover">, number[]>;

function madeTrees(random: Random, count: number, leafWidth: number): Trees {
  const lists: TreeLists = { roots: [], feature: [], left: [], threshold: [], flags: [], bitsets: [], leafValues: [] };
  for (let tree = 0; tree < count; tree++) {
    const root = lists.feature.length;
    lists.roots.push(root);
    // The first tree is a single leaf.
    const splits = tree === 0 ? 0 : 1 + random.integer(60);
    const open = [root];
    for (let made = 0, nodes = 1; made < splits; made++, nodes += 2) {
      const [node] = open.splice(random.integer(open.length), 1) as [number];
      addSplit(random, lists, node, root + nodes);
      open.push(root + nodes, root + nodes + 1);
    }
    for (const node of open) {
      lists.feature[node] = -1;
      lists.left[node] = lists.leafValues.length / leafWidth;
      lists.threshold[node] = lists.flags[node] = 0;
      for (let k = 0; k < leafWidth; k++) lists.leafValues.push(random.normal());
    }
  }
  return {
    roots: Int32Array.from(lists.roots),
    feature: Int32Array.from(lists.feature),
    left: Int32Array.from(lists.left),
    threshold: Float64Array.from(lists.threshold),
    flags: Uint8Array.from(lists.flags),
    cover: new Float32Array(lists.feature.length),
    bitsets: Uint32Array.from(lists.bitsets),
    leafValues: Float64Array.from(lists.leafValues),
  };
}

/** On categories a numeric split now and then: the file format allows it. */
function addSplit(random: Random, lists: TreeLists, node: number, left: number): void {
  const feature = random.integer(cardinalities.length);
  const missingLeft = 2 * random.integer(2);
  const cardinality = cardinalities[feature] as number;
  const categorical = cardinality > 0 && random.next() < 0.9;
  lists.feature[node] = feature;
  lists.left[node] = left;
  lists.flags[node] = missingLeft + (categorical ? 1 : 0);
  lists.threshold[node] = categorical ? lists.bitsets.length : pick(random, cuts);
  if (!categorical) return;
  // None at all, too few, or more words than there are categories.
  const words = random.integer(Math.ceil(cardinality / 32) + 2);
  const share = random.next();
  lists.bitsets.push(words);
  for (let word = 0; word < words; word++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) if (random.next() < share) bits |= 1 << bit;
    lists.bitsets.push(bits >>> 0);
  }
}

function linearLearner(random: Random, outputs: number, link: Link): Learner {
  const encodings: LinearEncoding[] = [];
  let width = 0;
  cardinalities.forEach((cardinality, feature) => {
    if (cardinality > 0) {
      encodings.push({ kind: "oneHot", feature, position: width, cardinality });
      width += cardinality + 1;
      return;
    }
    const missing = random.integer(2) === 0 ? -1 : width + 1;
    const [mean, scale, fill] = [random.normal(), 1 + random.next(), random.normal()];
    encodings.push({ kind: "scaled", feature, position: width, mean, scale, fill, missing, range: [-3, 3] });
    width += missing < 0 ? 1 : 2;
  });
  return {
    kind: "linear",
    outputs,
    link,
    width,
    encodings,
    weights: Float64Array.from({ length: outputs * width }, () => random.normal() / 10),
    intercepts: Float64Array.from({ length: outputs }, () => random.normal()),
  };
}

const dates = [
  "1970-01-01",
  "1969-12-31T23:59:59.999Z",
  "2000-02-29T12:30:00Z",
  "1900-02-28",
  "1900-03-01T00:00:00+14:00",
  "2024-12-31T23:59:59Z",
  "2100-01-01",
  "1600-02-29T00:00:00.001Z",
  "0400-02-29",
  "9999-12-31T23:59:59.999Z",
];

export function madeRows(count: number, seed: number): Row[] {
  const random = createRandom(seed, 1);
  const orNull = <T>(value: T): T | null => (random.next() < 0.1 ? null : value);
  const number = (): number => (random.next() < 0.5 ? pick(random, cuts) : 3 * random.normal());
  const date = (): string =>
    random.next() < 0.3 ? pick(random, dates) : new Date((random.next() - 0.3) * 1e13).toISOString();
  return Array.from({ length: count }, () => ({
    a: orNull(number()),
    label: orNull(number()),
    TreeEnsemble_1: orNull(number()),
    few: orNull(pick(random, ["x", "y", "z", "__proto__", "unseen"])),
    "many words": orNull(pick(random, [...words, "unseen", "constructor"])),
    code: orNull(pick(random, [-1.5, 0, -0, 0.1, 1e21, 1, 0.1 + 2 ** -56])),
    when: orNull(date()),
  }));
}
