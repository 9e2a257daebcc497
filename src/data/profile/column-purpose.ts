import type { Column } from "../../base/index.ts";
import type { ColumnProfile, ProfileWarningId } from "./types.ts";

/** What a feature column is for, by Azure ML's names. The last three are dropped: constants, identifiers, all null. */
export type ColumnPurpose = "Numeric" | "Categorical" | "DateTime" | "Text" | "Ignore" | "Hashes" | "AllNan";

/**
 * What AutoML does with a feature column, and why in words. `profile` is that of the column; that a column leaks the
 * target changes nothing here, for only the user knows whether it will be there when the model scores.
 */
export function columnPurpose(column: Column, profile: ColumnProfile): { purpose: ColumnPurpose; reason: string } {
  const has = (id: ProfileWarningId): boolean => profile.warnings.some((warning) => warning.id === id);
  if (has("all-null")) return { purpose: "AllNan", reason: "it has no value at all" };
  if (has("constant")) return { purpose: "Ignore", reason: "it has the same value in every row" };
  if (has("duplicated-column")) return { purpose: "Ignore", reason: "it equals another column" };
  if (has("id-like")) {
    const reason = `it looks like an identifier: ${profile.distinct} different values in ${profile.rows - profile.nulls} rows`;
    return { purpose: column.type === "string" ? "Hashes" : "Ignore", reason };
  }
  if (column.type === "numeric")
    return { purpose: "Numeric", reason: column.integer ? "its values are whole numbers" : "its values are numbers" };
  if (column.type === "datetime") return { purpose: "DateTime", reason: "its values are dates" };
  if (has("free-text")) return { purpose: "Text", reason: `it holds sentences: ${profile.distinct} different texts` };
  return {
    purpose: "Categorical",
    reason: `it has ${profile.distinct} ${profile.distinct === 1 ? "category" : "categories"}`,
  };
}
