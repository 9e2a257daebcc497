/** The target column: its task, its rows, its classes. */
import { SlipwayError, type Column, type Table } from "../../base/index.ts";
import { takeRows } from "../../data/index.ts";
import type { Label, Task } from "../../model/index.ts";

/** A numeric target of at most this many whole values is taken for classes. */
const MAX_NUMERIC_CLASSES = 20;
const MAX_CLASSES = 1_000;

export interface Target {
  readonly task: Task;
  /** Classification: the classes; otherwise empty. */
  readonly labels: Label[];
  /** One a row: the position among the labels, or the number. */
  readonly values: Float64Array;
}

/** @throws SLW_AUTOML_TARGET */
export function targetColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new SlipwayError("SLW_AUTOML_TARGET", `There is no column "${name}".`, {
    fix: `Use one of: ${table.columns.map((candidate) => candidate.name).join(", ")}.`,
    details: { target: name },
  });
}

/** The rows that have a target, and their numbers in `table`; where all have one, the table itself. */
export function rowsWithTarget(
  table: Table,
  target: string,
  notes: string[],
): { readonly known: Table; readonly keptRows: Uint32Array } {
  const column = targetColumn(table, target);
  const rows = new Uint32Array(table.rows);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    if (column.type === "string" ? column.codes[row] >= 0 : !Number.isNaN(column.values[row])) rows[count++] = row;
  }
  if (count === 0) {
    throw new SlipwayError("SLW_AUTOML_TARGET", `The target "${target}" is empty in all ${table.rows} rows.`, {
      details: { target, rows: table.rows },
    });
  }
  if (count === table.rows) return { known: table, keptRows: rows };
  notes.push(`${target}: ${table.rows - count} rows without a value left out.`);
  const keptRows = rows.slice(0, count);
  return { known: takeRows(table, keptRows), keptRows };
}

/** @throws SLW_AUTOML_TARGET */
export function readTarget(column: Column, wanted: Task | undefined): Target {
  const task = wanted ?? inferTask(column);
  return { task, ...(task === "classification" ? classes(column) : numbers(column)) };
}

function inferTask(column: Column): Task {
  if (column.type === "string") return "classification";
  if (column.type === "datetime") {
    throw new SlipwayError(
      "SLW_AUTOML_TARGET",
      `The target "${column.name}" is a date; only classes and numbers can be predicted.`,
    );
  }
  return column.integer && hasFewValues(column.values) ? "classification" : "regression";
}

function hasFewValues(values: Float64Array): boolean {
  const seen = new Set<number>();
  for (let row = 0; row < values.length && seen.size <= MAX_NUMERIC_CLASSES; row++) seen.add(values[row]);
  return seen.size <= MAX_NUMERIC_CLASSES;
}

function sharedValues(rows: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(rows * Float64Array.BYTES_PER_ELEMENT));
}

function classes(column: Column): { labels: Label[]; values: Float64Array } {
  const values = sharedValues((column.type === "string" ? column.codes : column.values).length);
  const labels: Label[] = [];
  if (column.type === "string") {
    const used = new Set(column.codes);
    const position = column.categories.map((category, code) => (used.has(code) ? labels.push(category) - 1 : -1));
    column.codes.forEach((code, row) => (values[row] = position[code]));
  } else {
    const distinct = [...new Set(column.values)].sort((a, b) => a - b);
    const position = new Map(distinct.map((value, k) => [value, k]));
    labels.push(...distinct);
    column.values.forEach((value, row) => (values[row] = position.get(value) as number));
  }
  if (labels.length < 2) throw constantTarget(column, labels[0]);
  if (labels.length > MAX_CLASSES) {
    throw new SlipwayError(
      "SLW_AUTOML_TARGET",
      `The target "${column.name}" has ${labels.length} different values; classification takes at most 1,000.`,
      { fix: "Choose --task regression for numbers, or another target.", details: { classes: labels.length } },
    );
  }
  return { labels, values };
}

function numbers(column: Column): { labels: Label[]; values: Float64Array } {
  if (column.type !== "numeric") {
    throw new SlipwayError(
      "SLW_AUTOML_TARGET",
      `The target "${column.name}" is not numeric, so it cannot be a regression.`,
      {
        fix: "Choose --task classification, or correct the values that are not numbers.",
        details: { target: column.name, type: column.type },
      },
    );
  }
  if (column.values.every((value) => value === column.values[0])) throw constantTarget(column, column.values[0]);
  if (column.values.buffer instanceof SharedArrayBuffer) return { labels: [], values: column.values };
  const values = sharedValues(column.values.length);
  values.set(column.values);
  return { labels: [], values };
}

function constantTarget(column: Column, value: Label): SlipwayError {
  return new SlipwayError(
    "SLW_AUTOML_TARGET",
    `The target "${column.name}" has the same value in every row: ${value}.`,
    {
      details: { target: column.name, value },
    },
  );
}
