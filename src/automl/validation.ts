/** Which rows judge a model: a holdout, or each row once (cross-validation). */
import { createRandom, SlipwayError, type Table } from "../base/index.ts";
import type { Dataset } from "./dataset.ts";

export interface Validation {
  /** "holdout:0.1", "cv:5", "columns:3" (split columns) or "data:500" (rows of their own). */
  readonly text: string;
  readonly folds: readonly Fold[];
}

/** Ascending row numbers on SharedArrayBuffers. */
export interface Fold {
  readonly train: Uint32Array;
  readonly valid: Uint32Array;
}

type Plan = { readonly kind: "holdout"; readonly share: number } | { readonly kind: "cv"; readonly folds: number };

/** Values of the table, times the classes where there are more than two, up to which five trainings a trial are quick. */
const QUICK_VALUES = 3_000_000;
/** The same, from which on even three take too long: many classes. */
const SLOW_VALUES = 30_000_000;

/**
 * Azure ML's 10 folds below 1,000 rows. Above, it has 3 folds up to 20,000 rows and then one 90/10 split; here it is 5
 * folds as long as the table is quick to train on, as a choice among many trials needs many rows to judge them
 * (docs/decisions/0009).
 */
function defaultPlan({ rows, features, classes }: Shape): Plan {
  if (rows < 1_000) return { kind: "cv", folds: Math.max(2, Math.min(10, rows)) };
  const values = rows * features * (classes > 2 ? classes : 1);
  if (values <= QUICK_VALUES) return { kind: "cv", folds: 5 };
  if (rows <= 20_000 && values <= SLOW_VALUES) return { kind: "cv", folds: 3 };
  return { kind: "holdout", share: 0.1 };
}

interface Shape {
  readonly rows: number;
  readonly features: number;
  /** 0 for regression. */
  readonly classes: number;
}

/**
 * "auto", "holdout:SHARE" with 0 < SHARE < 1, or "cv:FOLDS" with 2 to 100 folds.
 * Throws SLW_AUTOML_VALIDATION for anything else, and where the rows are too few for it.
 */
export function parseValidation(text: string, shape: Shape): Plan {
  if (text === "auto") return defaultPlan(shape);
  const { rows } = shape;
  const [kind, number, ...more] = text.split(":");
  const value = more.length === 0 ? Number(number) : NaN;
  if (kind === "holdout" && value > 0 && value < 1) {
    const held = Math.round(rows * value);
    if (held >= 1 && held < rows) return { kind, share: value };
    throw tooFew(text, rows, "at least one row on each side");
  }
  if (kind === "cv" && Number.isInteger(value) && value >= 2 && value <= 100) {
    if (value <= rows) return { kind, folds: value };
    throw tooFew(text, rows, "at least one row in each fold");
  }
  throw new SlipwayError(
    "SLW_AUTOML_VALIDATION",
    `The validation "${text}" is not one of auto, holdout:SHARE (between 0 and 1) or cv:FOLDS (2 to 100).`,
    { details: { got: text } },
  );
}

function tooFew(text: string, rows: number, expected: string): SlipwayError {
  return new SlipwayError("SLW_AUTOML_VALIDATION", `"${text}" needs ${expected}, but there are ${rows} rows.`, {
    details: { got: text, rows },
  });
}

/** Draws the folds, stratified by class so that every fold sees each class in its share. */
export function createValidation(text: string, data: Dataset, seed: number): Validation {
  const plan = parseValidation(text, { rows: data.rows, features: data.features.length, classes: data.classes });
  const order = stratifiedOrder(data, seed);
  if (plan.kind === "cv") {
    // Every k-th row of the stratified order.
    const folds = Array.from({ length: plan.folds }, (_, k) => splitBy(order, (i) => i % plan.folds === k));
    return { text: `cv:${plan.folds}`, folds };
  }
  const held = Math.round(data.rows * plan.share);
  // Evenly spaced in the stratified order, `held` of them.
  const isHeld = (i: number): boolean => Math.floor(((i + 1) * held) / data.rows) > Math.floor((i * held) / data.rows);
  return { text: `holdout:${plan.share}`, folds: [splitBy(order, isHeld)] };
}

/**
 * One fold for each of the columns: the rows with 1 are trained on, those with 0 judge (Azure ML's CV split columns).
 * @param keptRows the table's row of each row of the dataset
 * @throws SLW_AUTOML_VALIDATION where a column is not there, holds anything but 0 and 1, or has a side without rows
 */
export function splitByColumns(table: Table, columns: readonly string[], keptRows: Uint32Array): Validation {
  const folds = columns.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column) {
      const names = table.columns.map((candidate) => candidate.name);
      throw wrongSplit(`There is no column "${name}" to split the rows by.`, { column: name, columns: names });
    }
    if (column.type !== "numeric") {
      throw wrongSplit(`The split column "${name}" is ${column.type}; expected the numbers 1 (train) and 0 (judge).`, {
        column: name,
        type: column.type,
      });
    }
    const wrong = keptRows.find((row) => column.values[row] !== 0 && column.values[row] !== 1);
    if (wrong !== undefined) {
      const got = Number.isNaN(column.values[wrong]) ? "empty" : column.values[wrong];
      throw wrongSplit(`The split column "${name}" is ${got} in row ${wrong + 1}; expected 1 (train) or 0 (judge).`, {
        column: name,
        row: wrong + 1,
        got,
      });
    }
    const order = Uint32Array.from(keptRows.keys());
    const fold = splitBy(order, (row) => column.values[keptRows[row]] === 0);
    if (fold.train.length > 0 && fold.valid.length > 0) return fold;
    const missing = fold.train.length === 0 ? "1 (train)" : "0 (judge)";
    throw wrongSplit(`The split column "${name}" has no row with ${missing}.`, { column: name });
  });
  return { text: `columns:${columns.length}`, folds };
}

/**
 * One fold whose training rows are the table's first `trainingRows`, and whose other rows judge.
 * @throws SLW_AUTOML_VALIDATION where a side is without rows that have a target
 */
export function splitAt(trainingRows: number, keptRows: Uint32Array): Validation {
  const order = Uint32Array.from(keptRows.keys());
  const fold = splitBy(order, (row) => keptRows[row] >= trainingRows);
  if (fold.train.length === 0 || fold.valid.length === 0) {
    const side = fold.train.length === 0 ? "training" : "validation";
    throw wrongSplit(`No row of the ${side} data has a target.`, { side });
  }
  return { text: `data:${fold.valid.length}`, folds: [fold] };
}

function wrongSplit(message: string, details: Record<string, unknown>): SlipwayError {
  return new SlipwayError("SLW_AUTOML_VALIDATION", message, {
    fix: "Give split columns of the numbers 1 (train) and 0 (judge), validation rows with targets, or use auto, holdout:0.1 or cv:5.",
    details,
  });
}

/** Rows shuffled, then, for classification, grouped by class. */
function stratifiedOrder(data: Dataset, seed: number): Uint32Array {
  const order = createRandom(seed, 3).shuffle(Uint32Array.from({ length: data.rows }, (_, row) => row));
  if (data.task === "regression") return order;
  const starts = new Uint32Array(data.classes + 1);
  for (const label of data.target) starts[label + 1]++;
  for (let k = 0; k < data.classes; k++) starts[k + 1] += starts[k];
  const grouped = new Uint32Array(data.rows);
  for (const row of order) grouped[starts[data.target[row]]++] = row;
  return grouped;
}

function splitBy(order: Uint32Array, isValid: (position: number) => boolean): Fold {
  const inValid = new Uint8Array(order.length);
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    if (isValid(i)) {
      inValid[order[i]] = 1;
      count++;
    }
  }
  const train = sharedRows(order.length - count);
  const valid = sharedRows(count);
  for (let row = 0, t = 0, v = 0; row < order.length; row++) {
    if (inValid[row]) valid[v++] = row;
    else train[t++] = row;
  }
  return { train, valid };
}

export function sharedRows(count: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(count * 4));
}
