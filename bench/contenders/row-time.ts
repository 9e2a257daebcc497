/**
 * Prints the median microseconds that a saved model takes for one row, from the object of a request to the answer:
 * `node row-time.ts DIST MODEL.slipway ROWS.csv`, where DIST is the compiled package that made the model.
 * bench/peers/automl_peer.py is its twin.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as data from "../../src/data/index.ts";
import type * as scoring from "../../src/model/index.ts";
import { scoringRecords } from "../data/scoring-records.ts";
import { median } from "../harness/statistics.ts";

const [dist, modelFile, rowsFile] = process.argv.slice(2);
const door = (name: string): Promise<unknown> => import(pathToFileURL(join(dist, name, "index.js")).href);
const { readTable } = (await door("data")) as typeof data;
const { predictions, readModel, readRecords, score } = (await door("model")) as typeof scoring;

const [warmUps, timedRows] = [2_000, 2_000];

function scoreRow(model: scoring.Model, record: object): unknown {
  return predictions(model, score(model, readRecords(model, [record]).table));
}

const model = await readModel(modelFile);
const types = Object.fromEntries(model.inputs.map(({ name, type }) => [name, type]));
const { table } = await readTable(rowsFile, { types });
const records = scoringRecords(
  table,
  model.inputs.map(({ name }) => name),
);
const end = performance.now() + 5_000;
for (let i = 0; i < warmUps && performance.now() < end; i++) scoreRow(model, records[i % records.length]);
const times: number[] = [];
for (let i = 0; i < timedRows && performance.now() < end + 5_000; i++) {
  const record = records[i % records.length];
  const start = performance.now();
  scoreRow(model, record);
  times.push((performance.now() - start) * 1000);
}
console.log(JSON.stringify({ microseconds: median(times) }));
