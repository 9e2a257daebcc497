import type { StringColumn } from "../../base/index.ts";
import { emptySummary, type Summary } from "./number-summary.ts";
import { topValueCount } from "./types.ts";

/** The figures of a text column. */
export function summarizeText(column: StringColumn): Summary {
  const counts = categoryCounts(column);
  let nulls = column.codes.length;
  let distinct = 0;
  for (const count of counts) {
    nulls -= count;
    if (count > 0) distinct++;
  }
  return { ...emptySummary(nulls), distinct, topValues: mostFrequent(column.categories, counts) };
}

/** Rows of every category. */
export function categoryCounts(column: StringColumn): Uint32Array {
  const counts = new Uint32Array(column.categories.length);
  for (const code of column.codes) if (code >= 0) counts[code]!++;
  return counts;
}

function mostFrequent(categories: readonly string[], counts: Uint32Array): { value: string; count: number }[] {
  const top: { value: string; count: number }[] = [];
  counts.forEach((count, code) => {
    if (count === 0 || (top.length === topValueCount && count <= top[topValueCount - 1]!.count)) return;
    top.push({ value: categories[code]!, count });
    top.sort((a, b) => b.count - a.count);
    if (top.length > topValueCount) top.pop();
  });
  return top;
}
