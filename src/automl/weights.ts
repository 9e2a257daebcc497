import { SlipwayError, type Table } from "../base/index.ts";

/**
 * How much each of `rows` counts, from a column of the table, on a SharedArrayBuffer.
 * @throws SLW_AUTOML_WEIGHTS naming the row, where a weight is missing, negative or infinite, or all are 0
 */
export function readWeights(table: Table, name: string, rows: Uint32Array): Float64Array {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) {
    const names = table.columns.map((candidate) => candidate.name);
    throw wrongWeights(`There is no column "${name}" to take weights from.`, { column: name, columns: names });
  }
  if (column.type !== "numeric") {
    throw wrongWeights(`The weight column "${name}" holds ${column.type} values, not numbers.`, {
      column: name,
      type: column.type,
    });
  }
  const weights = new Float64Array(new SharedArrayBuffer(rows.length * 8));
  let isAnyAbove0 = false;
  for (let i = 0; i < rows.length; i++) {
    const weight = column.values[rows[i]];
    if (!(weight >= 0 && weight < Infinity)) {
      const got = Number.isNaN(weight) ? "missing" : String(weight);
      throw wrongWeights(`The weight column "${name}" is ${got} in row ${rows[i] + 1}; expected a number from 0.`, {
        column: name,
        row: rows[i] + 1,
        got,
      });
    }
    weights[i] = weight;
    isAnyAbove0 ||= weight > 0;
  }
  if (!isAnyAbove0) throw wrongWeights(`The weight column "${name}" is 0 in every row.`, { column: name });
  return weights;
}

function wrongWeights(message: string, details: Record<string, unknown>): SlipwayError {
  return new SlipwayError("SLW_AUTOML_WEIGHTS", message, { details });
}
