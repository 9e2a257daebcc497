/**
 * Quality of the models: `node bench/quality.ts [--peers] [--flaml] [--quick] [--time-limit S] [--seeds N] [--json]`.
 * (a) `slipway automl` on the whole bank file: accuracy and AUC on the rows it holds out itself. (b) On 80% of bank,
 * bike (without casual and registered) and diabetes, judged on the other 20% that it never saw, on N splits. With
 * --peers LightGBM and scikit-learn's HistGradientBoosting by their defaults on the same files; with --flaml FLAML
 * with the same time limit. Everything is judged by the same functions.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NumericColumn } from "../src/base/index.ts";
import { readTable } from "../src/data/index.ts";
import { readNumbers } from "./data/boosting-data.ts";
import {
  judge,
  qualityTables,
  writeSplit,
  type Figures,
  type QualityTable,
  type Split,
} from "./data/quality-tables.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { startContender } from "./harness/contender.ts";
import { createReport, type ReportColumn } from "./harness/report.ts";
import { runSlipway } from "./harness/run.ts";
import { positive, readSettings } from "./harness/settings.ts";
import { mean, standardDeviation } from "./harness/statistics.ts";
import { virtualEnvironment } from "./harness/virtual-environment.ts";

const settings = readSettings({
  flaml: { type: "boolean", default: false },
  "time-limit": { type: "string" },
  seeds: { type: "string", default: "1" },
});
const timeLimit = positive("time-limit", settings["time-limit"] ?? (settings.quick ? "5" : "60"));
const seeds = positive("seeds", settings.seeds);
const report = createReport("quality", settings.json);
const folder = temporaryFolder();

interface Trained {
  readonly seconds: number;
  readonly outputs: Float64Array;
}

interface Entry {
  readonly who: string;
  train(table: QualityTable, split: Split, seed: number): Promise<Trained>;
  stop(): Promise<void>;
}

interface AutoMLReport {
  readonly best: { readonly name: string; readonly value: number };
  readonly models: readonly {
    readonly name: string;
    readonly value: number;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  readonly validation: string;
  readonly elapsedSeconds: number;
}

async function runAutoML(file: string, target: string, task: string, seed: number, out: string): Promise<AutoMLReport> {
  const limits = ["--time-limit", String(timeLimit), "--seed", String(seed)];
  const args = ["automl", file, "--target", target, "--task", task, ...limits, "--out", out, "--quiet", "--json"];
  const { stdout } = await runSlipway(args);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string) as AutoMLReport;
}

const slipway: Entry = {
  who: "slipway automl",
  async train({ target, task }, split, seed) {
    const [model, answers] = [join(folder, "model.slipway"), join(folder, "predictions.csv")];
    const { elapsedSeconds } = await runAutoML(split.train, target, task, seed, model);
    await runSlipway(["predict", model, split.test, "--out", answers, "--quiet"]);
    const names = task === "classification" ? split.labels.map((label) => `probability_${label}`) : ["prediction"];
    const { table } = await readTable(answers, { types: Object.fromEntries(names.map((name) => [name, "numeric"])) });
    const columns = names.map((name) => table.columns.find((column) => column.name === name) as NumericColumn);
    const outputs = new Float64Array(table.rows * columns.length);
    for (let i = 0; i < outputs.length; i++)
      outputs[i] = columns[i % columns.length].values[Math.floor(i / columns.length)];
    return { seconds: elapsedSeconds, outputs };
  },
  stop: () => Promise.resolve(),
};

async function peer(who: string, environment: "lightgbm" | "flaml", packages: readonly string[]): Promise<Entry> {
  const script = fileURLToPath(new URL("./peers/tabular.py", import.meta.url));
  const contender = startContender(who, virtualEnvironment(environment), ["-B", script]);
  report.versions(await contender.ask({ do: "versions", names: packages }));
  return {
    who,
    async train({ target, task }, split, seed) {
      const path = join(folder, "outputs.f64");
      const { train, test, dates } = split;
      const request = { learner: who, train, test, target, task, dates, seed, seconds: timeLimit, path };
      const { seconds } = await contender.ask<{ seconds: number }>({ do: "fit_and_predict", ...request });
      const width = task === "classification" ? split.labels.length : 1;
      return { seconds, outputs: readNumbers(path, split.testTarget.length * width) };
    },
    stop: () => contender.stop(),
  };
}

async function entries(): Promise<Entry[]> {
  const all = [slipway];
  if (settings.peers) {
    all.push(await peer("LightGBM", "lightgbm", ["lightgbm"]));
    all.push(await peer("HistGradientBoosting", "lightgbm", ["scikit-learn"]));
  }
  if (settings.flaml) all.push(await peer("FLAML", "flaml", ["flaml"]));
  return all;
}

/** (a) */
async function measureWholeFile({ path, target, task }: QualityTable): Promise<void> {
  const result = await runAutoML(path, target, task, 42, join(folder, "whole.slipway"));
  const { best } = result;
  const metrics = result.models.find(({ name, value }) => name === best.name && value === best.value)?.metrics ?? {};
  report.table(
    `bank, whole file, ${timeLimit} s, judged on its own validation rows`,
    [
      { key: "model", title: "model" },
      { key: "validation", title: "validation" },
      { key: "seconds", title: "s", digits: 1 },
      { key: "accuracy", title: "accuracy", digits: 4 },
      { key: "auc", title: "AUC", digits: 4 },
      { key: "models", title: "models tried" },
    ],
    [
      {
        model: best.name,
        validation: result.validation,
        seconds: result.elapsedSeconds,
        accuracy: metrics["accuracy"] ?? null,
        auc: metrics["AUC_weighted"] ?? null,
        models: result.models.length,
      },
    ],
  );
}

const figureColumns: Readonly<Record<QualityTable["task"], readonly ReportColumn[]>> = {
  classification: [
    { key: "auc", title: "AUC", digits: 5 },
    { key: "aucDeviation", title: "sd", digits: 5 },
    { key: "accuracy", title: "accuracy", digits: 4 },
    { key: "logLoss", title: "log loss", digits: 4 },
  ],
  regression: [
    { key: "rmse", title: "RMSE", digits: 3 },
    { key: "rmseDeviation", title: "sd", digits: 3 },
    { key: "r2", title: "R2", digits: 4 },
  ],
};

/** (b) */
async function measureSplits(table: QualityTable, contenders: readonly Entry[]): Promise<void> {
  const figures: Figures[][] = contenders.map(() => []);
  let trainRows = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const split = await writeSplit(table, seed, folder);
    trainRows = split.trainRows;
    for (const [i, { train }] of contenders.entries()) {
      const { seconds, outputs } = await train(table, split, seed);
      figures[i].push({ ...judge(table, split, outputs), seconds });
    }
  }
  report.table(
    `${table.name}: trained on ${trainRows} rows, judged on the other fifth, mean of ${seeds} split${seeds === 1 ? "" : "s"}`,
    [{ key: "who", title: "who" }, ...figureColumns[table.task], { key: "seconds", title: "training s", digits: 1 }],
    contenders.map(({ who }, i) => ({ who, ...summarise(figures[i]) })),
  );
}

/** The mean of each figure, and its standard deviation over the splits. */
function summarise(figures: readonly Figures[]): Record<string, number> {
  const summary: Record<string, number> = {};
  for (const name of Object.keys(figures[0])) {
    const values = figures.map((figure) => figure[name]);
    summary[name] = mean(values);
    summary[`${name}Deviation`] = standardDeviation(values);
  }
  return summary;
}

const contenders = await entries();
for (const table of qualityTables) {
  if (!existsSync(table.path)) {
    report.line(`${table.name}: left out, ../shared/data has no such file`);
    continue;
  }
  if (table.name === "bank") await measureWholeFile(table);
  await measureSplits(table, contenders);
}
await Promise.all(contenders.map(({ stop }) => stop()));
report.finish();
