import { describe, expect, test } from "vitest";
import { SlipwayError } from "../base/index.ts";
import { decodeModel, encodeModel, featureRows, readRecords } from "./index.ts";
import { madeModel, madeTextModel, madeTextRows, shapes } from "./export/test-models.ts";
import { readTransforms, shareCategories } from "./read-transforms.ts";
import type { InputColumn } from "./types.ts";

const input = (name: string, type: InputColumn["type"]): InputColumn => ({
  name,
  type,
  integer: false,
  nullable: true,
  range: null,
  example: null,
});
const inputs = [input("n", "numeric"), input("t", "string"), input("d", "datetime")];
const category = { op: "Category", column: "t", categories: ["a", "b"] };
const statistic = {
  op: "CategoryStatistic",
  column: "t",
  statistic: "target",
  categories: ["a", "b"],
  values: Float64Array.of(1, 2),
  unknown: 0,
  missing: 0,
};
const score = { op: "TextScore", column: "t", weights: Float32Array.of(1, 2, 3, 4), bias: 0 };
/** Tensors stand in these headers themselves. */
const read = (...transforms: unknown[]) => readTransforms(transforms, inputs, (value) => value as never);

test.each([
  { op: "Numeric", column: "n" },
  { op: "Numeric", column: "t", fill: -1 },
  category,
  { ...category, column: "n", fill: "b" },
  statistic,
  { op: "DatePart", column: "d", part: "hourCos" },
  { op: "DatePart", column: "t", part: "year" },
  { op: "DaysBetween", column: "d", from: "t" },
  { op: "TermWeight", column: "t", term: "x", idf: 1 },
  { op: "TextLength", column: "t", unit: "words" },
  score,
])("reads %j", (transform) => {
  expect(read(transform)).toEqual([transform]);
});

test("a list of categories that an earlier transform has is read from there", () => {
  const [first, second] = read(category, { ...statistic, categories: 0 });
  expect(second).toEqual(statistic);
  expect("categories" in first! && "categories" in second! && first.categories === second.categories).toBe(true);
  expect(shareCategories([first!, second!])).toEqual([category, { ...statistic, categories: 0 }]);
});

test.each<[string, unknown, string]>([
  ["an unknown op", { op: "Eval", column: "n" }, "transforms[0].op"],
  ["no object", 3, "transforms[0]"],
  ["a key too many", { op: "Numeric", column: "n", code: "x" }, "transforms[0]"],
  ["an absent column", { op: "Numeric", column: "x" }, "transforms[0].column"],
  ["a fill that is text", { op: "Numeric", column: "n", fill: "1" }, "transforms[0].fill"],
  ["a fill that is null", { op: "Numeric", column: "n", fill: null }, "transforms[0].fill"],
  ["a fill that is no category", { ...category, fill: "c" }, "transforms[0].fill"],
  ["a category twice", { ...category, categories: ["a", "a"] }, "transforms[0].categories"],
  ["a statistic of dates", { ...statistic, column: "d" }, "transforms[0].column"],
  ["an unknown statistic", { ...statistic, statistic: "median" }, "transforms[0].statistic"],
  ["too few values", { ...statistic, values: Float64Array.of(1) }, "transforms[0].values"],
  ["a value that is not finite", { ...statistic, values: Float64Array.of(1, NaN) }, "transforms[0].values[1]"],
  ["an unknown that is not finite", { ...statistic, unknown: null }, "transforms[0].unknown"],
  ["categories of no transform", { ...statistic, categories: 0 }, "transforms[0].categories"],
  ["an unknown part", { op: "DatePart", column: "d", part: "century" }, "transforms[0].part"],
  ["the part of a number", { op: "DatePart", column: "n", part: "year" }, "transforms[0].column"],
  ["days from a number", { op: "DaysBetween", column: "d", from: "n" }, "transforms[0].from"],
  ["days from nowhere", { op: "DaysBetween", column: "d", from: "x" }, "transforms[0].from"],
  ["words of a number", { op: "TextLength", column: "n", unit: "words" }, "transforms[0].column"],
  ["an unknown unit", { op: "TextLength", column: "t", unit: "bytes" }, "transforms[0].unit"],
  ["a term that is no text", { op: "TermWeight", column: "t", term: 1, idf: 1 }, "transforms[0].term"],
  ["weights for three places", { ...score, weights: Float32Array.of(1, 2, 3) }, "transforms[0].weights"],
  ["no weights", { ...score, weights: new Float32Array(0) }, "transforms[0].weights"],
  ["a weight that is not finite", { ...score, weights: Float32Array.of(1, Infinity) }, "transforms[0].weights[1]"],
])("refuses %s", (_name, transform, path) => {
  expect(() => read(transform)).toThrow(
    expect.objectContaining({ code: "SLW_MODEL_INVALID", details: expect.objectContaining({ path }) }),
  );
});

test("refuses the categories of a transform that has none, or that comes later", () => {
  const numeric = { op: "Numeric", column: "n" };
  expect(() => read(numeric, { ...statistic, categories: 0 })).toThrow(SlipwayError);
  expect(() => read(numeric, { ...statistic, categories: 1 })).toThrow(SlipwayError);
  expect(() => read(numeric, { ...statistic, categories: -1 })).toThrow(SlipwayError);
});

describe("a file with every transform", () => {
  const model = madeModel(Object.values(shapes)[0]!, 1);

  test("holds them as they were, each list of categories once", () => {
    const bytes = encodeModel(model);
    const decoded = decodeModel(bytes);
    expect(decoded.transforms).toEqual(model.transforms);
    expect(new TextDecoder().decode(bytes).split('"Zürich"')).toHaveLength(2);
    expect(encodeModel(decoded)).toEqual(bytes);
  });

  test("of text gives the same features for the rows of a request", () => {
    const text = madeTextModel();
    const decoded = decodeModel(encodeModel(text));
    const { table } = readRecords(text, madeTextRows());
    expect(featureRows(decoded.transforms, table)).toEqual(featureRows(text.transforms, table));
  });
});
