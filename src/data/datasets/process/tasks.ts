/** What the table process is asked, and what it answers: one task, one line of JSON each way. */
import type { ColumnType } from "../../../base/index.ts";
import type { Dialect } from "../../read-options.ts";
import type { TableComparison } from "../compare-tables.ts";
import type { Step } from "../steps.ts";
import type { Cell, DatasetRows, Inspection, VersionOptions } from "../types.ts";

/** A file to read. */
export interface TableFile {
  /** Absolute path. */
  readonly path: string;
  /** What it is called in messages. */
  readonly name: string;
  readonly options: VersionOptions;
}

/** What is known of the whole file. */
export interface KnownTable {
  readonly dialect: Dialect;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: number;
  /** Lines that are no rows. */
  readonly reported: number;
}

/** Which rows: a page, or a random sample in the order of the file. */
export type RowChoice =
  | { readonly offset: number; readonly limit: number }
  | { readonly sample: number; readonly seed: number };

/** One partition of a table. */
export interface PartitionFile {
  /** Of the key columns, in their order. */
  readonly values: readonly Cell[];
  readonly path: string;
  /** How it must be read to mean the same. */
  readonly options: VersionOptions;
}

export interface TableTasks {
  inspect: { readonly input: { readonly file: TableFile }; readonly result: Inspection };
  rows: {
    readonly input: {
      readonly file: TableFile;
      readonly choice: RowChoice;
      readonly columns: readonly string[] | null;
      /** Of the whole file, with a folder for a part of it: then a page may be read without the rest. */
      readonly known?: KnownTable;
      readonly folder?: string;
    };
    readonly result: DatasetRows;
  };
  /** Writes one file, or two for a split. */
  derive: {
    readonly input: {
      readonly file: TableFile;
      readonly steps: readonly Step[];
      readonly format: Dialect["format"];
      /** Absolute paths of files that are not there yet. */
      readonly outputs: readonly string[];
    };
    /** For each file, how it must be read to mean the same. */
    readonly result: readonly VersionOptions[];
  };
  /** Writes a file for each combination of the columns' values into the folder; refuses more than `most`. */
  partition: {
    readonly input: {
      readonly file: TableFile;
      readonly columns: readonly string[];
      readonly format: Dialect["format"];
      readonly folder: string;
      readonly most: number;
    };
    readonly result: readonly PartitionFile[];
  };
  compare: {
    readonly input: { readonly baseline: TableFile; readonly target: TableFile };
    readonly result: TableComparison;
  };
}

export type TaskName = keyof TableTasks;

export type TaskRequest = {
  [Name in TaskName]: { readonly task: Name; readonly input: TableTasks[Name]["input"] };
}[TaskName];
