/** What a batch scoring job needs to know: stored with the job, read by the worker. */
import type { ColumnType } from "../../base/index.ts";
import type { Dialect } from "../../data/index.ts";
import type { ModelKind } from "../../registry/index.ts";
import type { TableRef } from "./automl-spec.ts";

/** The rows to score, and how the whole of them was read: blocks of them are read in the same way. */
export interface BatchTable extends TableRef {
  /** Of the dataset version. */
  readonly versionId: string;
  readonly dialect: Pick<Dialect, "format" | "delimiter" | "quote" | "encoding" | "header" | "decimal">;
  /** Of all columns, in their order: the model's types of those that it takes, otherwise the dataset's. */
  readonly types: Readonly<Record<string, ColumnType>>;
  /** Lines that are no rows. */
  readonly reported: number;
}

export interface BatchModel {
  /** Of the model version. */
  readonly versionId: string;
  readonly name: string;
  readonly version: number;
  readonly kind: ModelKind;
  /** The file to load, relative to the version's files. */
  readonly primaryPath: string;
}

export type BatchMethod = "predict" | "predict_proba";

export interface BatchSpec {
  readonly model: BatchModel;
  /** Whose model it is; null where the model was named itself. */
  readonly endpoint: string | null;
  readonly data: BatchTable;
  readonly output: { readonly dataset: string; readonly format: Dialect["format"] };
  readonly method: BatchMethod;
  /** Are the columns of the data in the output, before the predictions? */
  readonly keepInputs: boolean;
  /** Threads at most; null for as many as the machine has cores. Never changes the output. */
  readonly threads: number | null;
}

export const batchKind = "batch";

/** "32,950 rows x 21 columns". */
export function batchExtentOf({ data }: BatchSpec): string {
  return `${data.rows.toLocaleString("en-US")} rows x ${data.columns.toLocaleString("en-US")} columns`;
}

/** Tag of the run: "DATASET/VERSION". */
export const outputTag = "slipway.output";

/** The folder of a run's artifacts in which blocks that are scored wait for the others. */
export const blocksFolder = "blocks";
