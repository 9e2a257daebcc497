import type { ColumnType, Table } from "../base/index.ts";

/** How to read a file. Everything not given is found out from the file. */
export interface ReadOptions {
  /** Type of a column by name; a value that is not of that type is SLW_DATA_VALUE_TYPE. Other columns are inferred. */
  readonly types?: Readonly<Record<string, ColumnType>>;
  /** Columns to return as text, exactly as written, whatever it looks like (labels: "1.0", "yes"). Nulls stay null. */
  readonly asWritten?: readonly string[];
  /** Texts that mean null, compared after trimming and without case; replaces `defaultNulls`. Blank is always null. */
  readonly nulls?: readonly string[];
  /** One ASCII character. Default: found among comma, semicolon, tab and bar. Ignored for Parquet. */
  readonly delimiter?: string;
  /** Is the first line a header? Default: found out. Ignored for Parquet. */
  readonly header?: boolean;
  /** Parquet only: from this row, from 0, up to and without that one. Default: all. */
  readonly rows?: readonly [from: number, to: number];
  /** Ends the reading at once with SLW_DATA_ABORTED. */
  readonly signal?: AbortSignal;
  /** Called about every 8 MiB. */
  readonly onProgress?: (progress: ReadProgress) => void;
}

export interface ReadProgress {
  readonly bytesRead: number;
  readonly totalBytes: number;
  readonly rows: number;
}

/** "none" is not among them: it is a category in many tables. */
export const defaultNulls: readonly string[] = ["?", "NA", "N/A", "null", "NaN"];

export interface Dialect {
  /** "parquet" has no further dialect: its delimiter and quote are empty. */
  readonly format: "csv" | "parquet";
  readonly delimiter: string;
  readonly quote: string;
  readonly encoding: Encoding;
  readonly header: boolean;
  readonly decimal: "." | ",";
}

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "latin1" | "windows-1252";

export interface ReadResult {
  readonly table: Table;
  readonly dialect: Dialect;
  readonly rows: ReadRows;
  /** What was decided where the file left a choice, in sentences. */
  readonly warnings: readonly string[];
}

/** Rows of data in the file, the header not among them: `read` = `kept` + the number of `reported`. */
export interface ReadRows {
  readonly read: number;
  readonly kept: number;
  /** Rows that are not in the table and why; lines count from 1. */
  readonly reported: readonly { readonly line: number; readonly reason: string }[];
}
