import { describe, expect, test } from "vitest";
import type { RunComparison } from "../../contract/index.ts";
import { axisValues, bestOf, commonAxes, comparisonTable, differingAxes, isLowerBetter } from "./comparison-table.ts";

const comparison = {
  runs: [
    { id: "a", name: "first" },
    { id: "b", name: "second" },
  ],
  metrics: { loss: [0.2, 0.1], AUC: [0.9, 0.8], same: [1, 1], odd: ["NaN", null] },
  params: { depth: ["3", "10"], model: ["x", null], seed: ["7", "7"] },
  tags: { team: ["risk", "risk"], "mlflow.user": ["ann", "bob"] },
} as unknown as RunComparison;

const options = { onlyDiffering: false, runsAsRows: false, formatMetric: String };

describe("a comparison", () => {
  test("has sections of metrics, parameters and tags, and marks the best of each metric", () => {
    const { columns, rows } = comparisonTable(comparison, options);
    expect(columns.map(({ label }) => label)).toEqual(["first", "second"]);
    expect(rows.map(({ head }) => head.id)).toEqual([
      "Metrics.AUC",
      "Metrics.loss",
      "Metrics.odd",
      "Metrics.same",
      "Parameters.depth",
      "Parameters.model",
      "Parameters.seed",
      "Tags.team",
    ]);
    const best = rows.map(({ cells }) => cells.map(({ isBest }) => isBest));
    expect(best.slice(0, 4)).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ]);
    expect(rows[2]?.cells.map(({ text }) => text)).toEqual(["NaN", null]);
  });

  test("leaves out what is the same", () => {
    const { rows } = comparisonTable(comparison, { ...options, onlyDiffering: true });
    expect(rows.map(({ head }) => head.label)).toEqual(["AUC", "loss", "odd", "depth", "model"]);
  });

  test("turned, has the same cells", () => {
    const upright = comparisonTable(comparison, options);
    const turned = comparisonTable(comparison, { ...options, runsAsRows: true });
    expect(turned.columns).toEqual(upright.rows.map(({ head }) => head));
    expect(turned.rows.map(({ head }) => head)).toEqual(upright.columns);
    for (const [row, { cells }] of upright.rows.entries())
      expect(turned.rows.map((line) => line.cells[row])).toEqual(cells);
  });

  test("offers what differs as axes, numbers as numbers", () => {
    expect(differingAxes(comparison)).toEqual([
      "params.depth",
      "params.model",
      "metrics.loss",
      "metrics.AUC",
      "metrics.odd",
    ]);
    expect(axisValues(comparison, "params.depth")).toEqual([3, 10]);
    expect(axisValues(comparison, "params.model")).toEqual(["x", null]);
    expect(axisValues(comparison, "metrics.odd")).toEqual([null, null]);
    expect(axisValues(comparison, "metrics.none")).toEqual([]);
    expect(commonAxes(comparison, ["params.model", "metrics.odd", "metrics.AUC"])).toEqual([
      "params.model",
      "metrics.AUC",
    ]);
  });
});

test.each([
  ["AUC_weighted", false],
  ["accuracy", false],
  ["r2_score", false],
  ["log_loss", true],
  ["normalized_root_mean_squared_error", true],
  ["train_seconds", true],
])("%s: the least is best: %s", (name, expected) => {
  expect(isLowerBetter(name)).toBe(expected);
});

test.each([
  ["AUC", [0.9, null, 0.95], 0.95],
  ["loss", [0.2, 0.1], 0.1],
  ["AUC", [1, 1], null],
  ["AUC", ["NaN", null], null],
  ["AUC", [], null],
] as const)("of %s %j the best is %s", (name, values, expected) => {
  expect(bestOf(name, values)).toBe(expected);
});
