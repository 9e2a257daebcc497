import { describe, expect, test } from "vitest";
import type { ColumnProfile } from "../../contract/index.ts";
import { classShares, explainTask, guessTarget, inferTask } from "./guess-target.ts";

function column(name: string, more: Partial<ColumnProfile> = {}): ColumnProfile {
  return {
    name,
    type: "numeric",
    rows: 1000,
    nulls: 0,
    nullRatio: 0,
    distinct: 500,
    min: 0,
    max: 9.5,
    mean: 1,
    standardDeviation: 1,
    quantiles: null,
    topValues: [{ value: 1.5, count: 3 }],
    histogram: null,
    warnings: [],
    ...more,
  } as ColumnProfile;
}
const warned = (id: ColumnProfile["warnings"][number]["id"]) => ({ warnings: [{ id, message: "" }] });

describe("the guess of the target", () => {
  test.each([
    ["the last column", [column("a"), column("b")], "b"],
    ["y wherever it stands", [column("y"), column("a")], "y"],
    ["target before y", [column("y"), column("Target"), column("a")], "Target"],
    ["a word of the name", [column("sale_price"), column("rooms")], "sale_price"],
    ["no word within a word", [column("subclassification"), column("rooms")], "rooms"],
    ["the quantity of bike shares", [column("instant"), column("casual"), column("cnt")], "cnt"],
    ["no id at the end", [column("a"), column("customer_id")], "a"],
    ["no id-like column", [column("a"), column("number", warned("id-like"))], "a"],
    ["no id-like column even if its name is right", [column("a"), column("target", warned("id-like"))], "a"],
    ["no date", [column("a"), column("day", { type: "datetime" })], "a"],
    ["no constant", [column("a"), column("b", { distinct: 1 })], "a"],
    ["no free text", [column("a"), column("remarks", { type: "string", ...warned("free-text") })], "a"],
    ["nothing where nothing may be it", [column("id")], null],
    ["nothing in an empty table", [], null],
  ])("is %s", (_name, columns, expected) => {
    expect(guessTarget({ columns })).toBe(expected);
  });
});

describe("the task", () => {
  const whole = {
    distinct: 2,
    min: 0,
    max: 1,
    topValues: [
      { value: 0, count: 900 },
      { value: 1, count: 100 },
    ],
  };
  test.each([
    ["text", column("a", { type: "string" }), "classification"],
    ["few whole numbers", column("a", whole), "classification"],
    ["21 whole numbers", column("a", { ...whole, distinct: 21 }), "regression"],
    [
      "few fractions",
      column("a", { distinct: 3, min: 0, max: 1, topValues: [{ value: 0.5, count: 1 }] }),
      "regression",
    ],
    ["many numbers", column("a"), "regression"],
    ["dates", column("a", { type: "datetime" }), null],
  ])("of %s", (_name, profile, expected) => {
    expect(inferTask(profile)).toBe(expected);
  });

  test("is explained by the values", () => {
    expect(explainTask(column("a", { type: "string", distinct: 12 }))).toBe(
      "Text with 12 distinct values: each is a class.",
    );
    expect(explainTask(column("a", { distinct: 1234 }))).toBe("Numbers with 1,234 distinct values: a quantity.");
  });
});

test("classes that are not among the most frequent are counted together", () => {
  const shares = classShares(
    column("a", {
      rows: 110,
      nulls: 10,
      topValues: [
        { value: "no", count: 80 },
        { value: "yes", count: 15 },
      ],
    }),
  );
  expect(shares).toEqual([
    { label: "no", count: 80, share: 0.8 },
    { label: "yes", count: 15, share: 0.15 },
    { label: "all others", count: 5, share: 0.05 },
  ]);
});
