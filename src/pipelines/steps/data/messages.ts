/** What the data process is asked, and what it answers: one task, one line of JSON each way. */
import type { ColumnType } from "../../../base/index.ts";
import type { VersionOptions } from "../../../data/index.ts";
import type { OutputColumn } from "../../jobs/batch-messages.ts";

/** A version's file, readable on this machine. */
export interface DataFile {
  /** Absolute path. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly options: VersionOptions;
}

/** What a query may take, whatever it is. */
export interface QueryLimits {
  /** Bytes for DuckDB; what does not fit is put into the folder. */
  readonly memory: number;
  /** Absolute path of a folder of the step's own. */
  readonly folder: string;
}

/** Types that a column can be asked to have; "integer" is numeric with whole numbers only. */
export type ExpectedType = ColumnType | "integer";

/** A number, or a date of ISO 8601. */
export type Bound = number | string;

/** What distributions are compared with. */
export interface ReferenceTable {
  readonly file: DataFile;
  /** Columns whose values are new in every version anyway: identifiers, dates, free text. */
  readonly leftOut: readonly string[];
}

/** A check with its values read: what is left to do is to look at the rows. */
export type TableCheck = { readonly name: string } & (
  | {
      readonly check: "columns";
      readonly columns: Readonly<Record<string, ExpectedType>>;
      readonly allowOthers: boolean;
    }
  | { readonly check: "row_count"; readonly min: number | null; readonly max: number | null }
  | { readonly check: "nulls"; readonly columns: readonly string[]; readonly maxShare: number }
  | {
      readonly check: "range";
      readonly columns: readonly string[];
      readonly min: Bound | null;
      readonly max: Bound | null;
    }
  | { readonly check: "allowed_values"; readonly column: string; readonly values: readonly (string | number)[] }
  | { readonly check: "unique"; readonly columns: readonly string[] }
  | { readonly check: "pattern"; readonly column: string; readonly pattern: string }
  | {
      readonly check: "distribution";
      readonly reference: ReferenceTable;
      /** Null: all that both have but those that the reference leaves out. */
      readonly columns: readonly string[] | null;
      readonly maxDistance: number;
    }
  | { readonly check: "sql"; readonly query: string; readonly maxRows: number }
);

export type CheckValue = number | string | boolean | null;

/** A row that is wrong. */
export interface FailedExample {
  /** From 1, the header not among them; null for rows of an answer in SQL. */
  readonly row: number | null;
  /** Dates are ISO 8601. Rows of an answer in SQL are whole. */
  readonly value: CheckValue | Readonly<Record<string, CheckValue>>;
}

/** One kind of rows that are wrong. */
export interface CheckFailure {
  /** Null where it concerns the table. */
  readonly column: string | null;
  /** How many; null where it is not about rows: a column that is missing. */
  readonly rows: number | null;
  /** Of all rows, 0 to 1. */
  readonly share: number | null;
  /** One sentence. */
  readonly message: string;
  /** At most 5. */
  readonly examples: readonly FailedExample[];
}

export interface CheckResult {
  readonly check: TableCheck["check"];
  readonly name: string;
  readonly passed: boolean;
  /** Where it failed; every one of them. */
  readonly failures: readonly CheckFailure[];
  /** What was measured though nothing failed: distances by column. */
  readonly measured?: Readonly<Record<string, number>>;
}

export interface CheckReport {
  readonly rows: number;
  /** In the order of the checks. */
  readonly results: readonly CheckResult[];
}

export type QueryValue = null | number | string | boolean | readonly (number | string | boolean)[];

export interface DataTasks {
  readonly check: {
    readonly input: {
      readonly file: DataFile;
      readonly checks: readonly TableCheck[];
      readonly limits: QueryLimits;
    };
    readonly result: CheckReport;
  };
  readonly transform: {
    readonly input: {
      /** By name in the query. */
      readonly tables: Readonly<Record<string, DataFile>>;
      readonly query: string;
      readonly values: Readonly<Record<string, QueryValue>>;
      /** A file that is not there yet gets the rows as CSV. */
      readonly output: string;
      readonly header: boolean;
      readonly limits: QueryLimits;
    };
    readonly result: WrittenRows;
  };
  readonly inspect: {
    readonly input: { readonly file: DataFile };
    /** data's Inspection. */
    readonly result: unknown;
  };
}

export interface WrittenRows {
  readonly rows: number;
  readonly columns: readonly OutputColumn[];
  /** What was changed so that the answer is a table, in sentences. */
  readonly warnings: readonly string[];
}

export type DataTask = keyof DataTasks;

export type DataRequest = {
  [Task in DataTask]: { readonly task: Task; readonly input: DataTasks[Task]["input"] };
}[DataTask];
