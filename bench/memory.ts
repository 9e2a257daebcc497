/**
 * Peak memory of a whole search: `node bench/memory.ts [--quick] [--json]`. Runs `slipway automl` with --max-trials 2
 * on 1,000,000 x 28 made numbers and adds up the peaks of the command and its children. Ends with code 1 when the sum
 * is not below 1.5 GiB (--quick: 100,000 rows, without the target).
 */
import { join } from "node:path";
import { writeMadeCsv } from "./data/made-table.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { runSlipway } from "./harness/run.ts";
import { readSettings } from "./harness/settings.ts";

const targetBytes = 1.5 * 2 ** 30;

const settings = readSettings({});
const report = createReport("memory", settings.json);
const rows = settings.quick ? 100_000 : 1_000_000;
const folder = temporaryFolder();
const file = join(folder, "made.csv");
writeMadeCsv(file, rows, 1);
const out = join(folder, "made.slipway");
const { seconds, peakBytes } = await runSlipway([
  "automl",
  file,
  "--target",
  "y",
  "--max-trials",
  "2",
  "--out",
  out,
  "--quiet",
]);
report.table(
  "slipway automl --max-trials 2",
  [
    { key: "data", title: "data" },
    { key: "seconds", title: "s", digits: 1 },
    { key: "peak", title: "peak MiB" },
    { key: "target", title: "target MiB" },
  ],
  [
    {
      data: `${rows} x 28`,
      seconds,
      peak: mebibytes(peakBytes),
      target: settings.quick ? null : mebibytes(targetBytes),
    },
  ],
);
if (!settings.quick && peakBytes !== null && peakBytes >= targetBytes) {
  report.line("The target is missed.");
  process.exitCode = 1;
}
report.finish();
