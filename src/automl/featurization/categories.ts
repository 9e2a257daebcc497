/** Categories of a column: which are kept, and how often they occur. */
import type { Column, StringColumn } from "../../base/index.ts";
import type { CategoryStatistic } from "../../model/index.ts";

/** Bins are one byte; rarer categories count as unknown. */
export const MAX_CATEGORIES = 254;
/** Categories whose statistics stand in a model. */
const MAX_STATISTICS = 50_000;
/** Below so many rows a category in the mean, with more categories than these, each says little by itself. */
const FEW_ROWS_EACH = 20;
const MANY_CATEGORIES = 50;

/** Too many categories, or too few rows for each, to learn one by one. */
export function isHighCardinality(distinct: number, presentRows: number): boolean {
  return distinct > MAX_CATEGORIES || (distinct > MANY_CATEGORIES && presentRows < FEW_ROWS_EACH * distinct);
}

/** Numbers as categories go by their shortest text, as in the model (transform.ts). */
export function asCategories(column: Column): StringColumn {
  if (column.type === "string") return column;
  const codes = new Int32Array(column.values.length);
  const known = new Map<number, number>();
  const categories: string[] = [];
  for (let row = 0; row < codes.length; row++) {
    const value = column.values[row];
    if (Number.isNaN(value)) {
      codes[row] = -1;
      continue;
    }
    let code = known.get(value);
    if (code === undefined) {
      code = categories.push(String(value)) - 1;
      known.set(value, code);
    }
    codes[row] = code;
  }
  return { name: column.name, type: "string", codes, categories };
}

function countCategories({ codes, categories }: StringColumn): Uint32Array {
  const counts = new Uint32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  return counts;
}

/** The most frequent categories in code-unit order, so that equal tables give equal models. */
export function frequentCategories(column: StringColumn, most = MAX_CATEGORIES): string[] {
  return mostFrequent(column, countCategories(column), most).map((code) => column.categories[code]);
}

function mostFrequent({ categories }: StringColumn, counts: Uint32Array, most: number): number[] {
  return Array.from(counts.keys())
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || compare(categories[a], categories[b]))
    .slice(0, most)
    .sort((a, b) => compare(categories[a], categories[b]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The share of the rows that a category has; 0 for one that training did not see. */
export function frequencyTransform(column: StringColumn): CategoryStatistic {
  const rows = column.codes.length;
  const counts = countCategories(column);
  const kept = mostFrequent(column, counts, MAX_STATISTICS);
  const nulls = rows - counts.reduce((sum, count) => sum + count, 0);
  return {
    op: "CategoryStatistic",
    column: column.name,
    statistic: "frequency",
    categories: kept.map((code) => column.categories[code]),
    values: Float64Array.from(kept, (code) => counts[code] / rows),
    unknown: 0,
    missing: nulls / rows,
  };
}
