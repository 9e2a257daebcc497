/** Azure ML's verbs on a tabular dataset, as data: each takes a table to a table of some of its rows and columns. */
import { createRandom, SlipwayError, type Column, type Table } from "../../base/index.ts";
import { findColumn, selectColumns } from "../select-columns.ts";
import { takeRows } from "../take-rows.ts";
import { createFilter, type Condition } from "./filter.ts";
import { parseIsoTime } from "./iso-time.ts";

export type Step =
  | { readonly step: "keep_columns"; readonly columns: readonly string[] }
  | { readonly step: "drop_columns"; readonly columns: readonly string[] }
  /** Rows that meet all conditions. */
  | { readonly step: "filter"; readonly where: readonly Condition[] }
  | { readonly step: "skip"; readonly count: number }
  | { readonly step: "take"; readonly count: number }
  /** Each row with this probability, 0 to 1. */
  | { readonly step: "take_sample"; readonly probability: number; readonly seed?: number }
  /** Only as the last step: two tables, the first with about this share of the rows. */
  | { readonly step: "random_split"; readonly percentage: number; readonly seed?: number }
  /** Dates are ISO 8601; the bounds belong to it unless includeBoundary is false. */
  | { readonly step: "time_before"; readonly column: string; readonly end: string; readonly includeBoundary?: boolean }
  | { readonly step: "time_after"; readonly column: string; readonly start: string; readonly includeBoundary?: boolean }
  | {
      readonly step: "time_between";
      readonly column: string;
      readonly start: string;
      readonly end: string;
      readonly includeBoundary?: boolean;
    };

/** Does it end in two tables? */
export function isSplit(steps: readonly Step[]): boolean {
  return steps.at(-1)?.step === "random_split";
}

/**
 * @returns one table, or two where the last step is a split
 * @throws SLW_DATA_COLUMN_MISSING, SLW_DATASET_STEP for a step that cannot be done or that leaves nothing
 */
export function applySteps(table: Table, steps: readonly Step[]): Table[] {
  let current = table;
  for (const [index, step] of steps.entries()) {
    if (step.step === "random_split") {
      if (index < steps.length - 1) throw wrongStep(index, step, "a split can only be the last step");
      return randomSplit(current, index, step);
    }
    current = applyStep(current, index, step);
    if (current.rows === 0) throw wrongStep(index, step, "it leaves no row");
  }
  return [current];
}

function applyStep(table: Table, index: number, step: Exclude<Step, { step: "random_split" }>): Table {
  switch (step.step) {
    case "keep_columns":
      return selectColumns(table, step.columns);
    case "drop_columns": {
      for (const name of step.columns) findColumn(table, name);
      const kept = table.columns.filter(({ name }) => !step.columns.includes(name));
      if (kept.length === 0) throw wrongStep(index, step, "it leaves no column");
      return { rows: table.rows, columns: kept };
    }
    case "filter":
      return keepRows(table, createFilter(table, step.where));
    case "skip":
      return keepRows(table, (row) => row >= step.count);
    case "take":
      return keepRows(table, (row) => row < step.count);
    case "take_sample": {
      const random = createRandom(step.seed ?? 0);
      return keepRows(table, () => random.next() < step.probability);
    }
    default:
      return keepRows(table, timeTest(table, index, step));
  }
}

type TimeStep = Extract<Step, { step: "time_before" | "time_after" | "time_between" }>;

function timeTest(table: Table, index: number, step: TimeStep): (row: number) => boolean {
  const column = dateColumn(table, index, step);
  const start = "start" in step ? parseTime(index, step, step.start) : -Infinity;
  const end = "end" in step ? parseTime(index, step, step.end) : Infinity;
  // A null (NaN) is neither before nor after anything.
  return step.includeBoundary === false
    ? (row) => column[row]! > start && column[row]! < end
    : (row) => column[row]! >= start && column[row]! <= end;
}

function dateColumn(table: Table, index: number, step: TimeStep): Float64Array {
  const column: Column = findColumn(table, step.column);
  if (column.type === "datetime") return column.values;
  throw wrongStep(index, step, `the column "${step.column}" is ${column.type}, not datetime`);
}

function parseTime(index: number, step: Step, text: string): number {
  const time = parseIsoTime(text);
  if (!Number.isNaN(time)) return time;
  throw wrongStep(index, step, `"${text}" is no date of ISO 8601`);
}

/** Each row goes to the first part with the probability `percentage`, as in Azure ML: the parts' sizes are about it. */
function randomSplit(table: Table, index: number, step: Extract<Step, { step: "random_split" }>): Table[] {
  const random = createRandom(step.seed ?? 0);
  const first = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) first[row] = random.next() < step.percentage ? 1 : 0;
  const parts = [keepRows(table, (row) => first[row] === 1), keepRows(table, (row) => first[row] === 0)];
  if (parts.some(({ rows }) => rows === 0)) throw wrongStep(index, step, "one of its parts has no row");
  return parts;
}

function keepRows(table: Table, keeps: (row: number) => boolean): Table {
  const kept = new Uint32Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) if (keeps(row)) kept[count++] = row;
  return takeRows(table, kept.subarray(0, count));
}

function wrongStep(index: number, step: Step, reason: string): SlipwayError {
  return new SlipwayError("SLW_DATASET_STEP", `Step ${index + 1} (${step.step}) cannot be done: ${reason}.`, {
    details: { step: index + 1, name: step.step, reason },
  });
}
