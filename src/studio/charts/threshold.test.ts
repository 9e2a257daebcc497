import { describe, expect, test } from "vitest";
import { confusedPairs, curveIndexAt, outcomeAt, outcomeRates, type AccuracyTable } from "./threshold.ts";

/** Two classes, three thresholds; probabilities of the second: 0.2 (no), 0.6 (no), 0.7 (yes), 0.9 (yes). */
const table: AccuracyTable = {
  schema_type: "accuracy_table",
  schema_version: "1.0.1",
  data: {
    class_labels: ["no", "yes"],
    probability_tables: [
      [
        [2, 2, 0, 0],
        [1, 0, 2, 1],
        [0, 0, 2, 2],
      ],
      [
        [2, 2, 0, 0],
        [2, 1, 1, 0],
        [0, 0, 2, 2],
      ],
    ],
    percentile_tables: [],
    probability_thresholds: [0, 0.5, 1],
    percentile_thresholds: [],
  },
};

describe("outcomes at a threshold", () => {
  test.each([
    [0, [2, 2, 0, 0]],
    [0.2, [2, 2, 0, 0]],
    [0.3, [2, 1, 1, 0]],
    [1, [0, 0, 2, 2]],
  ])("of %s are those of the nearest in the table", (threshold, expected) => {
    const outcome = outcomeAt(table, 1, threshold);
    expect(Object.values(outcome)).toEqual(expected);
  });

  test("give the metrics of their definitions", () => {
    const rates = outcomeRates(outcomeAt(table, 1, 0.5));
    expect(rates).toEqual({ accuracy: 0.75, precision: 2 / 3, recall: 1, f1: 0.8 });
  });

  test("give none where nothing is called positive", () => {
    expect(outcomeRates(outcomeAt(table, 1, 1)).precision).toBeNull();
    expect(outcomeRates({ truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 })).toEqual({
      accuracy: null,
      precision: null,
      recall: null,
      f1: null,
    });
  });
});

test.each([
  [0.95, 0],
  [0.9, 1],
  [0.65, 2],
  [0.1, 3],
])("a threshold of %s stands at point %s of a curve", (threshold, index) => {
  expect(curveIndexAt([null, 0.9, 0.7, 0.2], threshold)).toBe(index);
});

test("pairs of classes are ordered by how often they are confused", () => {
  const matrix = [
    [5, 2, 0],
    [7, 1, 0],
    [0, 3, 9],
  ];
  expect(confusedPairs(matrix, 2)).toEqual([
    { actual: 1, predicted: 0, count: 7, share: 7 / 8 },
    { actual: 2, predicted: 1, count: 3, share: 0.25 },
  ]);
});
