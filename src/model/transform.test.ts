import { describe, expect, test } from "vitest";
import { featureRows, featureValues } from "./index.ts";
import { dates, numeric, table, text } from "./test-model.ts";
import type { DatePart, Transform } from "./types.ts";

const job: Transform = { op: "Category", column: "job", categories: ["admin.", "student"] };

describe("featureValues", () => {
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
    ["year", "not a date", NaN],
    ["dayOfYear", "not a date", NaN],
  ])("%s of %s is %d", (part, date, expected) => {
    const transform: Transform = { op: "DatePart", column: "at", part };
    expect(featureValues(transform, dates("at", date))).toEqual(Float64Array.of(expected));
  });

  test.each<[Transform, ReturnType<typeof text>]>([
    [{ op: "Numeric", column: "c" }, text("c", "1")],
    [{ op: "Category", column: "c", categories: [] }, dates("c", "2020-01-01")],
    [{ op: "DatePart", column: "c", part: "year" }, numeric("c", 1)],
  ])("%j refuses a column of another type", (transform, column) => {
    expect(() => featureValues(transform, column)).toThrow(expect.objectContaining({ code: "SLW_SCORE_COLUMN_TYPE" }));
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
