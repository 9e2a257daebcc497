/** Training and test rows of a binary classification, and the files in which every contender gets the same ones. */
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/base/index.ts";
import type { Dataset, Feature } from "../../src/automl/dataset.ts";
import { featurize, type Featurized } from "../../src/automl/featurize.ts";
import { readTable } from "../../src/data/index.ts";
import { makeRows } from "./made-table.ts";

export interface BoostingData {
  readonly train: Dataset;
  /** Test rows x features, row-major, NaN where missing. */
  readonly testFeatures: Float64Array;
  /** 0 or 1, one a test row. */
  readonly testTarget: Float64Array;
}

/** Reads a table and makes features of it as AutoML does: categories as categories. */
export async function readFeaturized(path: string, target: string): Promise<Featurized> {
  const { table } = await readTable(path);
  return featurize(table, { target, task: "classification", featurization: { mode: "auto" } });
}

/** A fifth of the rows, drawn by the seed, is for the test. */
export function splitRows(rows: number, seed: number): { train: Uint32Array; test: Uint32Array } {
  const order = createRandom(seed).shuffle(Uint32Array.from({ length: rows }, (_, row) => row));
  const trainRows = Math.round(rows * 0.8);
  return { train: order.slice(0, trainRows).sort(), test: order.slice(trainRows).sort() };
}

export function splitDataset(data: Dataset, seed: number): BoostingData {
  const { train, test } = splitRows(data.rows, seed);
  const features = data.features.map((feature) => ({ ...feature, values: valuesAt(feature.values, train) }));
  const width = features.length;
  const testFeatures = new Float64Array(test.length * width);
  for (const [f, { values }] of data.features.entries())
    for (let i = 0; i < test.length; i++) testFeatures[i * width + f] = values[test[i]];
  return {
    train: { ...data, rows: train.length, features, target: valuesAt(data.target, train) },
    testFeatures,
    testTarget: valuesAt(data.target, test),
  };
}

export function makeBoostingData(trainRows: number, testRows: number, seed: number): BoostingData {
  const train = makeRows(trainRows, seed, sharedValues);
  const test = makeRows(testRows, seed + 1_000_000, (length) => new Float64Array(length));
  const width = train.features.length;
  const testFeatures = new Float64Array(testRows * width);
  for (const [f, values] of test.features.entries())
    for (let row = 0; row < testRows; row++) testFeatures[row * width + f] = values[row];
  const features = train.features.map((values, f): Feature => ({
    name: `x${f}`,
    kind: "numeric",
    cardinality: 0,
    values,
  }));
  return {
    train: { task: "classification", rows: trainRows, features, target: train.target, classes: 2, weights: null },
    testFeatures,
    testTarget: test.target,
  };
}

function sharedValues(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

function valuesAt(values: Float64Array, rows: Uint32Array): Float64Array {
  const taken = sharedValues(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]];
  return taken;
}

interface Shape {
  readonly trainRows: number;
  readonly testRows: number;
  readonly features: readonly Omit<Feature, "values">[];
}

/**
 * Writes shape.json and, as 64-bit little-endian numbers, train.f64 (column after column), train-target.f64 and
 * test.f64 (row after row). The test target stays here: the figures are computed here, for all by the same function.
 */
export function writeBoostingData(folder: string, { train, testFeatures, testTarget }: BoostingData): void {
  const features = train.features.map(({ name, kind, cardinality }) => ({ name, kind, cardinality }));
  const shape: Shape = { trainRows: train.rows, testRows: testTarget.length, features };
  writeFileSync(join(folder, "shape.json"), JSON.stringify(shape));
  writeNumbers(
    join(folder, "train.f64"),
    train.features.map(({ values }) => values),
  );
  writeNumbers(join(folder, "train-target.f64"), [train.target]);
  writeNumbers(join(folder, "test.f64"), [testFeatures]);
}

/** What `writeBoostingData` wrote. */
export function readBoostingData(folder: string): Omit<BoostingData, "testTarget"> & { readonly testRows: number } {
  const shape = JSON.parse(readFileSync(join(folder, "shape.json"), "utf8")) as Shape;
  const { trainRows, testRows } = shape;
  const columns = readNumbers(join(folder, "train.f64"), trainRows * shape.features.length);
  const features = shape.features.map((feature, f) => ({
    ...feature,
    values: columns.subarray(f * trainRows, (f + 1) * trainRows),
  }));
  const target = readNumbers(join(folder, "train-target.f64"), trainRows);
  return {
    train: { task: "classification", rows: trainRows, features, target, classes: 2, weights: null },
    testFeatures: readNumbers(join(folder, "test.f64"), testRows * features.length),
    testRows,
  };
}

export function writeNumbers(path: string, parts: readonly Float64Array[]): void {
  const file = openSync(path, "w");
  try {
    for (const part of parts) writeSync(file, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  } finally {
    closeSync(file);
  }
}

export function readNumbers(path: string, count: number): Float64Array {
  const values = sharedValues(count);
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(values.buffer);
    let read = 0;
    while (read < bytes.length) {
      const got = readSync(file, bytes, read, Math.min(bytes.length - read, 2 ** 28), null);
      if (got === 0) throw new Error(`${path} has ${read} bytes instead of ${bytes.length}.`);
      read += got;
    }
  } finally {
    closeSync(file);
  }
  return values;
}
