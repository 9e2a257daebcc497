import type { ColumnType } from "../../base/index.ts";

/** What a table holds, as plain JSON. */
export interface TableProfile {
  readonly rows: number;
  readonly target: string | null;
  readonly columns: readonly ColumnProfile[];
  /** Rows that equal an earlier row in every column. */
  readonly duplicatedRows: number;
  /** What concerns the table as a whole; what concerns one column stands there. */
  readonly warnings: readonly ProfileWarning[];
}

/** Dates are ISO 8601 texts in UTC. What a type does not have is null. */
export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly rows: number;
  readonly nulls: number;
  /** nulls / rows, 0 to 1. */
  readonly nullRatio: number;
  /**
   * Distinct values, null not among them. An estimate (standard error 0.8%) for more than 10,000 of them that are not
   * whole numbers in a table of more than 500,000 rows.
   */
  readonly distinct: number;
  /** Numbers and dates. */
  readonly min: number | string | null;
  readonly max: number | string | null;
  readonly mean: number | string | null;
  /** Numbers only; of the sample (divided by n - 1), null below two values or beyond the doubles. */
  readonly standardDeviation: number | null;
  /**
   * Numbers and dates, by `quantileProbabilities`; linear between two values, as numpy does by default. In tables of
   * more than 500,000 rows those between min and max are of 200,000 evenly spaced rows, and so are `topValues` of
   * columns of more than 10,000 values; their counts are of all rows.
   */
  readonly quantiles: Readonly<Record<string, number | string>> | null;
  /** The most frequent values, at most 10, most frequent first, then in order of value. */
  readonly topValues: readonly { readonly value: number | string; readonly count: number }[];
  /** Numbers only: 20 bins of one width from min to max, the last with its upper edge (one bin for a constant). */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] } | null;
  readonly warnings: readonly ProfileWarning[];
}

export const quantileProbabilities = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;

export interface ProfileWarning {
  readonly id: ProfileWarningId;
  /** One sentence that names the column. */
  readonly message: string;
}

/** Stable: never renamed or reused. */
export type ProfileWarningId =
  | "constant"
  | "all-null"
  | "mostly-null"
  | "id-like"
  | "high-cardinality"
  | "free-text"
  | "mixed-looking"
  | "imbalanced-target"
  | "duplicated-rows"
  | "duplicated-column"
  | "leak-equals-target"
  | "leak-recodes-target"
  | "leak-sum"
  | "leak-strong-predictor";

export const topValueCount = 10;
