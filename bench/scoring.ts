/**
 * Scoring in process, without HTTP: `node bench/scoring.ts [--peers] [--quick] [--json]`. Microseconds a row, 1, 2
 * and 1,000 rows at a time, one thread, for a gradient boosting of 200 trees and for the vote that AutoML chooses on bank;
 * "features" starts from numbers, by the kernel and by the walk that stands in where there is none; "records" starts from
 * objects as JSON.parse has just made them, which are checked and turned into features first, and ends with labels. With
 * --peers LightGBM's predict on the same rows as numbers, run in turn.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { automl } from "../src/automl/index.ts";
import { featurize } from "../src/automl/featurize.ts";
import type { Table } from "../src/base/index.ts";
import { readTable, takeRows } from "../src/data/index.ts";
import { featureRows, learnerOutputs, predictions, readRecords, score, type Model } from "../src/model/index.ts";
import { loadTreesKernel } from "../src/model/trees-kernel.ts";
import { walkTrees } from "../src/model/trees.ts";
import { readFeaturized, splitDataset, splitRows, writeBoostingData } from "./data/boosting-data.ts";
import { boostingModel, modelTrees } from "./data/boosting-model.ts";
import { scoringRecords } from "./data/scoring-records.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { startContender, type Contender } from "./harness/contender.ts";
import { inTurn, type Turn } from "./harness/in-turn.ts";
import { createReport, type Report } from "./harness/report.ts";
import { sharedTable } from "./harness/root.ts";
import { readSettings } from "./harness/settings.ts";
import { median } from "./harness/statistics.ts";
import { virtualEnvironment } from "./harness/virtual-environment.ts";

const settings = readSettings({});
const report = createReport("scoring", settings.json);
const sizes = [
  { rows: 1, calls: settings.quick ? 1_000 : 5_000 },
  { rows: 2, calls: settings.quick ? 1_000 : 2_500 },
  { rows: 1_000, calls: settings.quick ? 10 : 50 },
];

interface Entry {
  readonly who: string;
  readonly from: "features" | "records";
  /** Microseconds a row. */
  readonly measure: (rows: number, calls: number) => Promise<number>;
}

/** Scores another block of the rows at each call, so that no call finds its own rows in the cache. */
async function timed(total: number, rows: number, calls: number, run: (first: number) => unknown): Promise<number> {
  const blocks = Math.floor(total / rows);
  const start = performance.now();
  for (let call = 0; call < calls; call++) run((call % blocks) * rows);
  return ((performance.now() - start) * 1000) / calls / rows;
}

/** Every call has rows of its own: what the engine found out about a text when it was used first must not help. */
async function timedRecords(model: Model, test: Table, rows: number, calls: number): Promise<number> {
  const names = model.inputs.map(({ name }) => name);
  const records = scoringRecords(test, names);
  const blocks = Math.floor(records.length / rows);
  const bodies = Array.from({ length: Math.min(blocks, calls) }, (_, i) =>
    JSON.stringify(records.slice(i * rows, (i + 1) * rows)),
  );
  const requests = Array.from({ length: calls }, (_, call): unknown => JSON.parse(bodies[call % bodies.length]));
  const start = performance.now();
  for (const request of requests) predictions(model, score(model, readRecords(model, request).table));
  return ((performance.now() - start) * 1000) / calls / rows;
}

function entriesOf(who: string, model: Model, test: Table): Entry[] {
  const width = model.transforms.length;
  const features = featureRows(model.transforms, test);
  const part = (first: number, rows: number): Float64Array => features.subarray(first * width, (first + rows) * width);
  const vote = (first: number, rows: number): void => {
    for (const { learner } of model.members) learnerOutputs(learner, part(first, rows), rows);
  };
  const walk = (first: number, rows: number): void => {
    for (const { learner } of model.members) {
      if (learner.kind !== "trees") learnerOutputs(learner, part(first, rows), rows);
      else walkTrees(learner, part(first, rows), rows, new Float64Array(rows * learner.outputs));
    }
  };
  return [
    {
      who: `${who}, by the walk`,
      from: "features",
      measure: (rows, calls) => timed(test.rows, rows, calls, (first) => walk(first, rows)),
    },
    { who, from: "features", measure: (rows, calls) => timed(test.rows, rows, calls, (first) => vote(first, rows)) },
    { who, from: "records", measure: (rows, calls) => timedRecords(model, test, rows, calls) },
  ];
}

/** The vote of a short search; how long the search is does not matter here, only what kind of model comes out. */
async function searched(train: Table): Promise<Model> {
  for await (const event of automl(train, { target: "y", maxTrials: settings.quick ? 3 : 10, seed: 1 }))
    if (event.type === "finished") return event.result.model;
  throw new Error("The search ended without a result.");
}

function describe(model: Model): string {
  const members = model.members.map(({ name, learner }) =>
    learner.kind === "trees" ? `${name} of ${learner.trees.roots.length} trees` : name,
  );
  return `${model.name}: ${members.join(", ")}`;
}

async function lightgbm(path: string): Promise<Contender> {
  const theirs = fileURLToPath(new URL("./peers/boosting.py", import.meta.url));
  const contender = startContender("LightGBM", virtualEnvironment("lightgbm"), ["-B", theirs]);
  const folder = temporaryFolder();
  writeBoostingData(folder, splitDataset((await readFeaturized(path, "y")).dataset, 1));
  await contender.ask({ do: "load", folder });
  await contender.ask({ do: "train", rounds: modelTrees, threads: 1, seed: 1 });
  report.versions(await contender.ask({ do: "versions" }));
  return contender;
}

function peerEntry(contender: Contender): Entry {
  return {
    who: `LightGBM, ${modelTrees} trees`,
    from: "features",
    measure: async (rows, calls) =>
      (await contender.ask<{ microseconds: number }>({ do: "score", rows, calls, threads: 1 })).microseconds,
  };
}

async function print(report: Report, entries: readonly Entry[]): Promise<void> {
  const medians: number[][] = [];
  for (const { rows, calls } of sizes) {
    const turns = entries.map(({ measure }): Turn<number> => ({ run: () => measure(rows, calls) }));
    const results = await inTurn(turns, { warmUps: 2, repetitions: settings.quick ? 3 : 7 });
    medians.push(results.map(median));
  }
  report.table(
    "microseconds a row on bank, one thread",
    [
      { key: "who", title: "who" },
      { key: "from", title: "from" },
      { key: "one", title: "1 row at a time", digits: 1 },
      { key: "two", title: "2", digits: 1 },
      { key: "thousand", title: "1,000", digits: 2 },
    ],
    entries.map(({ who, from }, i) => ({
      who,
      from,
      one: medians[0][i],
      two: medians[1][i],
      thousand: medians[2][i],
    })),
  );
}

async function main(path: string): Promise<void> {
  await loadTreesKernel();
  const { table } = await readTable(path);
  const { train, test } = splitRows(table.rows, 1);
  const [trainTable, testTable] = [takeRows(table, train), takeRows(table, test)];
  const boosting = boostingModel(
    featurize(trainTable, { target: "y", task: "classification", featurization: { mode: "auto" } }),
    "y",
  );
  const vote = await searched(trainTable);
  report.line(`vote = ${describe(vote)}`);
  const peer = settings.peers ? await lightgbm(path) : undefined;
  await print(report, [
    ...entriesOf(`slipway, ${modelTrees} trees`, boosting, testTable),
    ...(peer ? [peerEntry(peer)] : []),
    ...entriesOf("slipway, vote", vote, testTable),
  ]);
  await peer?.stop();
}

const path = sharedTable("bankmarketing.csv");
if (existsSync(path)) await main(path);
else report.line("left out: ../shared/data/bankmarketing.csv is not there");
report.finish();
