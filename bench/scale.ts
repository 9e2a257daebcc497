/**
 * Time and memory by the number of rows: `node bench/scale.ts [--rows 100000,1000000,10000000] [--quick] [--json]`.
 * Runs `slipway automl` end to end, from a Parquet file of 28 made numbers to a model file: one gradient boosting,
 * judged on a tenth of the rows held out, then trained on all of them. Ends with code 1 when the sum of the peaks of
 * the command and its children is 6 GiB or more. --quick: 100,000 rows.
 */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeMadeParquet } from "./data/made-parquet.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { runSlipway } from "./harness/run.ts";
import { positive, readSettings } from "./harness/settings.ts";

const targetBytes = 6 * 2 ** 30;

const settings = readSettings({ rows: { type: "string", default: "100000,1000000,10000000" } });
const sizes = settings.quick ? [100_000] : settings.rows.split(",").map((text) => positive("rows", text));
const report = createReport("scale", settings.json);
const folder = temporaryFolder();

interface Result {
  readonly rows: number;
  readonly seconds: number;
  readonly trainSeconds: number;
  readonly secondsAMillion: number;
  readonly file: number | null;
  readonly peak: number | null;
  readonly auc: number;
}

async function measure(rows: number): Promise<Result> {
  const [file, out] = [join(folder, `made-${rows}.parquet`), join(folder, `made-${rows}.slipway`)];
  await writeMadeParquet(file, rows);
  const search = ["--max-trials", "1", "--allowed", "GradientBoosting", "--validation", "holdout:0.1"];
  const settled = ["automl", file, "--target", "y", ...search, "--out", out, "--quiet", "--json"];
  const { stdout, seconds, peakBytes } = await runSlipway(settled);
  const { best, models } = JSON.parse(stdout.trim().split("\n").at(-1) as string) as {
    best: { value: number };
    models: { trainSeconds: number }[];
  };
  const bytes = statSync(file).size;
  rmSync(file);
  return {
    rows,
    seconds,
    trainSeconds: models[0].trainSeconds,
    secondsAMillion: (seconds / rows) * 1e6,
    file: mebibytes(bytes),
    peak: mebibytes(peakBytes),
    auc: best.value,
  };
}

const results: Result[] = [];
for (const rows of sizes) results.push(await measure(rows));
report.table(
  "slipway automl, rows x 28 from Parquet",
  [
    { key: "rows", title: "rows" },
    { key: "file", title: "file MiB" },
    { key: "seconds", title: "s, all", digits: 1 },
    { key: "trainSeconds", title: "s, the trial's training", digits: 1 },
    { key: "secondsAMillion", title: "s a million rows", digits: 1 },
    { key: "peak", title: "peak MiB" },
    { key: "auc", title: "AUC", digits: 4 },
  ],
  results.map((result) => ({ ...result })),
);
if (results.some(({ peak }) => peak !== null && peak * 2 ** 20 >= targetBytes)) {
  report.line(`The target of ${targetBytes / 2 ** 20} MiB is missed.`);
  process.exitCode = 1;
}
report.finish();
