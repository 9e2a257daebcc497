/** Models that are not ours are judged by the same metrics as ours. */
import { describe, expect, test } from "vitest";
import type { Column } from "../../../base/index.ts";
import { classificationMetrics, regressionMetrics } from "../../../kernels/index.ts";
import { judgeAnswers } from "./judge-answers.ts";

const text = (values: readonly string[]): Column => {
  const categories = [...new Set(values)];
  return {
    name: "y",
    type: "string",
    categories,
    codes: Int32Array.from(values, (value) => categories.indexOf(value)),
  };
};
const numbers = (values: readonly number[]): Column => ({
  name: "y",
  type: "numeric",
  values: Float64Array.from(values),
  integer: values.every(Number.isInteger),
});

const truth = ["no", "yes", "yes", "no", "yes"];
const answers = ["no", "yes", "no", "no", "yes"];
const likely = [0.1, 0.9, 0.4, 0.2, 0.7];
const labelsOf = (values: readonly string[]) => Int32Array.from(values, (value) => (value === "yes" ? 1 : 0));
const expected = classificationMetrics({
  labels: labelsOf(truth),
  probabilities: Float64Array.from(likely.flatMap((p) => [1 - p, p])),
  classes: 2,
  predictions: labelsOf(answers),
});

describe("labels", () => {
  test("with probabilities in any order of the labels have all metrics", () => {
    for (const labels of [
      ["no", "yes"],
      ["yes", "no"],
    ]) {
      const probabilities = likely.map((p) => (labels[0] === "no" ? [1 - p, p] : [p, 1 - p]));
      expect(judgeAnswers("classification", text(truth), { answers, labels, probabilities })).toEqual(expected);
    }
  });

  test("without have those that need none", () => {
    const found = judgeAnswers("classification", text(truth), { answers, labels: [], probabilities: [] });
    expect(Object.keys(found)).not.toContain("AUC_weighted");
    expect(Object.keys(found).length).toBe(17);
    for (const [name, value] of Object.entries(found)) expect([name, value]).toEqual([name, expected[name]]);
  });

  test("are the same as numbers and as texts, and numbers in their order", () => {
    const y = numbers([10, 9, 9, 10]);
    const given = { labels: [], probabilities: [] };
    const asNumbers = judgeAnswers("classification", y, { ...given, answers: [10, 9, 10, 10] });
    expect(judgeAnswers("classification", y, { ...given, answers: ["10", "9", "10", "10"] })).toEqual(asNumbers);
    expect(asNumbers["accuracy"]).toBe(0.75);
    // The second of two classes, 10, is the positive one: both are found, and one is called so that is none.
    expect(asNumbers["recall_score_binary"]).toBe(1);
    expect(asNumbers["precision_score_binary"]).toBeCloseTo(2 / 3);
  });

  test("of one class alone are judged too", () => {
    const one = text(["a", "a"]);
    const found = judgeAnswers("classification", one, { answers: ["a", "a"], labels: [], probabilities: [] });
    expect(found["accuracy"]).toBe(1);
  });

  test("that are none are refused", () => {
    const given = { answers: [["a"]], labels: [], probabilities: [] };
    expect(() => judgeAnswers("classification", text(["a"]), given)).toThrow('expected labels, got the answer ["a"]');
  });
});

describe("values", () => {
  test("have all metrics of regression", () => {
    const predictions = [1.5, 2, 2.5];
    const found = judgeAnswers("regression", numbers([1, 2, 3]), {
      answers: predictions,
      labels: [],
      probabilities: [],
    });
    const target = Float64Array.of(1, 2, 3);
    expect(found).toEqual(regressionMetrics({ target, predictions: Float64Array.from(predictions) }));
  });

  test.each([
    [numbers([1]), ["x"], 'expected numbers, got the answer "x"'],
    [numbers([1]), [[1]], "expected numbers, got the answer [1]"],
    [text(["a"]), [1], "expected numbers, got a string column"],
  ])("that are none are refused (%#)", (column, given, message) => {
    const all = { answers: given as unknown[], labels: [], probabilities: [] };
    expect(() => judgeAnswers("regression", column, all)).toThrow(message);
  });
});
