/** The database of a query by itself, without the look at the query that comes before it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Table } from "../../../base/index.ts";
import { openQueryDatabase, type QueryDatabase } from "./query-database.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-query-"));
const canary = join(folder, "canary.csv");

const rows = 100_000;
/** Numbers, dates and texts with nulls: every third row of text, every fifth of numbers. */
function largeTable(): Table {
  const values = Float64Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? NaN : row - 50_000));
  const moments = Float64Array.from({ length: rows }, (_, row) =>
    row % 7 === 0 ? NaN : (row - 50_000) * 86_400_000 + 1,
  );
  const names = Array.from({ length: rows }, (_, row) => `text ${row}`);
  return {
    rows,
    columns: [
      { name: "whole", type: "numeric", values, integer: true },
      { name: "part", type: "numeric", values: values.map((value) => value / 7), integer: false },
      { name: "huge", type: "numeric", values: values.map((value) => value * 1e300), integer: true },
      { name: "moment", type: "datetime", values: moments },
      {
        name: "few",
        type: "string",
        codes: Int32Array.from(values, (_, row) => (row % 3) - 1),
        categories: ["a", "ü"],
      },
      { name: "many", type: "string", codes: Int32Array.from(values, (_, row) => row - 1), categories: names },
      { name: 'qu"ote', type: "string", codes: new Int32Array(rows).fill(-1), categories: [] },
    ],
  };
}

let database: QueryDatabase;
const table = largeTable();

beforeAll(async () => {
  writeFileSync(canary, "x\n1\n");
  database = await openQueryDatabase(new Map([["t", table]]), { memory: 2 ** 28, folder });
});
afterAll(() => {
  database?.close();
  rmSync(folder, { recursive: true });
});

const ask = async (query: string): Promise<unknown[][]> =>
  (await database.connection.runAndReadAll(query)).getRowsJson();

describe("the database of a query", () => {
  test.each([
    [`SELECT * FROM read_csv('${canary}')`, "Permission"],
    [`SELECT * FROM read_text('${canary}')`, "Permission"],
    [`COPY (SELECT 1) TO '${join(folder, "copied.csv")}'`, "Permission"],
    [`ATTACH '${join(folder, "attached.db")}'`, "Permission"],
    ["SET threads = 4", "locked"],
    ["SET enable_external_access = true", "Cannot|locked"],
    ["SET temp_directory = '/tmp'", "locked"],
    ["INSTALL httpfs", "Permission|disabled"],
    ["LOAD httpfs", "Permission|disabled"],
  ])("refuses by itself: %s", async (query, reason) => {
    await expect(database.connection.run(query)).rejects.toThrow(new RegExp(reason));
    expect([existsSync(join(folder, "copied.csv")), existsSync(join(folder, "attached.db"))]).toEqual([false, false]);
  });

  test("has one thread, and as much memory as it was given", async () => {
    const settings =
      "current_setting('threads'), current_setting('preserve_insertion_order'), current_setting('memory_limit')";
    expect(await ask(`SELECT ${settings}`)).toEqual([["1", true, "256.0 MiB"]]);
  });

  test("has the table's types and values", async () => {
    expect((await ask("DESCRIBE t")).map(([name, type]) => [name, type])).toEqual([
      ["whole", "BIGINT"],
      ["part", "DOUBLE"],
      ["huge", "DOUBLE"],
      ["moment", "TIMESTAMP"],
      ["few", "VARCHAR"],
      ["many", "VARCHAR"],
      ['qu"ote', "VARCHAR"],
    ]);
    const nulls = 'count(*), count(whole), count(part), count(moment), count(few), count(many), count("qu""ote")';
    expect(await ask(`SELECT ${nulls} FROM t`)).toEqual([
      [rows, 80_000, 80_000, rows - 14_286, 66_666, rows - 1, 0].map(String),
    ]);
  });

  test("keeps the order of the rows, and every value", async () => {
    const answer = await database.connection.runAndReadAll(
      "SELECT whole::DOUBLE, part, epoch_ms(moment)::DOUBLE, few, many FROM t WHERE many IS NOT NULL",
    );
    const found = answer.getColumns();
    const expected = (values: Float64Array): (number | null)[] =>
      [...values.subarray(1)].map((value) => (Number.isNaN(value) ? null : value));
    const [whole, part, , moment, few] = table.columns.map((column) =>
      column.type === "string"
        ? [...column.codes.subarray(1)].map((code) => column.categories[code] ?? null)
        : expected(column.values),
    );
    expect(found[0]).toEqual(whole);
    expect(found[1]).toEqual(part);
    expect(found[2]).toEqual(moment);
    expect(found[3]).toEqual(few);
    expect(found[4]).toEqual(Array.from({ length: rows - 1 }, (_, row) => `text ${row}`));
  });

  test("puts what does not fit into memory into its folder", async () => {
    const [[counted]] = (await ask(
      "SELECT count(*) FROM (SELECT DISTINCT hash(range) AS h, repeat('x', 100) || range AS s FROM range(3000000))",
    )) as [[string]];
    expect(counted).toBe("3000000");
  });

  test("gives the same numbers at random in every run", async () => {
    const first = await openQueryDatabase(new Map(), { memory: 2 ** 28, folder });
    const again = await openQueryDatabase(new Map(), { memory: 2 ** 28, folder });
    const query = "SELECT random() AS r FROM range(5)";
    const [a, b] = await Promise.all(
      [first, again].map(async ({ connection }) => (await connection.runAndReadAll(query)).getRows()),
    );
    expect(a).toEqual(b);
    expect(new Set(a?.flat()).size).toBe(5);
    first.close();
    again.close();
  });

  test("refuses a query that is too long or has too many parts", async () => {
    await expect(database.prepare(`SELECT ${"1 + ".repeat(30_000)}1`, {})).rejects.toMatchObject({
      code: "SLW_STEP_QUERY_REFUSED",
    });
    await expect(database.prepare(`SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`, {})).rejects.toMatchObject({
      code: "SLW_STEP_QUERY",
    });
  });
});
