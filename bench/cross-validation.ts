/**
 * A search's work without the search: `node bench/cross-validation.ts [--peers] [--quick] [--json]`. 20 configurations
 * of gradient boosting, 100 rounds each, on five folds of bank: 100 trainings, all predicted on their fold. Ours as the
 * search runs it: binned once for all folds and configurations, workers side by side on all cores. With --peers the
 * same for LightGBM, binned once too and its folds cut from that (Dataset.subset), in two ways: one training at a time
 * with a thread a core, and one process a core with one thread each, which is faster for tables of this size.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createValidation } from "../src/automl/validation.ts";
import { metricValue } from "../src/kernels/index.ts";
import { readFeaturized, readNumbers, writeBoostingData } from "./data/boosting-data.ts";
import { configurations } from "./data/configurations.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { startContender, type Contender } from "./harness/contender.ts";
import { inTurn } from "./harness/in-turn.ts";
import { createReport } from "./harness/report.ts";
import { sharedTable } from "./harness/root.ts";
import { readSettings } from "./harness/settings.ts";
import { mean, median } from "./harness/statistics.ts";
import { virtualEnvironment } from "./harness/virtual-environment.ts";

interface Entry {
  readonly who: string;
  readonly how: string;
  /** Processes or workers side by side, and the threads of each. */
  readonly workers: number;
  readonly threads: number;
  readonly contender: Contender;
}

const settings = readSettings({});
const folder = temporaryFolder();
const report = createReport("cross-validation", settings.json);
const chosen = configurations(settings.quick ? 4 : 20);
const rounds = 100;
const cores = availableParallelism();

function start(): Entry[] {
  const ours = fileURLToPath(new URL("./contenders/cross-validation.ts", import.meta.url));
  const slipway = startContender("slipway", process.execPath, [ours]);
  const entries = [{ who: "slipway", how: "workers", workers: cores, threads: 1, contender: slipway }];
  if (!settings.peers) return entries;
  const python = virtualEnvironment("lightgbm");
  const theirs = fileURLToPath(new URL("./peers/cross_validation.py", import.meta.url));
  const startTheirs = (): Contender => startContender("LightGBM", python, ["-B", theirs]);
  return [
    ...entries,
    { who: "LightGBM", how: "threads", workers: 1, threads: cores, contender: startTheirs() },
    { who: "LightGBM", how: "processes", workers: cores, threads: 1, contender: startTheirs() },
  ];
}

/** Mean AUC of all folds and configurations, from the probabilities at `path`: configuration by configuration. */
function meanAuc(path: string, targets: readonly Float64Array[]): number {
  const rows = targets.reduce((sum, target) => sum + target.length, 0);
  const written = readNumbers(path, chosen.length * rows);
  const aucs: number[] = [];
  for (let at = 0; at < written.length;) {
    for (const labels of targets) {
      const probabilities = new Float64Array(2 * labels.length);
      for (let row = 0; row < labels.length; row++) {
        probabilities[2 * row] = 1 - written[at];
        probabilities[2 * row + 1] = written[at++];
      }
      aucs.push(metricValue("AUC_binary", { labels, probabilities, classes: 2 }));
    }
  }
  return mean(aucs);
}

function show(data: string, entries: readonly Entry[], seconds: readonly number[], aucs: readonly number[]): void {
  report.table(
    `${data}: 5 folds x ${chosen.length} configurations, ${rounds} rounds`,
    [
      { key: "who", title: "who" },
      { key: "how", title: "side by side" },
      { key: "workers", title: "workers" },
      { key: "threads", title: "threads each" },
      { key: "seconds", title: "s", digits: 2 },
      { key: "timesOurs", title: "x ours", digits: 2 },
      { key: "auc", title: "mean AUC", digits: 5 },
    ],
    entries.map(({ who, how, workers, threads }, i) => ({
      who,
      how,
      workers,
      threads,
      seconds: seconds[i],
      timesOurs: seconds[i] / seconds[0],
      auc: aucs[i],
    })),
  );
}

async function measure(): Promise<void> {
  const path = sharedTable("bankmarketing.csv");
  if (!existsSync(path)) return report.line("left out, ../shared/data/bankmarketing.csv is not there");
  const { dataset } = await readFeaturized(path, "y");
  const { folds } = createValidation("cv:5", dataset, 1);
  const rowsFolder = join(folder, "rows");
  mkdirSync(rowsFolder);
  writeBoostingData(rowsFolder, { train: dataset, testFeatures: new Float64Array(0), testTarget: new Float64Array(0) });
  writeFileSync(join(rowsFolder, "folds.json"), JSON.stringify(folds.map(({ valid }) => [...valid])));
  const entries = start();
  for (const { who, contender } of entries) {
    await contender.ask({ do: "load", folder: rowsFolder });
    if (who !== "slipway") report.versions(await contender.ask({ do: "versions" }));
  }
  const outputs = entries.map((_, i) => join(folder, `probabilities-${i}.f64`));
  const turns = entries.map(({ contender, workers, threads }, i) => ({
    run: () =>
      contender.ask<{ seconds: number }>({
        do: "crossValidate",
        configurations: chosen,
        rounds,
        workers,
        threads,
        path: outputs[i],
      }),
  }));
  const repetitions = settings.quick ? 1 : 3;
  const results = await inTurn(turns, { warmUps: settings.quick ? 0 : 1, repetitions });
  const seconds = results.map((each) => median(each.map((result) => result.seconds)));
  const targets = folds.map(({ valid }) => Float64Array.from(valid, (row) => dataset.target[row]));
  const aucs = outputs.map((output) => meanAuc(output, targets));
  show(`bank ${dataset.rows} x ${dataset.features.length}`, entries, seconds, aucs);
  await Promise.all(entries.map(({ contender }) => contender.stop()));
}

await measure();
report.finish();
