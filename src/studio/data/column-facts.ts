/** A column's profile in words and as the table behind its picture. */
import type { ColumnProfile } from "../../contract/index.ts";
import { formatNumber } from "../kit/index.ts";

type Fact = readonly [label: string, value: string];
type Scalar = number | string | null | undefined;

/** Dates without the time where they are at midnight. */
export function valueText(value: Scalar): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value.replace(/T00:00:00(\.0+)?Z$/, "");
  return formatNumber(value);
}

/** @param isAll also the quantiles and the rest */
export function factsOf(column: ColumnProfile, isAll: boolean): Fact[] {
  if (column.type === "string") return textFacts(column, isAll);
  const { min, max, mean, standardDeviation, quantiles } = column;
  const first: Fact[] = [
    ["Min", valueText(min)],
    ["Mean", valueText(mean)],
    ["Max", valueText(max)],
  ];
  if (!isAll) return first;
  const others = Object.entries(quantiles ?? {})
    .filter(([probability]) => Number(probability) > 0 && Number(probability) < 1)
    .map(([probability, value]): Fact => [`${Number(probability) * 100}%`, valueText(value)]);
  return [...first, ["Standard deviation", valueText(standardDeviation)], ...others];
}

function textFacts({ topValues, rows, nulls }: ColumnProfile, isAll: boolean): Fact[] {
  if (!isAll) return [];
  return [
    ["Rows", formatNumber(rows)],
    ["Empty", formatNumber(nulls)],
    ...topValues.map(({ value, count }): Fact => [String(value), formatNumber(count)]),
  ];
}

export function distributionTable({ histogram, topValues }: Pick<ColumnProfile, "histogram" | "topValues">): {
  columns: string[];
  rows: (string | number | null)[][];
} {
  if (histogram === null)
    return { columns: ["Value", "Rows"], rows: topValues.map(({ value, count }) => [value, count]) };
  const { edges, counts } = histogram;
  return {
    columns: ["From", "To", "Rows"],
    rows: counts.map((count, at) => [edges[at] ?? null, edges[at + 1] ?? null, count]),
  };
}
