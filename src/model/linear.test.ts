import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeModel, encodeModel, explainRows, learnerOutputs } from "./index.ts";
import { binOf } from "./linear.ts";
import { dates, logistic, numeric, table, testModel, text } from "./test-model.ts";
import type { LinearEncoding, LinearLearner, Model } from "./types.ts";

const binned: LinearEncoding = { kind: "binned", feature: 0, position: 0, cuts: [-1, 0, 2.5] };
/** The weight of bin i is 10 to the power of i; that of missing values is 5. */
const learner: LinearLearner = {
  kind: "linear",
  outputs: 1,
  link: "identity",
  width: 5,
  encodings: [binned],
  weights: Float64Array.of(1, 10, 100, 1000, 5),
  intercepts: Float64Array.of(0.5),
};

test.each([
  [-Infinity, 1],
  [-1, 1],
  [-0.999, 10],
  [0, 10],
  [2.5, 100],
  [2.6, 1000],
  [Infinity, 1000],
  [NaN, 5],
])("a binned feature: %s has the weight %s", (value, weight) => {
  expect(learnerOutputs(learner, Float64Array.of(value, 99), 1)).toEqual(Float64Array.of(0.5 + weight));
});

test("the bin is the number of cuts below the value", () => {
  const cuts = fc.uniqueArray(fc.double({ noNaN: true }), { maxLength: 20 }).map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(cuts, fc.double({ noNaN: true }), (list, value) => {
      expect(binOf(list, value)).toBe(list.filter((cut) => cut < value).length);
    }),
  );
});

const modelWith = (encoding: LinearEncoding): Model => {
  const linear = { ...logistic, encodings: [encoding] };
  return { ...testModel, members: [{ name: "model", weight: 1, learner: linear }] };
};

test("a binned feature contributes its weight above the mean weight of the bins", async () => {
  const linear: LinearLearner = { ...logistic, encodings: [binned], intercepts: Float64Array.of(0.125) };
  const model: Model = { ...testModel, members: [{ name: "model", weight: 1, learner: linear }] };
  const ages = [-1, 0.5, 99, NaN];
  const rows = table(
    numeric("age", ...ages),
    numeric("balance", ...ages),
    text("job", ...ages.map(() => "student")),
    dates("since", ...ages.map(() => "2020-01-01")),
  );
  const { baseline, contributions, columns } = await explainRows(model, rows);
  // Four bins; the fifth position is that of missing values.
  const [first, second, third, fourth, missing] = logistic.weights;
  const mean = (first! + second! + third! + fourth!) / 4;
  expect(baseline[0]).toBeCloseTo(0.125 + mean, 12);
  [first!, third!, fourth!, missing!].forEach((weight, row) => {
    expect(contributions[row * columns.length]).toBeCloseTo(weight - mean, 12);
  });
});

test("a model file gives back binned features", () => {
  const model = modelWith(binned);
  expect(decodeModel(encodeModel(model))).toEqual(model);
});

test.each<[string, object]>([
  ["bins beyond the width", { position: 3 }],
  ["a feature beyond the transforms", { feature: 4 }],
  ["no cut", { cuts: [] }],
  ["cuts that do not rise", { cuts: [1, 0] }],
  ["a cut twice", { cuts: [1, 1] }],
  ["a cut that is text", { cuts: ["1"] }],
  ["a cut that is no list", { cuts: 1 }],
  ["an unknown key", { range: [0, 1] }],
])("%s: SLW_MODEL_INVALID", (_, changes) => {
  const model = modelWith({ ...binned, ...changes } as LinearEncoding);
  expect(() => decodeModel(encodeModel(model))).toThrow(expect.objectContaining({ code: "SLW_MODEL_INVALID" }));
});
