import { describe, expect, test } from "vitest";
import { compareValues, defaultValidation, timeInWords, validationInWords, validationName } from "./choices.ts";

describe("the default validation", () => {
  test.each([
    ["few rows", { rows: 731, columns: 13, classes: 0 }, "cv:10"],
    ["five rows", { rows: 5, columns: 13, classes: 0 }, "cv:5"],
    ["bank marketing", { rows: 32_950, columns: 20, classes: 2 }, "cv:5"],
    ["many values, some rows", { rows: 20_000, columns: 200, classes: 0 }, "cv:3"],
    ["many rows", { rows: 200_000, columns: 20, classes: 2 }, "holdout:0.1"],
    ["many classes", { rows: 32_950, columns: 20, classes: 10 }, "holdout:0.1"],
  ])("of %s", (_name, shape, expected) => {
    expect(defaultValidation(shape)).toBe(expected);
  });

  test("is said in words", () => {
    expect(validationInWords("cv:5", 32_950)).toMatch(/^32,950 rows: 5-fold cross-validation\./);
    expect(validationInWords("holdout:0.1", 32_950)).toBe(
      "32,950 rows: 90/10 holdout. 3,295 rows judge, the others train.",
    );
    expect(validationName("columns:3")).toBe("3 split columns");
    expect(validationName("data:5000")).toBe("5,000 rows of their own");
    expect(validationInWords("holdout:0.125", 1000)).toMatch(/87\.5\/12\.5 holdout/);
  });
});

test("the better value comes first, by the kind of metric", () => {
  expect([0.8, null, 0.9].toSorted((a, b) => compareValues("accuracy", a, b))).toEqual([0.9, 0.8, null]);
  expect([0.2, null, 0.1].toSorted((a, b) => compareValues("log_loss", a, b))).toEqual([0.1, 0.2, null]);
});

test.each([
  [20, "20 s"],
  [60, "1 min"],
  [90, "1 min 30 s"],
  [3600, "1 h"],
  [5400, "1 h 30 min"],
])("%d seconds are %s", (seconds, words) => {
  expect(timeInWords(seconds)).toBe(words);
});
