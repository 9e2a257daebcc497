import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainTable } from "../test-files.ts";
import { applySteps, type Step } from "./steps.ts";
import { tableOf } from "./test-tables.ts";

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const table = tableOf({
  id: [1, 2, 3, 4, 5, 6],
  amount: [10, null, 30, 40.5, -5, 0],
  name: ["b", "a", null, "c", "a", "B"],
  at: [day("2024-01-01"), day("2024-02-01"), null, day("2024-04-01"), day("2024-05-01"), day("2024-06-01")],
});
const ids = (...steps: Step[]): unknown => plainTable(applySteps(table, steps)[0]!)["id"];

describe("steps", () => {
  test.each<[string, Step[], number[]]>([
    ["skip", [{ step: "skip", count: 4 }], [5, 6]],
    ["take", [{ step: "take", count: 2 }], [1, 2]],
    [
      "skip, then take",
      [
        { step: "skip", count: 1 },
        { step: "take", count: 2 },
      ],
      [2, 3],
    ],
    ["take more than there are", [{ step: "take", count: 99 }], [1, 2, 3, 4, 5, 6]],
    ["time_before", [{ step: "time_before", column: "at", end: "2024-02-01" }], [1, 2]],
    [
      "time_before without its bound",
      [{ step: "time_before", column: "at", end: "2024-02-01", includeBoundary: false }],
      [1],
    ],
    ["time_after", [{ step: "time_after", column: "at", start: "2024-05-01T00:00" }], [5, 6]],
    ["time_after with a zone", [{ step: "time_after", column: "at", start: "2024-05-01T02:00:00+02:00" }], [5, 6]],
    [
      "time_between",
      [{ step: "time_between", column: "at", start: "2024-02-01T00:00:00.000Z", end: "2024-05-01 00:00:00" }],
      [2, 4, 5],
    ],
    ["filter by a number", [{ step: "filter", where: [{ column: "amount", is: ">", value: 0 }] }], [1, 3, 4]],
    ["filter by a number as text", [{ step: "filter", where: [{ column: "amount", is: "=", value: "40.5" }] }], [4]],
    [
      "unequal leaves nulls out",
      [{ step: "filter", where: [{ column: "amount", is: "!=", value: 10 }] }],
      [3, 4, 5, 6],
    ],
    [
      "filter by text, by code point",
      [{ step: "filter", where: [{ column: "name", is: "<", value: "b" }] }],
      [2, 5, 6],
    ],
    ["filter by date", [{ step: "filter", where: [{ column: "at", is: ">=", value: "2024-05-01" }] }], [5, 6]],
    ["in", [{ step: "filter", where: [{ column: "name", is: "in", values: ["a", "c"] }] }], [2, 4, 5]],
    ["not_in", [{ step: "filter", where: [{ column: "name", is: "not_in", values: ["a", "c"] }] }], [1, 6]],
    ["is_null", [{ step: "filter", where: [{ column: "name", is: "is_null" }] }], [3]],
    ["not_null", [{ step: "filter", where: [{ column: "amount", is: "not_null" }] }], [1, 3, 4, 5, 6]],
    [
      "all conditions",
      [
        {
          step: "filter",
          where: [
            { column: "amount", is: ">=", value: 0 },
            { column: "name", is: "not_null" },
          ],
        },
      ],
      [1, 4, 6],
    ],
  ])("%s", (_name, steps, expected) => {
    expect(ids(...steps)).toEqual(expected);
  });

  test("keep_columns takes the order asked for, drop_columns keeps that of the table", () => {
    const names = (step: Step): string[] => applySteps(table, [step])[0]!.columns.map(({ name }) => name);
    expect(names({ step: "keep_columns", columns: ["name", "id"] })).toEqual(["name", "id"]);
    expect(names({ step: "drop_columns", columns: ["name", "id"] })).toEqual(["amount", "at"]);
  });

  test.each<[string, Step[], string]>([
    ["an unknown column", [{ step: "keep_columns", columns: ["nam"] }], "SLW_DATA_COLUMN_MISSING"],
    ["an unknown column to drop", [{ step: "drop_columns", columns: ["nam"] }], "SLW_DATA_COLUMN_MISSING"],
    ["all columns dropped", [{ step: "drop_columns", columns: ["id", "amount", "name", "at"] }], "SLW_DATASET_STEP"],
    ["no row left", [{ step: "skip", count: 6 }], "SLW_DATASET_STEP"],
    ["a time of a number", [{ step: "time_before", column: "id", end: "2024-01-01" }], "SLW_DATASET_STEP"],
    ["no date", [{ step: "time_before", column: "at", end: "01/02/2024" }], "SLW_DATASET_STEP"],
    ["an impossible date", [{ step: "time_before", column: "at", end: "2024-13-01" }], "SLW_DATASET_STEP"],
    [
      "a number compared with text",
      [{ step: "filter", where: [{ column: "id", is: "=", value: "one" }] }],
      "SLW_DATASET_CONDITION",
    ],
    [
      "a text compared with a number",
      [{ step: "filter", where: [{ column: "name", is: "=", value: 1 }] }],
      "SLW_DATASET_CONDITION",
    ],
    [
      "a split that is not the last",
      [
        { step: "random_split", percentage: 0.5 },
        { step: "take", count: 1 },
      ],
      "SLW_DATASET_STEP",
    ],
  ])("refuses %s", (_name, steps, code) => {
    expect(() => applySteps(table, steps)).toThrow(expect.objectContaining({ code }));
  });

  test("a split puts every row into one of two parts, about as asked, the same for the same seed", () => {
    const rows = 2000;
    const long = tableOf({ id: Array.from({ length: rows }, (_, row) => row) });
    const split = (percentage: number, seed: number): number[][] =>
      applySteps(long, [{ step: "random_split", percentage, seed }]).map((part) => plainTable(part)["id"] as number[]);
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.nat(), (percentage, seed) => {
        const [first = [], rest = []] = split(percentage, seed);
        expect([...first, ...rest].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
        // Six standard deviations of a binomial.
        expect(Math.abs(first.length - rows * percentage)).toBeLessThan(
          6 * Math.sqrt(rows * percentage * (1 - percentage)),
        );
        expect(split(percentage, seed)).toEqual([first, rest]);
      }),
      { numRuns: 50 },
    );
    expect(split(0.5, 1)).not.toEqual(split(0.5, 2));
  });

  test("a sample takes about its share, the same for the same seed", () => {
    const long = tableOf({ id: Array.from({ length: 5000 }, (_, row) => row) });
    const sample = (seed: number) =>
      plainTable(applySteps(long, [{ step: "take_sample", probability: 0.2, seed }])[0]!)["id"];
    expect(sample(7)).toEqual(sample(7));
    expect(sample(7)).not.toEqual(sample(8));
    expect(sample(7)!.length).toBeGreaterThan(800);
    expect(sample(7)!.length).toBeLessThan(1200);
  });
});
