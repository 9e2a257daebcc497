/** Which rows judge a model: a holdout, or each row once (cross-validation). */
import { createRandom, SlipwayError } from "../base/index.ts";
import type { Dataset } from "./dataset.ts";

export interface Validation {
  /** "holdout:0.1" or "cv:5". */
  readonly text: string;
  readonly folds: readonly Fold[];
}

/** Ascending row numbers on SharedArrayBuffers. */
export interface Fold {
  readonly train: Uint32Array;
  readonly valid: Uint32Array;
}

type Plan = { readonly kind: "holdout"; readonly share: number } | { readonly kind: "cv"; readonly folds: number };

/** Azure ML's: 10 folds below 1,000 rows, 3 up to 20,000, then one 90/10 split. */
function defaultPlan(rows: number): Plan {
  if (rows < 1_000) return { kind: "cv", folds: 10 };
  if (rows <= 20_000) return { kind: "cv", folds: 3 };
  return { kind: "holdout", share: 0.1 };
}

/**
 * "auto", "holdout:SHARE" with 0 < SHARE < 1, or "cv:FOLDS" with 2 to 100 folds.
 * Throws SLW_AUTOML_VALIDATION for anything else, and where the rows are too few for it.
 */
export function parseValidation(text: string, rows: number): Plan {
  if (text === "auto") {
    const plan = defaultPlan(rows);
    return plan.kind === "cv" ? { kind: "cv", folds: Math.max(2, Math.min(plan.folds, rows)) } : plan;
  }
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
  const plan = parseValidation(text, data.rows);
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
