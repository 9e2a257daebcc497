/** What the threads that score blocks and the main thread of their worker say to each other. */
import type { ColumnType } from "../../base/index.ts";
import type { PackedError } from "../../data/index.ts";
import type { BatchMethod, BatchModel, BatchTable } from "./batch-spec.ts";

/** A part of the rows, scored by itself. */
export interface Block {
  /** From 0. */
  readonly index: number;
  readonly part:
    /** The file as it is. */
    | { readonly kind: "whole" }
    /** Bytes of the file that are whole records; `line` is the line of the first of them, from 1. */
    | { readonly kind: "bytes"; readonly from: number; readonly to: number; readonly line: number }
    /** Rows of a Parquet file. */
    | { readonly kind: "rows"; readonly from: number; readonly to: number };
}

export interface BlockSource {
  /** The file. */
  readonly path: string;
  readonly data: BatchTable;
  /** Bytes of the file before the first record, which stand before every part; 0 without a header. */
  readonly headerBytes: number;
  readonly headerLines: number;
  /** For parts of the file. */
  readonly temporaryFolder: string;
}

export interface ScoringThreadInput extends BlockSource {
  readonly model: BatchModel;
  /** Folder with the files of the model version. */
  readonly modelFolder: string;
  readonly method: BatchMethod;
  readonly keepInputs: boolean;
  /** Are numbers written as they were in the file, where that is known? */
  readonly asSpelled: boolean;
  /** Python environments of the machine; null for one in the temporary folder. */
  readonly environmentsFolder: string | null;
}

export interface OutputColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Numeric: all values are whole numbers that a double holds exactly. */
  readonly whole: boolean;
}

/** What is known of a block that is scored. */
export interface BlockSummary {
  readonly rows: number;
  /** Lines that are no rows. */
  readonly reported: number;
  readonly columns: readonly OutputColumn[];
}

/** The thread is sent blocks, one after the other; it says "ready" first. */
export type FromScoringThread =
  | { readonly type: "ready" }
  /** `lines`: CSV without a header. */
  | { readonly type: "scored"; readonly summary: BlockSummary; readonly lines: Uint8Array }
  | { readonly type: "failed"; readonly error: PackedError };
