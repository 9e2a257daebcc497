/** Which column is likely to be the one to predict, and what kind of task that makes: guesses from a profile. */
import type { ColumnProfile, TableProfile } from "../../contract/index.ts";

export type Task = "classification" | "regression";

/** Names of answers, the surest first. */
const targetNames = ["target", "label", "y", "class", "outcome", "response", "churn", "churned", "default", "survived"];
const targetWords = ["target", "label", "class", "outcome", "price", "sales", "revenue", "churn", "fraud", "cnt"];

/** A column that names rows instead of describing them, or that has only one value, is never the answer. */
function mayBeTarget(column: ColumnProfile): boolean {
  if (column.type === "datetime" || column.distinct < 2) return false;
  if (/^(id|.*[_\s.-]id|index|instant|row_?(number|id)|uuid|guid)$/i.test(column.name)) return false;
  return !column.warnings.some(
    ({ id }) => id === "id-like" || id === "free-text" || id === "constant" || id === "all-null",
  );
}

/** @returns name of the column; null where none may be it */
export function guessTarget({ columns }: Pick<TableProfile, "columns">): string | null {
  const candidates = columns.filter(mayBeTarget);
  const lower = (column: ColumnProfile): string => column.name.toLowerCase();
  for (const name of targetNames) {
    const found = candidates.findLast((column) => lower(column) === name);
    if (found) return found.name;
  }
  const byWord = candidates.findLast((column) =>
    targetWords.some((word) =>
      lower(column)
        .split(/[^a-z]+/)
        .includes(word),
    ),
  );
  return (byWord ?? candidates.at(-1))?.name ?? null;
}

/** Distinct whole numbers up to which they are classes, as the engine has it. */
const mostNumericClasses = 20;

/** What the engine takes the target for where it is not told; null: a date, which cannot be predicted. */
export function inferTask({ type, distinct, topValues, min, max }: ColumnProfile): Task | null {
  if (type === "datetime") return null;
  if (type === "string") return "classification";
  const seen = [min, max, ...topValues.map(({ value }) => value)];
  return distinct <= mostNumericClasses && seen.every((value) => Number.isInteger(value))
    ? "classification"
    : "regression";
}

/** Why the task is what it is, in words. */
export function explainTask({ type, distinct }: ColumnProfile): string {
  if (type === "datetime") return "Dates cannot be predicted.";
  const values = `${distinct.toLocaleString("en-US")} distinct ${distinct === 1 ? "value" : "values"}`;
  if (type === "string") return `Text with ${values}: each is a class.`;
  return distinct <= mostNumericClasses ? `Numbers with ${values}.` : `Numbers with ${values}: a quantity.`;
}

export interface ClassShare {
  readonly label: string;
  readonly count: number;
  /** Of the rows with a target, 0 to 1. */
  readonly share: number;
}

/** Classes by size: at most ten, and the rows of all others together. */
export function classShares({ topValues, rows, nulls }: ColumnProfile): ClassShare[] {
  const known = rows - nulls;
  const shares = topValues.map(({ value, count }) => ({ label: String(value), count, share: count / known }));
  const rest = known - topValues.reduce((sum, { count }) => sum + count, 0);
  return rest > 0 ? [...shares, { label: "all others", count: rest, share: rest / known }] : shares;
}
