import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataset, list, numericFeature } from "./test-dataset.ts";
import { createValidation, parseValidation } from "./validation.ts";

const withTarget = (target: number[], classes: number) => dataset([numericFeature("x", target)], target, classes);

describe("auto is Azure ML's", () => {
  it.each([
    [2, "cv:2"],
    [7, "cv:7"],
    [12, "cv:10"],
    [999, "cv:10"],
    [1_000, "cv:3"],
    [20_000, "cv:3"],
    [20_001, "holdout:0.1"],
  ])("%i rows: %s", (rows, expected) => {
    expect(
      createValidation(
        "auto",
        withTarget(
          list(rows, (i) => i),
          0,
        ),
        1,
      ).text,
    ).toBe(expected);
  });
});

describe("what is no validation is refused by code", () => {
  const bad = [
    "",
    "cv",
    "cv:",
    "cv:1",
    "cv:101",
    "cv:2.5",
    "cv:-3",
    "cv:five",
    "cv:5:7",
    "holdout",
    "holdout:0",
    "holdout:1",
    "holdout:1.5",
    "holdout:NaN",
    "holdout:0.1:2",
    "holdout:-0.1",
    "k-fold:5",
    "AUTO",
  ];
  it.each(bad)("%j", (text) => {
    expect(() => parseValidation(text, 100)).toThrow(expect.objectContaining({ code: "SLW_AUTOML_VALIDATION" }));
  });

  it.each([
    ["cv:11", 10],
    ["holdout:0.01", 10],
    ["holdout:0.99", 10],
  ])("%s of %i rows", (text, rows) => {
    expect(() => parseValidation(text, rows)).toThrow(expect.objectContaining({ code: "SLW_AUTOML_VALIDATION" }));
    expect(() => parseValidation(text, rows)).toThrow(`there are ${rows} rows`);
  });
});

describe("folds", () => {
  const classes = fc.integer({ min: 0, max: 4 });
  const rows = fc.integer({ min: 8, max: 400 });
  const target = (length: number, of: number, seed: number): number[] =>
    list(length, (i) => (of === 0 ? (i * 7919 + seed) % 101 : Math.min(of - 1, (i * 7919 + seed) % (of * 2))));

  it("cv: every row judges once and trains in all other folds; the sizes differ by one row at most", () => {
    const property = fc.property(rows, classes, fc.integer({ min: 2, max: 8 }), fc.nat(), (length, of, k, seed) => {
      const { folds } = createValidation(`cv:${k}`, withTarget(target(length, of, seed), of), seed);
      expect(folds).toHaveLength(k);
      const judged = folds.flatMap(({ valid }) => [...valid]).sort((a, b) => a - b);
      expect(judged).toEqual(list(length, (row) => row));
      for (const { train, valid } of folds) {
        expect([...train, ...valid].sort((a, b) => a - b)).toEqual(list(length, (row) => row));
        expect(train).toEqual(train.toSorted());
        expect(valid).toEqual(valid.toSorted());
        expect(Math.abs(valid.length - length / k)).toBeLessThan(1);
      }
    });
    fc.assert(property);
  });

  it("holdout: the share of the rows, the others train", () => {
    const property = fc.property(
      rows,
      classes,
      fc.integer({ min: 10, max: 90 }),
      fc.nat(),
      (length, of, percent, seed) => {
        const data = withTarget(target(length, of, seed), of);
        const { folds, text } = createValidation(`holdout:${percent / 100}`, data, seed);
        expect(text).toBe(`holdout:${percent / 100}`);
        expect(folds).toHaveLength(1);
        expect(folds[0].valid).toHaveLength(Math.round((length * percent) / 100));
        expect([...folds[0].train, ...folds[0].valid].sort((a, b) => a - b)).toEqual(list(length, (row) => row));
      },
    );
    fc.assert(property);
  });

  it("classes keep their share in every fold, to one row", () => {
    const property = fc.property(rows, fc.integer({ min: 2, max: 4 }), fc.nat(), (length, of, seed) => {
      const data = withTarget(target(length, of, seed), of);
      for (const [text, share] of [
        ["cv:4", 0.25],
        ["holdout:0.3", 0.3],
      ] as const) {
        for (const { valid } of createValidation(text, data, seed).folds) {
          for (let k = 0; k < of; k++) {
            const all = data.target.filter((label) => label === k).length;
            const here = valid.filter((row) => data.target[row] === k).length;
            expect(Math.abs(here - all * share)).toBeLessThan(1.5);
          }
        }
      }
    });
    fc.assert(property);
  });

  it("the seed alone decides", () => {
    const data = withTarget(
      list(100, (i) => i % 2),
      2,
    );
    expect(createValidation("cv:5", data, 3)).toEqual(createValidation("cv:5", data, 3));
    expect(createValidation("cv:5", data, 3).folds).not.toEqual(createValidation("cv:5", data, 4).folds);
  });
});
