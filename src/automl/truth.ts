/** What a model should have answered: the target column in the model's own terms. */
import { SlipwayError, type Column, type Table } from "../base/index.ts";
import { takeRows } from "../data/index.ts";
import type { Model } from "../model/index.ts";

export interface Truth {
  /** Positions in `Model.labels`, or values; one a row of `known`. */
  readonly truth: Float64Array;
  /** The rows whose target is not null. */
  readonly known: Table;
}

/** @throws SLW_AUTOML_TARGET where the column is not there, is empty or holds what the model cannot answer */
export function readTruth(model: Pick<Model, "task" | "labels">, table: Table, target: string): Truth {
  const column = table.columns.find(({ name }) => name === target);
  if (!column) throw wrongTarget(`The table has no column "${target}".`, { target });
  const all = Float64Array.from({ length: table.rows }, (_, row) => truthAt(model, column, row));
  const rows = Uint32Array.from(all.keys()).filter((row) => !Number.isNaN(all[row]));
  if (rows.length === 0) throw wrongTarget(`The target "${target}" is empty in every row.`, { target });
  return { truth: Float64Array.from(rows, (row) => all[row]), known: takeRows(table, rows) };
}

/** NaN for null. */
function truthAt({ task, labels }: Pick<Model, "task" | "labels">, column: Column, row: number): number {
  const isText = column.type === "string";
  const value = isText ? column.categories[column.codes[row]] : column.values[row];
  if (value === undefined || Number.isNaN(value)) return NaN;
  if (task === "regression") {
    if (column.type === "numeric") return value as number;
    throw wrongTarget(`The target "${column.name}" is not numeric.`, { target: column.name, type: column.type });
  }
  const position = labels.indexOf(value);
  if (position >= 0) return position;
  throw wrongTarget(
    `The target "${column.name}" is "${value}" in row ${row + 1}; the model does not know this class.`,
    { target: column.name, row: row + 1, value, labels },
  );
}

function wrongTarget(message: string, details: Record<string, unknown>): SlipwayError {
  return new SlipwayError("SLW_AUTOML_TARGET", message, { details });
}
