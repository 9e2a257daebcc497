/** Which features a date gives. */
import type { Column, Table } from "../../base/index.ts";
import { featureColumns, type CyclicPart, type DatePart, type Transform } from "../../model/index.ts";

const parts: readonly DatePart[] = ["year", "month", "day", "dayOfWeek", "dayOfYear", "hour", "elapsedDays"];

/** Parts that begin anew; a weight for each of two angles says what one for their number cannot. */
const cycles: Readonly<Partial<Record<DatePart, readonly CyclicPart[]>>> = {
  month: ["monthSin", "monthCos"],
  dayOfWeek: ["dayOfWeekSin", "dayOfWeekCos"],
  hour: ["hourSin", "hourCos"],
};
/** Two values of a cycle are told apart by its number alone. */
const FEWEST_FOR_CYCLE = 3;

/** The parts that vary, the cyclic ones with their sine and cosine. */
export function dateTransforms(column: Column): (Transform & { readonly op: "DatePart" })[] {
  const table = { rows: lengthOf(column), columns: [column] };
  return parts.flatMap((part) => {
    const transform = { op: "DatePart" as const, column: column.name, part };
    const distinct = countDistinct(transform, table);
    if (distinct < 2) return [];
    const cyclic = distinct < FEWEST_FOR_CYCLE ? [] : (cycles[part] ?? []);
    return [transform, ...cyclic.map((each) => ({ ...transform, part: each }))];
  });
}

/** Date columns between whose pairs the time is a feature. */
const MOST_DATES = 4;

/** For every two of the first date columns the days between them, where they vary. */
export function elapsedTransforms(names: readonly string[], table: Table): Transform[] {
  const chosen = names.slice(0, MOST_DATES);
  const pairs = chosen.flatMap((from, i) => chosen.slice(i + 1).map((column) => ({ from, column })));
  return pairs
    .map(({ from, column }): Transform => ({ op: "DaysBetween", column, from }))
    .filter((transform) => countDistinct(transform, table) > 1);
}

/** Up to FEWEST_FOR_CYCLE. */
function countDistinct(transform: Transform, table: Table): number {
  const seen = new Set<number>();
  for (const value of featureColumns([transform], table)[0]) {
    if (!Number.isNaN(value)) seen.add(value);
    if (seen.size === FEWEST_FOR_CYCLE) break;
  }
  return seen.size;
}

function lengthOf(column: Column): number {
  return column.type === "string" ? column.codes.length : column.values.length;
}
