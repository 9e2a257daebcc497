import { describe, expect, it } from "vitest";
import { numericColumn, stringColumn } from "../test-dataset.ts";
import { describeBackground } from "./describe-background.ts";

const times = (count: number, value: string | null): (string | null)[] => new Array(count).fill(value);

describe("what stands for a column that is not known", () => {
  it("numbers: quantiles at even distances, nulls as often as they are", () => {
    const values = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? null : 400 - i));
    const found = describeBackground(numericColumn("x", values), 400, false);
    expect(found.filter((value) => value === null)).toHaveLength(8);
    const known = found.filter((value) => value !== null) as number[];
    expect(known).toEqual(known.toSorted((a, b) => a - b));
    const mean = known.reduce((sum, value) => sum + value / known.length, 0);
    expect(Math.abs(mean - 200)).toBeLessThan(3);
  });

  it("texts: each by its share; those of fewer than five rows are taken for missing", () => {
    const values = [...times(60, "often"), ...times(30, "seldom"), ...times(4, "a name"), ...times(6, null)];
    const found = describeBackground(stringColumn("x", values), 100, false);
    const counts = Map.groupBy(found, (value) => value);
    expect(Array.from(counts, ([value, { length }]) => [value, length])).toEqual([
      ["often", 19],
      ["seldom", 10],
      [null, 3],
    ]);
  });

  it.each([
    ["nothing but nulls", numericColumn("x", times(9, null) as null[]), false, null],
    [
      "texts that are all different",
      stringColumn(
        "x",
        Array.from({ length: 99 }, (_, i) => `id${i}`),
      ),
      false,
      null,
    ],
    ["free text", stringColumn("x", times(9, "dear sirs")), true, ""],
    ["one row", numericColumn("x", [7]), false, 7],
  ])("%s", (_, column, isText, value) => {
    const { length } = column.type === "string" ? column.codes : column.values;
    expect(describeBackground(column, length, isText)).toEqual(new Array(32).fill(value));
  });
});
