/** What a scoring request may carry in a column, from the column's profile. */
import type { Column } from "../../base/index.ts";
import type { ColumnProfile } from "../../data/index.ts";
import type { InputColumn } from "../../model/index.ts";

/** @param mayBeNull also where training saw no null: the user said what stands for it */
export function describeInput(column: Column, profile: ColumnProfile, mayBeNull: boolean): InputColumn {
  const { min, max, quantiles, topValues, nulls } = profile;
  return {
    name: column.name,
    type: column.type,
    integer: column.type === "numeric" && column.integer,
    nullable: nulls > 0 || mayBeNull,
    range: column.type === "string" || min === null || max === null ? null : [toNumber(min), toNumber(max)],
    example: quantiles === null ? (topValues[0]?.value ?? null) : medianOf(column, quantiles["0.5"]),
  };
}

/** Dates stand in a profile as ISO 8601 text. */
function toNumber(value: number | string): number {
  return typeof value === "number" ? value : Date.parse(value);
}

/** The median lies between two values where their number is even: whole columns get a whole example. */
function medianOf(column: Column, median: number | string): number | string {
  return column.type === "numeric" && column.integer ? Math.round(median as number) : median;
}
