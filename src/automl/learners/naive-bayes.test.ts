/** What golden tests (linear-golden.test.ts) do not see: edges, and that explanations have the right background. */
import { describe, expect, it } from "vitest";
import { learnerOutputs, type LinearLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import {
  categoricalFeature,
  dataset,
  featuresOf,
  fit,
  list,
  madeDataset,
  numericFeature,
  rowsBetween,
} from "../test-dataset.ts";
import type { Params } from "./index.ts";

const NAMES = ["MultinomialNaiveBayes", "BernoulliNaiveBayes"] as const;
const train = (name: string, data: Dataset, params: Params = {}): LinearLearner =>
  fit(name, data, rowsBetween(0, data.rows), params).learner as LinearLearner;

describe.each(NAMES)("%s", (name) => {
  const data = madeDataset(300, 3, 2);

  it("a weight counts like rows that are repeated", () => {
    const weights = Float64Array.from({ length: 300 }, (_, i) => i % 3);
    const repeated = list(300, (row) => list(row % 3, () => row)).flat();
    // Categories only: the cuts of numbers do not look at weights.
    const categories = { ...data, features: [data.features[2]!] };
    const weighted = train(name, { ...categories, weights });
    const expected = fit(name, categories, Uint32Array.from(repeated)).learner as LinearLearner;
    expected.weights.forEach((weight, i) => expect(weighted.weights[i]).toBeCloseTo(weight, 12));
    expected.intercepts.forEach((intercept, k) => expect(weighted.intercepts[k]).toBeCloseTo(intercept, 12));
    expect(train(name, { ...data, weights: new Float64Array(300) })).toEqual(train(name, data));
  });

  it("a class without rows is all but impossible, and its probability a number", () => {
    const target = data.target.map((label) => (label === 1 ? 0 : label));
    const without = { ...data, target };
    const learner = train(name, without);
    const rows = rowsBetween(0, 300);
    const outputs = learnerOutputs(learner, featuresOf(without, rows), 300);
    for (let row = 0; row < 300; row++) expect(outputs[row * 3 + 1]).toBeLessThan(1e-3);
  });

  it("a number of one value says something where it is not always there", () => {
    const known = list(200, (i) => (i % 2 === 0 ? 7 : NaN));
    const holes = dataset(
      [numericFeature("x", known)],
      list(200, (i) => i % 2),
      2,
    );
    const learner = train(name, holes);
    expect(learnerOutputs(learner, Float64Array.of(7), 1)[1]).toBeLessThan(0.05);
    expect(learnerOutputs(learner, Float64Array.of(NaN), 1)[1]).toBeGreaterThan(0.95);
    const constant = dataset(
      [
        numericFeature(
          "x",
          list(200, () => 7),
        ),
      ],
      list(200, (i) => i % 2),
      2,
    );
    expect(train(name, constant).encodings).toEqual([]);
  });

  it.each<Params>([{ alpha: 0 }, { alpha: "1" }, { encoding: "hashed" }])("refuses %j", (params) => {
    expect(() => train(name, data, params)).toThrow(expect.objectContaining({ code: "SLW_LEARNER_PARAM" }));
  });
});

it("scaled numbers are centred at their mean, the background of Linear SHAP", () => {
  const values = list(100, (i) => i ** 2);
  const mean = values.reduce((sum, value) => sum + value, 0) / 100;
  const learner = train(
    "MultinomialNaiveBayes",
    dataset(
      [
        numericFeature("x", values),
        categoricalFeature(
          "c",
          2,
          list(100, (i) => i % 2),
        ),
      ],
      list(100, (i) => Number(i > 50)),
      2,
    ),
    { encoding: "scaled" },
  );
  const [x] = learner.encodings;
  if (x?.kind !== "scaled") throw new Error("expected a scaled number");
  expect(x).toMatchObject({ range: [0, 99 ** 2], scale: 99 ** 2 });
  expect(x.mean).toBeCloseTo(mean, 9);
});
