import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { profileTable, readTable } from "./index.ts";
import { createTestFolder, plainTable } from "./test-files.ts";

const folder = createTestFolder(afterAll);
const shared = resolve(import.meta.dirname, "../../../shared/data");
const bank = join(shared, "bankmarketing.csv");
const bike = join(shared, "bike.csv");
/** Tests that count open files do it in /proc, which only Linux has. */
const isLinux = existsSync("/proc/self/fd");

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

describe("readTable", () => {
  test("reads a CSV in a worker and tells how far it is", async () => {
    const file = folder.write("big.csv", `a,b\n${"1,x\n".repeat(3_000_000)}`);
    const progress: number[] = [];
    const result = await readTable(file, { onProgress: ({ bytesRead }) => progress.push(bytesRead) });
    expect(result.table.rows).toBe(3_000_000);
    expect(result.table.columns.map(({ type }) => type)).toEqual(["numeric", "string"]);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBeLessThanOrEqual(statSync(file).size);
  });

  test.each([
    ["a missing file", "missing.csv", "SLW_DATA_NOT_FOUND"],
    ["a folder", ".", "SLW_DATA_NOT_A_FILE"],
    ["a path through a file", "plain.csv/x.csv", "SLW_DATA_NOT_FOUND"],
    ["an empty file", "empty.csv", "SLW_DATA_EMPTY"],
    ["an empty Parquet file", "empty.parquet", "SLW_DATA_EMPTY"],
  ])("refuses %s", async (_, name, code) => {
    folder.write("plain.csv", "a,b\n1,2\n");
    folder.write("empty.csv", "");
    folder.write("empty.parquet", "");
    await expect(readTable(join(folder.path, name))).rejects.toMatchObject({ code });
  });

  test.each(["", ",,", "a", "5", '"', " ", "\n", "."])("refuses the delimiter %j", async (delimiter) => {
    const file = folder.write("delimiter.csv", "a,b\n1,2\n");
    await expect(readTable(file, { delimiter })).rejects.toMatchObject({ code: "SLW_DATA_OPTION" });
  });

  test("errors of the worker keep code, line, column and the way out", async () => {
    const file = folder.write("ragged.csv", "a,b\n1,2\n3\n");
    await expect(readTable(file)).rejects.toMatchObject({
      code: "SLW_DATA_RAGGED_ROW",
      fix: expect.stringContaining("double quotes"),
      details: { file, line: 3, column: "b", expected: 2, got: 1 },
    });
  });

  test.each(["a b.csv", 'it\'s "x".csv', "ü 🚢.csv", "a*[1]?.csv", "$(x);--.csv", "%2e%2e.csv"])(
    "reads the file named %s",
    async (name) => {
      folder.write("a1.csv", "other,table\n1,2\n");
      const { table } = await readTable(folder.write(name, "name,n\nthis one,1\n"));
      expect(plainTable(table)).toEqual({ name: ["this one"], n: [1] });
    },
  );

  test("an aborted signal reads nothing", async () => {
    const reason = new Error("changed my mind");
    const file = folder.write("aborted.csv", "a,b\n1,2\n");
    const reading = readTable(file, { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toMatchObject({ code: "SLW_DATA_ABORTED", cause: reason });
  });

  test.runIf(isLinux)("an abort ends the reading and leaves no file open", async () => {
    const file = folder.write("abort.csv", `a,b\n${"1,x\n".repeat(5_000_000)}`);
    await readTable(folder.write("warm.csv", "a,b\n1,2\n"));
    const before = openFiles();
    const controller = new AbortController();
    const reading = readTable(file, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(reading).rejects.toMatchObject({ code: "SLW_DATA_ABORTED" });
    expect(openFiles()).toBe(before);
  });

  test("an error in onProgress is the caller's", async () => {
    const file = folder.write("progress.csv", `a,b\n${"1,x\n".repeat(5_000_000)}`);
    const broken = new Error("in the caller");
    const reading = readTable(file, {
      onProgress: () => {
        throw broken;
      },
    });
    await expect(reading).rejects.toBe(broken);
  });

  test("a path below a folder named like a partition is read alike", async () => {
    mkdirSync(join(folder.path, "year=2024"), { recursive: true });
    const { table } = await readTable(folder.write("year=2024/x.csv", "a,b\n1,2\n"));
    expect(plainTable(table)).toEqual({ a: [1], b: [2] });
  });
});

describe("real tables (../shared/data; skipped where it is absent)", () => {
  test.skipIf(!existsSync(bank))("bankmarketing.csv", async () => {
    const { table, rows, dialect, warnings } = await readTable(bank);
    expect(rows).toEqual({ read: 32_950, kept: 32_950, reported: [] });
    expect(dialect).toMatchObject({ delimiter: ",", encoding: "utf-8", header: true });
    expect(warnings).toEqual([]);
    const values = plainTable(table);
    const lines = readFileSync(bank, "utf8").trimEnd().split(/\r?\n/);
    const names = lines[0]!.split(",");
    expect(table.columns.map(({ name }) => name)).toEqual(names);
    // The file has no quotes and no nulls, so splitting is an independent reader.
    for (const row of [0, 1, 17_000, 32_949]) {
      expect(names.map((name) => String(values[name]![row]))).toEqual(lines[row + 1]!.split(","));
    }
    const profile = profileTable(table, { target: "y" });
    const target = profile.columns.find(({ name }) => name === "y")!;
    expect(target.topValues).toEqual([
      { value: "no", count: 29_258 },
      { value: "yes", count: 3_692 },
    ]);
    expect(target.warnings.map(({ id }) => id)).toEqual(["imbalanced-target"]);
  });

  test.skipIf(!existsSync(bank))("bike.csv: dates, a row counter and a leak", async () => {
    const { table } = await readTable(bike);
    expect(plainTable(table)["date"]!.slice(0, 2)).toEqual(["@2011-01-01T00:00:00.000Z", "@2011-01-02T00:00:00.000Z"]);
    const profile = profileTable(table, { target: "cnt" });
    const found = profile.columns.flatMap(({ name, warnings }) => warnings.map(({ id }) => [name, id]));
    expect(found).toEqual([
      ["instant", "id-like"],
      ["casual", "leak-sum"],
      ["registered", "leak-sum"],
    ]);
  });
});
