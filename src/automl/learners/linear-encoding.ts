/** How features enter a linear learner, decided on the training rows only, and the training rows in that form. */
import type { Kernels } from "../../kernels/index.ts";
import { binOf, type LinearEncoding, type LinearLearner } from "../../model/index.ts";
import type { Dataset, Feature } from "../dataset.ts";
import { cutValues, quantileCuts, scalingOf, type Scaling } from "./linear-scaling.ts";

/**
 * Categories of one feature that get a weight of their own, the most frequent ones; the rest count as unknown, and so do
 * all of one frequency that do not fit together.
 */
const MOST_CATEGORIES = 1_000;
/** The same for all features together: it bounds the matrix of products (18 MiB) and the time to solve it. */
const MOST_CATEGORIES_IN_ALL = 1_500;
/** Quantile bins of a numeric feature, where they are asked for. */
const BINS = 16;
/** Training rows a bin, at least: few rows get fewer bins. */
const ROWS_A_BIN = 40;
/** Bins of all features together; so wide tables get fewer of them, or none. */
const MOST_BINS_IN_ALL = 1_200;

/**
 * The training rows in the kernels' memory, as assembly/linear.ts reads them. Positions: the scaled features and
 * their missing marks, the intercept, padding to a multiple of four, then the categories.
 */
export interface EncodedRows {
  readonly rows: number;
  /** Address of rows x columns f32. */
  readonly dense: number;
  readonly columns: number;
  /** Address of rows x codeCount u32. */
  readonly codes: number;
  readonly codeCount: number;
  readonly positions: number;
  /** The position whose value is 1 in every row. */
  readonly intercept: number;
  /** Address of the rows' weights, f64; 0 where all rows count the same. */
  readonly weights: number;
  /** The sum of the weights; the number of rows where all count the same. */
  readonly totalWeight: number;
  readonly encoding: Encoding;
}

/** The learner's side of it: `positionOf` says where the weights of the learner are found among the trained ones. */
export interface Encoding {
  readonly encodings: readonly LinearEncoding[];
  /** Length of the learner's weight vector. */
  readonly width: number;
  /** Trained position of each of the learner's weights; folded categories share that of the unknown ones. */
  readonly positionOf: Int32Array;
}

/** "scaled": numbers as they are, standardised. "bins": as one of their quantile bins as well, one-hot. */
export type NumericEncoding = "scaled" | "bins";

/** Space is taken from the kernels' arena; the caller releases it. */
export function encodeRows(
  kernels: Kernels,
  data: Dataset,
  rows: Uint32Array,
  checkpoint: () => void,
  numeric: NumericEncoding = "scaled",
): EncodedRows {
  const scaled: ScaledFeature[] = [];
  const categorical: number[] = [];
  data.features.forEach((feature, index) => {
    checkpoint();
    if (feature.kind === "categorical") categorical.push(index);
    else {
      const scaling = scalingOf(feature.values, rows, checkpoint);
      if (scaling) scaled.push({ index, ...scaling });
    }
  });
  checkpoint();
  const coded = [
    ...oneHotFeatures(data.features, categorical, rows, checkpoint),
    ...(numeric === "bins" ? binnedFeatures(data.features, scaled, rows, checkpoint) : []),
  ];
  const layout = layOut(scaled, coded);
  const { columns, positions, intercept, encoding } = layout;
  const dense = placeNumbers(kernels, data, rows, layout, checkpoint);
  const codes = placeCodes(kernels, data, rows, coded, layout.firstPositions, checkpoint);
  const { weights, totalWeight } = placeWeights(kernels, data.weights, rows);
  return {
    rows: rows.length,
    dense,
    columns,
    codes,
    codeCount: coded.length,
    positions,
    intercept,
    weights,
    totalWeight,
    encoding,
  };
}

function placeNumbers(
  { arena }: Kernels,
  { features }: Dataset,
  rows: Uint32Array,
  { columns, scaled, intercept }: Layout,
  checkpoint: () => void,
): number {
  const address = arena.allocate(rows.length * columns * 4);
  const view = new Float32Array(arena.memory.buffer, address, rows.length * columns);
  for (const each of scaled) {
    checkpoint();
    writeScaled(view, columns, each, features[each.feature].values, rows);
  }
  for (let row = 0; row < rows.length; row++) view[row * columns + intercept] = 1;
  return address;
}

function placeCodes(
  { arena }: Kernels,
  { features }: Dataset,
  rows: Uint32Array,
  coded: readonly CodedFeature[],
  firstPositions: readonly number[],
  checkpoint: () => void,
): number {
  const address = arena.allocate(rows.length * coded.length * 4);
  const view = new Uint32Array(arena.memory.buffer, address, rows.length * coded.length);
  coded.forEach((each, j) => {
    checkpoint();
    const { values } = features[each.index];
    for (let i = 0; i < rows.length; i++) {
      view[i * coded.length + j] = firstPositions[j] + each.slots[codeOf(each, values[rows[i]])];
    }
  });
  return address;
}

/** Where no row weighs anything, all count the same. */
function placeWeights(
  { arena }: Kernels,
  all: Float64Array | null,
  rows: Uint32Array,
): Pick<EncodedRows, "weights" | "totalWeight"> {
  let totalWeight = 0;
  if (all) for (let i = 0; i < rows.length; i++) totalWeight += all[rows[i]];
  if (!all || totalWeight === 0) return { weights: 0, totalWeight: rows.length };
  const weights = arena.allocate(rows.length * 8);
  const view = new Float64Array(arena.memory.buffer, weights, rows.length);
  for (let i = 0; i < rows.length; i++) view[i] = all[rows[i]];
  return { weights, totalWeight };
}

/** The learner of trained weights (positions x pitch, output k in column k), the intercept among them. */
export function toLearner(
  { encoding, intercept }: EncodedRows,
  weights: Float64Array,
  pitch: number,
  outputs: number,
  link: LinearLearner["link"],
): LinearLearner {
  const { encodings, width, positionOf } = encoding;
  const learned = new Float64Array(outputs * width);
  const intercepts = new Float64Array(outputs);
  for (let k = 0; k < outputs; k++) {
    for (let p = 0; p < width; p++) learned[k * width + p] = weights[positionOf[p] * pitch + k];
    intercepts[k] = weights[intercept * pitch + k];
  }
  return { kind: "linear", outputs, link, width, encodings, weights: learned, intercepts };
}

interface ScaledFeature extends Scaling {
  readonly index: number;
}

/** A feature that is one of several codes in each row. */
interface CodedFeature {
  readonly index: number;
  /** Of a number: the cuts between its bins; null: the code is the category. */
  readonly cuts: readonly number[] | null;
  /** For every code and, last, for missing and unknown: its place among the feature's positions. */
  readonly slots: Int32Array;
  /** Number of positions. */
  readonly size: number;
}

function codeOf({ cuts, slots }: CodedFeature, value: number): number {
  const unknown = slots.length - 1;
  if (cuts) return Number.isNaN(value) ? unknown : binOf(cuts, value);
  return value >= 0 && value < unknown ? value : unknown;
}

function binnedFeatures(
  features: readonly Feature[],
  scaled: readonly ScaledFeature[],
  rows: Uint32Array,
  checkpoint: () => void,
): CodedFeature[] {
  const bins = Math.min(BINS, Math.floor(rows.length / ROWS_A_BIN), Math.floor(MOST_BINS_IN_ALL / scaled.length));
  return scaled.flatMap(({ index }) => {
    checkpoint();
    const cuts = quantileCuts(features[index].values, rows, bins);
    if (cuts.length === 0) return [];
    const size = cuts.length + 2;
    return [{ index, cuts, slots: Int32Array.from({ length: size }, (_, code) => code), size }];
  });
}

function oneHotFeatures(
  features: readonly Feature[],
  indices: readonly number[],
  rows: Uint32Array,
  checkpoint: () => void,
): CodedFeature[] {
  const counts = indices.map((index) => {
    checkpoint();
    return categoryCounts(features[index], rows);
  });
  const least = leastCount(counts);
  return indices.map((index, i) => {
    const kept = counts[i].map((count) => (count >= least[i] ? 1 : 0));
    const slots = new Int32Array(kept.length + 1);
    let size = 0;
    kept.forEach((keep, category) => (slots[category] = keep ? size++ : -1));
    slots[kept.length] = size;
    return { index, cuts: null, slots: slots.map((slot) => (slot < 0 ? size : slot)), size: size + 1 };
  });
}

function categoryCounts({ values, cardinality }: Feature, rows: Uint32Array): Int32Array {
  const counts = new Int32Array(cardinality);
  for (const row of rows) {
    const value = values[row];
    if (value >= 0 && value < cardinality) counts[value]++;
  }
  return counts;
}

/** For each feature the number of rows that a category needs for a position of its own, so that both bounds hold. */
function leastCount(counts: readonly Int32Array[]): number[] {
  const perFeature = counts.map((each) => countAt(Array.from(each), MOST_CATEGORIES));
  const kept = counts.flatMap((each, i) => Array.from(each).filter((count) => count >= perFeature[i]));
  const overall = countAt(kept, MOST_CATEGORIES_IN_ALL);
  return perFeature.map((least) => Math.max(least, overall));
}

/** The smallest count that at most `most` of the counts reach; 0 when there are no more than that. */
function countAt(counts: number[], most: number): number {
  if (counts.length <= most) return 0;
  return counts.sort((a, b) => b - a)[most] + 1;
}

interface Layout {
  readonly scaled: readonly Extract<LinearEncoding, { kind: "scaled" }>[];
  readonly columns: number;
  readonly intercept: number;
  readonly firstPositions: readonly number[];
  readonly positions: number;
  readonly encoding: Encoding;
}

/** In the dense columns the learner's positions and the trained ones are the same. */
function layOut(scaledFeatures: readonly ScaledFeature[], codedFeatures: readonly CodedFeature[]): Layout {
  let next = 0;
  const scaled = scaledFeatures.map(({ index, fill, mean, scale, range, nulls }) => {
    const position = next++;
    const missing = nulls ? next++ : -1;
    return { kind: "scaled" as const, feature: index, position, mean, scale, fill, missing, range };
  });
  const intercept = next;
  const columns = Math.ceil((intercept + 1) / 4) * 4;
  const positionOf: number[] = Array.from({ length: intercept }, (_, position) => position);
  const firstPositions: number[] = [];
  let positions = columns;
  const coded = codedFeatures.map(({ index, cuts, slots, size }): LinearEncoding => {
    const position = positionOf.length;
    firstPositions.push(positions);
    for (const slot of slots) positionOf.push(positions + slot);
    positions += size;
    if (cuts) return { kind: "binned", feature: index, position, cuts };
    return { kind: "oneHot", feature: index, position, cardinality: slots.length - 1 };
  });
  const encoding = {
    encodings: [...scaled, ...coded],
    width: positionOf.length,
    positionOf: Int32Array.from(positionOf),
  };
  return { scaled, columns, intercept, firstPositions, positions, encoding };
}

function writeScaled(
  dense: Float32Array,
  columns: number,
  { position, missing, mean, scale, fill, range }: Extract<LinearEncoding, { kind: "scaled" }>,
  values: Float64Array,
  rows: Uint32Array,
): void {
  const cut = cutValues(values, rows, range);
  const filled = (fill - mean) / scale;
  for (let i = 0, at = 0; i < cut.length; i++, at += columns) {
    const value = cut[i];
    if (Number.isNaN(value)) {
      dense[at + position] = filled;
      if (missing >= 0) dense[at + missing] = 1;
    } else {
      dense[at + position] = (value - mean) / scale;
    }
  }
}
