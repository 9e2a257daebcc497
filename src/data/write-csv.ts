import { randomBytes } from "node:crypto";
import { open, rename, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SlipwayError, type Column, type Table } from "../base/index.ts";
import { aborted } from "./aborted.ts";

/** Null, NaN and the empty text are written as nothing, which reads back as null. */
export type CsvValue = string | number | null;

const chunkLength = 1 << 20;

/**
 * Writes a CSV (RFC 4180 with line feeds, UTF-8) as a whole or not at all: to a file beside `path`, which is flushed to
 * disk and then renamed. On an error or abort that file is removed and what was at `path` is as before.
 *
 * @throws SlipwayError SLW_DATA_UNWRITABLE, SLW_DATA_ABORTED, or what `rows` throws
 */
export async function writeCsv(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly CsvValue[]> | AsyncIterable<readonly CsvValue[]>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.partial`);
  if (options.signal?.aborted) throw aborted(path, options.signal);
  const handle = await written(path, open(partial, "wx"));
  try {
    try {
      await writeRows(path, handle, header, rows, options.signal);
      await written(path, handle.sync());
    } finally {
      await handle.close();
    }
    await written(path, rename(partial, path));
  } catch (error) {
    await unlink(partial).catch(() => undefined);
    throw error;
  }
}

/** The rows of a table for `writeCsv`: numbers as they were written where that is known, dates as ISO 8601. */
export function* tableRows(table: Table): Generator<CsvValue[]> {
  for (let row = 0; row < table.rows; row++) yield table.columns.map((column) => valueAt(column, row));
}

/** One line with its line end. A value is quoted where it must be, so that it reads back as itself. */
export function formatCsvRow(values: readonly CsvValue[]): string {
  // A lone empty value would be a blank line, which is no row.
  if (values.length === 1 && formatValue(values[0]!).trim() === "") return `"${formatValue(values[0]!)}"\n`;
  return `${values.map(formatValue).join(",")}\n`;
}

async function writeRows(
  path: string,
  handle: FileHandle,
  header: readonly string[],
  rows: Iterable<readonly CsvValue[]> | AsyncIterable<readonly CsvValue[]>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let chunk = formatCsvRow(header);
  for await (const row of rows) {
    chunk += formatCsvRow(row);
    if (chunk.length < chunkLength) continue;
    if (signal?.aborted) throw aborted(path, signal);
    await written(path, handle.writeFile(chunk));
    chunk = "";
  }
  if (signal?.aborted) throw aborted(path, signal);
  await written(path, handle.writeFile(chunk));
}

function formatValue(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function valueAt(column: Column, row: number): CsvValue {
  if (column.type === "string") return column.codes[row]! < 0 ? null : column.categories[column.codes[row]!]!;
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  return column.type === "datetime" ? new Date(value).toISOString() : (column.written?.get(value) ?? value);
}

async function written<T>(path: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw new SlipwayError("SLW_DATA_UNWRITABLE", `${path} cannot be written: ${(cause as Error).message}.`, {
      details: { file: path },
      cause,
    });
  }
}
