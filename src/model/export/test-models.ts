/** Made models of every part there is, and rows that meet their edges, for the tests of the exports. */
import { createRandom, type ColumnType, type Random } from "../../base/index.ts";
import type { CategoryStatistic, Label, Learner, LinearEncoding, Link, Model, Transform, Trees } from "../types.ts";
import { dateParts } from "../read-transforms.ts";

/** For each column its values in a request: `undefined` never, null for missing. */
export type Row = Record<string, string | number | null>;

/** More than any runtime keeps in one machine word. */
const words = ["", "<i>", "ünï", "日本", ...Array.from({ length: 96 }, (_, i) => `w${i}`)];
const numbers = ["-1.5", "0", "0.1", "1e+21", "not a number", "01"];

const cities = ["Bern", "Zürich", "__proto__"];

/** Features 0 to 2 are numbers, 3 to 5 categories (of 4, 100 and 6), then the parts of a date, then the others. */
const transforms: readonly Transform[] = [
  { op: "Numeric", column: "a" },
  { op: "Numeric", column: "label" },
  { op: "Numeric", column: "TreeEnsemble_1" },
  { op: "Category", column: "few", categories: ["x", "y", "z", "__proto__"] },
  { op: "Category", column: "many words", categories: words },
  { op: "Category", column: "code", categories: numbers },
  ...dateParts.map((part): Transform => ({ op: "DatePart", column: "when", part })),
  { op: "DaysBetween", column: "when", from: "until" },
  { op: "Numeric", column: "a", fill: 0.1 },
  { op: "Category", column: "few", categories: ["y", "x"], fill: "x" },
  { op: "Category", column: "code", categories: ["0.1", "1"], fill: "1" },
  statistic("city", cities, [0.25, 1 / 3, -2]),
  { ...statistic("city", cities, [0.5, 0.3, 0.2]), statistic: "frequency" },
  statistic("code", ["-1.5", "0.1", "0"], [1, 2, 3]),
];

function statistic(column: string, categories: readonly string[], values: readonly number[]): CategoryStatistic {
  const known = { categories, values: Float64Array.from(values), unknown: 0.125, missing: -0.5 };
  return { op: "CategoryStatistic", column, statistic: "target", ...known };
}

/** Categories of each feature, 0 for numbers. */
const cardinalities = transforms.map((transform) => (transform.op === "Category" ? transform.categories.length : 0));

/** Thresholds that values of the rows equal, or miss by the last bit. */
const cuts = [0.1, 0.1 + 2 ** -56, 1 / 3, 2 ** 53, 16_777_217, -0.3, 0, 5e-324, 1e300, 1, 7, 2000, 12_000.5];

interface Shape {
  readonly labels: readonly Label[];
  readonly members: readonly { readonly kind: "boosting" | "forest" | "linear"; readonly link: Link }[];
  /** Default: a vote, whose answer is the most probable label. */
  readonly isStack?: true;
  readonly hasLabelWeights?: true;
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
  "two classes, a stack with a threshold": {
    labels: ["no", "yes"],
    members: [
      { kind: "boosting", link: "sigmoid" },
      { kind: "forest", link: "identity" },
      { kind: "linear", link: "softmax" },
    ],
    isStack: true,
    hasLabelWeights: true,
  },
  "four classes, a stack with label weights": {
    labels: ["a", "b", "c", "d"],
    members: [
      { kind: "boosting", link: "softmax" },
      { kind: "forest", link: "identity" },
    ],
    isStack: true,
    hasLabelWeights: true,
  },
  "three classes, label weights": {
    labels: ["a", "b", "c"],
    members: [{ kind: "linear", link: "softmax" }],
    hasLabelWeights: true,
  },
  "regression, a stack": {
    labels: [],
    members: [
      { kind: "boosting", link: "identity" },
      { kind: "linear", link: "identity" },
    ],
    isStack: true,
  },
};

export function madeModel({ labels, members, isStack, hasLabelWeights }: Shape, seed: number): Model {
  const random = createRandom(seed);
  const made = members.map(({ kind, link }) => {
    const outputs = link === "sigmoid" ? 1 : Math.max(1, labels.length);
    return kind === "linear" ? linearLearner(random, outputs, link) : treesLearner(random, kind, outputs, link);
  });
  return {
    task: labels.length > 0 ? "classification" : "regression",
    target: "y <!-- */ \n\u2028",
    labels,
    inputs: [...new Set(transforms.map(({ column }) => column)), "until"].map((name) => ({
      name,
      type: typeOf(name),
      integer: false,
      nullable: true,
      range: null,
      example: null,
    })),
    transforms,
    members: made.map((learner, i) => ({
      name: `member ${i}`,
      weight: isStack ? random.normal() / 2 : 1 / made.length,
      learner,
    })),
    combination: isStack
      ? { kind: "stack", intercepts: Array.from({ length: labels.length > 2 ? labels.length : 1 }, random.normal) }
      : { kind: "vote" },
    labelWeights: hasLabelWeights ? labels.map(() => Math.exp(random.normal() / 4)) : null,
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

function typeOf(column: string): ColumnType {
  if (column === "when" || column === "until") return "datetime";
  return ["few", "many words", "city"].includes(column) ? "string" : "numeric";
}

/** A linear model on every feature of two columns of text, of numbers in text and of dates in text. */
export function madeTextModel(): Model {
  const random = createRandom(5);
  const score = (column: string, places: number): Transform => ({
    op: "TextScore",
    column,
    weights: Float32Array.from({ length: places }, () => random.normal()),
    bias: random.normal(),
  });
  const textTransforms: Transform[] = [
    { op: "TermWeight", column: "review", term: "good", idf: 1.5 },
    { op: "TermWeight", column: "review", term: "__proto__", idf: 2 },
    { op: "TextLength", column: "review", unit: "words" },
    score("review", 64),
    { op: "Numeric", column: "amount", fill: -1 },
    { op: "DatePart", column: "day", part: "dayOfYear" },
    { op: "TextLength", column: "title", unit: "characters" },
    score("title", 1024),
    { op: "TermWeight", column: "title", term: "日", idf: 0.5 },
  ];
  const width = textTransforms.length;
  const learner: Learner = {
    kind: "linear",
    outputs: 1,
    link: "identity",
    width,
    encodings: textTransforms.map((_, feature) => {
      return {
        kind: "scaled",
        feature,
        position: feature,
        mean: 0,
        scale: 1,
        fill: 0,
        missing: -1,
        range: [-1e9, 1e9],
      };
    }),
    weights: Float64Array.from({ length: width }, () => random.normal()),
    intercepts: Float64Array.of(0),
  };
  return {
    ...madeModel(shapes["regression, a vote"] as Shape, 1),
    inputs: [...new Set(textTransforms.map(({ column }) => column))].map((name) => {
      return { name, type: "string", integer: false, nullable: true, range: null, example: null };
    }),
    transforms: textTransforms,
    members: [{ name: "ElasticNet", weight: 1, learner }],
  };
}

/** Texts that words are told apart in by more than blanks, and what is hardly text. */
export function madeTextRows(): Row[] {
  const texts = [
    null,
    "",
    " \t",
    "Good, GOOD; not good!",
    "don't don\u2019t",
    "日本語のテキスト and English",
    "ﬁne ①²",
    "__proto__ constructor",
    "e\u0301tude étude",
    "İstanbul",
    "a\ud800b",
    "🙂🙂 ok",
  ];
  const amounts = ["1", " 2.5 ", "1e3", "n/a", null, "0x10", ".5", "5.", "1e999"];
  const days = ["2024-12-31", null, "31.12.2024", "2023-01-01T00:00:00Z"];
  return texts.flatMap((review, i) =>
    texts.map((title, j) => ({
      review,
      amount: amounts[(i + j) % amounts.length] as string | null,
      day: days[(i * 3 + j) % days.length] as string | null,
      title,
    })),
  );
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
    if (random.integer(2) === 0) return;
    const binCuts = [...new Set(cuts)].filter((_, i) => i === feature || random.integer(2) === 0).sort((a, b) => a - b);
    encodings.push({ kind: "binned", feature, position: width, cuts: binCuts });
    width += binCuts.length + 2;
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
    until: orNull(date()),
    city: orNull(pick(random, [...cities, "unseen"])),
  }));
}
