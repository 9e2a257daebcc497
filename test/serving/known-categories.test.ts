/** Which unknown categories serving refuses rests on how many training keeps: both sides, side by side. */
import { describe, expect, test } from "vitest";
import { frequencyTransform, frequentCategories } from "../../src/automl/featurization/categories.ts";
import type { StringColumn } from "../../src/base/index.ts";
import type { Transform } from "../../src/model/index.ts";
import { knownCategories } from "../../src/serving/backends/check-input.ts";

function columnOf(categories: number): StringColumn {
  const names = Array.from({ length: categories }, (_, i) => `c${i}`).sort();
  return { name: "city", type: "string", codes: Int32Array.from(names.keys()), categories: names };
}

const category = (column: StringColumn): Transform => ({
  op: "Category",
  column: "city",
  categories: frequentCategories(column),
});

describe("the categories of a column are all known", () => {
  test.each([1, 253])("when training kept its %d", (count) => {
    const column = columnOf(count);
    expect(knownCategories({ transforms: [category(column)] }).get("city")).toEqual(new Set(column.categories));
  });

  test.each([255, 1000])("not when training folded some of %d", (count) => {
    expect(knownCategories({ transforms: [category(columnOf(count))] }).has("city")).toBe(false);
  });

  test("when a statistic has those that were folded", () => {
    const column = columnOf(1000);
    const known = knownCategories({ transforms: [category(column), frequencyTransform(column)] });
    expect(known.get("city")?.size).toBe(1000);
  });

  test("not when there are too many for a statistic", () => {
    const column = columnOf(50_001);
    expect(knownCategories({ transforms: [category(column), frequencyTransform(column)] }).has("city")).toBe(false);
  });
});
