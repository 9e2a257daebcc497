/** Small datasets and tables for the tests of this folder. */
import {
  createRandom,
  type Column,
  type NumericColumn,
  type Random,
  type StringColumn,
  type Table,
} from "../base/index.ts";
import { createKernels, type Kernels } from "../kernels/index.ts";
import { learnerOutputs, type Trees } from "../model/index.ts";
import type { Dataset, Feature } from "./dataset.ts";
import { learningAlgorithms, type Fit, type FitContext, type Params } from "./learners/index.ts";
import { binDataset } from "./trees/binned.ts";

export function numericFeature(name: string, values: readonly number[]): Feature {
  return { name, kind: "numeric", cardinality: 0, values: Float64Array.from(values) };
}

/** Codes below 0 are missing. */
export function categoricalFeature(name: string, cardinality: number, codes: readonly number[]): Feature {
  return {
    name,
    kind: "categorical",
    cardinality,
    values: Float64Array.from(codes, (code) => (code < 0 ? NaN : code)),
  };
}

/** @param classes 0 for regression */
export function dataset(features: readonly Feature[], target: readonly number[], classes: number): Dataset {
  const task = classes > 0 ? "classification" : "regression";
  return { task, rows: target.length, features, target: Float64Array.from(target), classes, weights: null };
}

/** Two numbers and five categories that say much about the target, one number that says nothing; 5% of each missing. */
export function madeDataset(rows: number, classes: number, seed: number): Dataset {
  const random = createRandom(seed);
  const hole = (value: number): number => (random.next() < 0.05 ? NaN : value);
  const a = list(rows, () => random.normal());
  const b = list(rows, () => Math.round(random.next() * 50));
  const c = list(rows, () => random.integer(5));
  const noise = list(rows, () => random.normal());
  const signal = a.map((value, i) => 1.5 * value + (b[i] - 25) / 10 + (c[i] === 3 ? 2 : 0) + 0.4 * random.normal());
  const features = [
    numericFeature("a", a.map(hole)),
    numericFeature("b", b.map(hole)),
    categoricalFeature(
      "c",
      5,
      c.map((code) => (random.next() < 0.05 ? -1 : code)),
    ),
    numericFeature("noise", noise.map(hole)),
  ];
  return dataset(features, classes === 0 ? signal : byRank(signal, classes), classes);
}

/** Classes of equally many rows, in the order of the values. */
function byRank(values: readonly number[], classes: number): number[] {
  const ranks = new Array<number>(values.length);
  [...values.keys()].sort((i, j) => values[i] - values[j]).forEach((row, rank) => (ranks[row] = rank));
  return ranks.map((rank) => Math.floor((rank * classes) / values.length));
}

export function list<T>(length: number, of: (i: number) => T): T[] {
  return Array.from({ length }, (_, i) => of(i));
}

export function rowsBetween(first: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - first }, (_, i) => first + i);
}

/** Row-major features of the listed rows, as scoring takes them. */
export function featuresOf({ features }: Dataset, rows: Uint32Array): Float64Array {
  const width = features.length;
  return Float64Array.from({ length: rows.length * width }, (_, i) => {
    return features[i % width].values[rows[Math.floor(i / width)]];
  });
}

/** The sum of the trees' leaf values for each row of `features`. */
export function treesOutputs(trees: Trees, features: Float64Array, rows: number): Float64Array {
  const base = Float64Array.of(0);
  return learnerOutputs(
    { kind: "trees", outputs: 1, leafWidth: 1, base, scale: 1, link: "identity", trees },
    features,
    rows,
  );
}

const kernels = createKernels();

/** Trains in memory of its own, which is given back. */
export function fit(
  algorithm: string,
  data: Dataset,
  rows: Uint32Array,
  params: Params = {},
  context: Partial<FitContext> = {},
): Fit {
  const own: Kernels = context.kernels ?? kernels;
  const mark = own.arena.mark();
  try {
    return learningAlgorithms[algorithm].fit(data, rows, params, {
      kernels: own,
      binned: binDataset(data, own),
      seed: 1,
      validation: null,
      checkpoint: () => {},
      shouldFinish: () => false,
      ...context,
    });
  } finally {
    own.arena.release(mark);
  }
}

export function numericColumn(name: string, values: readonly (number | null)[]): NumericColumn {
  const numbers = Float64Array.from(values, (value) => value ?? NaN);
  return {
    name,
    type: "numeric",
    values: numbers,
    integer: numbers.every((value) => Number.isNaN(value) || Number.isInteger(value)),
  };
}

export function stringColumn(name: string, values: readonly (string | null)[]): StringColumn {
  const categories = [...new Set(values)].filter((value) => value !== null).sort();
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value)));
  return { name, type: "string", codes, categories };
}

export function table(...columns: Column[]): Table {
  const [first] = columns;
  return { rows: first.type === "string" ? first.codes.length : first.values.length, columns };
}

/** A table whose target `y` the columns `x`, `z` and `colour` tell, but for some noise. */
export function madeTable(
  rows: number,
  target: (signal: number, random: Random) => string | number | null,
  seed = 1,
): Table {
  const random = createRandom(seed);
  const x = list(rows, () => Math.round(random.normal() * 1000) / 1000);
  const z = list(rows, () => (random.next() < 0.1 ? null : random.integer(40)));
  const colour = list(rows, () => ["red", "green", "blue", null][random.integer(4)]);
  const y = x.map((value, i) => target(2 * value + (colour[i] === "red" ? 2 : 0) + (z[i] ?? 0) / 20, random));
  const targetColumn = y.some((value) => typeof value === "string")
    ? stringColumn("y", y as (string | null)[])
    : numericColumn("y", y as (number | null)[]);
  return table(numericColumn("x", x), numericColumn("z", z), stringColumn("colour", colour), targetColumn);
}
