/** How the answer changes with one column, on average (Friedman 2001, section 8.2). */
import { SlipwayError, type Column, type Table } from "../../base/index.ts";
import { outputWidth, score } from "../predict.ts";
import type { Model } from "../types.ts";
import type { ExplainOptions } from "./explain-rows.ts";
import { noRows } from "./global-importance.ts";
import { takeSteps } from "./take-steps.ts";

export interface PartialDependence {
  readonly column: string;
  /** Numbers and dates (ISO 8601) ascending; text by frequency, the most frequent first. */
  readonly values: readonly (number | string)[];
  /** All labels, or the target of a regression. */
  readonly outputs: readonly string[];
  /** values x outputs: the mean answer, probabilities or value, of all rows with the column set to the value. */
  readonly means: Float64Array;
}

/**
 * The values are those of the table: all distinct ones where there are no more than `points`; otherwise quantiles at
 * even distances from the smallest to the largest, or the most frequent texts. Nulls are not among them.
 * @param points 2 to 1,000
 * @throws SLW_EXPLAIN_COLUMN where the model does not use the column or the table has no value of it,
 * SLW_EXPLAIN_POINTS, SLW_EXPLAIN_NO_ROWS, what `score` throws, the signal's reason
 */
export async function partialDependence(
  model: Model,
  table: Table,
  column: string,
  points: number,
  options: ExplainOptions = {},
): Promise<PartialDependence> {
  if (!(Number.isInteger(points) && points >= 2 && points <= 1000)) {
    throw new SlipwayError("SLW_EXPLAIN_POINTS", `Partial dependence takes 2 to 1000 points, got ${points}.`, {
      details: { points },
    });
  }
  if (table.rows === 0) throw noRows();
  const values = gridOf(findColumn(model, table, column), points);
  const outputs = model.task === "regression" ? [model.target] : model.labels.map(String);
  const means = new Float64Array(values.length * outputs.length);
  await takeSteps(meanAnswers(model, table, column, values, means), options.signal);
  return { column, values: values.map(({ shown }) => shown), outputs, means };
}

interface GridValue {
  readonly shown: number | string;
  /** The column with this value in every row. */
  readonly column: Column;
}

function* meanAnswers(
  model: Model,
  table: Table,
  name: string,
  values: readonly GridValue[],
  means: Float64Array,
): Generator<void> {
  const width = outputWidth(model);
  for (const [i, value] of values.entries()) {
    const columns = table.columns.map((column) => (column.name === name ? value.column : column));
    const answers = score(model, { rows: table.rows, columns });
    for (let at = 0; at < answers.length; at++) means[i * width + (at % width)] += answers[at] / table.rows;
    yield;
  }
}

function findColumn(model: Model, table: Table, name: string): Column {
  const used = model.inputs.map((input) => input.name);
  const column = table.columns.find((candidate) => candidate.name === name);
  if (used.includes(name) && column) return column;
  throw new SlipwayError(
    "SLW_EXPLAIN_COLUMN",
    column ? `The model does not use the column "${name}".` : `The table has no column "${name}".`,
    { fix: `Choose one of: ${used.join(", ")}.`, details: { column: name, columns: used } },
  );
}

function gridOf(column: Column, points: number): GridValue[] {
  const grid = column.type === "string" ? textGrid(column, points) : numberGrid(column, points);
  if (grid.length > 0) return grid;
  throw new SlipwayError("SLW_EXPLAIN_COLUMN", `The column "${column.name}" is empty in every row of the table.`, {
    details: { column: column.name },
  });
}

function textGrid(column: Extract<Column, { type: "string" }>, points: number): GridValue[] {
  const counts = new Float64Array(column.categories.length);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  return Array.from(counts.keys())
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, points)
    .map((code) => ({
      shown: column.categories[code],
      column: { ...column, codes: new Int32Array(column.codes.length).fill(code) },
    }));
}

function numberGrid(column: Exclude<Column, { type: "string" }>, points: number): GridValue[] {
  const known = column.values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = [...new Set(known)];
  const chosen = distinct.length <= points ? distinct : quantiles(known, points);
  return chosen.map((value) => ({
    shown: column.type === "datetime" ? new Date(value).toISOString() : value,
    column: { ...column, values: new Float64Array(column.values.length).fill(value) },
  }));
}

/** Values that occur, at even distances in rank; those that are equal once. */
function quantiles(sorted: Float64Array, points: number): number[] {
  const step = (sorted.length - 1) / (points - 1);
  return [...new Set(Array.from({ length: points }, (_, i) => sorted[Math.round(i * step)]))];
}
