import { describe, expect, test } from "vitest";
import type { Column } from "../base/index.ts";
import { featureColumns, featureRows } from "./index.ts";
import { dates, numeric, table, text } from "./test-model.ts";
import type { DatePart, Transform } from "./types.ts";

const job: Transform = { op: "Category", column: "job", categories: ["admin.", "student"] };

/** One feature as training reads it. */
function featureValues(transform: Transform, ...columns: Column[]): Float64Array {
  return featureColumns([transform], table(...columns))[0] as Float64Array;
}

describe("featureColumns", () => {
  test("a category's position; NaN for null and for what training did not see", () => {
    expect(featureValues(job, text("job", "student", null, "pilot", "admin."))).toEqual(
      Float64Array.of(1, NaN, NaN, 0),
    );
  });

  test("a numeric column as categories goes by its shortest text", () => {
    const transform: Transform = { op: "Category", column: "size", categories: ["1", "2.5"] };
    expect(featureValues(transform, numeric("size", 2.5, 1, NaN, 2))).toEqual(Float64Array.of(1, 0, NaN, NaN));
  });

  test("features for training are shared memory", () => {
    const values = featureValues({ op: "Numeric", column: "age" }, numeric("age", 1, NaN));
    expect(values).toEqual(Float64Array.of(1, NaN));
    expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test.each<[DatePart, string, number]>([
    ["year", "2024-12-31T23:59:00Z", 2024],
    ["month", "2024-12-31T23:59:00Z", 12],
    ["day", "2024-12-31T23:59:00Z", 31],
    ["dayOfWeek", "2024-12-29T00:00:00Z", 0],
    ["dayOfYear", "2024-12-31T23:59:00Z", 366],
    ["dayOfYear", "2023-01-01T00:00:00Z", 1],
    ["hour", "2024-12-31T23:59:00Z", 23],
    ["minute", "2024-12-31T23:59:00Z", 59],
    ["elapsedDays", "1970-01-02T12:00:00Z", 1.5],
    ["elapsedDays", "1969-12-31T00:00:00Z", -1],
    ["monthSin", "2024-04-10T00:00:00Z", 1],
    ["monthCos", "2024-01-31T23:00:00Z", 1],
    ["dayOfWeekSin", "2024-12-29T00:00:00Z", 0],
    ["dayOfWeekCos", "2024-12-30T00:00:00Z", Math.cos((2 * Math.PI) / 7)],
    ["hourSin", "2024-12-29T06:59:00Z", 1],
    ["hourCos", "2024-12-29T00:59:00Z", 1],
    ["hourCos", "not a date", NaN],
    ["year", "not a date", NaN],
    ["dayOfYear", "not a date", NaN],
  ])("%s of %s is %d", (part, date, expected) => {
    const transform: Transform = { op: "DatePart", column: "at", part };
    expect(featureValues(transform, dates("at", date))).toEqual(Float64Array.of(expected));
  });

  test.each<[Transform, ReturnType<typeof text>]>([
    [{ op: "Numeric", column: "c" }, dates("c", "2020-01-01")],
    [{ op: "Category", column: "c", categories: [] }, dates("c", "2020-01-01")],
    [{ op: "DatePart", column: "c", part: "year" }, numeric("c", 1)],
  ])("%j refuses a column of another type", (transform, column) => {
    expect(() => featureValues(transform, column)).toThrow(expect.objectContaining({ code: "SLW_SCORE_COLUMN_TYPE" }));
  });
});

describe("other ops", () => {
  const statistic: Transform = {
    op: "CategoryStatistic",
    column: "c",
    statistic: "target",
    categories: ["1", "a"],
    values: Float64Array.of(0.1, 0.2),
    unknown: 0.3,
    missing: 0.4,
  };

  test.each<[string, Transform, Column[], number[]]>([
    ["what stands for a missing number", { op: "Numeric", column: "c", fill: 7 }, [numeric("c", 1, NaN)], [1, 7]],
    [
      "numbers in text",
      { op: "Numeric", column: "c" },
      [text("c", "1", " -2.5e1 ", ".5", "5.", "1,5", "", null, "0x1", "1e999", "NaN")],
      [1, -25, 0.5, 5, NaN, NaN, NaN, NaN, NaN, NaN],
    ],
    ["numbers in text, filled", { op: "Numeric", column: "c", fill: 0 }, [text("c", "1", "?", null)], [1, 0, 0]],
    [
      "what stands for a missing category",
      { op: "Category", column: "c", categories: ["a", "b"], fill: "b" },
      [text("c", "a", null, "x")],
      [0, 1, NaN],
    ],
    ["a statistic of text", statistic, [text("c", "a", null, "x")], [0.2, 0.4, 0.3]],
    ["a statistic of numbers", statistic, [numeric("c", 1, NaN, 2)], [0.1, 0.4, 0.3]],
    [
      "dates in text",
      { op: "DatePart", column: "c", part: "year" },
      [text("c", "2024-01-31", "x", null)],
      [2024, NaN, NaN],
    ],
    [
      "days between dates",
      { op: "DaysBetween", column: "c", from: "d" },
      [dates("c", "2024-01-02", "2024-01-02", "x"), dates("d", "2024-01-01T12:00:00Z", "x", "2024-01-01")],
      [0.5, NaN, NaN],
    ],
    [
      "a term",
      { op: "TermWeight", column: "c", term: "good", idf: 2 },
      [text("c", "Good", "bad", "good good", null, "")],
      [2, 0, 2 * (1 + Math.log(2)), NaN, 0],
    ],
    ["words", { op: "TextLength", column: "c", unit: "words" }, [text("c", "a b, c!", "", null)], [3, 0, NaN]],
    ["characters", { op: "TextLength", column: "c", unit: "characters" }, [text("c", "a b", "", null)], [3, 0, NaN]],
    [
      "a score",
      { op: "TextScore", column: "c", weights: Float32Array.of(0.5), bias: 1 },
      [text("c", "one", "one two", "", null)],
      [1.5, 1 + 1.5 / Math.sqrt(3), 1, NaN],
    ],
  ])("%s", (_name, transform, columns, expected) => {
    expect(Array.from(featureValues(transform, ...columns))).toEqual(expected);
    expect(Array.from(featureRows([transform], table(...columns)))).toEqual(expected);
  });

  test("a column of numbers in shared memory is a feature as it is", () => {
    const values = new Float64Array(new SharedArrayBuffer(16));
    const column: Column = { name: "c", type: "numeric", values, integer: true };
    expect(featureValues({ op: "Numeric", column: "c" }, column)).toBe(values);
    expect(featureValues({ op: "Numeric", column: "c", fill: 1 }, column)).not.toBe(values);
  });

  test("refuses days from a column that is not there", () => {
    const transform: Transform = { op: "DaysBetween", column: "c", from: "d" };
    expect(() => featureValues(transform, dates("c", "2024-01-01"))).toThrow(
      expect.objectContaining({ code: "SLW_SCORE_COLUMN_MISSING", details: { column: "d" } }),
    );
  });
});

describe("featureRows", () => {
  test("row-major, in the order of the transforms, whatever the order of the columns", () => {
    const transforms: Transform[] = [{ op: "Numeric", column: "age" }, job];
    const rows = featureRows(
      transforms,
      table(text("job", "admin.", "student"), numeric("unused", 0, 0), numeric("age", 30, 40)),
    );
    expect(rows).toEqual(Float64Array.of(30, 0, 40, 1));
  });

  test("names the column that is not there", () => {
    expect(() => featureRows([job], table(numeric("age", 1)))).toThrow(
      expect.objectContaining({ code: "SLW_SCORE_COLUMN_MISSING", details: { column: "job" } }),
    );
  });
});
