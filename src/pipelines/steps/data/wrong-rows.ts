/** Counts rows of a column that are wrong, and keeps the first few. */
import type { Column, StringColumn } from "../../../base/index.ts";
import type { CheckFailure, FailedExample } from "./messages.ts";

/** Of a kind of rows that failed. */
export const mostExamples = 5;

export interface WrongRows {
  readonly rows: number;
  readonly examples: readonly FailedExample[];
}

/**
 * @param isWrong asked for rows that have a value
 * @returns the first examples with values unlike each other: five times the same one would say less
 */
export function findWrong(column: Column, isWrong: (row: number) => boolean): WrongRows {
  const examples: FailedExample[] = [];
  const seen = new Set<number>();
  const keys = column.type === "string" ? column.codes : column.values;
  let rows = 0;
  for (let row = 0; row < keys.length; row++) {
    if (isNull(column, row) || !isWrong(row)) continue;
    rows++;
    if (examples.length === mostExamples || seen.has(keys[row]!)) continue;
    seen.add(keys[row]!);
    examples.push({ row: row + 1, value: valueOf(column, row) });
  }
  return { rows, examples };
}

/** Of a text column by what each of its distinct texts is: every text is looked at once. */
export function findWrongTexts(column: StringColumn, isWrong: (text: string) => boolean): WrongRows {
  const wrong = Uint8Array.from(column.categories, (text) => (isWrong(text) ? 1 : 0));
  return findWrong(column, (row) => wrong[column.codes[row]!] === 1);
}

export function isNull(column: Column, row: number): boolean {
  return column.type === "string" ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
}

/** As it was written where that is known; dates are ISO 8601. */
export function valueOf(column: Column, row: number): string | number | null {
  if (isNull(column, row)) return null;
  if (column.type === "string") return column.categories[column.codes[row]!]!;
  const value = column.values[row]!;
  if (column.type === "datetime") return new Date(value).toISOString();
  return column.written?.get(value) ?? value;
}

/**
 * "null in 12 rows (1.2%), …".
 * @param total rows of the table @param what is the matter: "null" @param more of the sentence
 */
export function rowsFailed(
  column: string | null,
  { rows, examples }: WrongRows,
  { total, what, more = "" }: { readonly total: number; readonly what: string; readonly more?: string },
): CheckFailure {
  return { column, rows, share: shareOf(rows, total), message: `${what} in ${rowsText(rows, total)}${more}`, examples };
}

export function shareOf(rows: number, total: number): number {
  return total === 0 ? 0 : rows / total;
}

/** "12 rows (1.2%)". */
export function rowsText(rows: number, total: number): string {
  return `${count(rows)} ${rows === 1 ? "row" : "rows"} (${percent(shareOf(rows, total))})`;
}

/** What is not about rows. */
export function tableFailed(column: string | null, message: string): CheckFailure {
  return { column, rows: null, share: null, message, examples: [] };
}

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

export function percent(share: number): string {
  const percents = share * 100;
  return percents > 0 && percents < 0.01 ? "< 0.01%" : `${Number(percents.toPrecision(3))}%`;
}
