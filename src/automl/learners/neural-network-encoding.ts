/**
 * How features enter a neural network, decided on the training rows only.
 *
 * A numeric feature is piecewise linear between quantiles (Gorishniy et al. 2022, "On Embeddings for Numerical Features
 * in Tabular Deep Learning"), a category and a missing value have rows of their own. So a row of data is a point
 * between two rows of a table for each feature (assembly/dense-embedding.ts), however many bins there are.
 */
import { fractionAbove, knotBelow } from "../../model/index.ts";
import type { Dataset, Feature } from "../dataset.ts";

/** Quantiles are taken from this many rows at most, evenly spaced. */
const QUANTILE_ROWS = 100_000;
/** Table rows of all features together: wide tables get fewer bins a feature. */
const MOST_TABLE_ROWS = 8_192;

export interface NumericInput {
  readonly kind: "numeric";
  readonly feature: number;
  /** Ascending, at least one. */
  readonly knots: Float64Array;
  /** Table row of the first knot. */
  readonly position: number;
  /** Table row of the missing value. */
  readonly missing: number;
  /** Nulls were seen in training. */
  readonly nulls: boolean;
  /** knots x SCALES, row-major: the value on each scale. */
  readonly scales: Float32Array;
  /** The first of its trained rows: one a scale, then one a bin between two knots. */
  readonly trained: number;
}

export interface CategoricalInput {
  readonly kind: "categorical";
  readonly feature: number;
  readonly cardinality: number;
  /** Table row of category 0; that of missing and unknown comes after the last category's. */
  readonly position: number;
  /** For every category and, last, for missing: was it seen in training? */
  readonly seen: Uint8Array;
}

/**
 * Table rows: the knots of all numeric features, then their missing rows, then the categories. The first
 * `knotRows` are made from `knotTrained` trained rows, the others are trained as they stand: the row of a knot is the sum
 * of the value on each scale times the scale's row, and of the rows of all bins below it (a piecewise-linear encoding).
 */
export interface NetworkInputs {
  readonly inputs: readonly (NumericInput | CategoricalInput)[];
  readonly tableRows: number;
  readonly knotRows: number;
  readonly knotTrained: number;
}

/** Fewer training rows a bin say little about it, but a small table still wants some. */
const ROWS_A_BIN = 200;
const FEWEST_BINS = 24;

/** @param bins intervals of a numeric feature at most */
export function networkInputs(data: Dataset, rows: Uint32Array, bins: number, checkpoint: () => void): NetworkInputs {
  const numeric: { feature: number; knots: Float64Array; nulls: boolean; scales: Float32Array }[] = [];
  const categorical: { feature: number; cardinality: number; seen: Uint8Array }[] = [];
  const affordable = Math.floor(MOST_TABLE_ROWS / Math.max(1, data.features.length)) - 1;
  const sensible = Math.max(FEWEST_BINS, Math.floor(rows.length / ROWS_A_BIN));
  const most = Math.max(1, Math.min(bins, affordable, sensible));
  data.features.forEach((feature, index) => {
    checkpoint();
    if (feature.kind === "categorical") {
      const seen = seenCategories(feature, rows);
      const states = seen.reduce((sum, one) => sum + one, 0);
      if (states > 1) categorical.push({ feature: index, cardinality: feature.cardinality, seen });
      return;
    }
    const { known, nulls } = knownSample(feature.values, rows);
    const knots = quantileKnots(known, most);
    // One value, or none: nothing can be learned from the feature.
    if (knots.length === 0 || (knots.length === 1 && !nulls)) return;
    numeric.push({ feature: index, knots, nulls, scales: scalesOf(knots, known) });
  });
  return layOut(numeric, categorical);
}

function layOut(
  numeric: readonly Pick<NumericInput, "feature" | "knots" | "nulls" | "scales">[],
  categorical: readonly Pick<CategoricalInput, "feature" | "cardinality" | "seen">[],
): NetworkInputs {
  const knotRows = numeric.reduce((sum, { knots }) => sum + knots.length, 0);
  let position = 0;
  let trained = 0;
  const numericInputs = numeric.map((each, i): NumericInput => {
    const input = { kind: "numeric" as const, ...each, position, missing: knotRows + i, trained };
    position += each.knots.length;
    trained += SCALES + each.knots.length - 1;
    return input;
  });
  let tableRows = knotRows + numeric.length;
  const categoricalInputs = categorical.map((each): CategoricalInput => {
    const input = { kind: "categorical" as const, ...each, position: tableRows };
    tableRows += each.cardinality + 1;
    return input;
  });
  return { inputs: [...numericInputs, ...categoricalInputs], tableRows, knotRows, knotTrained: trained };
}

function seenCategories({ values, cardinality }: Feature, rows: Uint32Array): Uint8Array {
  const seen = new Uint8Array(cardinality + 1);
  for (const row of rows) {
    const value = values[row];
    seen[value >= 0 && value < cardinality ? value : cardinality] = 1;
  }
  return seen;
}

/** Values that are not missing, ascending; `nulls` looks at every row. */
function knownSample(values: Float64Array, rows: Uint32Array): { known: Float64Array; nulls: boolean } {
  const step = Math.ceil(rows.length / QUANTILE_ROWS);
  const sample = new Float64Array(Math.ceil(rows.length / step));
  let count = 0;
  let nulls = false;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]];
    if (Number.isNaN(value)) nulls = true;
    else if (i % step === 0) sample[count++] = value;
  }
  return { known: sample.subarray(0, count).sort(), nulls };
}

/** Distinct quantiles, the smallest and the largest value among them; every value where they are few. */
function quantileKnots(ascending: Float64Array, bins: number): Float64Array {
  const distinct: number[] = [];
  for (const value of ascending) {
    if (value === distinct.at(-1)) continue;
    distinct.push(value);
    if (distinct.length > bins + 1) break;
  }
  if (distinct.length <= bins + 1) return Float64Array.from(distinct);
  const last = ascending.length - 1;
  const knots = new Set<number>();
  for (let i = 0; i <= bins; i++) knots.add(ascending[Math.round((i * last) / bins)]);
  return Float64Array.from(knots);
}

/** Standardised values are cut here, so that a wild one cannot rule. */
const FARTHEST = 4;

/** The standardised value, and its rank. */
export const SCALES = 2;

/** At the knots: the standardised value, and its rank as a uniform number of variance 1. */
function scalesOf(knots: Float64Array, ascending: Float64Array): Float32Array {
  const bins = knots.length - 1;
  const scales = new Float32Array(knots.length * SCALES);
  const { mean, deviation } = moments(ascending);
  for (let k = 0; k <= bins; k++) {
    const standard = deviation > 0 ? (knots[k] - mean) / deviation : 0;
    scales[k * SCALES] = Math.max(-FARTHEST, Math.min(FARTHEST, standard));
    scales[k * SCALES + 1] = bins > 0 ? Math.sqrt(12) * (k / bins - 0.5) : 0;
  }
  return scales;
}

/** Of the middle 99%, or of all where that has only one value. */
function moments(ascending: Float64Array): { mean: number; deviation: number } {
  const cut = Math.floor(0.005 * ascending.length);
  const middle = ascending.subarray(cut, ascending.length - cut);
  const used = middle[0] < middle[middle.length - 1] ? middle : ascending;
  const mean = used.reduce((sum, value) => sum + value / used.length, 0);
  const variance = used.reduce((sum, value) => sum + (value - mean) ** 2 / used.length, 0);
  return { mean, deviation: Number.isFinite(variance) ? Math.sqrt(variance) : 0 };
}

/** For each row and input the table row (the lower of two) and the way to the next one: rows x inputs. */
export interface EncodedRows {
  readonly codes: Uint32Array;
  readonly fractions: Float32Array;
}

export function encodeRows({ inputs }: NetworkInputs, data: Dataset, rows: Uint32Array, into: EncodedRows): void {
  inputs.forEach((input, j) => {
    const { values } = data.features[input.feature];
    if (input.kind === "numeric") encodeNumeric(input, values, rows, into, j, inputs.length);
    else encodeCategorical(input, values, rows, into, j, inputs.length);
  });
}

function encodeNumeric(
  { knots, missing, position }: NumericInput,
  values: Float64Array,
  rows: Uint32Array,
  { codes, fractions }: EncodedRows,
  first: number,
  pitch: number,
): void {
  for (let i = 0, at = first; i < rows.length; i++, at += pitch) {
    const value = values[rows[i]];
    if (Number.isNaN(value)) {
      codes[at] = missing;
      fractions[at] = 0;
    } else {
      const knot = knotBelow(knots, value);
      codes[at] = position + knot;
      fractions[at] = fractionAbove(knots, knot, value);
    }
  }
}

function encodeCategorical(
  { cardinality, position }: CategoricalInput,
  values: Float64Array,
  rows: Uint32Array,
  { codes, fractions }: EncodedRows,
  first: number,
  pitch: number,
): void {
  for (let i = 0, at = first; i < rows.length; i++, at += pitch) {
    const value = values[rows[i]];
    codes[at] = position + (value >= 0 && value < cardinality ? value : cardinality);
    fractions[at] = 0;
  }
}
