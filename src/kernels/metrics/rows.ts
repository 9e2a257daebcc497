/** What metrics are computed from, and the checks that it fits together. */
import { SlipwayError } from "../../base/index.ts";

/** True classes and predicted probabilities. */
export interface ClassificationRows {
  /** The true class of every row, 0 to classes - 1. */
  readonly labels: Int32Array | Float64Array;
  /** rows x classes, row-major, each in [0, 1]; a row sums to 1. */
  readonly probabilities: Float64Array;
  /** At least 2. */
  readonly classes: number;
  /** The predicted class of every row. Default: the likeliest, the first of equally likely ones. */
  readonly predictions?: Int32Array;
  /** A weight >= 0 a row. Default: all 1. */
  readonly weights?: Float64Array;
  /** The class that the *_binary metrics are about. Default: the second of two; none with more classes. */
  readonly positiveClass?: number;
}

/** True and predicted values. */
export interface RegressionRows {
  readonly target: Float64Array;
  readonly predictions: Float64Array;
  /** A weight >= 0 a row. Default: all 1. Spearman's correlation does not look at them. */
  readonly weights?: Float64Array;
  /** The target's smallest and largest value in the whole data set, for normalized_*. Default: of these rows. */
  readonly range?: readonly [number, number];
}

/** Averaged probabilities may pass 1 by a few units in the last place. */
const ROUNDING = 1e-9;

/** Throws SLW_METRIC_INPUT where shapes or class numbers do not fit. */
export function checkClassificationRows(rows: ClassificationRows): void {
  const { labels, probabilities, classes, predictions, weights, positiveClass } = rows;
  const count = labels.length;
  if (!Number.isInteger(classes) || classes < 2) refuse("classes", "a whole number of at least 2", classes);
  if (count === 0) refuse("labels", "at least one row", 0);
  if (probabilities.length !== count * classes) {
    refuse("probabilities", `${count} rows x ${classes} classes = ${count * classes} numbers`, probabilities.length);
  }
  if (predictions !== undefined && predictions.length !== count) {
    refuse("predictions", `${count} rows`, predictions.length);
  }
  if (weights !== undefined && weights.length !== count) refuse("weights", `${count} rows`, weights.length);
  checkClasses("labels", labels, classes);
  if (predictions !== undefined) checkClasses("predictions", predictions, classes);
  if (positiveClass !== undefined) checkClasses("positiveClass", [positiveClass], classes);
  for (let cell = 0; cell < probabilities.length; cell++) {
    if (!(probabilities[cell] >= 0 && probabilities[cell] <= 1 + ROUNDING)) {
      refuse(`probabilities[${cell}]`, "a number from 0 to 1", probabilities[cell]);
    }
  }
}

/** Throws SLW_METRIC_INPUT where lengths do not fit or a value is not a finite number. */
export function checkRegressionRows({ target, predictions, weights }: RegressionRows): void {
  const count = target.length;
  if (count === 0) refuse("target", "at least one row", 0);
  if (predictions.length !== count) refuse("predictions", `${count} rows`, predictions.length);
  if (weights !== undefined && weights.length !== count) refuse("weights", `${count} rows`, weights.length);
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(target[row])) refuse(`target[${row}]`, "a finite number", target[row]);
    if (!Number.isFinite(predictions[row])) refuse(`predictions[${row}]`, "a finite number", predictions[row]);
  }
}

function checkClasses(name: string, values: ArrayLike<number>, classes: number): void {
  for (let row = 0; row < values.length; row++) {
    const k = values[row];
    if (!(k >= 0 && k < classes && Number.isInteger(k))) {
      refuse(`${name}[${row}]`, `a class number from 0 to ${classes - 1}`, k);
    }
  }
}

function refuse(what: string, expected: string, got: number): never {
  throw new SlipwayError("SLW_METRIC_INPUT", `Metrics: ${what} should be ${expected}, but is ${got}.`, {
    details: { what, expected, got },
  });
}
