/** What golden tests (linear-golden.test.ts) do not see: the calibration is honest, and part of the weights. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { learnerOutputs, type LinearLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import type { Params } from "./index.ts";
import { dataset, featuresOf, fit, list, madeDataset, numericFeature, rowsBetween } from "../test-dataset.ts";

describe("LinearSVM", () => {
  // The middle one of three is not linear: no learner of this kind meets its probabilities exactly.
  it.each([
    [2, 0.05],
    [3, 0.09],
  ])("%i classes: among rows that it gives a probability, about that share has the class", (classes, tolerance) => {
    const data = madeDataset(6_000, classes, 3);
    const { learner } = fit("LinearSVM", data, rowsBetween(0, 3_000));
    const held = rowsBetween(3_000, 6_000);
    const outputs = learnerOutputs(learner, featuresOf(data, held), held.length);
    for (const [low, high] of [
      [0, 0.2],
      [0.2, 0.8],
      [0.8, 1],
    ]) {
      const inside = [...held].map((row, i) => ({ row, share: outputs[i * classes + 1] }));
      const group = inside.filter(({ share }) => share >= low && share <= high);
      // The middle class of three is never almost certain.
      if (group.length < 100) continue;
      const said = group.reduce((sum, { share }) => sum + share, 0) / group.length;
      const had = group.filter(({ row }) => data.target[row] === 1).length / group.length;
      expect(Math.abs(said - had)).toBeLessThan(tolerance);
    }
  });

  it("knows that it knows nothing: noise in many columns is not taken for certainty", () => {
    const random = createRandom(4);
    const noise: Dataset = dataset(
      list(40, (j) =>
        numericFeature(
          `x${j}`,
          list(200, () => random.normal()),
        ),
      ),
      list(200, () => random.integer(2)),
      2,
    );
    const { learner } = fit("LinearSVM", noise, rowsBetween(0, 120), { C: 10 });
    const held = rowsBetween(120, 200);
    const outputs = learnerOutputs(learner, featuresOf(noise, held), held.length);
    expect(outputs.every((share) => share > 0.1 && share < 0.9)).toBe(true);
  });

  it("is an ordinary linear learner", () => {
    for (const [classes, link, outputs] of [
      [2, "sigmoid", 1],
      [3, "softmax", 3],
    ] as const) {
      const learner = fit("LinearSVM", madeDataset(200, classes, 1), rowsBetween(0, 200)).learner as LinearLearner;
      expect(learner).toMatchObject({ kind: "linear", link, outputs });
    }
  });

  it("rows of weight 0 are not there", () => {
    const data = madeDataset(300, 2, 5);
    const weights = Float64Array.from({ length: 300 }, (_, i) => Number(i < 200));
    const spoiled = data.target.map((label, i) => (i < 200 ? label : 1 - label));
    const held = rowsBetween(0, 50);
    const answers = (target: Float64Array): Float64Array => {
      const { learner } = fit("LinearSVM", { ...data, target, weights }, rowsBetween(0, 300));
      return learnerOutputs(learner, featuresOf(data, held), held.length);
    };
    const expected = answers(data.target);
    expect(answers(spoiled)).toEqual(expected);
  });

  it.each<Params>([{ C: 0 }, { C: "1" }, { encoding: 1 }])("refuses %j", (params) => {
    expect(() => fit("LinearSVM", madeDataset(20, 2, 1), rowsBetween(0, 20), params)).toThrow(
      expect.objectContaining({ code: "SLW_LEARNER_PARAM" }),
    );
  });
});
