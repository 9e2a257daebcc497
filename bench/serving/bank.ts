/** What all contenders serve: bank, four fifths of it for training, the rest for requests. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { featurize } from "../../src/automl/featurize.ts";
import type { StringColumn, Table } from "../../src/base/index.ts";
import { readTable, tableRows, takeRows, writeCsv } from "../../src/data/index.ts";
import { predictions, readRecords, score, writeModel, type Model } from "../../src/model/index.ts";
import { splitRows } from "../data/boosting-data.ts";
import { boostingModel } from "../data/boosting-model.ts";
import { scoringRecords } from "../data/scoring-records.ts";

const target = "y";

/** A row as a request carries it, by column. */
export type RequestRow = Readonly<Record<string, string | number | null>>;

export interface Bank {
  /** Holds model.slipway, and for the peers train.csv, test.json and schema.json. */
  readonly folder: string;
  readonly modelFile: string;
  /** In the order of the table. */
  readonly columns: readonly { readonly name: string; readonly type: "numeric" | "string" }[];
  /** The test rows, without those of a category that training did not see. */
  readonly rows: readonly RequestRow[];
  /** The true labels of `rows`. */
  readonly truth: readonly string[];
  /** Our model's labels of `rows`, computed in this process. */
  readonly expected: readonly string[];
}

/** Splits the table, trains our gradient boosting of 200 trees with 31 leaves, and writes what the peers train on. */
export async function prepareBank(csv: string, folder: string): Promise<Bank> {
  const { table } = await readTable(csv);
  const split = splitRows(table.rows, 1);
  const train = takeRows(table, split.train);
  const model = boostingModel(
    featurize(train, { target, task: "classification", featurization: { mode: "auto" } }),
    target,
  );
  const test = takeRows(table, knownRows(table, split));
  const columns = table.columns
    .filter(({ name }) => name !== target)
    .map(({ name, type }) => ({ name, type: type === "numeric" ? type : ("string" as const) }));
  const names = columns.map(({ name }) => name);
  const rows = scoringRecords(test, names);
  mkdirSync(folder, { recursive: true });
  const modelFile = join(folder, "model.slipway");
  await writeModel(modelFile, model);
  const header = table.columns.map(({ name }) => name);
  await writeCsv(join(folder, "train.csv"), header, tableRows(train));
  writeFileSync(join(folder, "test.json"), JSON.stringify(rows));
  writeFileSync(join(folder, "schema.json"), JSON.stringify({ columns, target, labels: model.labels }));
  return { folder, modelFile, columns, rows, truth: texts(test, target), expected: ourLabels(model, rows) };
}

/** Test rows whose categories are all in the training rows: to an endpoint that refuses others they are no request. */
function knownRows(table: Table, { train, test }: { train: Uint32Array; test: Uint32Array }): Uint32Array {
  const columns = table.columns.filter((column): column is StringColumn => column.type === "string");
  const seen = columns.map(({ codes }) => new Set(Array.from(train, (row) => codes[row])));
  return test.filter((row) => columns.every(({ codes }, c) => seen[c]?.has(codes[row])));
}

function texts(table: Table, name: string): string[] {
  const column = table.columns.find((candidate) => candidate.name === name) as StringColumn;
  return Array.from(column.codes, (code) => column.categories[code] as string);
}

function ourLabels(model: Model, rows: readonly RequestRow[]): string[] {
  return predictions(model, score(model, readRecords(model, rows).table)).map(String);
}
