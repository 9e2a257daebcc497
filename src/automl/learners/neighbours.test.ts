import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { learnerOutputs, type NeighboursLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import { categoricalFeature, dataset, fit, list, madeDataset, numericFeature, rowsBetween } from "../test-dataset.ts";
import type { Params } from "./index.ts";

const train = (data: Dataset, params: Params = {}, rows = rowsBetween(0, data.rows), seed = 1): NeighboursLearner =>
  fit("KNN", data, rows, params, { seed }).learner as NeighboursLearner;

describe("the rows that are stored", () => {
  const many = dataset(
    [
      numericFeature(
        "x",
        list(20_100, (i) => i),
      ),
    ],
    list(20_100, (i) => i),
    0,
  );

  it("are all, up to 20,000", () => {
    const rows = rowsBetween(50, 20_050);
    const learner = train(many, {}, rows);
    expect(learner.targets).toEqual(Float64Array.from(rows));
    expect(learner.drawnFrom).toBe(20_000);
  });

  it("of more, 20,000 that the seed draws, in their order; the learner says of how many", () => {
    const learner = train(many);
    expect(learner.targets).toHaveLength(20_000);
    expect(learner.drawnFrom).toBe(20_100);
    expect(learner.targets.every((row, i) => i === 0 || row > learner.targets[i - 1])).toBe(true);
    expect(train(many)).toEqual(learner);
    expect(train(many, {}, undefined, 2).targets).not.toEqual(learner.targets);
  });

  it("are fewer where they are wide, so that a file stays small", () => {
    const wide = list(2_000, (j) =>
      numericFeature(
        `x${j}`,
        list(1_100, (i) => (i * (j + 1)) % 997),
      ),
    );
    const learner = train(
      dataset(
        wide,
        list(1_100, (i) => i),
        0,
      ),
    );
    expect(learner.targets).toHaveLength(Math.floor(2 ** 21 / 2_000));
  });

  it("are those that weigh something", () => {
    const data = madeDataset(100, 2, 1);
    const weights = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0 : 1 + i));
    const learner = train({ ...data, weights });
    expect(learner.rowWeights).toEqual(weights.filter((weight) => weight > 0));
    expect(learner.targets).toEqual(data.target.filter((_, i) => weights[i] > 0));
    // Of one weight, or of none, all count the same.
    expect(train({ ...data, weights: new Float64Array(100).fill(3) })).toEqual(train(data));
    expect(train({ ...data, weights: new Float64Array(100) })).toEqual(train(data));
  });
});

it("asks the nearest rows: numbers by their deviations, categories by whether they are the same", () => {
  const random = createRandom(1);
  // Far larger numbers than the first, which say nothing.
  const noise = list(600, () => 1e6 * random.normal());
  const group = list(600, () => random.integer(3));
  const x = list(600, () => random.normal());
  const target = list(600, (i) => 10 * group[i] + x[i]);
  const features = [
    numericFeature("x", x),
    numericFeature("noise", noise),
    numericFeature(
      "constant",
      list(600, () => 1),
    ),
    categoricalFeature("group", 3, group),
  ];
  const learner = train(dataset(features, target, 0), { k: 5 }, rowsBetween(0, 500));
  expect(learner.encodings.map(({ feature }) => feature)).toEqual([0, 1, 3]);
  const asked = rowsBetween(500, 600);
  const rows = Float64Array.from([...asked].flatMap((row) => features.map(({ values }) => values[row])));
  const errors = learnerOutputs(learner, rows, 100).map((value, i) => Math.abs(value - target[500 + i]));
  expect(errors.reduce((sum, value) => sum + value, 0) / 100).toBeLessThan(1);
});

it.each<Params>([{ k: 0 }, { k: 2.5 }, { k: "5" }, { weights: "gaussian" }])("refuses %j", (params) => {
  expect(() => train(madeDataset(20, 2, 1), params)).toThrow(expect.objectContaining({ code: "SLW_LEARNER_PARAM" }));
});
