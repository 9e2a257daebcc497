/** How much each input column matters over many rows. */
import { SlipwayError, type Table } from "../../base/index.ts";
import type { Model } from "../types.ts";
import { explanationSteps, namesOf, type ExplainOptions, type Explanation } from "./explain-rows.ts";
import { takeSteps } from "./take-steps.ts";

export interface GlobalImportance extends Pick<Explanation, "columns" | "outputs"> {
  /** outputs x columns: the mean over the rows of |contribution|, in the unit of the explained output. */
  readonly byOutput: Float64Array;
  /** One number a column: the mean over the outputs. */
  readonly overall: Float64Array;
}

/**
 * Mean |contribution| by column, as `explainRows` finds them, in memory that does not grow with the rows.
 * @throws SLW_EXPLAIN_NO_ROWS and what `explainRows` throws
 */
export async function globalImportance(
  model: Model,
  table: Table,
  options: ExplainOptions = {},
): Promise<GlobalImportance> {
  if (table.rows === 0) throw noRows();
  const { columns, outputs } = namesOf(model);
  const byOutput = new Float64Array(outputs.length * columns.length);
  let pending = new Float64Array(0);
  const addPending = (): void => {
    for (let i = 0; i < pending.length; i++) byOutput[i % byOutput.length] += Math.abs(pending[i]) / table.rows;
  };
  const { steps } = explanationSteps(model, table, (start, end) => {
    addPending();
    pending = new Float64Array((end - start) * byOutput.length);
    return pending;
  });
  await takeSteps(steps, options.signal);
  addPending();
  const overall = Float64Array.from(columns, (_, column) => {
    const sum = outputs.reduce((total, _, output) => total + byOutput[output * columns.length + column], 0);
    return sum / outputs.length;
  });
  return { columns, outputs, byOutput, overall };
}

export function noRows(): SlipwayError {
  return new SlipwayError("SLW_EXPLAIN_NO_ROWS", "The table has no row to explain; at least one is needed.");
}
