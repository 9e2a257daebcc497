import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTable } from "../index.ts";
import { createTestFolder, plainTable } from "../test-files.ts";
import { quotePath, quoteText } from "./plan-columns.ts";

const folder = createTestFolder(afterAll);
/** Tests that look for child processes and open files do it in /proc, which only Linux has. */
const isLinux = existsSync(`/proc/self/task/${process.pid}/children`);
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const write = (query: string, name: string): Promise<unknown> =>
    connection.run(`COPY (${query}) TO ${quoteText(at(name))} (FORMAT parquet)`);
  await write(
    `SELECT * FROM (VALUES
      (1, 9007199254740993, 1.5::DECIMAL(10,2), 0.1::DOUBLE, true, 'yes', DATE '2024-02-29', TIMESTAMPTZ '2024-03-01 12:30:00+01', 12::DECIMAL(20,0)),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (-3, 7, -2.25, 'inf', false, 'NA', DATE 'infinity', TIMESTAMPTZ '1969-12-31 23:59:59.5+00', 13)
    ) AS t(i, big, dec, d, b, "te""xt", day, moment, whole)`,
    "types.parquet",
  );
  await write("SELECT range AS n, 'c' || (range % 3) AS c, range::DOUBLE / 7 AS d FROM range(400000)", "many.parquet");
  await write("SELECT 1 AS a, [1, 2] AS list", "nested.parquet");
  await write("SELECT 1 AS a, {'x': 1} AS struct", "struct.parquet");
  await write("SELECT 1 AS a WHERE false", "no-rows.parquet");
  await write("SELECT 'other' AS which", "ab.parquet");
  await write("SELECT 'this one' AS which", "this.parquet");
  connection.closeSync();
});

describe("Parquet files", () => {
  test("give the types that a CSV would", async () => {
    const { table, dialect, rows, warnings } = await readTable(at("types.parquet"));
    expect(plainTable(table)).toEqual({
      i: [1, null, -3],
      big: ["9007199254740993", null, "7"],
      dec: [1.5, null, -2.25],
      d: [0.1, null, null],
      b: ["true", null, "false"],
      'te"xt': ["yes", null, null],
      day: ["@2024-02-29T00:00:00.000Z", null, null],
      moment: ["@2024-03-01T11:30:00.000Z", null, "@1969-12-31T23:59:59.500Z"],
      whole: [12, null, 13],
    });
    expect(dialect).toMatchObject({ format: "parquet" });
    expect(rows).toEqual({ read: 3, kept: 3, reported: [] });
    expect(warnings).toEqual(['Column "d": 1 infinite, read as null.']);
    expect(table.columns.filter((column) => column.type === "numeric").map(({ integer }) => integer)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test("come in many frames and keep their order", async () => {
    const { table } = await readTable(at("many.parquet"));
    const [n, c, d] = table.columns;
    if (n?.type !== "numeric" || c?.type !== "string" || d?.type !== "numeric") throw new Error("other types");
    expect(table.rows).toBe(400_000);
    expect(c.categories).toEqual(["c0", "c1", "c2"]);
    expect(n.values.every((value, row) => value === row)).toBe(true);
    expect(c.codes.every((code, row) => code === row % 3)).toBe(true);
    expect(d.values.every((value, row) => value === row / 7)).toBe(true);
    expect(n.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("are known by their first bytes, whatever their name", async () => {
    writeFileSync(at("disguised.csv"), readFileSync(at("this.parquet")));
    const { table } = await readTable(at("disguised.csv"));
    expect(plainTable(table)).toEqual({ which: ["this one"] });
  });

  test.each(["a*.parquet", "a[b].parquet", "a?.parquet", "it's.parquet", 'say "x"; --.parquet', "ü 🚢.parquet"])(
    "named %s are that very file",
    async (name) => {
      writeFileSync(at(name), readFileSync(at("this.parquet")));
      const { table } = await readTable(at(name));
      expect(plainTable(table)).toEqual({ which: ["this one"] });
    },
  );

  test("take the types of a schema", async () => {
    const { table } = await readTable(at("types.parquet"), { types: { i: "string" }, asWritten: ["day"] });
    expect(plainTable(table)).toMatchObject({ i: ["1", null, "-3"], day: ["2024-02-29T00:00:00.000Z", null, null] });
    await expect(readTable(at("types.parquet"), { types: { b: "numeric" } })).rejects.toMatchObject({
      code: "SLW_DATA_VALUE_TYPE",
      details: { column: "b", row: 3, got: '"false"' },
    });
    await expect(readTable(at("types.parquet"), { asWritten: ["nope"] })).rejects.toMatchObject({
      code: "SLW_DATA_COLUMN_MISSING",
    });
  });

  test.each([
    ["nested.parquet", "SLW_DATA_NESTED_TYPE", { column: "list" }],
    ["struct.parquet", "SLW_DATA_NESTED_TYPE", { column: "struct" }],
    ["no-rows.parquet", "SLW_DATA_NO_ROWS", {}],
  ])("%s is refused", async (name, code, details) => {
    await expect(readTable(at(name))).rejects.toMatchObject({ code, details: { file: at(name), ...details } });
  });

  test.each([
    ["cut in the middle", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["with a footer of noise", (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -40), Buffer.alloc(40, 0x5a)])],
    ["of a CSV", () => Buffer.from("a,b\n1,2\n")],
  ])("a file %s is refused", async (what, damage) => {
    writeFileSync(at(`${what}.parquet`), damage(readFileSync(at("many.parquet"))));
    await expect(readTable(at(`${what}.parquet`))).rejects.toMatchObject({ code: "SLW_DATA_PARQUET" });
  });
});

describe("the reading process", () => {
  const children = (): number[] =>
    readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  const openFiles = (): number => readdirSync("/proc/self/fd").length;

  test.runIf(isLinux)("killed in the middle is an error that says so, and nothing stays", async () => {
    await readTable(at("this.parquet"));
    const before = { children: children(), files: openFiles() };
    const reading = readTable(at("many.parquet"), {
      onProgress: () =>
        children()
          .filter((pid) => !before.children.includes(pid))
          .forEach((pid) => process.kill(pid, "SIGKILL")),
    });
    await expect(reading).rejects.toMatchObject({ code: "SLW_DATA_READER_DIED", details: { how: "signal SIGKILL" } });
    expect({ children: children(), files: openFiles() }).toEqual(before);
  });

  test.runIf(isLinux)("ends at once when aborted", async () => {
    const before = { children: children(), files: openFiles() };
    const controller = new AbortController();
    const reading = readTable(at("many.parquet"), { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(reading).rejects.toMatchObject({ code: "SLW_DATA_ABORTED" });
    expect({ children: children(), files: openFiles() }).toEqual(before);
  });

  test.runIf(isLinux)("is gone when the table is there", async () => {
    const before = { children: children(), files: openFiles() };
    await readTable(at("many.parquet"));
    expect({ children: children(), files: openFiles() }).toEqual(before);
  });
});

test("a path in SQL stays a text", () => {
  expect(quotePath("it's a*[b]?.parquet")).toBe("'it''s a[*][[]b][?].parquet'");
});
