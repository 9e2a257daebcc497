/** How far columns lie from those of a reference version. */
import type { Column, StringColumn, Table } from "../../../base/index.ts";
import type { loadProcessReader } from "../../../data/index.ts";
import { missingColumn } from "./check-schema.ts";
import type { CheckFailure, TableCheck } from "./messages.ts";
import { tableFailed } from "./wrong-rows.ts";

/** Of data's distances, which the comparison of versions takes too. */
export type Distances = Pick<Awaited<ReturnType<typeof loadProcessReader>>, "decileEdges" | "jensenShannonDistance">;

export interface DistributionResult {
  readonly failures: readonly CheckFailure[];
  /** Jensen-Shannon distance by column; those without a value on one side are not in it. */
  readonly measured: Readonly<Record<string, number>>;
}

export function checkDistribution(
  table: Table,
  reference: Table,
  { columns, maxDistance, reference: { file, leftOut } }: Extract<TableCheck, { check: "distribution" }>,
  distances: Distances,
): DistributionResult {
  const named = columns ?? sharedColumns(table, reference, leftOut);
  const failures: CheckFailure[] = [];
  const measured: Record<string, number> = {};
  for (const name of named) {
    const [before, after] = [reference, table].map((side) => side.columns.find((column) => column.name === name));
    if (after === undefined) failures.push(missingColumn(table, name));
    else if (before === undefined) failures.push(tableFailed(name, `${file.name} has no such column`));
    else if (before.type !== after.type)
      failures.push(tableFailed(name, `the column is ${after.type}, and ${before.type} in ${file.name}`));
    else {
      const distance = distanceOf(before, after, distances);
      if (distance === null) failures.push(tableFailed(name, emptySide(after, file.name)));
      else measured[name] = distance;
      if (distance !== null && distance > maxDistance) failures.push(drifted(name, distance, maxDistance, file.name));
    }
  }
  return { failures, measured };
}

/** Between columns of one type; null where one of them has no value. */
function distanceOf(before: Column, after: Column, { decileEdges, jensenShannonDistance }: Distances): number | null {
  const counts =
    before.type === "string" || after.type === "string"
      ? countTexts(before as StringColumn, after as StringColumn)
      : countNumbers(before.values, after.values, decileEdges);
  return counts === null ? null : jensenShannonDistance(counts.before, counts.after);
}

interface Counts {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function countTexts(before: StringColumn, after: StringColumn): Counts | null {
  const places = new Map(before.categories.map((text, place) => [text, place]));
  for (const text of after.categories) if (!places.has(text)) places.set(text, places.size);
  const count = ({ codes, categories }: StringColumn): number[] | null => {
    const counts = new Array<number>(places.size).fill(0);
    const placeOf = Int32Array.from(categories, (text) => places.get(text)!);
    for (const code of codes) if (code >= 0) counts[placeOf[code]!]!++;
    return counts.some((number) => number > 0) ? counts : null;
  };
  return both(count(before), count(after));
}

/** By deciles of the first; only that one has to be sorted. */
function countNumbers(before: Float64Array, after: Float64Array, decileEdges: Distances["decileEdges"]): Counts | null {
  const sorted = before.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return null;
  const edges = decileEdges(sorted);
  return both(countBetween(before, edges), countBetween(after, edges));
}

/** Null where there is no value. */
function countBetween(values: Float64Array, edges: readonly number[]): number[] | null {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let present = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    let bin = 0;
    while (bin < edges.length && value >= edges[bin]!) bin++;
    counts[bin]!++;
    present++;
  }
  return present === 0 ? null : counts;
}

const both = (before: number[] | null, after: number[] | null): Counts | null =>
  before === null || after === null ? null : { before, after };

function sharedColumns(table: Table, reference: Table, leftOut: readonly string[]): string[] {
  const known = new Set(reference.columns.map(({ name }) => name));
  return table.columns.map(({ name }) => name).filter((name) => known.has(name) && !leftOut.includes(name));
}

function emptySide(column: Column, reference: string): string {
  const keys = column.type === "string" ? column.codes : column.values;
  const empty = keys.every((key) => (column.type === "string" ? key < 0 : Number.isNaN(key)));
  return empty ? "the column has no value to compare" : `the column has no value in ${reference}`;
}

function drifted(name: string, distance: number, most: number, reference: string): CheckFailure {
  const measured = distance.toFixed(distance < 0.01 ? 4 : 3);
  return tableFailed(
    name,
    `its values are distributed unlike those of ${reference}: Jensen-Shannon distance ${measured}, at most ${most} is allowed`,
  );
}
