/**
 * A page of a large CSV without reading all of it into columns: the lines before it are only counted, then those of the
 * page are read by themselves. Only where a part of the file surely means what it means in the whole.
 */
import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dialect } from "../../read-options.ts";
import type { KnownTable, TableFile } from "./tasks.ts";

/**
 * @param folder for the part, which is removed by whoever made the folder
 * @returns a file with the rows from `offset` on, at most `limit` of them; null where the whole file has to be read
 */
export function pageFile(
  file: TableFile,
  { dialect, columns, reported, rows }: KnownTable,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  folder: string,
): TableFile | null {
  if (!isSteady(dialect, columns) || reported > 0) return null;
  const bytes = cutRecords(file.path, offset, Math.min(limit, rows - offset));
  if (bytes === null) return null;
  const path = join(folder, "page.csv");
  writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
  // All columns by name: a header that is not where it is looked for is an error, and no row.
  const types = Object.fromEntries(columns.map(({ name, type }) => [name, type]));
  return { path, name: file.name, options: { ...file.options, types, delimiter: dialect.delimiter, header: true } };
}

/** Encoding, decimal commas, other quotes and dates without ISO's order are found out from more than a page. */
function isSteady({ format, encoding, quote, decimal, header }: Dialect, columns: KnownTable["columns"]): boolean {
  if (format !== "csv" || encoding !== "utf-8" || quote !== '"' || decimal !== "." || !header) return false;
  return columns.every(({ type }) => type !== "datetime");
}

const blockBytes = 1 << 20;
const newline = 10;
const carriageReturn = 13;
const quoteByte = 34;

/**
 * Bytes of the header and of `count` records after the first `skipped`. The file is one that was read strictly before:
 * quotes only open at the beginning of a field and inner ones are doubled, so that every second quote ends a text, and a
 * line end between texts ends a record.
 * @returns null where there are fewer records
 */
function cutRecords(path: string, skipped: number, count: number): Buffer | null {
  const fd = openSync(path, "r");
  try {
    const scan = createScan(fd);
    const headerEnd = scan.skipRecords(1);
    const start = scan.skipRecords(skipped);
    const end = scan.skipRecords(count);
    if (headerEnd === null || start === null || end === null) return null;
    return Buffer.concat([readRange(fd, 0, headerEnd), readRange(fd, start, end)]);
  } finally {
    closeSync(fd);
  }
}

function readRange(fd: number, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start);
  let length = 0;
  while (length < bytes.length) {
    const got = readSync(fd, bytes, length, bytes.length - length, start + length);
    if (got === 0) return bytes.subarray(0, length);
    length += got;
  }
  return bytes;
}

interface Scan {
  /** @returns the position after so many more records, or null where the file ends before */
  skipRecords(count: number): number | null;
}

function createScan(fd: number): Scan {
  const block = Buffer.allocUnsafeSlow(blockBytes);
  let blockStart = 0;
  let length = 0;
  let at = 0;
  let quoted = false;
  /** Was the last byte a carriage return that ended a record? A newline after it belongs to it. */
  let returned = false;

  function refill(): boolean {
    blockStart += length;
    length = readSync(fd, block, 0, block.length, blockStart);
    at = 0;
    return length > 0;
  }

  function skipRecords(count: number): number | null {
    let left = count;
    for (;;) {
      if (at === length && !refill()) return endOfFile(left, blockStart);
      if (returned && block[at] === newline) at++;
      returned = false;
      if (left === 0) return blockStart + at;
      while (at < length && left > 0) {
        const byte = block[at++];
        if (byte === quoteByte) quoted = !quoted;
        else if ((byte === newline || byte === carriageReturn) && !quoted) {
          left--;
          returned = byte === carriageReturn;
          if (returned && block[at] === newline && at < length) {
            at++;
            returned = false;
          }
        }
      }
    }
  }
  return { skipRecords };
}

/** The last record need not have a line end. */
function endOfFile(left: number, end: number): number | null {
  return left <= 1 ? end : null;
}
