/**
 * Training of gradient boosting alone: `node bench/training.ts [--peers] [--quick] [--seeds N] [--json]`. 31 leaves,
 * learning rate 0.1, 255 bins, at least 20 rows a leaf. Prints the seconds of training, the seconds of binning apart
 * from them, the AUC on rows that were not trained on, and the peak memory of the process that did it; with --peers
 * the same for LightGBM on the very same rows, run in turn. --seeds N: AUC on N splits (bank) or draws (made data).
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { metricValue } from "../src/kernels/index.ts";
import {
  makeBoostingData,
  readFeaturized,
  readNumbers,
  splitDataset,
  writeBoostingData,
  type BoostingData,
} from "./data/boosting-data.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { startContender, type Contender } from "./harness/contender.ts";
import { inTurn } from "./harness/in-turn.ts";
import { createReport, mebibytes, type Report } from "./harness/report.ts";
import { sharedTable } from "./harness/root.ts";
import { positive, readSettings } from "./harness/settings.ts";
import { mean, median, standardDeviation } from "./harness/statistics.ts";
import { virtualEnvironment } from "./harness/virtual-environment.ts";

/** One kind of data and a number of trees. */
interface Case {
  readonly name: string;
  readonly rounds: number;
  readonly repetitions: number;
  data(seed: number): BoostingData;
}

/** Who trains, and with how many threads. */
interface Entry {
  readonly who: string;
  readonly threads: number;
  readonly start: () => Contender;
}

interface Seconds {
  readonly binningSeconds: number;
  readonly trainingSeconds: number;
}

const folder = temporaryFolder();
const settings = readSettings({ seeds: { type: "string", default: "1" } });
const seeds = positive("seeds", settings.seeds);
const threadCounts = [1, 2];

async function cases(report: Report): Promise<Case[]> {
  const [rows, testRows] = settings.quick ? [200_000, 20_000] : [1_000_000, 100_000];
  const made: Case = {
    name: `made ${rows} x 28, 100 trees`,
    rounds: 100,
    repetitions: 3,
    data: (seed) => makeBoostingData(rows, testRows, seed),
  };
  const path = sharedTable("bankmarketing.csv");
  if (!existsSync(path)) {
    report.line("bank: left out, ../shared/data/bankmarketing.csv is not there");
    return [made];
  }
  const { dataset } = await readFeaturized(path, "y");
  const bank = (rounds: number): Case => ({
    name: `bank ${Math.round(dataset.rows * 0.8)} x ${dataset.features.length}, ${rounds} trees`,
    rounds,
    repetitions: settings.quick ? 3 : 9,
    data: (seed) => splitDataset(dataset, seed),
  });
  return [bank(100), bank(500), made];
}

/** One and two threads, us first. */
function entries(): Entry[] {
  const ours = fileURLToPath(new URL("./contenders/boosting.ts", import.meta.url));
  const startOurs = (): Contender => startContender("slipway", process.execPath, [ours]);
  const slipway = threadCounts.map((threads) => ({ who: "slipway", threads, start: startOurs }));
  if (!settings.peers) return slipway;
  const python = virtualEnvironment("lightgbm");
  const theirs = fileURLToPath(new URL("./peers/boosting.py", import.meta.url));
  const startTheirs = (): Contender => startContender("LightGBM", python, ["-B", theirs]);
  return [...slipway, ...threadCounts.map((threads) => ({ who: "LightGBM", threads, start: startTheirs }))];
}

/** Writes the seed's rows where the contenders read them. @returns the true classes of the test rows */
function prepare(data: BoostingData): Float64Array {
  mkdirSync(join(folder, "rows"), { recursive: true });
  writeBoostingData(join(folder, "rows"), data);
  return data.testTarget;
}

const load = (contender: Contender): Promise<object> => contender.ask({ do: "load", folder: join(folder, "rows") });

async function testAuc(contender: Contender, target: Float64Array): Promise<number> {
  const path = join(folder, "probabilities.f64");
  await contender.ask({ do: "predict", path });
  const probabilities = new Float64Array(2 * target.length);
  for (const [row, probability] of readNumbers(path, target.length).entries()) {
    probabilities[2 * row] = 1 - probability;
    probabilities[2 * row + 1] = probability;
  }
  return metricValue("AUC_binary", { labels: target, probabilities, classes: 2 });
}

async function measure(report: Report, { name, rounds, repetitions, data }: Case): Promise<void> {
  const target = prepare(data(1));
  const started = entries().map((entry) => ({ ...entry, contender: entry.start() }));
  for (const { who, contender } of started) {
    await load(contender);
    if (who !== "slipway") report.versions(await contender.ask({ do: "versions" }));
  }
  const turns = started.map(({ contender, threads }) => ({
    run: () => contender.ask<Seconds>({ do: "train", rounds, threads, seed: 1 }),
  }));
  const results = await inTurn(turns, { warmUps: 1, repetitions });
  const ours = median(results[0].map(({ trainingSeconds }) => trainingSeconds));
  const rows = [];
  for (const [i, { who, threads, contender }] of started.entries()) {
    const training = results[i].map(({ trainingSeconds }) => trainingSeconds);
    rows.push({
      who,
      threads: String(threads),
      trainingSeconds: median(training),
      fastest: Math.min(...training),
      slowest: Math.max(...training),
      timesOurs: median(training) / ours,
      binningSeconds: median(results[i].map(({ binningSeconds }) => binningSeconds)),
      peakMebibytes: mebibytes(contender.peakBytes()),
      auc: await testAuc(contender, target),
    });
  }
  report.table(
    name,
    [
      { key: "who", title: "who" },
      { key: "threads", title: "threads" },
      { key: "trainingSeconds", title: "training s", digits: 3 },
      { key: "fastest", title: "fastest", digits: 3 },
      { key: "slowest", title: "slowest", digits: 3 },
      { key: "timesOurs", title: "x ours", digits: 2 },
      { key: "binningSeconds", title: "binning s", digits: 3 },
      { key: "peakMebibytes", title: "peak MiB" },
      { key: "auc", title: "AUC", digits: 5 },
    ],
    rows,
  );
  const oneThread = started.filter(({ threads }) => threads === 1);
  if (seeds > 1) await measureSeeds(report, { name, rounds, repetitions, data }, oneThread);
  await Promise.all(started.map(({ contender }) => contender.stop()));
}

/** AUC of each contender on the same splits or draws; the difference of two on one split spreads less than either. */
async function measureSeeds(
  report: Report,
  { name, rounds, data }: Case,
  contenders: readonly { readonly who: string; readonly contender: Contender }[],
): Promise<void> {
  const aucs: number[][] = contenders.map(() => []);
  for (let seed = 1; seed <= seeds; seed++) {
    const target = prepare(data(seed));
    for (const [i, { contender }] of contenders.entries()) {
      await load(contender);
      await contender.ask({ do: "train", rounds, threads: 1, seed });
      aucs[i].push(await testAuc(contender, target));
    }
  }
  report.table(
    `${name}: AUC of ${seeds} seeds`,
    [
      { key: "who", title: "who" },
      { key: "mean", title: "mean", digits: 5 },
      { key: "deviation", title: "sd", digits: 5 },
      { key: "lead", title: "ours minus theirs", digits: 5 },
      { key: "leadDeviation", title: "its sd", digits: 5 },
    ],
    contenders.map(({ who }, i) => {
      const leads = aucs[i].map((auc, seed) => aucs[0][seed] - auc);
      return {
        who,
        mean: mean(aucs[i]),
        deviation: standardDeviation(aucs[i]),
        lead: i === 0 ? null : mean(leads),
        leadDeviation: i === 0 ? null : standardDeviation(leads),
      };
    }),
  );
}

const report = createReport("training", settings.json);
for (const chosen of await cases(report)) await measure(report, chosen);
report.finish();
