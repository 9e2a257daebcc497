import { expect, test } from "vitest";
import { distributionTable, factsOf, valueText } from "./column-facts.ts";

const numeric = {
  name: "age",
  type: "numeric",
  rows: 4,
  nulls: 1,
  nullRatio: 0.25,
  distinct: 3,
  min: 1,
  max: 9,
  mean: 4.5,
  standardDeviation: 2,
  quantiles: { "0": 1, "0.5": 4, "1": 9 },
  topValues: [],
  histogram: { edges: [1, 5, 9], counts: [2, 1] },
  warnings: [],
} as const;

test("a number has its ends and its mean, and its quantiles on request", () => {
  expect(factsOf(numeric as never, false)).toEqual([
    ["Min", "1"],
    ["Mean", "4.5"],
    ["Max", "9"],
  ]);
  expect(factsOf(numeric as never, true).map(([label]) => label)).toEqual([
    "Min",
    "Mean",
    "Max",
    "Standard deviation",
    "50%",
  ]);
});

test("the table behind the picture has a row for each bin or value", () => {
  expect(distributionTable(numeric as never).rows).toEqual([
    [1, 5, 2],
    [5, 9, 1],
  ]);
  const texts = { histogram: null, topValues: [{ value: "yes", count: 3 }] };
  expect(distributionTable(texts as never).rows).toEqual([["yes", 3]]);
});

test.each([
  ["2024-01-01T00:00:00.000Z", "2024-01-01"],
  ["2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"],
  [null, "–"],
])("%s is shown as %s", (value, text) => {
  expect(valueText(value)).toBe(text);
});
