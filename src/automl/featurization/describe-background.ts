/** What stands for a column where an explanation takes it for unknown (model/types.ts, `BackgroundColumn`). */
import type { Column, StringColumn } from "../../base/index.ts";
import type { BackgroundColumn } from "../../model/index.ts";

/** As many as permutation SHAP mixes to background rows (model/explain/coalitions.ts). */
const count = 32;
/** Quantiles of so many rows at even distances are near enough to those of all. */
const mostSorted = 10_000;
/** A text of fewer rows could tell who is in them: it does not go into a model file for this. */
const fewestRows = 5;

/**
 * @param rows of the column, 1 or more
 * @param isText free text: no words stand for it, and no text of a row gets into the model file
 */
export function describeBackground(column: Column, rows: number, isText: boolean): BackgroundColumn {
  if (column.type !== "string") return quantilesOf(column.values, rows);
  return isText ? new Array<string>(count).fill("") : frequentTexts(column, rows);
}

function quantilesOf(values: Float64Array, rows: number): BackgroundColumn {
  const step = Math.max(1, rows / mostSorted);
  const taken = Float64Array.from({ length: Math.floor(rows / step) }, (_, i) => values[Math.floor(i * step)]);
  const known = taken.filter((value) => !Number.isNaN(value)).sort();
  const places = Math.round((count * known.length) / taken.length);
  return Array.from({ length: count }, (_, i) =>
    i < places ? known[Math.floor(((i + 0.5) * known.length) / places)] : null,
  );
}

/** Each text as often as its share of the rows says, by largest remainders; null for nulls and for rare texts. */
function frequentTexts({ codes, categories }: StringColumn, rows: number): BackgroundColumn {
  const counts = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const kept = Array.from(counts.keys()).filter((code) => counts[code] >= fewestRows);
  const missing = rows - kept.reduce((sum, code) => sum + counts[code], 0);
  const groups: { readonly text: string | null; readonly share: number }[] = [
    ...kept.map((code) => ({ text: categories[code], share: (count * counts[code]) / rows })),
    { text: null, share: (count * missing) / rows },
  ].sort((a, b) => b.share - a.share);
  const places = groups.map(({ share }) => Math.floor(share));
  const left = count - places.reduce((sum, each) => sum + each, 0);
  const byRemainder = groups.map((_, i) => i).sort((a, b) => groups[b].share - places[b] - groups[a].share + places[a]);
  for (const i of byRemainder.slice(0, left)) places[i]++;
  return groups.flatMap(({ text }, i) => new Array<string | null>(places[i]).fill(text));
}
