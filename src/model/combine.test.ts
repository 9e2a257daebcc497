/** Votes, stacks and label weights: made by hand, and as scoring applies them. */
import { describe, expect, test } from "vitest";
import { combineOutputs } from "./combine.ts";
import { learnerOutputs, predictedClasses, predictions, score } from "./predict.ts";
import { boosting, dates, logistic, numeric, table, testModel, text } from "./test-model.ts";
import { featureRows } from "./transform.ts";
import type { Model } from "./types.ts";

const logit = (p: number): number => Math.log(p / (1 - p));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe("a stack", () => {
  test("of values: intercept + sum of weight * value; weights may be negative", () => {
    const members = [
      { weight: 2, outputs: Float64Array.of(1, 10) },
      { weight: -0.5, outputs: Float64Array.of(4, -2) },
    ];
    const found = combineOutputs({ kind: "stack", intercepts: [3] }, members, 2, 1);
    expect(found).toEqual(Float64Array.of(3, 24));
  });

  test.each<[string, number[], number[], number]>([
    ["inside the bounds", [0.3, 0.9], [0.75, 0.5], 0.2 + 0.75 * logit(0.3) + 0.5 * logit(0.9)],
    ["0 and 1 are moved to the bounds", [0, 1], [1, 2], 0.2 + logit(1e-6) + 2 * logit(1 - 1e-6)],
    ["no member", [], [], 0.2],
  ])("of two classes: %s", (_name, second, weights, expected) => {
    const members = second.map((p, i) => ({ weight: weights[i] as number, outputs: Float64Array.of(1 - p, p) }));
    const found = combineOutputs({ kind: "stack", intercepts: [0.2] }, members, 1, 2);
    expect(found[1]).toBeCloseTo(sigmoid(expected), 14);
    expect(found[0]).toBeCloseTo(sigmoid(-expected), 14);
  });

  test("of three classes: the softmax of intercepts and weighted logarithms", () => {
    const members = [
      { weight: 1.5, outputs: Float64Array.of(0.2, 0.3, 0.5, 1, 0, 0) },
      { weight: -1, outputs: Float64Array.of(0.6, 0.3, 0.1, 0.25, 0.25, 0.5) },
    ];
    const found = combineOutputs({ kind: "stack", intercepts: [0, 1, -1] }, members, 2, 3);
    const bounded = (p: number): number => Math.min(Math.max(p, 1e-6), 1 - 1e-6);
    for (const row of [0, 1]) {
      const powers = [0, 1, -1].map((intercept, k) => {
        const [a, b] = members.map(({ outputs }) => bounded(outputs[3 * row + k] as number)) as [number, number];
        return (Math.exp(intercept) * a ** 1.5) / b;
      });
      const sum = powers.reduce((x, y) => x + y);
      powers.forEach((power, k) => expect(found[3 * row + k]).toBeCloseTo(power / sum, 13));
    }
  });

  test("is what score answers", () => {
    const model: Model = { ...testModel, combination: { kind: "stack", intercepts: [-0.25] } };
    const rows = table(
      numeric("age", 20, 50, 90),
      numeric("balance", 10, NaN, 400),
      text("job", "student", null, "admin."),
      dates("since", "2020-01-01", "2020-01-02", "2020-01-03"),
    );
    const features = featureRows(model.transforms, rows);
    const [a, b] = [boosting, logistic].map((learner) => learnerOutputs(learner, features, 3)) as [
      Float64Array,
      Float64Array,
    ];
    const found = score(model, rows);
    for (let row = 0; row < 3; row++) {
      const sum = -0.25 + 0.75 * logit(a[2 * row + 1] as number) + 0.25 * logit(b[2 * row + 1] as number);
      expect(found[2 * row + 1]).toBeCloseTo(sigmoid(sum), 14);
    }
  });
});

describe("label weights", () => {
  const labels = ["a", "b", "c"];
  const outputs = Float64Array.of(0.5, 0.3, 0.2, 0.1, 0.2, 0.7);

  test.each<[string, readonly number[] | null, string[]]>([
    ["none: the most probable label", null, ["a", "c"]],
    ["all the same: the most probable label", [2, 2, 2], ["a", "c"]],
    ["the largest product", [1, 2, 0.25], ["b", "b"]],
    ["of equal products the first", [1, 1, 2.5], ["a", "c"]],
  ])("%s", (_name, labelWeights, expected) => {
    expect(predictions({ task: "classification", labels, labelWeights }, outputs)).toEqual(expected);
    const positions = Array.from(predictedClasses({ labels, labelWeights }, outputs));
    expect(positions.map((position) => labels[position])).toEqual(expected);
  });

  test("of two classes they are a threshold: 0.3 from [0.3, 0.7]", () => {
    const model = { task: "classification", labels: ["no", "yes"], labelWeights: [0.3, 0.7] } as const;
    const pairs = Float64Array.of(0.71, 0.29, 0.69, 0.31);
    expect(predictions(model, pairs)).toEqual(["no", "yes"]);
  });
});
