import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRecords, score } from "./index.ts";
import { testModel } from "./test-model.ts";

const row = { age: 57, balance: 10.5, job: "student", since: "2020-02-29" };
const { balance: _balance, ...withoutBalance } = row;
const { age: _age, ...withoutAge } = row;

describe("readRecords", () => {
  test("objects and lists give the same columns", () => {
    const objects = readRecords(testModel, [row, { ...row, job: "admin." }]);
    const lists = readRecords(testModel, [Object.values(row), [57, 10.5, "admin.", "2020-02-29"]]);
    expect(lists).toEqual(objects);
    expect(objects.warnings).toEqual([]);
    expect(objects.table.rows).toBe(2);
    expect(objects.table.columns).toEqual([
      { name: "age", type: "numeric", values: Float64Array.of(57, 57), integer: true },
      { name: "balance", type: "numeric", values: Float64Array.of(10.5, 10.5), integer: false },
      { name: "job", type: "string", categories: ["admin.", "student"], codes: Int32Array.of(1, 0) },
      { name: "since", type: "datetime", values: new Float64Array(2).fill(Date.UTC(2020, 1, 29)) },
    ]);
  });

  test("any order of the keys gives the same answer", () => {
    const value = fc.record({
      age: fc.integer({ min: -1000, max: 1000 }),
      balance: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      job: fc.oneof(fc.constantFrom("admin.", "student"), fc.string()),
      since: fc.constantFrom("2020-02-29", "1999-12-31T23:59:59.5+01:00", null),
    });
    const permuted = value.chain((record) =>
      fc.tuple(fc.constant(record), fc.shuffledSubarray(Object.keys(record), { minLength: 4, maxLength: 4 })),
    );
    fc.assert(
      fc.property(fc.array(permuted, { minLength: 1, maxLength: 5 }), (rows) => {
        const inOrder = rows.map(([record]) => record);
        const shuffled = rows.map(([record, keys]) =>
          Object.fromEntries(keys.map((key) => [key, record[key as keyof typeof record]])),
        );
        expect(score(testModel, readRecords(testModel, shuffled).table)).toEqual(
          score(testModel, readRecords(testModel, inOrder).table),
        );
      }),
    );
  });

  test("a column that had nulls in training may be null or absent", () => {
    const { table } = readRecords(testModel, [withoutBalance, { ...row, balance: null }]);
    expect(table.columns[1]).toMatchObject({ name: "balance", values: Float64Array.of(NaN, NaN) });
  });

  test("unknown columns and categories are told, not refused", () => {
    const { warnings } = readRecords(testModel, [
      { ...row, Balence: 1, xyz: 2 },
      { ...row, job: "pilot" },
      { ...row, job: "pilot" },
    ]);
    expect(warnings).toEqual([
      { kind: "unknownColumn", column: "Balence", nearest: "balance" },
      { kind: "unknownColumn", column: "xyz", nearest: null },
      { kind: "unknownCategory", row: 1, column: "job", value: "pilot" },
    ]);
  });

  test("a category that no statistic knows is told", () => {
    const [, , job] = testModel.inputs;
    const values = { values: Float64Array.of(1), unknown: 0, missing: 0 };
    const transform = {
      op: "CategoryStatistic",
      column: "job",
      statistic: "target",
      categories: ["a"],
      ...values,
    } as const;
    const { warnings } = readRecords({ inputs: [job!], transforms: [transform] }, [{ job: "a" }, { job: "b" }]);
    expect(warnings).toEqual([{ kind: "unknownCategory", row: 1, column: "job", value: "b" }]);
  });

  test("at most 20 warnings of a kind", () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ ...row, job: `job ${i}`, [`c${i}`]: 1 }));
    const { warnings } = readRecords(testModel, rows);
    expect(warnings.filter((w) => w.kind === "unknownColumn")).toHaveLength(20);
    expect(warnings.filter((w) => w.kind === "unknownCategory")).toHaveLength(20);
  });

  test.each<[string, unknown, Record<string, unknown>]>([
    ["not a list", { age: 57 }, { path: "data", got: "an object" }],
    ["nothing", undefined, { path: "data", got: "nothing" }],
    ["text", "[]", { path: "data", got: 'the text "[]"' }],
    ["a number as row", [57], { path: "data[0]", got: "57" }],
    ["null as row", [row, null], { path: "data[1]", got: "null" }],
    ["a list among objects", [row, [1]], { path: "data[1]", got: "a list" }],
    ["an object among lists", [Object.values(row), row], { path: "data[1]", got: "an object" }],
    ["a short list", [[57]], { path: "data[0]", got: "1 values" }],
    ["a long list", [[...Object.values(row), 1]], { path: "data[0]", got: "5 values" }],
  ])("%s: SLW_SCORE_DATA", (_, data, details) => {
    expect(() => readRecords(testModel, data)).toThrow(
      expect.objectContaining({ code: "SLW_SCORE_DATA", details: expect.objectContaining(details) }),
    );
  });

  test.each<[string, unknown, string]>([
    ["age", "57", 'the text "57"'],
    ["age", "", 'the text ""'],
    ["age", true, "true"],
    ["age", [57], "a list"],
    ["age", { value: 57 }, "an object"],
    ["age", "NaN", 'the text "NaN"'],
    ["age", Infinity, "a number beyond the range of 64-bit floating point"],
    ["age", null, "null"],
    ["balance", "?", 'the text "?"'],
    ["balance", false, "false"],
    ["job", 1, "1"],
    ["job", true, "true"],
    ["job", ["student"], "a list"],
    ["job", null, "null"],
    ["since", 1582934400000, "1582934400000"],
    ["since", "2023-02-29", 'the text "2023-02-29"'],
    ["since", "2023-13-01", 'the text "2023-13-01"'],
    ["since", "2023-01-01T24:00", 'the text "2023-01-01T24:00"'],
    ["since", "29.02.2020", 'the text "29.02.2020"'],
    ["since", "", 'the text ""'],
  ])("%s = %j: SLW_SCORE_VALUE", (column, value, got) => {
    const refusal = expect.objectContaining({
      code: "SLW_SCORE_VALUE",
      details: expect.objectContaining({ row: 1, column, got }),
    });
    expect(() => readRecords(testModel, [row, { ...row, [column]: value }])).toThrow(refusal);
    const asLists = [row, { ...row, [column]: value }].map((record) => Object.values(record));
    expect(() => readRecords(testModel, asLists)).toThrow(refusal);
  });

  test("a missing column is refused by name, and a misspelt one is pointed at", () => {
    const { message, fix } = refusalOf([row, { ...withoutAge, Aeg: 57 }]);
    expect(message).toBe('data[1]: the column "age" is missing.');
    expect(fix).toContain('"Aeg"');
  });

  test.each(["__proto__", "constructor", "toString"])("only the row's own properties count: %s", (name) => {
    const inputs = [{ ...testModel.inputs[2], name } as (typeof testModel.inputs)[number]];
    const schema = { inputs, transforms: [] };
    expect(() => readRecords(schema, [{}])).toThrow(expect.objectContaining({ code: "SLW_SCORE_COLUMN_MISSING" }));
    const { table } = readRecords(schema, JSON.parse(`[{"${name}":"own"}]`));
    expect(table.columns[0]).toMatchObject({ categories: ["own"] });
  });

  test("__proto__ never supplies a missing column", () => {
    const data = JSON.parse('[{"__proto__":{"age":57},"job":"student"}]');
    expect(() => readRecords(testModel, data)).toThrow(expect.objectContaining({ code: "SLW_SCORE_COLUMN_MISSING" }));
  });

  test.each<[string, number]>([
    ["2020-02-29", Date.UTC(2020, 1, 29)],
    ["0001-01-01", Date.parse("0001-01-01T00:00:00Z")],
    ["2020-02-29T12:30", Date.UTC(2020, 1, 29, 12, 30)],
    ["2020-02-29 12:30:15", Date.UTC(2020, 1, 29, 12, 30, 15)],
    ["2020-02-29T12:30:15.1239Z", Date.UTC(2020, 1, 29, 12, 30, 15, 123)],
    ["2020-02-29T00:30:00+02:00", Date.UTC(2020, 1, 28, 22, 30)],
    ["2020-02-29T00:30:00-0130", Date.UTC(2020, 1, 29, 2)],
  ])("the date %s", (written, expected) => {
    const { table } = readRecords(testModel, [{ ...row, since: written }]);
    expect(table.columns[3]).toMatchObject({ values: Float64Array.of(expected) });
  });
});

function refusalOf(data: unknown): { message: string; fix: string } {
  try {
    readRecords(testModel, data);
  } catch (error) {
    return error as { message: string; fix: string };
  }
  throw new Error("readRecords took the data");
}
