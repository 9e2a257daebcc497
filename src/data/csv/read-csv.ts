import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { SlipwayError } from "../../base/index.ts";
import { defaultNulls, type ReadOptions, type ReadProgress, type ReadResult } from "../read-options.ts";
import { emptyFile, findLayout, isDecimalComma, type CsvLayout } from "./dialect.ts";
import { detectEncoding } from "./encoding.ts";
import { refuseBinary, refuseForeignContent, refuseForeignText } from "./foreign-content.ts";
import { maxRecordBytes, tooLong, type LaidOutText } from "./read-blocks.ts";
import { readColumns, type ReadColumns } from "./read-columns.ts";
import { changed } from "./record-reader.ts";
import { surveyText } from "./survey.ts";
import { openTextSource, type TextSource } from "./text-source.ts";

const sampleSizes = [1 << 16, 1 << 20, 1 << 24, maxRecordBytes];

export type CsvOptions = Omit<ReadOptions, "signal" | "onProgress">;

/**
 * Reads a CSV in this thread; `readTable` runs it in a worker. The text is read for its encoding, for a bound of its
 * rows, so that columns are allocated once, and then parsed. Columns that began as numbers or dates and met a text are
 * parsed once more, as text.
 */
export function readCsv(file: string, options: CsvOptions, onProgress: (progress: ReadProgress) => void): ReadResult {
  const fd = openSync(file, "r");
  try {
    return readOpenCsv(file, fd, options, onProgress);
  } finally {
    closeSync(fd);
  }
}

function readOpenCsv(
  file: string,
  fd: number,
  options: CsvOptions,
  onProgress: (progress: ReadProgress) => void,
): ReadResult {
  const head = Buffer.alloc(4096);
  refuseForeignContent(file, head.subarray(0, readSync(fd, head, 0, head.length, 0)));
  const { encoding, bom } = detectEncoding(file, fd);
  const source = openTextSource(file, fd, encoding, bom);
  if (encoding === "utf-8" || encoding === "latin1") refuseBinary(file, head.subarray(0, source.read(head, 0)));
  const size = surveyText(file, source);
  if (size.bytes === 0) throw emptyFile(file);
  const isNull = nullTest(options.nulls ?? defaultNulls);
  const layout = sampleLayout(file, source, size.bytes, isNull, options);
  checkColumnsExist(file, layout, options);
  // A row has at least one byte a column: its delimiters and its line end.
  const capacity = Math.min(size.lineEnds + 1, Math.floor((size.bytes + 1) / layout.names.length));
  const totalBytes = fstatSync(fd).size;
  const progress = (rows: number): void => onProgress({ bytesRead: source.position(), totalBytes, rows });
  const context = { file, decimal: layout.decimal, capacity, isNull };
  const { read, decimal } = readWithDecimal({ source, layout, context, progress }, options);
  if (read.rows === 0) throw noRows(file, layout);
  const { delimiter, quote, header } = layout;
  const reported = read.blankLines.map((line) => ({ line, reason: "The line is blank." }));
  return {
    table: { rows: read.rows, columns: read.columns },
    dialect: { format: "csv", delimiter, quote, encoding, header, decimal },
    rows: { read: read.rows + reported.length, kept: read.rows, reported },
    warnings: [...layout.warnings, ...read.warnings],
  };
}

/** Reads with the sample's decimal sign, and again with a comma where only later rows show it. */
function readWithDecimal(text: LaidOutText, options: CsvOptions): { read: ReadColumns; decimal: "." | "," } {
  const { layout, context } = text;
  const read = readColumns(text, options);
  const points = layout.decimal === "." && layout.delimiter !== ",";
  if (points && read.breaks.some(({ text: value }) => isDecimalComma(value))) {
    const decimal = ",";
    const again = readColumns({ ...text, layout: { ...layout, decimal }, context: { ...context, decimal } }, options);
    if (again.breaks.length < read.breaks.length) return { read: again, decimal };
  }
  return { read, decimal: layout.decimal };
}

/** Is a trimmed text null? Long texts are not even put into lower case. */
function nullTest(nulls: readonly string[]): (trimmed: string) => boolean {
  const known = new Set(nulls.map((text) => text.trim().toLowerCase()));
  const longest = Math.max(0, ...Array.from(known, (text) => text.length));
  return (text) => text === "" || (text.length <= longest && known.has(text.toLowerCase()));
}

function noRows(file: string, { names, dataLine }: CsvLayout): SlipwayError {
  return new SlipwayError("SLW_DATA_NO_ROWS", `${file} has a header (${names.length} columns) and no row of data.`, {
    details: { file, line: dataLine, columns: names.length },
  });
}

function sampleLayout(
  file: string,
  source: TextSource,
  bytes: number,
  isNull: (text: string) => boolean,
  options: CsvOptions,
): CsvLayout {
  for (const size of sampleSizes) {
    const sample = Buffer.allocUnsafe(Math.min(size, bytes));
    source.rewind();
    let length = 0;
    while (length < sample.length) {
      const count = source.read(sample, length);
      if (count === 0) throw changed(file);
      length += count;
    }
    const complete = length === bytes;
    const text = sample.toString("utf8");
    refuseForeignText(file, text);
    if (text.trim() === "" && complete) throw emptyFile(file);
    const layout = findLayout(file, text, complete, isNull, options);
    if (layout !== "more") return layout;
  }
  throw tooLong(file, 1);
}

function checkColumnsExist(file: string, layout: CsvLayout, options: CsvOptions): void {
  for (const name of [...Object.keys(options.types ?? {}), ...(options.asWritten ?? [])]) {
    if (!layout.names.includes(name)) {
      throw new SlipwayError(
        "SLW_DATA_COLUMN_MISSING",
        `${file} has no column ${JSON.stringify(name)}; it has ${layout.names.slice(0, 30).join(", ")}.`,
        { details: { file, line: 1, column: name, columns: layout.names } },
      );
    }
  }
}
