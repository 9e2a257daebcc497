/** What stands for missing values where the user says so. */
import type { StringColumn } from "../../base/index.ts";
import type { Imputer } from "../featurization-options.ts";
import { refused } from "./check-options.ts";
import { frequentCategories } from "./categories.ts";

/** The middle of the values, of two the mean; NaN where there is none. At most 100,000 values, evenly spaced. */
export function medianOf(values: Float64Array): number {
  const step = Math.max(1, Math.ceil(values.length / 100_000));
  const known = new Float64Array(Math.ceil(values.length / step));
  let count = 0;
  for (let row = 0; row < values.length; row += step) if (!Number.isNaN(values[row])) known[count++] = values[row];
  if (count === 0) return NaN;
  const sorted = known.subarray(0, count).sort();
  return (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2;
}

/**
 * The number for missing ones.
 * @throws SLW_AUTOML_FEATURIZATION where a constant is no number
 */
export function numericFill(name: string, values: Float64Array, { strategy, fillValue }: Imputer): number {
  if (strategy === "median") return medianOf(values);
  if (strategy === "mean") return meanOf(values);
  if (strategy === "most_frequent") return modeOf(values);
  if (typeof fillValue === "number") return fillValue;
  throw refused(
    `The imputer of the numbers in "${name}" has the fillValue ${JSON.stringify(fillValue)}.`,
    "Give a number.",
    { column: name, got: fillValue },
  );
}

/**
 * The category for missing values.
 * @throws SLW_AUTOML_FEATURIZATION for the mean or median of categories
 */
export function categoryFill(column: StringColumn, { strategy, fillValue }: Imputer): string {
  if (strategy === "constant") return String(fillValue);
  if (strategy === "most_frequent") return frequentCategories(column, 1)[0];
  throw refused(
    `The ${strategy} of "${column.name}" cannot be imputed: its values are categories.`,
    "Use most_frequent or constant.",
    { column: column.name, strategy },
  );
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** Of equally frequent values the smallest. */
function modeOf(values: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = NaN;
  let most = 0;
  for (const [value, count] of counts) {
    if (count < most || (count === most && value > best)) continue;
    best = value;
    most = count;
  }
  return best;
}
