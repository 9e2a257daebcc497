/** What each input column contributed to the answer of each row. */
import type { Table } from "../../base/index.ts";
import { featureRows } from "../transform.ts";
import type { Model } from "../types.ts";
import type { Block, Part } from "./block.ts";
import { takeSteps } from "./take-steps.ts";
import { addLinearBaseline, addLinearContributions } from "./linear-contributions.ts";
import { addTreeContributions, addTreesBaseline } from "./tree-contributions.ts";
import { addConverted, addConvertedBaseline } from "./conversion.ts";
import { permutationBaseline, permutationSteps } from "./permutation-contributions.ts";
import {
  conversionOf,
  explainableMembers,
  explainedOutputs,
  explainedScale,
  hasExactContributions,
  partsOf,
  type Conversion,
  type ExplainableLearner,
} from "./vote.ts";

/**
 * For every row and output: baseline + the sum of the row's contributions = the explained output, in the unit that
 * `explainedScale` says: the sum over the members of weight * raw output (before the link), so log-odds for boosting and
 * logistic regression, the mean share of the class for forests; where a member has another unit than the whole, of its
 * converted output (conversion.ts). Of a model that is explained by permutations (`hasExactContributions` is false): the
 * probability or value that is answered. Equal within rounding, about 1e-12 of the largest term, and within 1e-9 where
 * members were converted.
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
 * Trees: path-dependent TreeSHAP (tree-contributions.ts); linear learners: Linear SHAP (linear-contributions.ts); a model
 * with any other member that has a say: permutation SHAP of the whole model's answer (permutation-contributions.ts).
 * The same row gets the same bits, alone and among others. The columns of `table` may come in any order. The event loop
 * is let run every 50 milliseconds.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE, SLW_MODEL_INVALID, the signal's reason
 */
export async function explainRows(model: Model, table: Table, options: ExplainOptions = {}): Promise<Explanation> {
  const { columns, outputs } = namesOf(model);
  const contributions = new Float64Array(table.rows * outputs.length * columns.length);
  const size = outputs.length * columns.length;
  const { baseline, steps } = explanationSteps(model, table, (start, end) =>
    contributions.subarray(start * size, end * size),
  );
  await takeSteps(steps, options.signal);
  return { baseline, contributions, columns, outputs };
}

/** The baseline, and the contributions of all rows in steps of some milliseconds: see `contributionSteps`. */
export function explanationSteps(
  model: Model,
  table: Table,
  target: (start: number, end: number) => Float64Array,
): { readonly baseline: Float64Array; readonly steps: Generator<void> } {
  if (!hasExactContributions(model)) {
    return { baseline: permutationBaseline(model), steps: permutationSteps(model, table, target) };
  }
  const members = membersOf(model);
  const features = featureRows(model.transforms, table);
  return {
    baseline: baselineOf(model, members),
    steps: contributionSteps(model, members, features, table.rows, target),
  };
}

/** The columns and outputs of all explanations of a model. */
export function namesOf(model: Model): Pick<Explanation, "columns" | "outputs"> {
  return { columns: model.inputs.map(({ name }) => name), outputs: explainedOutputs(model) };
}

/** A member as it is explained. */
export interface ExplainedMember {
  readonly weight: number;
  readonly learner: ExplainableLearner;
  readonly parts: readonly Part[];
  readonly conversion: Conversion;
  /** One number an explained output, in the member's own unit. */
  readonly baseline: Float64Array;
}

export function membersOf(model: Model): ExplainedMember[] {
  const scale = explainedScale(model);
  return explainableMembers(model).map(({ weight, learner }) => {
    const parts = partsOf(learner, model);
    const baseline = new Float64Array(explainedOutputs(model).length);
    if (learner.kind === "trees") addTreesBaseline(learner, parts, baseline);
    else addLinearBaseline(learner, parts, baseline);
    return { weight, learner, parts, baseline, conversion: conversionOf(learner.link, scale, model.labels.length) };
  });
}

/** The explained outputs where nothing is known. */
function baselineOf(model: Model, members: readonly ExplainedMember[]): Float64Array {
  const outputs = explainedOutputs(model).length;
  const { combination } = model;
  const total = combination.kind === "stack" ? Float64Array.from(combination.intercepts) : new Float64Array(outputs);
  for (const { conversion, baseline, weight } of members) addConvertedBaseline(conversion, baseline, weight, total);
  return total;
}

/**
 * Contributions of blocks of rows, in steps of some milliseconds. `target(start, end)` gives the place for those rows,
 * filled with zeros: (end - start) x outputs x columns.
 */
export function* contributionSteps(
  model: Model,
  members: readonly ExplainedMember[],
  features: Float64Array,
  rows: number,
  target: (start: number, end: number) => Float64Array,
): Generator<void> {
  const { columns, outputs } = namesOf(model);
  const width = model.transforms.length;
  const { columnOf, shared } = sourcesOf(model);
  const wide = columns.length + shared.length;
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    const place = target(start, end);
    const total = shared.length === 0 ? place : new Float64Array((end - start) * outputs.length * wide);
    const shape = {
      rows: end - start,
      features: features.subarray(start * width, end * width),
      columnOf,
      columns: wide,
      outputs: outputs.length,
    };
    for (const { learner, weight, parts, conversion, baseline } of members) {
      const isConverted = conversion !== "none";
      const block: Block = { ...shape, contributions: isConverted ? new Float64Array(total.length) : total };
      // In the unit of the whole the weight is part of the sums themselves.
      const weighted = isConverted ? parts : parts.map((part) => ({ ...part, factor: part.factor * weight }));
      if (learner.kind === "trees") yield* addTreeContributions(learner, weighted, block);
      else yield* addLinearContributions(learner, weighted, block);
      if (isConverted) addConverted(conversion, block.contributions, wide, baseline, weight, total);
    }
    if (shared.length > 0) addShared(total, columns.length, shared, place);
  }
}

/**
 * The column of each feature. A feature of two columns (the days between two dates) is known when both are: it has a
 * place of its own behind the columns, named by `shared`, and both get half of its contributions.
 */
function sourcesOf({ inputs, transforms }: Model): { columnOf: Int32Array; shared: (readonly [number, number])[] } {
  const place = (name: string): number => inputs.findIndex((input) => input.name === name);
  const shared: [number, number][] = [];
  const columnOf = Int32Array.from(transforms, (transform) => {
    if (transform.op !== "DaysBetween") return place(transform.column);
    return inputs.length + shared.push([place(transform.column), place(transform.from)]) - 1;
  });
  return { columnOf, shared };
}

/** Rows of columns and shared places, one output after the other, as rows of columns. */
function addShared(
  wide: Float64Array,
  columns: number,
  shared: readonly (readonly [number, number])[],
  place: Float64Array,
): void {
  for (let from = 0, to = 0; from < wide.length; from += columns + shared.length, to += columns) {
    for (let column = 0; column < columns; column++) place[to + column] += wide[from + column];
    shared.forEach((pair, i) => {
      for (const column of pair) place[to + column] += wide[from + columns + i] / 2;
    });
  }
}
