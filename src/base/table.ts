/**
 * Typed columns: the form in which rows travel between reading, training and scoring.
 * Types only, so that `data`, `model` and `automl` agree without importing each other.
 */

/** Numbers. A null is NaN; infinities never occur. */
export interface NumericColumn {
  readonly name: string;
  readonly type: "numeric";
  /** One value a row, backed by a SharedArrayBuffer when the table was read from a file. */
  readonly values: Float64Array;
  /** True when every value that is not null is a whole number. */
  readonly integer: boolean;
  /** How a value was written, for the values whose text is not `String(value)` ("1.0", "5e3"). */
  readonly written?: ReadonlyMap<number, string>;
}

/** Text and categories, dictionary encoded. A null is code -1. */
export interface StringColumn {
  readonly name: string;
  readonly type: "string";
  /** Index into `categories`, or -1 for null; one a row. */
  readonly codes: Int32Array;
  /** Distinct values as they were written, in code-point order. */
  readonly categories: readonly string[];
}

/** Dates and times. */
export interface DateTimeColumn {
  readonly name: string;
  readonly type: "datetime";
  /** Milliseconds since 1970-01-01T00:00:00Z; NaN for null; one a row. */
  readonly values: Float64Array;
}

export type Column = NumericColumn | StringColumn | DateTimeColumn;
export type ColumnType = Column["type"];

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}
