import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metricInfo, metricNames } from "../../../kernels/index.ts";
import type { Task } from "./evaluate-messages.ts";
import { checkMetricName, judge } from "./verdict.ts";

const named = (label: string, metrics: Record<string, number>, task: Task = "classification") => ({
  label,
  judgement: { task, rows: 10, metrics },
});
const terms = { metric: "accuracy", minImprovement: 0, threshold: null };

/** @param against null: nothing is in production */
function better(
  metric: string,
  value: number,
  against: number | null,
  more: Partial<typeof terms> | object = {},
): boolean {
  const { task } = metricInfo(metric);
  const other = against === null ? null : named("old", { [metric]: against }, task);
  return judge({ ...terms, ...more, metric }, named("new", { [metric]: value }, task), other).better;
}

describe("a model is better", () => {
  test.each<[string, number, number | null, object, boolean]>([
    ["accuracy", 0.9, 0.8, {}, true],
    ["accuracy", 0.8, 0.8, {}, false],
    ["accuracy", 0.7, 0.8, {}, false],
    ["log_loss", 0.3, 0.4, {}, true],
    ["log_loss", 0.4, 0.3, {}, false],
    ["normalized_root_mean_squared_error", 0.1, 0.2, {}, true],
    ["root_mean_squared_log_error", 0.2, 0.1, {}, false],
    ["r2_score", -0.1, -0.2, {}, true],
    ["accuracy", 0.3, 0.2, { minImprovement: 0.1 }, true],
    ["accuracy", 0.299, 0.2, { minImprovement: 0.1 }, false],
    ["log_loss", 0.2, 0.3, { minImprovement: 0.1 }, true],
    ["accuracy", 0.9, 0.8, { threshold: 0.95 }, false],
    ["accuracy", 0.95, 0.8, { threshold: 0.95 }, true],
    ["log_loss", 0.5, 0.8, { threshold: 0.4 }, false],
    ["log_loss", 0.4, 0.8, { threshold: 0.4 }, true],
    ["accuracy", 0.1, null, {}, true],
    ["accuracy", 0.1, null, { minImprovement: 0.5 }, true],
    ["accuracy", 0.1, null, { threshold: 0.5 }, false],
  ])("%s %d against %d (%j): %s", (metric, value, against, more, expected) => {
    expect(better(metric, value, against, more)).toBe(expected);
  });

  test("than itself never, and never both ways", () => {
    const metric = fc.constantFrom(...metricNames("classification"), ...metricNames("regression"));
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const least = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(metric, number, number, least, (name, a, b, minImprovement) => {
        expect(better(name, a, a, { minImprovement })).toBe(false);
        expect(better(name, a, b, { minImprovement }) && better(name, b, a, { minImprovement })).toBe(false);
        if (a !== b) expect(better(name, a, b) || better(name, b, a)).toBe(true);
      }),
    );
  });
});

describe("the reason", () => {
  const reasonOf = (value: number, against: number | null, more: object = {}): string =>
    judge(
      { ...terms, ...more },
      named("model.slipway", { accuracy: value }),
      against === null ? null : named("bank@3", { accuracy: against }),
    ).reason;

  test.each<[number, number | null, object, string]>([
    [0.9, 0.87654321, {}, "accuracy of model.slipway is 0.9, that of bank@3 0.876543"],
    [0.9, null, {}, "accuracy of model.slipway is 0.9, nothing is in production"],
    [
      0.9,
      null,
      { threshold: 0.95 },
      "accuracy of model.slipway is 0.9, nothing is in production; at least 0.95 is needed",
    ],
    [
      0.9,
      0.89,
      { minImprovement: 0.05 },
      "accuracy of model.slipway is 0.9, that of bank@3 0.89; it must be better by 0.05",
    ],
  ])("%d against %s (%j)", (value, against, more, expected) => {
    expect(reasonOf(value, against, more)).toBe(expected);
  });
});

describe("a metric that cannot judge", () => {
  test.each([
    ["r2_score", { accuracy: 1 }, "r2_score of new is not defined: it is a model of classification"],
    ["AUC_weighted", { accuracy: 1 }, "AUC_weighted of new is not defined on these rows, or the model gives no prob"],
    ["accuracy", { accuracy: NaN }, "accuracy of new is not defined on these rows."],
  ])("%s is refused", (metric, metrics, message) => {
    const run = (): unknown => judge({ ...terms, metric }, named("new", metrics), null);
    expect(run).toThrow(expect.objectContaining({ code: "SLW_EVALUATE_METRIC" }));
    expect(run).toThrow(message);
  });

  test("a name that is none has the nearest", () => {
    expect(() => checkMetricName("AUC_wieghted")).toThrow(
      expect.objectContaining({ code: "SLW_METRIC_UNKNOWN", fix: 'Did you mean "AUC_weighted"?' }),
    );
  });
});
