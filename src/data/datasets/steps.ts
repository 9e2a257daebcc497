/** Azure ML's verbs on a tabular dataset, as data: each takes a table to a table of some of its rows and columns. */
import { createRandom, SlipwayError, type Column, type Table } from "../../base/index.ts";
import { findColumn, selectColumns } from "../select-columns.ts";
import { takeRows } from "../take-rows.ts";
import { createFilter, type Condition } from "./filter.ts";
import { parseIsoDuration, parseIsoTime } from "./iso-time.ts";
import type { TimestampColumns } from "./timestamp-columns.ts";

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
  /** Says which column the steps on time look at that name none; the version that is made keeps it. */
  | ({ readonly step: "with_timestamp_columns" } & TimestampColumns)
  | (OnTime & { readonly step: "time_before"; readonly end: string })
  | (OnTime & { readonly step: "time_after"; readonly start: string })
  | (OnTime & { readonly step: "time_between"; readonly start: string; readonly end: string })
  /** The time before `end`, a duration of ISO 8601; `end` is the moment of the request where it names none. */
  | (OnTime & { readonly step: "time_recent"; readonly timeDelta: string; readonly end?: string });

/** Dates are ISO 8601. */
interface OnTime {
  /** Default: the version's timestamp column. */
  readonly column?: string;
  /** Do the bounds belong to it? Default true. */
  readonly includeBoundary?: boolean;
}

/** Does it end in two tables? */
export function isSplit(steps: readonly Step[]): boolean {
  return steps.at(-1)?.step === "random_split";
}

/** Steps that mean the same whenever they are done: what is relative to now is to a moment that they name. */
export function atMoment(steps: readonly Step[], now: Date): Step[] {
  return steps.map((step) =>
    step.step === "time_recent" && step.end === undefined ? { ...step, end: now.toISOString() } : step,
  );
}

/** What the table knows of its time after the steps: nothing, where the column has been dropped. */
export function timestampsAfter(
  steps: readonly Step[],
  before: TimestampColumns | undefined,
  { columns }: Table,
): TimestampColumns | undefined {
  const { timestamp, partitionTimestamp } =
    steps.findLast((step) => step.step === "with_timestamp_columns") ?? before ?? {};
  const has = (wanted: string | undefined): boolean => columns.some(({ name }) => name === wanted);
  if (timestamp === undefined || !has(timestamp)) return undefined;
  return { timestamp, ...(partitionTimestamp !== undefined && has(partitionTimestamp) && { partitionTimestamp }) };
}

/**
 * @param timestamps of the version
 * @returns one table, or two where the last step is a split
 * @throws SLW_DATA_COLUMN_MISSING, SLW_DATASET_STEP for a step that cannot be done or that leaves nothing
 */
export function applySteps(table: Table, steps: readonly Step[], timestamps?: TimestampColumns): Table[] {
  let current = table;
  let time = timestamps;
  for (const [index, step] of steps.entries()) {
    if (step.step === "random_split") {
      if (index < steps.length - 1) throw wrongStep(index, step, "a split can only be the last step");
      return randomSplit(current, index, step);
    }
    if (step.step === "with_timestamp_columns") {
      checkTimestamps(current, index, step);
      time = step;
    } else current = applyStep(current, index, step, time);
    if (current.rows === 0) throw wrongStep(index, step, "it leaves no row");
  }
  return [current];
}

function checkTimestamps(table: Table, index: number, step: Extract<Step, { step: "with_timestamp_columns" }>): void {
  for (const name of [step.timestamp, step.partitionTimestamp])
    if (name !== undefined) dateColumn(table, index, { step: step.step, column: name });
}

type PlainStep = Exclude<Step, { step: "random_split" | "with_timestamp_columns" }>;

function applyStep(table: Table, index: number, step: PlainStep, time: TimestampColumns | undefined): Table {
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
      return keepRows(table, timeTest(table, index, step, time));
  }
}

type TimeStep = Extract<Step, { step: "time_before" | "time_after" | "time_between" | "time_recent" }>;

function timeTest(
  table: Table,
  index: number,
  step: TimeStep,
  time: TimestampColumns | undefined,
): (row: number) => boolean {
  const name = step.column ?? time?.timestamp;
  if (name === undefined) {
    throw wrongStep(
      index,
      step,
      "it names no column, and the dataset has no timestamp column (with_timestamp_columns)",
    );
  }
  const column = dateColumn(table, index, { step: step.step, column: name });
  const end = "end" in step && step.end !== undefined ? parseTime(index, step, step.end) : Infinity;
  const start =
    "start" in step ? parseTime(index, step, step.start) : "timeDelta" in step ? startOf(index, step, end) : -Infinity;
  // A null (NaN) is neither before nor after anything.
  return step.includeBoundary === false
    ? (row) => column[row]! > start && column[row]! < end
    : (row) => column[row]! >= start && column[row]! <= end;
}

function startOf(index: number, step: Extract<Step, { step: "time_recent" }>, end: number): number {
  const length = parseIsoDuration(step.timeDelta);
  if (Number.isNaN(length))
    throw wrongStep(
      index,
      step,
      `"${step.timeDelta}" is no duration of weeks, days, hours, minutes and seconds (P7D, PT36H)`,
    );
  return end - length;
}

function dateColumn(
  table: Table,
  index: number,
  step: { readonly step: Step["step"]; readonly column: string },
): Float64Array {
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

function wrongStep(index: number, step: Pick<Step, "step">, reason: string): SlipwayError {
  return new SlipwayError("SLW_DATASET_STEP", `Step ${index + 1} (${step.step}) cannot be done: ${reason}.`, {
    details: { step: index + 1, name: step.step, reason },
  });
}
