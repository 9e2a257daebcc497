/** The terms of a text column that become features. Chosen without the target, so that they leak nothing. */
import type { StringColumn } from "../../base/index.ts";
import { wordsOf, type TextTransform } from "../../model/index.ts";

const MOST_TERMS = 100;
/** Numbers that all term features of a table may take: 200 MB. */
const MOST_VALUES = 25_000_000;
/** Terms are counted in this many rows at most, evenly spaced. */
const COUNTED_ROWS = 50_000;
/** Different words kept while counting; above that, those seen once are forgotten. */
const MOST_WORDS = 200_000;
const FEWEST_ROWS = 5;
const SMALLEST_SHARE = 0.002;
const LARGEST_SHARE = 0.95;

/**
 * The terms whose presence varies most over the rows, p (1 - p), where p is the share of rows that hold them.
 * @param textColumns among which the space is shared
 */
export function termTransforms(column: StringColumn, textColumns: number): TextTransform[] {
  const rows = column.codes.length;
  const most = Math.min(MOST_TERMS, Math.floor(rows / 10), Math.floor(MOST_VALUES / rows / Math.max(1, textColumns)));
  const { counts, counted } = countWords(column);
  const least = Math.max(FEWEST_ROWS, SMALLEST_SHARE * counted);
  return Array.from(counts)
    .filter(([, count]) => count >= least && count <= LARGEST_SHARE * counted)
    .sort(([a, x], [b, y]) => Math.abs(2 * x - counted) - Math.abs(2 * y - counted) || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([term, count]) => ({ op: "TermWeight", column: column.name, term, idf: Math.log(counted / count) }));
}

/** For every word the rows that hold it. */
function countWords({ codes, categories }: StringColumn): { counts: Map<string, number>; counted: number } {
  const counts = new Map<string, number>();
  const step = Math.max(1, Math.ceil(codes.length / COUNTED_ROWS));
  let counted = 0;
  for (let row = 0; row < codes.length; row += step) {
    if (codes[row] < 0) continue;
    counted++;
    for (const word of new Set(wordsOf(categories[codes[row]]))) counts.set(word, (counts.get(word) ?? 0) + 1);
    if (counts.size > MOST_WORDS) for (const [word, count] of counts) if (count === 1) counts.delete(word);
  }
  return { counts, counted };
}
