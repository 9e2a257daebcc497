/** What a comparison of two versions says, in words and in order. */
import type { DatasetComparison } from "../../contract/index.ts";

type Moved = Pick<DatasetComparison["columns"][number], "populationStabilityIndex">;

/** The one that moved most first; those without a distance last. */
export function byDrift<T extends Moved>(columns: readonly T[]): T[] {
  const key = ({ populationStabilityIndex: value }: Moved): number => value ?? -1;
  return columns.toSorted((a, b) => key(b) - key(a));
}

/** By the usual limits of the population stability index, 0.1 and 0.25. */
export function driftLevel({ populationStabilityIndex: value }: Moved): "none" | "some" | "strong" | "–" {
  if (value === null) return "–";
  return value > 0.25 ? "strong" : value > 0.1 ? "some" : "none";
}

export function schemaChanges({ added, removed, changed, reordered }: DatasetComparison["schema"]): string[] {
  return [
    ...added.map(({ name, type }) => `${name} (${type}) is new.`),
    ...removed.map(({ name }) => `${name} is gone.`),
    ...changed.map(({ name, from, to }) => `${name} was ${from}, and is ${to}.`),
    ...(reordered ? ["The columns stand in another order."] : []),
  ];
}
