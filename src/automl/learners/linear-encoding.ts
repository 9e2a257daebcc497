/** How features enter a linear learner, decided on the training rows only, and the training rows in that form. */
import type { Kernels } from "../../kernels/index.ts";
import type { LinearEncoding, LinearLearner } from "../../model/index.ts";
import type { Dataset, Feature } from "../dataset.ts";

/**
 * Categories of one feature that get a weight of their own, the most frequent ones; the rest count as unknown, and so do
 * all of one frequency that do not fit together.
 */
const MOST_CATEGORIES = 1_000;
/** The same for all features together: it bounds the matrix of products (18 MiB) and the time to solve it. */
const MOST_CATEGORIES_IN_ALL = 1_500;
/** Quantiles are taken from this many rows at most, evenly spaced. */
const QUANTILE_ROWS = 100_000;

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

/** Space is taken from the kernels' arena; the caller releases it. */
export function encodeRows(kernels: Kernels, data: Dataset, rows: Uint32Array, checkpoint: () => void): EncodedRows {
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
  const oneHots = oneHotFeatures(data.features, categorical, rows, checkpoint);
  const layout = layOut(scaled, oneHots);
  const dense = kernels.arena.allocate(rows.length * layout.columns * 4);
  const codes = kernels.arena.allocate(rows.length * oneHots.length * 4);
  checkpoint();
  const { buffer } = kernels.arena.memory;
  const denseView = new Float32Array(buffer, dense, rows.length * layout.columns);
  for (const each of layout.scaled) {
    checkpoint();
    writeScaled(denseView, layout.columns, each, data.features[each.feature].values, rows);
  }
  for (let row = 0; row < rows.length; row++) denseView[row * layout.columns + layout.intercept] = 1;
  const codeView = new Uint32Array(buffer, codes, rows.length * oneHots.length);
  oneHots.forEach((each, j) => {
    checkpoint();
    const { values, cardinality } = data.features[each.index];
    for (let i = 0; i < rows.length; i++) {
      const value = values[rows[i]];
      const known = value >= 0 && value < cardinality;
      codeView[i * oneHots.length + j] = layout.firstPositions[j] + each.slots[known ? value : cardinality];
    }
  });
  const { columns, positions, intercept, encoding } = layout;
  return { rows: rows.length, dense, columns, codes, codeCount: oneHots.length, positions, intercept, encoding };
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

interface Scaling {
  readonly fill: number;
  readonly mean: number;
  readonly scale: number;
  readonly range: readonly [number, number];
  readonly nulls: boolean;
}

interface ScaledFeature extends Scaling {
  readonly index: number;
}

/** Null when nothing can be learned from the feature: one value, or none. */
function scalingOf(values: Float64Array, rows: Uint32Array, checkpoint: () => void): Scaling | null {
  const known = knownSample(values, rows);
  if (known.length === 0) return null;
  const fill = (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2;
  const range = saneRange(known);
  checkpoint();
  const cut = cutValues(values, rows, range);
  let nulls = 0;
  let sum = 0;
  for (let i = 0; i < cut.length; i++) {
    if (Number.isNaN(cut[i])) {
      nulls++;
      cut[i] = fill;
    }
    sum += cut[i];
  }
  checkpoint();
  const mean = sum / rows.length;
  let squares = 0;
  for (let i = 0; i < cut.length; i++) squares += (cut[i] - mean) ** 2;
  const deviation = Math.sqrt(squares / rows.length);
  // A deviation that is only rounding is none: the values do not vary.
  const varies = deviation > 1e-12 * Math.max(Math.abs(range[0]), Math.abs(range[1]));
  if (!varies && nulls === 0) return null;
  return { fill, mean, scale: varies ? deviation : 1, range, nulls: nulls > 0 };
}

/** The rows' values, cut to the range; NaN stays. */
function cutValues(values: Float64Array, rows: Uint32Array, range: readonly [number, number]): Float64Array {
  const low = range[0];
  const high = range[1];
  const cut = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]];
    cut[i] = value < low ? low : value > high ? high : value;
  }
  return cut;
}

/** Values that are not missing, ascending. */
function knownSample(values: Float64Array, rows: Uint32Array): Float64Array {
  const step = Math.ceil(rows.length / QUANTILE_ROWS);
  const sample = new Float64Array(Math.ceil(rows.length / step));
  let count = 0;
  for (let i = 0; i < rows.length; i += step) {
    const value = values[rows[i]];
    if (!Number.isNaN(value)) sample[count++] = value;
  }
  return sample.subarray(0, count).sort();
}

/** The middle 99.8% of the values, and as much again on either side. */
function saneRange(ascending: Float64Array): [number, number] {
  const last = ascending.length - 1;
  const low = ascending[Math.floor(0.001 * last)];
  const high = ascending[Math.ceil(0.999 * last)];
  if (low === high) return [ascending[0], ascending[last]];
  return [low - (high - low), high + (high - low)];
}

interface OneHotFeature {
  readonly index: number;
  /** For every category and, last, for missing and unknown: its place among the feature's positions. */
  readonly slots: Int32Array;
  /** Number of positions. */
  readonly size: number;
}

function oneHotFeatures(
  features: readonly Feature[],
  indices: readonly number[],
  rows: Uint32Array,
  checkpoint: () => void,
): OneHotFeature[] {
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
    return { index, slots: slots.map((slot) => (slot < 0 ? size : slot)), size: size + 1 };
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
function layOut(scaledFeatures: readonly ScaledFeature[], oneHots: readonly OneHotFeature[]): Layout {
  let next = 0;
  const scaled = scaledFeatures.map(({ index, fill, mean, scale, range, nulls }) => {
    const position = next++;
    return {
      kind: "scaled" as const,
      feature: index,
      position,
      mean,
      scale,
      fill,
      missing: nulls ? next++ : -1,
      range,
    };
  });
  const intercept = next;
  const columns = Math.ceil((intercept + 1) / 4) * 4;
  const positionOf: number[] = Array.from({ length: intercept }, (_, position) => position);
  const firstPositions: number[] = [];
  let positions = columns;
  const coded = oneHots.map(({ index, slots, size }): LinearEncoding => {
    const encoding = {
      kind: "oneHot" as const,
      feature: index,
      position: positionOf.length,
      cardinality: slots.length - 1,
    };
    firstPositions.push(positions);
    for (const slot of slots) positionOf.push(positions + slot);
    positions += size;
    return encoding;
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
