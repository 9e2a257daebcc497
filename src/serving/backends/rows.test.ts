import { describe, expect, test } from "vitest";
import { checkRows } from "./rows.ts";
import type { ScoringColumn } from "./types.ts";

const column = (name: string, type: ScoringColumn["type"], rest: Partial<ScoringColumn> = {}): ScoringColumn => ({
  name,
  type,
  integer: false,
  nullable: false,
  categories: null,
  range: null,
  example: null,
  ...rest,
});
const schema = [
  column("age", "numeric", { integer: true, example: 41 }),
  column("job", "string"),
  column("since", "datetime", { nullable: true }),
  column("anything", "any", { nullable: true }),
];
const row = { age: 57, job: "student", since: "2020-02-29", anything: true };
const settings = { unknownColumns: "ignore", missingColumns: "refuse", unknownCategories: "refuse" } as const;
const { age: _age, ...withoutAge } = row;

describe("rows for models that are not ours", () => {
  test("become columns, whatever the order of their keys", () => {
    const turned = Object.fromEntries(Object.entries(row).toReversed());
    expect(checkRows(schema, [row, turned, [58, "admin.", null, 1]], settings)).toEqual({
      columns: [
        [57, 57, 58],
        ["student", "student", "admin."],
        ["2020-02-29", "2020-02-29", null],
        [true, true, 1],
      ],
      warnings: [],
    });
  });

  test("an unknown column is told, with the nearest name, or refused", () => {
    const rows = [{ ...row, jobb: 1 }];
    expect(checkRows(schema, rows, settings).warnings).toEqual([
      { kind: "unknownColumn", column: "jobb", nearest: "job" },
    ]);
    expect(() => checkRows(schema, rows, { ...settings, unknownColumns: "refuse" })).toThrow(
      'The model has no column "jobb".',
    );
  });

  test("a missing value is the example where that is wished", () => {
    const impute = { ...settings, missingColumns: "impute" } as const;
    const { columns, warnings } = checkRows(schema, [row, withoutAge, withoutAge], impute);
    expect(columns[0]).toEqual([57, 41, 41]);
    expect(warnings).toEqual([{ kind: "imputedColumn", row: 1, rows: 2, column: "age", value: 41 }]);
    expect(() => checkRows(schema, [{ age: 1 }], impute)).toThrow('data[0]: the column "job" is missing.');
  });

  test.each([
    ["a missing column", withoutAge, "SLW_SCORE_COLUMN_MISSING"],
    ["a column of the prototype", { ...withoutAge, __proto__: { age: 57 } }, "SLW_SCORE_COLUMN_MISSING"],
    ["null", { ...row, age: null }, "SLW_SCORE_VALUE"],
    ["a number as text", { ...row, age: "57" }, "SLW_SCORE_VALUE"],
    ["a fraction in whole numbers", { ...row, age: 57.5 }, "SLW_SCORE_VALUE"],
    ["infinity", { ...row, age: Infinity }, "SLW_SCORE_VALUE"],
    ["true as number", { ...row, age: true }, "SLW_SCORE_VALUE"],
    ["a list as number", { ...row, age: [57] }, "SLW_SCORE_VALUE"],
    ["a number as text column", { ...row, job: 7 }, "SLW_SCORE_VALUE"],
    ["a date that is none", { ...row, since: "tomorrow" }, "SLW_SCORE_VALUE"],
    ["an object as anything", { ...row, anything: {} }, "SLW_SCORE_VALUE"],
    ["a short list", [1, "a"], "SLW_SCORE_DATA"],
    ["a number as row", 57, "SLW_SCORE_DATA"],
    ["null as row", null, "SLW_SCORE_DATA"],
  ])("%s is refused", (_, given, code) => {
    expect(() => checkRows(schema, [row, given], settings)).toThrow(expect.objectContaining({ code }));
  });
});
