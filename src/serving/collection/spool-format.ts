/** What stands in the files of collected rows and labels: a header that says of what they are, then lines. */
import type { ScoringColumn, ScoringSchema } from "../backends/types.ts";
import type { FileHeader } from "../spool/index.ts";

/** All lines of a file are of one deployment, one model and one hour. */
export interface CollectedHeader extends FileHeader {
  readonly designation: "inputs" | "labels";
  readonly deployment: string;
  readonly model: string;
  readonly version: number;
  /** Milliseconds since 1970: the start of the hour. */
  readonly hour: number;
  /** Empty where the model does not say, and for labels. */
  readonly columns: readonly Pick<ScoringColumn, "name" | "type" | "integer">[];
  /** Of a classification, in the order of the probabilities. */
  readonly labels: ScoringSchema["labels"];
}

/** Rows of one request, or of a part of it. */
export interface InputsLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  /** Number of the first row in its request, from 0. */
  readonly row: number;
  /** Lists in the order of the header's columns; where it has none, as they were sent. */
  readonly rows: readonly unknown[];
  /** As they were answered: one for each row. */
  readonly result: readonly unknown[];
}

export interface LabelsLine {
  /** Milliseconds since 1970, when they were posted. */
  readonly at: number;
  readonly labels: readonly RowLabel[];
}

/** What a row that was scored turned out to be. */
export interface RowLabel {
  readonly requestId: string;
  /** Number of the row in its request, from 0. */
  readonly row: number;
  readonly label: string | number | boolean;
}
