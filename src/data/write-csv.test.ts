import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { readCsv } from "./csv/read-csv.ts";
import { createTestFolder, plainTable } from "./test-files.ts";
import { formatCsvRow, tableRows, writeCsv, type CsvValue } from "./write-csv.ts";

const folder = createTestFolder(afterAll);
const silent = (): void => undefined;

describe("formatCsvRow", () => {
  test.each<[string, CsvValue[], string]>([
    ["plain values", ["a", 1, 2.5, null, NaN], "a,1,2.5,,\n"],
    ["quotes, commas and line breaks", ['say "x"', "a,b", "a\nb", "a\rb"], '"say ""x""","a,b","a\nb","a\rb"\n'],
    ["blanks as they are", [" a ", ""], " a ,\n"],
    ["a lone empty value", [null], '""\n'],
    ["a lone blank value", [" "], '" "\n'],
  ])("writes %s", (_, values, line) => {
    expect(formatCsvRow(values)).toBe(line);
  });
});

describe("writeCsv", () => {
  test("writes what readTable reads back", async () => {
    const text = fc
      .string({ unit: fc.constantFrom("a", "é", "🚢", ",", '"', "\n", "\r", " ", ";") })
      .filter((value) => value.trim() !== "");
    const rows = fc
      .integer({ min: 1, max: 3 })
      .chain((width) =>
        fc.array(fc.array(fc.option(text), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(rows, async (table) => {
        const file = join(folder.path, "back.csv");
        const names = table[0]!.map((_, index) => `n,${index}`);
        await writeCsv(file, names, table);
        const back = readCsv(file, { delimiter: ",", header: true, asWritten: names }, silent);
        expect(plainTable(back.table)).toEqual(
          Object.fromEntries(names.map((name, index) => [name, table.map((row) => row[index])])),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("writes a table as it was", async () => {
    const content = 'd,x,y,label\n2024-01-02T00:00:00.000Z,1.0,0.1,yes\n,,,\n2024-01-03T00:00:00.500Z,2,-3,"a,b"\n';
    const { table } = readCsv(folder.write("table.csv", content), {}, silent);
    const file = join(folder.path, "copy.csv");
    await writeCsv(
      file,
      table.columns.map(({ name }) => name),
      tableRows(table),
    );
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  test("takes rows that come one by one, more than a chunk", async () => {
    async function* rows(): AsyncGenerator<CsvValue[]> {
      for (let i = 0; i < 200_000; i++) yield [i, "x".repeat(10)];
    }
    const file = join(folder.path, "many.csv");
    await writeCsv(file, ["i", "x"], rows());
    const { table } = readCsv(file, {}, silent);
    expect(table.rows).toBe(200_000);
  });

  test("leaves what was there, and nothing else, when rows fail or the write is aborted", async () => {
    mkdirSync(join(folder.path, "kept"));
    const file = join(folder.path, "kept", "table.csv");
    writeFileSync(file, "before");
    const failure = new Error("no more rows");
    function* failing(): Generator<CsvValue[]> {
      yield [1];
      throw failure;
    }
    await expect(writeCsv(file, ["a"], failing())).rejects.toBe(failure);
    const controller = new AbortController();
    function* aborting(): Generator<CsvValue[]> {
      yield [1];
      controller.abort();
      yield [2];
    }
    await expect(writeCsv(file, ["a"], aborting(), { signal: controller.signal })).rejects.toMatchObject({
      code: "SLW_DATA_ABORTED",
    });
    await expect(writeCsv(file, ["a"], [], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "SLW_DATA_ABORTED",
    });
    expect(readdirSync(join(folder.path, "kept"))).toEqual(["table.csv"]);
    expect(readFileSync(file, "utf8")).toBe("before");
    await writeCsv(file, ["a"], [[1]]);
    expect(readFileSync(file, "utf8")).toBe("a\n1\n");
  });

  test.each([
    ["a folder that is not there", "nowhere/table.csv"],
    ["a folder in its place", "taken"],
  ])("says so when there is %s", async (_, name) => {
    mkdirSync(join(folder.path, "taken", "inner"), { recursive: true });
    const before = readdirSync(folder.path);
    await expect(writeCsv(join(folder.path, name), ["a"], [[1]])).rejects.toMatchObject({
      code: "SLW_DATA_UNWRITABLE",
    });
    expect(readdirSync(folder.path)).toEqual(before);
    expect(existsSync(join(folder.path, "nowhere"))).toBe(false);
  });
});
