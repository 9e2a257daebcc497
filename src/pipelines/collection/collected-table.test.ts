/** From lines of the processes' files to tables, without Parquet. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Column } from "../../base/index.ts";
import type { CollectedHeader } from "../../serving/index.ts";
import { inputsTable, labelsTable } from "./collected-table.ts";

function header(
  columns: CollectedHeader["columns"],
  labels: CollectedHeader["labels"] = ["no", "yes"],
): CollectedHeader {
  const of = { designation: "inputs", deployment: "blue", model: "bank", version: 3, hour: 0 } as const;
  return { pid: 1, processStart: "1", ...of, columns, labels };
}

const line = (rows: unknown[], result: unknown[] = rows.map(() => "no"), row = 0): string =>
  JSON.stringify({ at: 5, id: "r", row, rows, result });

function plain(column: Column): unknown[] {
  if (column.type === "string") return Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code]));
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
}

function columnsOf(table: ReturnType<typeof inputsTable>["table"]): Record<string, unknown[]> {
  return Object.fromEntries(table.columns.map((column) => [column.name, plain(column)]));
}

const age = { name: "age", type: "numeric", integer: true } as const;
const job = { name: "job", type: "string", integer: false } as const;

describe("rows", () => {
  test("are the same as objects and as lists, with answers and where they come from", () => {
    const { table, badLines } = inputsTable(header([age, job]), "bank", [
      line([{ job: "maid", age: 30 }, { age: null }], ["no", "yes"]),
      line([[31, "clerk"]], ["yes"], 250),
      "spoiled",
    ]);
    expect(badLines).toBe(1);
    expect(columnsOf(table)).toEqual({
      $Timestamp: [5, 5, 5],
      $RequestId: ["r", "r", "r"],
      $Row: [0, 1, 250],
      $ServiceName: ["bank", "bank", "bank"],
      $ModelName: ["bank", "bank", "bank"],
      $ModelVersion: [3, 3, 3],
      $Prediction_Result: ["no", "yes", "yes"],
      age: [30, null, 31],
      job: ["maid", null, "clerk"],
    });
  });

  test("keep probabilities where they were asked for; the prediction is the likeliest label", () => {
    const { table } = inputsTable(header([age]), "bank", [line([[1]], [[0.2, 0.8]]), line([[2]], ["no"])]);
    expect(columnsOf(table)).toMatchObject({
      $Prediction_Result: ["yes", "no"],
      $Probability_no: [0.2, null],
      $Probability_yes: [0.8, null],
    });
  });

  test("keep what came where it is not of the column's type: the column is text then", () => {
    const when = { name: "when", type: "datetime", integer: false } as const;
    const typed = inputsTable(header([age, when]), "bank", [line([[1.5, "2026-01-31"]])]).table.columns.slice(-2);
    expect(typed).toMatchObject([
      { type: "numeric", integer: false },
      { type: "datetime", values: Float64Array.of(Date.UTC(2026, 0, 31)) },
    ]);
    const odd = inputsTable(header([age, when]), "bank", [
      line([
        ["1e3", "soon"],
        [2, true],
      ]),
    ]);
    expect(columnsOf(odd.table)).toMatchObject({ age: ["1e3", "2"], when: ["soon", "true"] });
  });

  test("of a model that does not say its columns have those that came", () => {
    const { table } = inputsTable(header([], []), "bank", [line([{ a: 1, b: "x" }, { b: { c: 1 } }], [1.5, 2])]);
    expect(columnsOf(table)).toMatchObject({ a: [1, null], b: ["x", '{"c":1}'], $Prediction_Result: [1.5, 2] });
  });

  test("have one name a column, also where names differ only in case or are those of other columns", () => {
    const named = (name: string) => ({ ...age, name });
    const { table } = inputsTable(header([named("Age"), named("age"), named("$Row"), named("age_2")]), "bank", [
      line([[1, 2, 3, 4]]),
    ]);
    expect(columnsOf(table)).toMatchObject({ $Row: [0], Age: [1], age_2: [2], $Row_2: [3], age_2_2: [4] });
  });

  test("never gain or lose a value: all that JSON can hold comes back", () => {
    const cell = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ age: cell, job: cell }), { minLength: 1, maxLength: 20 }), (rows) => {
        const sent = JSON.parse(JSON.stringify(rows)) as Record<string, unknown>[];
        const { table } = inputsTable(header([age, job]), "bank", [line(sent)]);
        const columns = columnsOf(table);
        for (const name of ["age", "job"]) {
          const isText = table.columns.find((column) => column.name === name)?.type === "string";
          const asText = (value: unknown): unknown =>
            value === null || typeof value === "string" ? value : JSON.stringify(value);
          expect(columns[name]).toEqual(sent.map((row) => (isText ? asText(row[name]) : row[name])));
        }
      }),
    );
  });
});

test("labels are numbers where all of them are, otherwise text", () => {
  const labels = (...values: unknown[]): string =>
    JSON.stringify({ at: 5, labels: values.map((label, row) => ({ requestId: "r", row, label })) });
  expect(columnsOf(labelsTable([labels(1, 2.5)]).table)).toEqual({
    $Timestamp: [5, 5],
    $RequestId: ["r", "r"],
    $Row: [0, 1],
    $Label: [1, 2.5],
  });
  expect(columnsOf(labelsTable([labels("yes", true, 1)]).table)).toMatchObject({ $Label: ["yes", "true", "1"] });
});
