/** Blocks of a file mean together what the whole means. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { readTable, tableRows, type CsvValue } from "../../data/index.ts";
import { writeParquetFromLines } from "./batch-parquet.ts";
import { planBlocks, type BatchPlan, type BlockSizes } from "./batch-plan.ts";
import { readBlock } from "./batch-read.ts";
import type { BatchTable } from "./batch-spec.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;
/** Each reads a file and all of its blocks, a worker every time. */
const numRuns = Number(process.env["FAULTS"] ?? 10);

interface Parted {
  readonly plan: BatchPlan;
  readonly whole: readonly (readonly CsvValue[])[];
  readonly parts: readonly (readonly CsvValue[])[];
  /** Lines that are no rows. */
  readonly reported: readonly [whole: number, parts: number];
}

async function partFile(path: string, sizes: BlockSizes): Promise<Parted> {
  const { table, dialect, rows } = await readTable(path);
  const data: BatchTable = {
    dataset: "d",
    version: 1,
    versionId: "",
    sha256: "",
    name: "d@1",
    options: {},
    rows: table.rows,
    columns: table.columns.length,
    dialect,
    types: Object.fromEntries(table.columns.map(({ name, type }) => [name, type])),
    reported: rows.reported.length,
  };
  const source = { path, data, temporaryFolder: folder };
  const plan = await planBlocks(source, sizes);
  const parts: CsvValue[][] = [];
  let reported = 0;
  for (const block of plan.blocks) {
    const read = await readBlock({ ...source, ...plan }, block);
    parts.push(...tableRows(read.table));
    reported += read.rows.reported.length;
  }
  return { plan, whole: [...tableRows(table)], parts, reported: [rows.reported.length, reported] };
}

function write(content: string): string {
  const path = join(folder, `whole-${number++}.csv`);
  writeFileSync(path, content);
  return path;
}

describe("a CSV in blocks", () => {
  test(
    "is what the whole is, whatever its line ends, quotes, blank lines and last line",
    async () => {
      const cell = fc.constantFrom("1", "2.5", "", "word", 'a "b" c', "two\nlines", "two\r\nlines", "a,b", "é", ",\n,");
      const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }),
          fc.constantFrom("\n", "\r\n", "\r"),
          fc.constantFrom("", "\n", "\ufeff"),
          fc.constantFrom(1, 20, 64),
          fc.boolean(),
          async (rows, lineEnd, before, bytes, ends) => {
            const lines = rows.map((row, i) => `${i},${row.map(quoted).join(",")},2024-01-${10 + (i % 9)}`);
            if (lines.length > 3) lines.splice(2, 0, "");
            const content = before + ['id,"na\nme",other,day', ...lines].join(lineEnd) + (ends ? lineEnd : "");
            const { parts, whole, reported } = await partFile(write(content), { bytes, rows: 1 });
            expect(parts).toEqual(whole);
            expect(reported[1]).toBe(reported[0]);
          },
        ),
        { numRuns },
      );
    },
    120_000 + numRuns * 10_000,
  );

  test("is cut before a blank line, which would be reported by no block behind whose last row it stands", async () => {
    const { plan, parts, whole, reported } = await partFile(write("a,b\n1,x\n\n2,y\n3,z\n"), { bytes: 5, rows: 1 });
    expect(plan.blocks.map(({ part }) => part)).toEqual([
      { kind: "bytes", from: 4, to: 13, line: 2 },
      { kind: "bytes", from: 13, to: 17, line: 5 },
    ]);
    expect(parts).toEqual(whole);
    expect(reported).toEqual([1, 1]);
  });

  test("is cut after records of so many bytes", async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `${i},x`);
    const { plan } = await partFile(write(`a,b\n${lines.join("\n")}\n`), { bytes: 100, rows: 1 });
    expect(plan).toMatchObject({ headerBytes: 4, headerLines: 1 });
    expect(plan.blocks[0]?.part).toEqual({ kind: "bytes", from: 4, to: 104, line: 2 });
    expect(plan.blocks.length).toBe(5);
  });

  test.each([
    ["a decimal comma", "a;b\n1,5;x\n2,5;y\n"],
    ["dates with the day first, which only later rows show", "a,day\n1,02/03/2024\n2,25/03/2024\n"],
    ["single quotes", "a,b\n1,'x,y'\n2,'z'\n"],
  ])("is read whole with %s", async (_, content) => {
    const { plan, parts, whole } = await partFile(write(content), { bytes: 1, rows: 1 });
    expect(plan.blocks).toEqual([{ index: 0, part: { kind: "whole" } }]);
    expect(parts).toEqual(whole);
  });

  test("names the line of the whole where a value does not fit", async () => {
    const path = write(`\na,b\n1,"x\ny"\n2,x\n3,x\nfour,x\n`);
    const types = { a: "numeric", b: "string" } as const;
    const dialect = {
      format: "csv",
      delimiter: ",",
      quote: '"',
      encoding: "utf-8",
      header: true,
      decimal: ".",
    } as const;
    const ref = { dataset: "d", version: 1, versionId: "", sha256: "", name: "d@1", options: {} };
    const data: BatchTable = { ...ref, rows: 4, columns: 2, dialect, types, reported: 0 };
    const source = { path, data, temporaryFolder: folder };
    const plan = await planBlocks(source, { bytes: 1, rows: 1 });
    const last = plan.blocks.at(-1)!;
    await expect(readBlock({ ...source, ...plan }, last)).rejects.toMatchObject({
      code: "SLW_DATA_VALUE_TYPE",
      message: expect.stringContaining("d@1, line 7,"),
    });
  });
});

test("Parquet by rows is what the whole is", async () => {
  const rows = Array.from(
    { length: 5_000 },
    (_, i) => `${i},${i % 7 === 0 ? "" : i / 8},"t ""${i % 50}""",2024-01-01T00:00:0${i % 10}.5Z`,
  );
  const lines = write(`${rows.join("\n")}\n`);
  const output = join(folder, "rows.parquet");
  const columns = [
    { name: "id", type: "numeric", whole: true },
    { name: 'x "y"', type: "numeric", whole: false },
    { name: "text", type: "string", whole: false },
    { name: "at", type: "datetime", whole: false },
  ] as const;
  await writeParquetFromLines(
    { files: [lines, lines], columns, output, temporaryFolder: folder },
    new AbortController().signal,
  );
  const { plan, parts, whole } = await partFile(output, { bytes: 1, rows: 3_000 });
  expect(plan.blocks.map(({ part }) => part)).toEqual([
    { kind: "rows", from: 0, to: 3_000 },
    { kind: "rows", from: 3_000, to: 6_000 },
    { kind: "rows", from: 6_000, to: 9_000 },
    { kind: "rows", from: 9_000, to: 10_000 },
  ]);
  expect(whole[5_009]).toEqual([9, 1.125, 't "9"', "2024-01-01T00:00:09.500Z"]);
  expect(parts).toEqual(whole);
});
