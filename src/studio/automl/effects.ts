/** From what a run keeps of its columns' effects to the points of charts. */
import type { ColumnEffects } from "../../contract/index.ts";
import type { BeeswarmPoint, PartialDependencePoint } from "../charts/index.ts";

type Column = ColumnEffects["columns"][number];

/** Dots that a swarm draws at most: more hide each other. */
const mostDots = 2000;
const swarmColumns = 10;

/** Units of contributions, in words. */
export const scaleWords: Readonly<Record<string, string>> = {
  logOdds: "log-odds",
  score: "score",
  probability: "probability",
  value: "units of the target",
  logValue: "logarithm of the target",
};

/**
 * One dot for each row and column, of rows evenly taken.
 * @param output place among the outputs of the contributions
 */
export function swarmPoints({ columns, rows }: ColumnEffects, output: number): BeeswarmPoint[] {
  const shown = columns.filter(({ contributions }) => contributions !== null).slice(0, swarmColumns);
  const every = Math.max(1, Math.ceil((rows * shown.length) / mostDots));
  return shown.flatMap((column) =>
    (column.contributions?.[output] ?? []).flatMap((contribution, row) => {
      if (row % every !== 0) return [];
      const value = column.positions[row] ?? null;
      return [{ column: column.name, contribution, value, text: String(column.values[row] ?? "empty") }];
    }),
  );
}

/** @param label place among the labels of the dependence */
export function dependencePoints({ dependence }: Column, label: number): PartialDependencePoint[] {
  const means = dependence?.means[label];
  if (!dependence || !means) return [];
  return dependence.values.map((value, at) => ({ value: shownValue(value), prediction: means[at] ?? 0 }));
}

/** Dates as days. */
function shownValue(value: number | string): number | string {
  return typeof value === "string" ? value.replace(/T00:00:00(\.0+)?Z$/, "") : value;
}

/** The outputs of contributions and of dependence have other lists: two classes have one output and two labels. */
export function labelOf(effects: ColumnEffects, chosen: string | undefined): { label: number; output: number } {
  const fallback = effects.labels.length === 2 ? 1 : 0;
  const found = effects.labels.indexOf(chosen ?? "");
  const label = found >= 0 ? found : fallback;
  const output = effects.outputs.indexOf(effects.labels[label] ?? "");
  return { label, output: output >= 0 ? output : 0 };
}
