/** Features made with the target: that they leak nothing, help, and are the same in training, files and requests. */
import { describe, expect, test } from "vitest";
import { createRandom, type Column, type Table } from "../base/index.ts";
import {
  decodeModel,
  encodeModel,
  exportJavaScript,
  featureRows,
  learnerOutputs,
  readRecords,
  type Model,
} from "../model/index.ts";
import type { Dataset } from "./dataset.ts";
import { encodeTargets } from "./encode-targets.ts";
import { createEvaluator } from "./evaluate.ts";
import { featurize, type Featurized } from "./featurize.ts";
import { featuresOf, fit, list, numericColumn, stringColumn, table } from "./test-dataset.ts";
import { createValidation, type Fold } from "./validation.ts";

const auto = { target: "y", featurization: { mode: "auto" } } as const;

function prepare(data: Table, validation: string): { made: Featurized; folds: readonly Fold[] } {
  const featurized = featurize(data, auto);
  const { folds } = createValidation(validation, featurized.dataset, 42);
  return { made: encodeTargets(featurized, folds, 42), folds };
}

const featureOf = ({ dataset }: Featurized, name: string): Float64Array => {
  const feature = dataset.features.find((each) => each.name === name);
  if (!feature) throw new Error(`no feature ${name} among ${dataset.features.map((each) => each.name).join(", ")}`);
  return feature.values;
};

/** The metric of one learner, trained on the folds' training rows, on their validation rows. */
function judge(data: Dataset, folds: readonly Fold[], algorithm: string, metric: string): number {
  const outputs = folds.flatMap(({ train, valid }) => {
    const { learner } = fit(algorithm, data, train, {}, { validation: valid });
    return Array.from(learnerOutputs(learner, featuresOf(data, valid), valid.length));
  });
  return createEvaluator(metric, data, folds).value(Float64Array.from(outputs));
}

/** `levels` merchants; with an effect each moves the odds of yes by a normal number. */
function merchants(rows: number, levels: number, effect: number, seed: number): Table {
  const random = createRandom(seed);
  const effects = list(levels, () => effect * random.normal());
  const codes = list(rows, () => random.integer(levels));
  const x = list(rows, () => random.normal());
  const y = codes.map((code, i) =>
    random.next() < 1 / (1 + Math.exp(-effects[code]! - x[i]! * effect)) ? "yes" : "no",
  );
  return table(
    stringColumn(
      "merchant",
      codes.map((code) => `m${code}`),
    ),
    numericColumn("x", x),
    stringColumn("y", y),
  );
}

describe("leaks", () => {
  test.each([
    ["cv:3", 1],
    ["cv:10", 2],
    ["holdout:0.3", 3],
  ] as const)("%s: categories that say nothing fool nobody", (validation, seed) => {
    const data = merchants(3_000, 1_000, 0, seed);
    const featurized = featurize(data, auto);
    const { folds } = createValidation(validation, featurized.dataset, 42);
    const made = encodeTargets(featurized, folds, 42);
    const auc = judge(made.dataset, folds, "GradientBoosting", "AUC_weighted");
    expect(auc).toBeGreaterThan(0.44);
    expect(auc).toBeLessThan(0.56);
  });

  test("a text of noise fools nobody", () => {
    const random = createRandom(4);
    const words = list(2_000, () => list(8, () => `w${random.integer(3_000)}`).join(" "));
    const data = table(
      stringColumn("t", words),
      stringColumn(
        "y",
        list(2_000, () => (random.next() < 0.5 ? "a" : "b")),
      ),
    );
    const { made, folds } = prepare(data, "cv:3");
    const auc = judge(made.dataset, folds, "GradientBoosting", "AUC_weighted");
    expect(Math.abs(auc - 0.5)).toBeLessThan(0.06);
  });

  test.each(["cv:3", "holdout:0.2"])("%s: a row's encoding does not know its own target", (validation) => {
    const data = merchants(600, 300, 2, 5);
    const { made, folds } = prepare(data, validation);
    const target = data.columns[2] as Extract<Column, { type: "string" }>;
    const before = featureOf(made, "merchant target");
    for (const row of [folds[0]!.valid[0]!, folds[0]!.train[0]!, folds[0]!.train.at(-1)!]) {
      const codes = target.codes.slice();
      codes[row] = 1 - codes[row]!;
      const changed = { ...data, columns: [...data.columns.slice(0, 2), { ...target, codes }] };
      const after = featureOf(encodeTargets(featurize(changed, auto), folds, 42), "merchant target");
      const twins = list(600, (i) => i).filter((i) => i !== row);
      // The overall mean, which all know, moves by 1/600; the row's own category would move it by far more.
      expect(Math.abs(after[row]! - before[row]!)).toBeLessThan(0.02);
      // Of a row that is held out nobody knows.
      const isKnown = validation.startsWith("cv") || folds[0]!.train.includes(row);
      expect(twins.some((i) => after[i] !== before[i])).toBe(isKnown);
    }
  });

  test("training rows of a holdout know nothing of the rows held out", () => {
    const data = merchants(600, 300, 2, 6);
    const { made, folds } = prepare(data, "holdout:0.2");
    const { train, valid } = folds[0]!;
    const target = data.columns[2] as Extract<Column, { type: "string" }>;
    const codes = target.codes.slice();
    for (const row of valid) codes[row] = 1 - codes[row]!;
    const changed = { ...data, columns: [...data.columns.slice(0, 2), { ...target, codes }] };
    const after = encodeTargets(featurize(changed, auto), folds, 42);
    const [was, is] = [made, after].map((each) => featureOf(each, "merchant target"));
    expect(Array.from(train, (row) => is![row])).toEqual(Array.from(train, (row) => was![row]));
    expect(Array.from(valid, (row) => is![row])).toEqual(Array.from(valid, (row) => was![row]));
  });
});

describe("categories", () => {
  test("that matter are worth more than as categories", () => {
    const data = merchants(4_000, 800, 1.5, 7);
    const featurized = featurize(data, auto);
    const { folds } = createValidation("cv:3", featurized.dataset, 42);
    const before = judge(featurized.dataset, folds, "GradientBoosting", "AUC_weighted");
    const after = judge(encodeTargets(featurized, folds, 42).dataset, folds, "GradientBoosting", "AUC_weighted");
    expect(after).toBeGreaterThan(before + 0.02);
  });

  test("take the place of the most frequent ones, and the table is said so", () => {
    const { made } = prepare(merchants(2_000, 300, 2, 8), "cv:3");
    expect(made.dataset.features.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "merchant frequency numeric",
      "x numeric",
      "merchant target numeric",
    ]);
    expect(made.notes[0]).toMatch(
      /^merchant: 300 categories, target encoded out of fold \(the overall mean counting as \d+ rows\), and their frequency$/,
    );
    expect(made.pending).toEqual([]);
    expect(encodeTargets(made, [], 1)).toBe(made);
  });

  test("for scoring know all rows: the m-estimate by hand", () => {
    const { made } = prepare(merchants(2_000, 300, 2, 9), "cv:3");
    const transform = made.transforms.at(-1)!;
    if (transform.op !== "CategoryStatistic") throw new Error(transform.op);
    const { target } = made.dataset;
    const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
    expect(transform.unknown).toBeCloseTo(mean, 12);
    const smoothing = Number(/as (\d+) rows/.exec(made.notes[0]!)![1]);
    const merchant = merchants(2_000, 300, 2, 9).columns[0] as Extract<Column, { type: "string" }>;
    const rows = list(2_000, (row) => row).filter((row) => merchant.categories[merchant.codes[row]!] === "m7");
    const sum = rows.reduce((total, row) => total + target[row]!, 0);
    const value = transform.values[transform.categories.indexOf("m7")]!;
    // The smoothing is told in whole rows.
    expect(Math.abs(value - (sum + smoothing * mean) / (rows.length + smoothing))).toBeLessThan(0.03);
  });

  test("have one encoding for each of three classes, none for eleven", () => {
    const random = createRandom(10);
    const codes = list(3_000, () => random.integer(400));
    const of = (classes: number) =>
      table(
        stringColumn(
          "c",
          codes.map((code) => `c${code}`),
        ),
        numericColumn(
          "x",
          codes.map((code) => code % 7),
        ),
        stringColumn(
          "y",
          codes.map((code) => `k${(code + (random.next() < 0.2 ? 1 : 0)) % classes}`),
        ),
      );
    const names = (data: Table) => prepare(data, "cv:3").made.dataset.features.map(({ name }) => name);
    expect(names(of(3))).toEqual(["c frequency", "x", "c target k0", "c target k1", "c target k2"]);
    expect(names(of(11))).toEqual(["c", "c frequency", "x"]);
  });

  test("rows count by their weights", () => {
    const data = merchants(400, 60, 2, 11);
    const featurized = featurize(data, auto);
    const weights = Float64Array.from({ length: 400 }, (_, row) => (row % 3 === 0 ? 2 : 1));
    const { folds } = createValidation("cv:3", featurized.dataset, 42);
    const weighted = encodeTargets({ ...featurized, dataset: { ...featurized.dataset, weights } }, folds, 1);
    const plain = encodeTargets(featurized, folds, 1);
    const mean = ({ dataset }: Featurized, by: Float64Array | null) =>
      dataset.target.reduce((sum, value, row) => sum + value * (by?.[row] ?? 1), 0) /
      (by?.reduce((a, b) => a + b) ?? 400);
    const unknown = ({ transforms }: Featurized) => (transforms.at(-1) as { unknown: number }).unknown;
    expect(unknown(plain)).not.toBeCloseTo(unknown(weighted), 6);
    expect(unknown(weighted)).toBeCloseTo(mean(weighted, weights), 12);
  });
});

/** Short reviews: good and bad words, turned round by "not", among others. */
function reviews(rows: number, seed: number, labels: readonly string[] | null): Table {
  const random = createRandom(seed);
  const pick = (words: readonly string[]): string => words[random.integer(words.length)]!;
  const texts = list(rows, () => {
    const mood = random.normal();
    return list(5 + random.integer(10), () => {
      if (random.next() > 0.3) return `thing${random.integer(300)}`;
      return pick(
        random.next() < 1 / (1 + Math.exp(-2 * mood)) ? ["good", "great", "Lovely!"] : ["bad", "awful", "broken"],
      );
    }).join(" ");
  });
  const mood = texts.map(
    (text) => (text.match(/good|great|Lovely/g) ?? []).length - (text.match(/bad|awful|broken/g) ?? []).length,
  );
  const y = mood.map((value) => value + random.normal());
  const target = labels
    ? stringColumn(
        "y",
        y.map((value) => labels[Math.min(labels.length - 1, Math.max(0, Math.floor(value + labels.length / 2)))]!),
      )
    : numericColumn("y", y);
  return table(stringColumn("review", texts), target);
}

describe("text", () => {
  test.each([
    ["two classes", ["down", "up"], "AUC_weighted", 0.75, 1],
    ["three classes", ["down", "even", "up"], "AUC_weighted", 0.7, 3],
    ["numbers", null, "r2_score", 0.3, 1],
  ] as const)("%s: the score alone ranks the rows", (_name, labels, metric, least, scores) => {
    const data = reviews(1_500, 1, labels);
    const featurized = featurize(data, { ...auto, featurization: { mode: "auto", blockedTransformers: ["TfIdf"] } });
    const { folds } = createValidation("cv:3", featurized.dataset, 42);
    const { dataset } = encodeTargets(featurized, folds, 42);
    const features = dataset.features.filter(({ name }) => name.startsWith("review score"));
    expect(features).toHaveLength(scores);
    const algorithm = labels ? "LogisticRegression" : "ElasticNet";
    expect(judge({ ...dataset, features }, folds, algorithm, metric)).toBeGreaterThan(least);
  });

  test("words that are features of their own are not in the score", () => {
    const { made } = prepare(reviews(1_500, 2, ["down", "up"]), "cv:3");
    const terms = made.transforms.flatMap((each) => (each.op === "TermWeight" ? [each.term] : []));
    expect(terms).toEqual(expect.arrayContaining(["good", "bad", "lovely"]));
    const score = made.transforms.findIndex(({ op }) => op === "TextScore");
    const { bias } = made.transforms[score] as { bias: number };
    const ofTexts = featureRows(made.transforms, table(stringColumn("review", ["good", "awful", ""])));
    expect([0, 1, 2].map((row) => ofTexts[row * made.transforms.length + score])).toEqual([bias, bias, bias]);
  });
});

test("the same features from the table, the file, a request and the exported module", async () => {
  const random = createRandom(12);
  const rows = 300;
  const cities = list(rows, () => (random.next() < 0.1 ? null : `c${random.integer(90)}`));
  const review = reviews(rows, 3, ["down", "up"]).columns[0]!;
  const y = list(rows, (row) => ((Number(cities[row]?.slice(1) ?? 0) + random.integer(30)) % 90 > 44 ? "yes" : "no"));
  const data = table(stringColumn("city", cities), review, stringColumn("y", y));
  const { made, folds } = prepare(data, "cv:3");
  expect(made.transforms.map(({ op }) => op)).toEqual(
    expect.arrayContaining(["CategoryStatistic", "TextScore", "TermWeight"]),
  );
  const model = toModel(made, folds[0]!.train);
  const decoded = decodeModel(encodeModel(model));
  const records = list(rows, (row) => ({ city: cities[row]!, review: textAt(review, row) }));
  const expected = featureRows(made.transforms, data);
  expect(featureRows(decoded.transforms, readRecords(decoded, records).table)).toEqual(expected);
  const module = (await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(exportJavaScript(decoded))}`
  )) as { predictProba(rows: unknown): number[][] };
  const ours = learnerOutputs(decoded.members[0]!.learner, expected, rows);
  expect(module.predictProba(records).flat()).toEqual(Array.from(ours));
});

const textAt = (column: Column, row: number): string | null => {
  if (column.type !== "string") throw new Error(column.type);
  return column.categories[column.codes[row]!] ?? null;
};

function toModel({ dataset, labels, inputs, transforms }: Featurized, rows: Uint32Array): Model {
  const { learner } = fit("GradientBoosting", dataset, rows, { rounds: 10 });
  const provenance = { slipway: "0", primaryMetric: "accuracy", seed: 1, validation: "cv:3", rows: dataset.rows };
  return {
    task: dataset.task,
    target: "y",
    labels,
    inputs,
    transforms,
    members: [{ name: "GradientBoosting", weight: 1, learner }],
    combination: { kind: "vote" },
    labelWeights: null,
    name: "GradientBoosting",
    metrics: {},
    provenance: { ...provenance, featurization: [], trials: [] } as unknown as Model["provenance"],
  };
}
