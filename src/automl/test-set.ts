/** Rows that the final model is tested on: split off before anything else, and never used to choose. */
import { createRandom, SlipwayError, type Column, type Table } from "../base/index.ts";
import { takeRows } from "../data/index.ts";
import { classificationMetrics, regressionMetrics } from "../kernels/index.ts";
import { predictedClasses, score, type InputColumn, type Model, type Task } from "../model/index.ts";
import type { Dataset } from "./dataset.ts";
import { readTruth } from "./truth.ts";
import { readWeights } from "./weights.ts";

export interface TestSplit {
  readonly training: Table;
  readonly test: Table;
}

/** A numeric target with at most this many different whole values is stratified as classes are. */
const MAX_STRATA = 20;

/**
 * `share` of the rows as test rows, stratified by the target's classes. Both parts keep the table's order.
 * @throws SLW_AUTOML_OPTION where the share is out of range or leaves one part empty
 */
export function splitTestRows(table: Table, target: string, share: number, seed: number): TestSplit {
  if (!(share > 0 && share < 1)) {
    throw new SlipwayError("SLW_AUTOML_OPTION", `The test size must be a share between 0 and 1, not ${share}.`, {
      details: { option: "test size", got: share },
    });
  }
  const held = Math.round(table.rows * share);
  if (held < 1 || held >= table.rows) {
    throw new SlipwayError(
      "SLW_AUTOML_OPTION",
      `A test size of ${share} of ${table.rows} rows leaves no row ${held < 1 ? "to test on" : "to train on"}.`,
      { details: { option: "test size", got: share, rows: table.rows } },
    );
  }
  const order = createRandom(seed, 4).shuffle(Uint32Array.from({ length: table.rows }, (_, row) => row));
  const stratum = strataOf(table.columns.find(({ name }) => name === target));
  if (stratum) order.sort((a, b) => stratum(a) - stratum(b));
  // Evenly spaced among the rows grouped by class.
  const isTest = new Uint8Array(table.rows);
  for (let i = 0; i < table.rows; i++)
    if (Math.floor(((i + 1) * held) / table.rows) > Math.floor((i * held) / table.rows)) isTest[order[i]] = 1;
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  return {
    training: takeRows(
      table,
      rows.filter((row) => isTest[row] === 0),
    ),
    test: takeRows(
      table,
      rows.filter((row) => isTest[row] === 1),
    ),
  };
}

/** The number of a row's class; undefined where the target has none. */
function strataOf(column: Column | undefined): ((row: number) => number) | undefined {
  if (column?.type === "string") return (row) => column.codes[row];
  if (column?.type !== "numeric" || !column.integer) return undefined;
  const { values } = column;
  const distinct = new Set(values);
  distinct.delete(NaN);
  if (distinct.size > MAX_STRATA) return undefined;
  return (row) => (Number.isNaN(values[row]) ? -Infinity : values[row]);
}

/**
 * Before the search, so that nobody waits for a model and then hears that its test rows do not fit.
 * @throws SLW_AUTOML_ROWS where a column is not there or has another type, SLW_AUTOML_TARGET, SLW_AUTOML_WEIGHTS
 */
export function checkTestRows(
  test: Table,
  model: { readonly task: Task; readonly labels: Model["labels"]; readonly inputs: readonly InputColumn[] },
  target: string,
  weightColumn: string | undefined,
): void {
  for (const { name, type } of model.inputs) {
    const column = test.columns.find((candidate) => candidate.name === name);
    if (column?.type === type) continue;
    const got = column ? `it is ${column.type}` : "it is not there";
    throw new SlipwayError("SLW_AUTOML_ROWS", `The test rows need the column "${name}" as ${type}, but ${got}.`, {
      details: { column: name, expected: type, got: column?.type ?? null },
    });
  }
  readTruth(model, test, target);
  if (weightColumn !== undefined) testWeights(test, target, model, weightColumn);
}

function testWeights(
  test: Table,
  target: string,
  model: Pick<Model, "task" | "labels">,
  weightColumn: string,
): Float64Array {
  const { known } = readTruth(model, test, target);
  return readWeights(
    known,
    weightColumn,
    Uint32Array.from({ length: known.rows }, (_, row) => row),
  );
}

/**
 * All metrics of the task on rows that the model has not seen; those that are not defined there are left out.
 * @param range the target's smallest and largest value in the whole data, for the normalized_* metrics
 */
export function testMetrics(
  model: Model,
  test: Table,
  range: readonly [number, number],
  weightColumn: string | undefined,
): Record<string, number> {
  const { truth, known } = readTruth(model, test, model.target);
  const outputs = score(model, known);
  const weights = weightColumn === undefined ? {} : { weights: testWeights(test, model.target, model, weightColumn) };
  const metrics: Record<string, number> =
    model.task === "classification"
      ? classificationMetrics({
          labels: truth,
          probabilities: outputs,
          classes: model.labels.length,
          predictions: predictedClasses(model, outputs),
          ...weights,
        })
      : regressionMetrics({ target: truth, predictions: outputs, range, ...weights });
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}

/** The target's smallest and largest value. */
export function targetRange({ target }: Dataset): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of target) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
