/** Checks against what a few lines without any speed find, on random tables. */
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Column, Table } from "../../../base/index.ts";
import { loadDatasets, loadProcessReader } from "../../../data/index.ts";
import { checkTable, type CheckTools } from "./check-table.ts";
import type { CheckFailure, TableCheck } from "./messages.ts";

let tools: CheckTools;
beforeAll(async () => {
  const reader = await loadProcessReader();
  const read = () => Promise.reject(new Error("There is no reference."));
  tools = { ...reader, read, limits: { memory: 2 ** 28, folder: "" }, tell: () => {} };
});

type Value = number | string | null;

const numbers = fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { minLength: 1, maxLength: 40 });
const texts = fc.array(fc.option(fc.constantFrom("a", "b", "ab", "é", "1", " ")), { minLength: 1, maxLength: 40 });

function columnOf(name: string, values: readonly Value[]): Column {
  if (values.every((value) => typeof value !== "string")) {
    return { name, type: "numeric", values: Float64Array.from(values, (value) => value ?? NaN), integer: true };
  }
  const categories = [...new Set(values.filter((value) => value !== null).map(String))].toSorted();
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(String(value))));
  return { name, type: "string", codes, categories };
}

const tableOf = (values: readonly Value[]): Table => ({ rows: values.length, columns: [columnOf("x", values)] });

async function failureOf(values: readonly Value[], check: TableCheck): Promise<CheckFailure | null> {
  const { results } = await checkTable(tableOf(values), [check], tools);
  return results[0]!.failures[0] ?? null;
}

/** Rows from 1, by the few lines. */
function wrongRows(values: readonly Value[], isWrong: (value: string | number, row: number) => boolean): number[] {
  return values.flatMap((value, row) => (value !== null && isWrong(value, row) ? [row + 1] : []));
}

function expectRows(failure: CheckFailure | null, values: readonly Value[], rows: readonly number[]): void {
  expect(failure?.rows ?? 0).toBe(rows.length);
  if (failure === null) return;
  expect(failure.share).toBe(rows.length / values.length);
  const distinct = new Set(rows.map((row) => values[row - 1]));
  expect(failure.examples).toHaveLength(Math.min(5, distinct.size));
  for (const { row, value } of failure.examples) {
    expect(rows).toContain(row);
    expect(value).toBe(values[row! - 1]);
  }
}

describe("checks of values find what is wrong, and nothing else", () => {
  const range = { check: "range", name: "range", columns: ["x"] } as const;

  test("range", () =>
    fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: -4, max: 4 }), async (values, min) => {
        const rows = wrongRows(values, (value) => Number(value) < min || Number(value) > min + 3);
        expectRows(await failureOf(values, { ...range, min, max: min + 3 }), values, rows);
      }),
    ));

  test("allowed_values", () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(numbers, texts), async (values) => {
        const check = { check: "allowed_values", name: "allowed", column: "x", values: ["a", "é", 1, "2"] } as const;
        const allowed = new Set(["a", "é", "1", "2"]);
        expectRows(
          await failureOf(values, check),
          values,
          wrongRows(values, (value) => !allowed.has(String(value))),
        );
      }),
    ));

  test("pattern", () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(numbers, texts), async (values) => {
        const check = { check: "pattern", name: "pattern", column: "x", pattern: "-?[1-3]|ab?" } as const;
        const rows = wrongRows(values, (value) => !/^(-?[1-3]|ab?)$/u.test(String(value)));
        expectRows(await failureOf(values, check), values, rows);
      }),
    ));

  test("unique", () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(numbers, texts), async (values) => {
        const check = { check: "unique", name: "unique", columns: ["x"] } as const;
        const rows = wrongRows(values, (value, row) => (values as readonly Value[]).indexOf(value) < row);
        expectRows(await failureOf(values, check), values, rows);
      }),
    ));

  test("nulls", () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(numbers, texts), fc.constantFrom(0, 0.1, 0.5), async (values, maxShare) => {
        const failure = await failureOf(values, { check: "nulls", name: "nulls", columns: ["x"], maxShare });
        const rows = values.filter((value) => value === null).length;
        expect(failure?.rows ?? null).toBe(rows > maxShare * values.length ? rows : null);
      }),
    ));
});

describe("a distance", () => {
  test("is that of the comparison of versions", async () => {
    const { compareTables } = await loadDatasets();
    const sides = fc.oneof(fc.tuple(numbers, numbers), fc.tuple(texts, texts));
    await fc.assert(
      fc.asyncProperty(sides, async ([before, after]) => {
        const [reference, table] = [tableOf(before), tableOf(after)];
        fc.pre(reference.columns[0]!.type === table.columns[0]!.type);
        const check: TableCheck = {
          check: "distribution",
          name: "drift",
          reference: { file: { path: "", name: "reference", options: {} }, leftOut: [] },
          columns: null,
          maxDistance: 1,
        };
        const read = (): Promise<Table> => Promise.resolve(reference);
        const { results } = await checkTable(table, [check], { ...tools, read });
        const expected = compareTables(reference, table).columns[0]!.jensenShannonDistance;
        if (expected === null) expect(results[0]!.failures[0]!.message).toContain("no value");
        else expect(results[0]!.measured!["x"]).toBeCloseTo(expected, 12);
      }),
    );
  });
});
