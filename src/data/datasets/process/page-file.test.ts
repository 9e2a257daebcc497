import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { readCsv } from "../../csv/read-csv.ts";
import type { ReadOptions, ReadResult } from "../../read-options.ts";
import { createTestFolder } from "../../test-files.ts";
import { chooseRows } from "./cells.ts";
import { pageFile } from "./page-file.ts";
import type { KnownTable, TableFile } from "./tasks.ts";

const folder = createTestFolder(afterAll);
let number = 0;

/** In this thread: hundreds of workers would take minutes. */
const read = (path: string, options: ReadOptions = {}): ReadResult => readCsv(path, options, () => undefined);

function known(content: string): { file: TableFile; known: KnownTable; whole: ReadResult } {
  const file = { path: folder.write(`${number++}.csv`, content), name: "a.csv", options: {} };
  const whole = read(file.path);
  const columns = whole.table.columns.map(({ name, type }) => ({ name, type }));
  const { dialect, table, rows } = whole;
  return { file, known: { dialect, columns, rows: table.rows, reported: rows.reported.length }, whole };
}

const partFolder = (): string => mkdtempSync(join(folder.path, "part-"));

describe("a page of a CSV", () => {
  test("is what the whole file has there, whatever its line ends, quotes and last line", () => {
    const cell = fc.constantFrom(
      "1",
      "2.5",
      "",
      "word",
      'a "b" c',
      "two\nlines",
      "two\r\nlines",
      "a,b",
      "é",
      "\r",
      ",\n,",
    );
    const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 30 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.boolean(),
        fc.nat(30),
        fc.integer({ min: 1, max: 30 }),
        (rows, lineEnd, ends, offset, limit) => {
          const lines = ['id,"na\nme",other', ...rows.map((row, i) => `${i},${row.map(quoted).join(",")}`)];
          const { file, known: table, whole } = known(`${lines.join(lineEnd)}${ends ? lineEnd : ""}`);
          fc.pre(offset < table.rows);
          const part = pageFile(file, table, { offset, limit }, partFolder());
          expect(part).not.toBeNull();
          const page = read(part!.path, part!.options);
          expect(page.table.rows).toBe(Math.min(limit, table.rows - offset));
          const expected = chooseRows(whole.table, { offset, limit }, null).rows;
          expect(chooseRows(page.table, { offset: 0, limit }, null).rows).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("is found behind blocks of a megabyte", () => {
    const rows = 60_000;
    const text = (row: number): string => `text "${row}",\n${"x".repeat(row % 50)}`;
    const lines = Array.from({ length: rows }, (_, row) => `${row},"${text(row).replaceAll('"', '""')}"`);
    const { file, known: table } = known(`id,text\r\n${lines.join("\r\n")}\r\n`);
    for (const offset of [0, 20_000, 43_211, rows - 2]) {
      const part = pageFile(file, table, { offset, limit: 2 }, partFolder());
      const page = read(part!.path, part!.options);
      expect(chooseRows(page.table, { offset: 0, limit: 9 }, null).rows).toEqual(
        [offset, offset + 1].map((row) => [row, text(row)]),
      );
    }
  });

  test.each([
    ["a decimal comma", "a;b\n1,5;x\n2,5;y\n"],
    ["dates", "a,b\n2024-01-01,x\n2024-01-02,y\n"],
    ["no header", "1,2\n3,4\n5,6\n"],
    ["lines that are no rows", "a,b\n1,2\n\n3,4\n"],
  ])("is not cut out of a file with %s", (_name, content) => {
    const { file, known: table } = known(content);
    expect(pageFile(file, table, { offset: 0, limit: 1 }, partFolder())).toBeNull();
  });
});
