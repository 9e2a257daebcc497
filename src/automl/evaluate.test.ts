import { describe, expect, it } from "vitest";
import { metricInfo, metricNames } from "../kernels/index.ts";
import { checkMetric, createEvaluator } from "./evaluate.ts";
import { dataset, list, numericFeature } from "./test-dataset.ts";
import type { Fold } from "./validation.ts";

const withTarget = (target: number[], classes: number) => dataset([numericFeature("x", target)], target, classes);
const judging = (...valid: number[][]): Fold[] =>
  valid.map((rows) => ({ train: new Uint32Array(0), valid: Uint32Array.from(rows) }));

describe("a metric is the mean of the folds'", () => {
  it("accuracy by hand, the outputs in the order of the folds", () => {
    const data = withTarget([0, 1, 0, 1], 2);
    const { value, loss, metrics } = createEvaluator("accuracy", data, judging([3], [0, 1, 2]));
    // Row 3 wrong, row 0 right, row 1 right, row 2 wrong.
    const outputs = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.4, 0.6);
    expect(value(outputs)).toBeCloseTo((0 + 2 / 3) / 2, 12);
    expect(loss(outputs)).toBeCloseTo(-1 / 3, 12);
    expect(metrics(outputs).accuracy).toBeCloseTo(1 / 3, 12);
  });

  it("root mean squared error by hand, normalized by the range of all rows", () => {
    const data = withTarget([0, 10, 4, 6], 0);
    const outputs = Float64Array.of(1, 10, 6, 6);
    const folds = judging([0, 1], [2, 3]);
    const expected = (Math.sqrt(0.5) + Math.sqrt(2)) / 2;
    expect(createEvaluator("root_mean_squared_error", data, folds).value(outputs)).toBeCloseTo(expected, 12);
    const normalized = createEvaluator("normalized_root_mean_squared_error", data, folds);
    expect(normalized.value(outputs)).toBeCloseTo(expected / 10, 12);
    expect(normalized.loss(outputs)).toBeCloseTo(expected / 10, 12);
  });

  it("folds that do not define it are left out; without any, the value is NaN and the loss Infinity", () => {
    const data = withTarget([0, 1, 1, 0], 2);
    const outputs = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6);
    const some = createEvaluator("AUC_weighted", data, judging([0, 1], [2], [3]));
    expect(some.value(outputs)).toBe(1);
    const none = createEvaluator("AUC_weighted", data, judging([0], [1], [2], [3]));
    expect(none.value(outputs)).toBeNaN();
    expect(none.loss(outputs)).toBe(Infinity);
    expect(Object.values(none.metrics(outputs)).every(Number.isFinite)).toBe(true);
  });
});

describe.each(["classification", "regression"] as const)("every metric of %s", (task) => {
  const classes = task === "classification" ? 2 : 0;
  const target = list(30, (i) => (classes > 0 ? i % 2 : 1 + Math.sin(i)));
  const data = withTarget(target, classes);
  const folds = judging(
    list(15, (i) => i),
    list(15, (i) => i + 15),
  );
  const perfect = Float64Array.from(classes > 0 ? target.flatMap((k) => [1 - k, k]) : target);
  const poor = Float64Array.from(
    classes > 0 ? target.flatMap((k) => [0.4 + 0.2 * k, 0.6 - 0.2 * k]) : target.map((y) => 2 - y),
  );

  it.each(metricNames(task))("%s: a perfect answer has the perfect loss, a poor one a higher", (metric) => {
    checkMetric(metric, task, classes);
    const evaluator = createEvaluator(metric, data, folds);
    expect(evaluator.loss(perfect)).toBeCloseTo(evaluator.perfectLoss, 6);
    expect(evaluator.loss(poor)).toBeGreaterThan(evaluator.loss(perfect));
    expect(evaluator.value(perfect)).toBeCloseTo(
      metricInfo(metric).direction === "maximize" ? -evaluator.perfectLoss : evaluator.perfectLoss,
      6,
    );
    expect(evaluator.metrics(poor)[metric]).toBeCloseTo(evaluator.value(poor), 12);
  });

  it("is no metric of the other task", () => {
    const other = task === "classification" ? "r2_score" : "AUC_weighted";
    for (const metric of [other, "auc", ""])
      expect(() => checkMetric(metric, task, classes)).toThrow(expect.objectContaining({ code: "SLW_AUTOML_METRIC" }));
  });
});

it("a metric of the second class alone is refused for more classes than two", () => {
  expect(() => checkMetric("AUC_binary", "classification", 3)).toThrow(
    expect.objectContaining({
      code: "SLW_AUTOML_METRIC",
      message: '"AUC_binary" is not a metric for 3 classes, but for two.',
    }),
  );
  expect(() => checkMetric("AUC_weighted", "classification", 3)).not.toThrow();
});
