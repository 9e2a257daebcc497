/** What the columns of a model do to its answers, row by row and on average, on a sample: for charts. */
import { createRandom, type Column, type Table } from "../../base/index.ts";
import { takeRows } from "../../data/index.ts";
import {
  explainedScale,
  explainRows,
  hasExactContributions,
  partialDependence,
  type ExplainedScale,
  type Explanation,
  type Model,
} from "../../model/index.ts";

/** As the contract's schema of effects.json says it. */
export interface ColumnEffects {
  readonly rows: number;
  readonly scale: ExplainedScale | null;
  readonly outputs: readonly string[];
  readonly labels: readonly string[];
  readonly columns: readonly ColumnEffect[];
}

interface ColumnEffect {
  readonly name: string;
  readonly type: Column["type"];
  readonly values: readonly (number | string | null)[];
  readonly positions: readonly (number | null)[];
  readonly contributions: readonly (readonly number[])[] | null;
  readonly dependence: {
    readonly values: readonly (number | string)[];
    readonly means: readonly (readonly number[])[];
  } | null;
}

/** By permutations a row takes some fifty milliseconds; exactly, less than one. */
const most = {
  rows: 500,
  permutedRows: 100,
  columns: 20,
  outputs: 5,
  dependenceRows: 200,
  dependencePoints: 20,
} as const;

/**
 * Columns by how far they moved the answers; by their place in the table where no contributions can be found.
 * @param signal when it is aborted, what has been found by then is the result
 * @param explaining when it is aborted, no more rows are explained by permutations, which would take all the time
 * @returns null where there was no time for anything, or no row
 */
export async function columnEffects(
  model: Model,
  table: Table,
  seed: number,
  signal: AbortSignal,
  explaining: AbortSignal = signal,
): Promise<ColumnEffects | null> {
  if (table.rows === 0) return null;
  const { sample, explanation } = hasExactContributions(model)
    ? await explain(model, sampleOf(table, most.rows, seed), signal)
    : await explainInTurn(model, takeRows(table, drawn(table, most.permutedRows, seed)), explaining);
  const names = model.inputs.map(({ name }) => name);
  const chosen = (explanation === null ? names : byEffect(explanation)).slice(0, most.columns);
  const small = sampleOf(table, most.dependenceRows, seed);
  const columns: ColumnEffect[] = [];
  for (const name of chosen) {
    const column = sample.columns.find((candidate) => candidate.name === name);
    if (column === undefined) continue;
    const dependence = await dependenceOf(model, small, name, signal);
    const contributions = explanation && contributionsOf(explanation, name, sample.rows);
    const values = valuesOf(column);
    columns.push({ name, type: column.type, values, positions: positionsOf(column), contributions, dependence });
  }
  if (explanation === null && columns.every(({ dependence }) => dependence === null)) return null;
  return {
    rows: sample.rows,
    scale: explanation === null ? null : explainedScale(model),
    outputs: explanation?.outputs.slice(0, most.outputs) ?? [],
    labels: model.task === "regression" ? [model.target] : model.labels.map(String),
    columns,
  };
}

function sampleOf(table: Table, rows: number, seed: number): Table {
  return takeRows(table, drawn(table, rows, seed).sort());
}

function drawn(table: Table, rows: number, seed: number): Uint32Array {
  return createRandom(seed, 0)
    .shuffle(Uint32Array.from({ length: table.rows }, (_, row) => row))
    .slice(0, rows);
}

interface ExplainedSample {
  readonly sample: Table;
  readonly explanation: Explanation | null;
}

async function explain(model: Model, sample: Table, signal: AbortSignal): Promise<ExplainedSample> {
  return { sample, explanation: await orNothing(signal, () => explainRows(model, sample, { signal })) };
}

/** As many rows as there is time for; `wanted` is in the order of the drawing, so that the first of them are a sample. */
async function explainInTurn(model: Model, wanted: Table, signal: AbortSignal): Promise<ExplainedSample> {
  const found: Explanation[] = [];
  for (let row = 0; row < wanted.rows; row++) {
    const { explanation } = await explain(model, takeRows(wanted, Uint32Array.of(row)), signal);
    if (explanation === null) break;
    found.push(explanation);
  }
  const [first] = found;
  if (first === undefined) return { sample: wanted, explanation: null };
  const contributions = Float64Array.from(found.flatMap((each) => Array.from(each.contributions)));
  const sample = takeRows(wanted, Uint32Array.from(found.keys()));
  return { sample, explanation: { ...first, contributions } };
}

async function dependenceOf(
  model: Model,
  sample: Table,
  name: string,
  signal: AbortSignal,
): Promise<ColumnEffect["dependence"]> {
  if (sample.columns.find((column) => column.name === name && hasValue(column)) === undefined) return null;
  const found = await orNothing(signal, () =>
    partialDependence(model, sample, name, most.dependencePoints, { signal }),
  );
  if (found === null) return null;
  const { values, outputs, means } = found;
  return {
    values,
    means: outputs.map((_, output) => values.map((_value, at) => short(means[at * outputs.length + output]!))),
  };
}

/** Null where the time is over; other failures are failures. */
async function orNothing<T>(signal: AbortSignal, find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

function byEffect({ columns, contributions }: Explanation): string[] {
  const sums = new Float64Array(columns.length);
  for (const [at, value] of contributions.entries()) sums[at % columns.length]! += Math.abs(value);
  return [...columns.keys()].toSorted((a, b) => sums[b]! - sums[a]! || a - b).map((at) => columns[at] as string);
}

function contributionsOf({ columns, outputs, contributions }: Explanation, name: string, rows: number): number[][] {
  const at = columns.indexOf(name);
  return outputs
    .slice(0, most.outputs)
    .map((_, output) =>
      Array.from({ length: rows }, (_row, row) =>
        short(contributions[(row * outputs.length + output) * columns.length + at]!),
      ),
    );
}

function valuesOf(column: Column): (number | string | null)[] {
  if (column.type === "string") return Array.from(column.codes, (code) => column.categories[code] ?? null);
  return Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return null;
    return column.type === "datetime" ? new Date(value).toISOString() : short(value);
  });
}

/** Ranks from 0 to 1, equal numbers at the middle of theirs; all 0.5 where all are equal. */
function positionsOf(column: Column): (number | null)[] {
  if (column.type === "string") return Array.from(column.codes, () => null);
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  const ranks = new Map<number, number>();
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    ranks.set(sorted[start]!, sorted.length === 1 ? 0.5 : (start + end - 1) / 2 / (sorted.length - 1));
  }
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : short(ranks.get(value)!)));
}

function hasValue(column: Column): boolean {
  return column.type === "string"
    ? column.codes.some((code) => code >= 0)
    : column.values.some((value) => !Number.isNaN(value));
}

/** Five digits are more than a picture shows. */
function short(value: number): number {
  return Number(value.toPrecision(5));
}
