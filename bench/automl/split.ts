/** A table in two CSV files, the same for every tool. */
import { join } from "node:path";
import { createRandom, type Column, type Table } from "../../src/base/index.ts";
import { readTable, selectColumns, tableRows, takeRows, writeCsv } from "../../src/data/index.ts";
import type { AutoMLTable } from "../data/automl-tables.ts";

export interface Split {
  readonly train: string;
  readonly test: string;
  /** Columns of dates or times, the target not among them. */
  readonly dates: readonly string[];
  readonly trainRows: number;
  /** The target not among them. */
  readonly columns: number;
  /** The classes in ascending order; empty for regression. */
  readonly labels: readonly string[];
  /** One a test row: class number or value. */
  readonly testTarget: Float64Array;
}

/** Writes the values as they stand in `file` into train.csv and test.csv of `folder`. */
export async function writeSplit(
  table: AutoMLTable,
  file: string,
  { seed, share, folder }: { readonly seed: number; readonly share: number; readonly folder: string },
): Promise<Split> {
  const { table: typed } = await readTable(file, { asWritten: table.task === "classification" ? [table.target] : [] });
  const kept = typed.columns.map(({ name }) => name).filter((name) => !table.leaks.includes(name));
  const asWritten = (await readTable(file, { asWritten: kept, nulls: [] })).table;
  const texts = selectColumns(asWritten, kept);
  const target = typed.columns.find(({ name }) => name === table.target) as Column;
  const values = target.type === "string" ? target.codes : target.values;
  const rows = table.ordered
    ? lastRows(typed.rows, share)
    : drawRows(target.type === "string" ? target.codes : new Int32Array(typed.rows), share, seed);
  const [train, test] = [join(folder, "train.csv"), join(folder, "test.csv")];
  const write = (path: string, part: Uint32Array): Promise<void> =>
    writeCsv(path, kept, tableRows(takeRows(texts, part)));
  await write(train, rows.train);
  await write(test, rows.test);
  return {
    train,
    test,
    dates: datesOf(typed, kept, table.target),
    trainRows: rows.train.length,
    columns: kept.length - 1,
    labels: target.type === "string" ? target.categories : [],
    testTarget: Float64Array.from(rows.test, (row) => values[row]),
  };
}

function datesOf({ columns }: Table, kept: readonly string[], target: string): string[] {
  return columns
    .filter(({ name, type }) => type === "datetime" && name !== target && kept.includes(name))
    .map(({ name }) => name);
}

export interface Parts {
  /** Ascending. */
  readonly train: Uint32Array;
  /** Ascending. */
  readonly test: Uint32Array;
}

/** Draws `share` of the rows of every class, rounded, for the test. */
export function drawRows(classes: Int32Array, share: number, seed: number): Parts {
  const order = createRandom(seed).shuffle(Uint32Array.from(classes, (_, row) => row));
  const counts = new Map<number, number>();
  for (const number of classes) counts.set(number, (counts.get(number) ?? 0) + 1);
  const wanted = new Map([...counts].map(([number, count]) => [number, Math.round(count * share)]));
  const isTest = new Uint8Array(classes.length);
  for (const row of order) {
    const left = wanted.get(classes[row]) as number;
    if (left === 0) continue;
    isTest[row] = 1;
    wanted.set(classes[row], left - 1);
  }
  const rows = order.sort();
  return { train: rows.filter((row) => isTest[row] === 0), test: rows.filter((row) => isTest[row] === 1) };
}

function lastRows(count: number, share: number): Parts {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  const trainRows = count - Math.round(count * share);
  return { train: rows.slice(0, trainRows), test: rows.slice(trainRows) };
}
