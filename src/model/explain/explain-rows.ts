/** What each input column contributed to the answer of each row. */
import type { Table } from "../../base/index.ts";
import { featureRows } from "../transform.ts";
import type { Model } from "../types.ts";
import type { Block } from "./block.ts";
import { takeSteps } from "./take-steps.ts";
import { addLinearBaseline, addLinearContributions } from "./linear-contributions.ts";
import { addTreeContributions, addTreesBaseline } from "./tree-contributions.ts";
import { explainedOutputs, partsOf } from "./vote.ts";

/**
 * For every row and output: baseline + the sum of the row's contributions = the explained output, which is the sum over
 * the members of weight * raw output: before the link, so log-odds for boosting and logistic regression, the mean share
 * of the class for forests (`explainedScale` says which). Equal within rounding, about 1e-12 of the largest term.
 */
export interface Explanation {
  /** One number an output: the explained output where nothing is known of the row. */
  readonly baseline: Float64Array;
  /** rows x outputs x columns: how far knowing the column moved the output up (> 0) or down. */
  readonly contributions: Float64Array;
  /** Input columns, in the order of `Model.inputs`; the features made from one column are added up. */
  readonly columns: readonly string[];
  /** Two classes: the second label alone. More: all labels. Regression: the target. */
  readonly outputs: readonly string[];
}

/** For work that may take long. */
export interface ExplainOptions {
  /** Looked at every 50 milliseconds; where it is aborted, its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Rows whose contributions are found together, so that what is prepared for a tree serves many of them. */
const blockRows = 256;

/**
 * Trees: path-dependent TreeSHAP (tree-contributions.ts); linear learners: Linear SHAP (linear-contributions.ts).
 * The columns of `table` may come in any order. The event loop is let run every 50 milliseconds.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE, SLW_MODEL_INVALID, the signal's reason
 */
export async function explainRows(model: Model, table: Table, options: ExplainOptions = {}): Promise<Explanation> {
  const { columns, outputs } = namesOf(model);
  const contributions = new Float64Array(table.rows * outputs.length * columns.length);
  const features = featureRows(model.transforms, table);
  const size = outputs.length * columns.length;
  await takeSteps(
    contributionSteps(model, features, table.rows, (start, end) => contributions.subarray(start * size, end * size)),
    options.signal,
  );
  return { baseline: baselineOf(model), contributions, columns, outputs };
}

/** The columns and outputs of all explanations of a model. */
export function namesOf(model: Model): Pick<Explanation, "columns" | "outputs"> {
  return { columns: model.inputs.map(({ name }) => name), outputs: explainedOutputs(model) };
}

/** The explained outputs where nothing is known. */
function baselineOf(model: Model): Float64Array {
  const baseline = new Float64Array(explainedOutputs(model).length);
  for (const { learner, weight } of model.members) {
    const parts = partsOf(learner, weight, model);
    if (learner.kind === "trees") addTreesBaseline(learner, parts, baseline);
    else addLinearBaseline(learner, parts, baseline);
  }
  return baseline;
}

/**
 * Contributions of blocks of rows, in steps of some milliseconds. `target(start, end)` gives the place for those rows,
 * filled with zeros: (end - start) x outputs x columns.
 */
export function* contributionSteps(
  model: Model,
  features: Float64Array,
  rows: number,
  target: (start: number, end: number) => Float64Array,
): Generator<void> {
  const { columns, outputs } = namesOf(model);
  const width = model.transforms.length;
  const columnOf = Int32Array.from(model.transforms, ({ column }) => columns.indexOf(column));
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    const block: Block = {
      rows: end - start,
      features: features.subarray(start * width, end * width),
      columnOf,
      columns: columns.length,
      outputs: outputs.length,
      contributions: target(start, end),
    };
    for (const { learner, weight } of model.members) {
      const parts = partsOf(learner, weight, model);
      if (learner.kind === "trees") yield* addTreeContributions(learner, parts, block);
      else yield* addLinearContributions(learner, parts, block);
    }
  }
}
