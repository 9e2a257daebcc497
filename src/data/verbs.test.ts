import { expect, test } from "vitest";
import type { Column, StringColumn, Table } from "../base/index.ts";
import { compareCodePoints, createStringColumn } from "./string-column.ts";
import { appendRows, selectColumns, takeRows, toNumeric } from "./index.ts";
import { plainTable } from "./test-files.ts";

function text(name: string, values: readonly (string | null)[]): StringColumn {
  const known = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : known.indexOf(value)));
  return createStringColumn(name, codes, known);
}

function numbers(name: string, values: readonly number[]): Column {
  return { name, type: "numeric", values: Float64Array.from(values), integer: values.every((value) => !(value % 1)) };
}

const table: Table = {
  rows: 4,
  columns: [
    text("t", ["b", null, "a", "b"]),
    numbers("n", [1, 2, NaN, 0.5]),
    { name: "d", type: "datetime", values: Float64Array.of(0, NaN, 1, 2) },
  ],
};

test("selectColumns takes columns in the order asked for and names what is missing", () => {
  expect(selectColumns(table, ["n", "t"]).columns).toEqual([table.columns[1], table.columns[0]]);
  expect(() => selectColumns(table, ["n", "x"])).toThrow(expect.objectContaining({ code: "SLW_DATA_COLUMN_MISSING" }));
});

test("takeRows takes rows in the order asked for, as often as asked for", () => {
  const taken = takeRows(table, Uint32Array.of(3, 1, 0, 0));
  expect(plainTable(taken)).toEqual({
    t: ["b", null, "b", "b"],
    n: [0.5, 2, 1, 1],
    d: ["@1970-01-01T00:00:00.002Z", null, "@1970-01-01T00:00:00.000Z", "@1970-01-01T00:00:00.000Z"],
  });
  expect(taken.columns[0]).toMatchObject({ categories: ["b"] });
  expect(takeRows(table, Uint32Array.of(0, 1)).columns[1]).toMatchObject({ integer: true });
  expect(takeRows(table, new Uint32Array(0))).toMatchObject({ rows: 0 });
});

test("toNumeric reads plain numbers and nothing else", () => {
  const column = toNumeric(text("n", ["1.0", null, "2", " -3e2 ", "1.0"]))!;
  expect(Array.from(column.values)).toEqual([1, NaN, 2, -300, 1]);
  expect(column).toMatchObject({ name: "n", type: "numeric", integer: true });
  expect(column.written).toEqual(
    new Map([
      [1, "1.0"],
      [-300, "-3e2"],
    ]),
  );
  for (const other of ["x", "007", "1,5", "inf", "9007199254740993", ""])
    expect(toNumeric(text("n", ["1", other]))).toBeNull();
});

test("categories stand in code-point order", () => {
  const sorted = ["", "B", "a", "aa", "é", "\ue000", "\uffff", "🚢", "🚢a", "\u{10ffff}"];
  expect(sorted.toReversed().toSorted(compareCodePoints)).toEqual(sorted);
  expect(text("t", sorted.toReversed()).categories).toEqual(sorted);
  expect(text("t", ["b", "A", "a"]).categories).toEqual(["A", "a", "b"]);
});

test("appendRows puts rows behind rows, by the names of the columns", () => {
  const more: Table = {
    rows: 2,
    columns: [
      { name: "d", type: "datetime", values: Float64Array.of(NaN, 5) },
      numbers("n", [7, NaN]),
      text("t", ["c", "a"]),
      numbers("other", [1, 2]),
    ],
  };
  const both = appendRows(table, more);
  expect(plainTable(both)).toEqual({
    t: ["b", null, "a", "b", "c", "a"],
    n: [1, 2, null, 0.5, 7, null],
    d: [
      "@1970-01-01T00:00:00.000Z",
      null,
      "@1970-01-01T00:00:00.001Z",
      "@1970-01-01T00:00:00.002Z",
      null,
      "@1970-01-01T00:00:00.005Z",
    ],
  });
  expect(both.columns[0]).toMatchObject({ categories: ["a", "b", "c"] });
  expect(plainTable(table)).toMatchObject({ t: ["b", null, "a", "b"] });
  const whole = appendRows({ rows: 1, columns: [numbers("n", [1])] }, more);
  expect(whole.columns[0]).toMatchObject({ integer: true });
});

test("appendRows names the column that is missing or of another type", () => {
  const [t, n, d] = table.columns as [Column, Column, Column];
  expect(() => appendRows(table, { rows: 4, columns: [t, n] })).toThrow(
    expect.objectContaining({ code: "SLW_DATA_COLUMN_MISSING", message: expect.stringContaining('"d"') }),
  );
  expect(() => appendRows(table, { rows: 4, columns: [numbers("t", [1, 2, 3, 4]), n, d] })).toThrow(
    expect.objectContaining({ code: "SLW_DATA_VALUE_TYPE", message: expect.stringContaining('"t" is string') }),
  );
});
