import { open, stat } from "node:fs/promises";
import { SlipwayError } from "../base/index.ts";
import { aborted } from "./aborted.ts";
import { readCsvInWorker } from "./csv/read-in-worker.ts";
import { readParquet } from "./parquet/read-parquet.ts";
import type { ReadOptions, ReadResult } from "./read-options.ts";

/**
 * Reads a CSV or Parquet file into typed columns. The dialect is found, then the file is parsed strictly with it: a row
 * that does not fit is an error that names its line and column (details.line, details.column), never a guess.
 *
 * A column is numeric when every value is a plain number, datetime when every value is a date of one form, otherwise
 * text exactly as written. Nulls: blank and `defaultNulls`. See docs/decisions/0002-reading-files.md for the rules.
 *
 * @throws SlipwayError SLW_DATA_*
 */
export function readTable(path: string, options: ReadOptions = {}): Promise<ReadResult> {
  return readTableBy(readCsvInWorker, path, options);
}

/** The same, with a reader of CSV that says where it is parsed. */
export async function readTableBy(
  readCsv: typeof readCsvInWorker,
  path: string,
  options: ReadOptions,
): Promise<ReadResult> {
  checkDelimiter(options.delimiter);
  if (options.signal?.aborted) throw aborted(path, options.signal);
  const head = await readHead(path);
  if (head.length === 0) throw new SlipwayError("SLW_DATA_EMPTY", `${path} is empty.`, { details: { file: path } });
  return head.toString("latin1") === "PAR1" || /\.(parquet|pq)$/i.test(path)
    ? readParquet(path, options)
    : readCsv(path, options);
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (!found.isFile()) {
      const what = found.isDirectory() ? "a folder" : "no regular file";
      throw new SlipwayError("SLW_DATA_NOT_A_FILE", `${path} is ${what}.`, { details: { file: path } });
    }
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new SlipwayError("SLW_DATA_NOT_FOUND", `There is no file ${path}.`, { details: { file: path }, cause });
    }
    throw new SlipwayError("SLW_DATA_UNREADABLE", `${path} cannot be read: ${message}.`, {
      details: { file: path },
      cause,
    });
  }
}

const delimiterSigns = ",;\t|:!#$%&*/<=>?@\\^`~";

function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined || (delimiter.length === 1 && delimiterSigns.includes(delimiter))) return;
  throw new SlipwayError(
    "SLW_DATA_OPTION",
    `The delimiter must be one of ${JSON.stringify([...delimiterSigns].join(" "))}; got ${JSON.stringify(delimiter)}.`,
    {
      fix: "Give a comma, semicolon, tab or bar, or leave the option out.",
      details: { option: "delimiter", got: delimiter },
    },
  );
}
