import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataset, list, numericColumn, numericFeature, stringColumn, table } from "./test-dataset.ts";
import { createValidation, parseValidation, splitAt, splitByColumns } from "./validation.ts";

const withTarget = (target: number[], classes: number) => dataset([numericFeature("x", target)], target, classes);

describe("auto", () => {
  it.each([
    [2, 5, 0, "cv:2"],
    [7, 5, 0, "cv:7"],
    [12, 5, 0, "cv:10"],
    [999, 5, 0, "cv:10"],
    [1_000, 5, 0, "cv:5"],
    [150_000, 20, 2, "cv:5"],
    [150_001, 20, 2, "holdout:0.1"],
    [20_000, 1_000, 2, "cv:3"],
    [20_000, 10, 10, "cv:5"],
    [20_000, 10, 100, "cv:3"],
    [20_000, 10, 1_000, "holdout:0.1"],
    [20_001, 10, 100, "holdout:0.1"],
  ])("%i rows, %i features, %i classes: %s", (rows, features, classes, expected) => {
    const plan = parseValidation("auto", { rows, features, classes });
    expect(plan.kind === "cv" ? `cv:${plan.folds}` : `holdout:${plan.share}`).toBe(expected);
  });

  it("is named by what it came to", () => {
    const target = list(30, (i) => i);
    expect(createValidation("auto", withTarget(target, 0), 1).text).toBe("cv:10");
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
    expect(() => parseValidation(text, { rows: 100, features: 1, classes: 0 })).toThrow(
      expect.objectContaining({ code: "SLW_AUTOML_VALIDATION" }),
    );
  });

  it.each([
    ["cv:11", 10],
    ["holdout:0.01", 10],
    ["holdout:0.99", 10],
  ])("%s of %i rows", (text, rows) => {
    expect(() => parseValidation(text, { rows, features: 1, classes: 0 })).toThrow(
      expect.objectContaining({ code: "SLW_AUTOML_VALIDATION" }),
    );
    expect(() => parseValidation(text, { rows, features: 1, classes: 0 })).toThrow(`there are ${rows} rows`);
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
        expect(folds[0].valid).toHaveLength(Math.round(length * (percent / 100)));
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

describe("split columns", () => {
  const data = table(
    numericColumn("a", [1, 0, 1, 1, 0, 1]),
    numericColumn("b", [0, 1, 1, 0, 1, 1]),
    numericColumn("ones", [1, 1, 1, 1, 1, 1]),
    numericColumn("zeros", [0, 0, 0, 0, 0, 0]),
    numericColumn("share", [1, 0.5, 1, 0, 1, 0]),
    numericColumn("gaps", [1, 0, null, 0, 1, 0]),
    stringColumn("words", ["train", "valid", "train", "train", "valid", "train"]),
  );
  const kept = Uint32Array.of(0, 1, 2, 4, 5);

  it("one fold a column, in the numbers of the rows that are kept", () => {
    const { text, folds } = splitByColumns(data, ["a", "b"], kept);
    expect(text).toBe("columns:2");
    expect(folds.map(({ train, valid }) => [Array.from(train), Array.from(valid)])).toEqual([
      [
        [0, 2, 4],
        [1, 3],
      ],
      [[1, 2, 3, 4], [0]],
    ]);
  });

  it.each([
    ["ones", "no row with 0"],
    ["zeros", "no row with 1"],
    ["share", "is 0.5 in row 2"],
    ["gaps", "is empty in row 3"],
    ["words", "is string"],
    ["absent", "no column"],
  ])("%s is refused: %s", (name, words) => {
    expect(() => splitByColumns(data, ["a", name], kept)).toThrow(
      expect.objectContaining({ code: "SLW_AUTOML_VALIDATION", message: expect.stringContaining(words) }),
    );
  });
});

describe("rows of their own", () => {
  it("the first rows train, the others judge", () => {
    const { text, folds } = splitAt(3, Uint32Array.of(0, 2, 3, 5, 6));
    expect(text).toBe("data:3");
    expect(folds.map(({ train, valid }) => [Array.from(train), Array.from(valid)])).toEqual([
      [
        [0, 1],
        [2, 3, 4],
      ],
    ]);
  });

  it.each([
    [3, [0, 2], "validation"],
    [3, [3, 4], "training"],
  ])("split at %i with the rows %j: the %s rows are missing", (at, kept, side) => {
    expect(() => splitAt(at, Uint32Array.from(kept))).toThrow(
      expect.objectContaining({ code: "SLW_AUTOML_VALIDATION", message: expect.stringContaining(side) }),
    );
  });
});
