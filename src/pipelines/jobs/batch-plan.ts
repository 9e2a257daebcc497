/**
 * Parts the rows of a dataset version into blocks that fit into memory, whatever the size of the whole: the same blocks
 * in every attempt. CSV files are cut between records, and only where a part surely means what it means in the whole.
 */
import { open } from "node:fs/promises";
import type { Block, BlockSource } from "./batch-messages.ts";
import { readBlock } from "./batch-read.ts";
import type { BatchTable } from "./batch-spec.ts";

export interface BatchPlan {
  readonly blocks: readonly Block[];
  /** As in BlockSource. */
  readonly headerBytes: number;
  readonly headerLines: number;
}

export interface BlockSizes {
  /** Bytes of a CSV after which a block ends with the record. */
  readonly bytes: number;
  /** Rows of a Parquet file. */
  readonly rows: number;
}

export const blockSizes: BlockSizes = { bytes: 2 * 2 ** 20, rows: 25_000 };

/** @param temporaryFolder for a part of the file */
export async function planBlocks(
  { path, data, temporaryFolder }: Pick<BlockSource, "path" | "data" | "temporaryFolder">,
  sizes: BlockSizes = blockSizes,
): Promise<BatchPlan> {
  if (data.dialect.format === "parquet") return { ...wholeFile, blocks: rowBlocks(data.rows, sizes.rows) };
  if (!isSteady(data.dialect)) return wholeFile;
  const plan = await cutRecords(path, data.dialect.header, sizes.bytes);
  const [first] = plan.blocks;
  if (first === undefined || plan.blocks.length < 2) return wholeFile;
  return (await hasSteadyDates({ path, data, temporaryFolder, ...plan }, first)) ? plan : wholeFile;
}

const wholeFile: BatchPlan = { blocks: [{ index: 0, part: { kind: "whole" } }], headerBytes: 0, headerLines: 0 };

function rowBlocks(rows: number, size: number): Block[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, index): Block => ({
    index,
    part: { kind: "rows", from: index * size, to: Math.min(rows, (index + 1) * size) },
  }));
}

/** Encoding, decimal commas and other quotes are found out from more than a block. */
function isSteady({ encoding, quote, decimal }: BatchTable["dialect"]): boolean {
  return encoding === "utf-8" && quote === '"' && decimal === ".";
}

const readBytes = 2 ** 20;
const [newline, carriageReturn, quoteByte, space, tab] = [10, 13, 34, 32, 9];

/**
 * The file is one that was read strictly before: quotes only open at the beginning of a field and inner ones are
 * doubled, so that every second quote ends a text, and a line end between texts ends a record. As in a page of a file
 * (data/datasets/process/page-file.ts); here all of it is looked at, once.
 */
async function cutRecords(path: string, header: boolean, size: number): Promise<BatchPlan> {
  const handle = await open(path, "r");
  try {
    const scan = createScan(header, size);
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    for (let offset = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, readBytes, offset);
      if (bytesRead === 0) return scan.end(offset);
      scan.take(buffer.subarray(0, bytesRead), offset);
      offset += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

interface Scan {
  take(bytes: Buffer, offset: number): void;
  end(size: number): BatchPlan;
}

function createScan(header: boolean, size: number): Scan {
  const blocks: Block[] = [];
  /** Where the next block begins; null while the header has not ended. */
  let from = header ? null : { at: 0, line: 1 };
  let headerBytes = 0;
  let headerLines = 0;
  let line = 1;
  let quoted = false;
  /** Only blank lines since then; a block has a row. */
  let blank = true;
  /** Of this line. Blank lines belong to the header, or the block, that comes: behind its last row none is reported. */
  let blankLine = true;
  let previous = 0;

  function beginLine(at: number): void {
    line++;
    if (quoted || blankLine) return;
    blankLine = true;
    if (from === null) {
      [headerBytes, headerLines] = [at, line - 1];
    } else {
      if (at - from.at < size) return;
      blocks.push({ index: blocks.length, part: { kind: "bytes", from: from.at, to: at, line: from.line } });
    }
    from = { at, line };
    blank = true;
  }

  return {
    take(bytes, offset) {
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i]!;
        // Of \r\n, the line begins after both.
        if (previous === newline || (previous === carriageReturn && byte !== newline)) beginLine(offset + i);
        if (byte === quoteByte) quoted = !quoted;
        blankLine &&= byte === newline || byte === carriageReturn || byte === space || byte === tab;
        blank &&= blankLine;
        previous = byte;
      }
    },
    end(to) {
      const last = blocks.at(-1);
      if (blank && last?.part.kind === "bytes") blocks[last.index] = { ...last, part: { ...last.part, to } };
      else if (from !== null && !blank) {
        blocks.push({ index: blocks.length, part: { kind: "bytes", from: from.at, to, line: from.line } });
      }
      return { blocks, headerBytes, headerLines };
    },
  };
}

/**
 * All dates of a column have one form: with the year first, each means the same by itself; otherwise which of the two
 * numbers is the day may show in another block alone. A column without a date in the first block is not trusted.
 */
async function hasSteadyDates(source: BlockSource, first: Block): Promise<boolean> {
  const { types } = source.data;
  if (!Object.values(types).includes("datetime")) return true;
  const asText = Object.entries(types).map(([name, type]) => [name, type === "datetime" ? "string" : type] as const);
  const { table } = await readBlock({ ...source, data: { ...source.data, types: Object.fromEntries(asText) } }, first);
  return table.columns.every(
    (column) =>
      types[column.name] !== "datetime" ||
      (column.type === "string" &&
        column.categories.length > 0 &&
        /^\s*\d{4}[-/]/.test(column.categories[0] as string)),
  );
}
