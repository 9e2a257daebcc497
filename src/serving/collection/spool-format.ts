/** What stands in the files of collected rows and labels: a header that says of what they are, then lines. */
import type { ScoringColumn, ScoringSchema } from "../backends/types.ts";
import type { FileHeader } from "../spool/index.ts";

/**
 * Of the files that are written now. 1, where no format stands in the header: all rows are in `rows`. 2: they may be in
 * `body`. Files of all formats up to it are read; of a later one nothing is taken until a Slipway comes that knows it.
 */
export const collectedFormat = 2;

/** All lines of a file are of one deployment, one model and one hour. */
export interface CollectedHeader extends FileHeader {
  readonly format?: number;
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
export type InputsLine = RowsLine | BodyLine;

interface AnsweredLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  /** As they were answered: one for each row. */
  readonly result: readonly unknown[];
}

export interface RowsLine extends AnsweredLine {
  /** Number of the first row in its request, from 0. */
  readonly row: number;
  /** Lists in the order of the header's columns; where it has none, as they were sent. */
  readonly rows: readonly unknown[];
}

/** A request as it came: what a request costs besides is a copy of its bytes. */
export interface BodyLine extends AnsweredLine {
  /** Keys, separated by dots, under which the rows stand in the body: objects, or lists in the order of the columns. */
  readonly rowsAt: string;
  readonly body: unknown;
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
