/**
 * Reading CSV: `node bench/csv.ts [--peers] [--quick] [--json]`. Seconds until the typed columns are in memory, without
 * the start of the process, and the peak memory of the process, for bank and for 1,000,000 x 28 made numbers; each
 * reading in a process of its own. With --peers pandas and polars (each with the threads it takes), run in turn.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeMadeCsv } from "./data/made-table.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { inTurn } from "./harness/in-turn.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { sharedTable } from "./harness/root.ts";
import { run } from "./harness/run.ts";
import { readSettings } from "./harness/settings.ts";
import { median } from "./harness/statistics.ts";
import { virtualEnvironment } from "./harness/virtual-environment.ts";

interface Reading {
  readonly seconds: number;
  readonly rows: number;
  readonly columns: number;
  readonly peakBytes: number | null;
  readonly version?: string;
}

interface Reader {
  readonly who: string;
  read(file: string): Promise<Reading>;
}

const settings = readSettings({});
const report = createReport("csv", settings.json);

function reader(who: string, command: string, args: readonly string[]): Reader {
  return { who, read: async (file) => JSON.parse((await run(command, [...args, file])).stdout) as Reading };
}

function readers(): Reader[] {
  const ours = fileURLToPath(new URL("./contenders/read-csv.ts", import.meta.url));
  const slipway = reader("slipway", process.execPath, [ours]);
  if (!settings.peers) return [slipway];
  const python = virtualEnvironment("lightgbm");
  const theirs = fileURLToPath(new URL("./peers/read_csv.py", import.meta.url));
  return [slipway, ...["pandas", "polars"].map((name) => reader(name, python, ["-B", theirs, name]))];
}

async function measure(name: string, file: string, repetitions: number): Promise<void> {
  const all = readers();
  const results = await inTurn(
    all.map(({ read }) => ({ run: () => read(file) })),
    { warmUps: 1, repetitions },
  );
  const [{ rows, columns }] = results[0];
  for (const [i, { who }] of all.entries()) {
    const [{ version }] = results[i];
    if (version !== undefined) report.versions({ [who]: version });
    if (results[i].some((result) => result.rows !== rows || result.columns !== columns))
      throw new Error(`${who} read another table from ${file} than slipway, which found ${rows} x ${columns}.`);
  }
  const ours = median(results[0].map(({ seconds }) => seconds));
  report.table(
    `${name}: ${rows} x ${columns}, ${(statSync(file).size / 1e6).toFixed(1)} MB`,
    [
      { key: "who", title: "who" },
      { key: "seconds", title: "load s", digits: 3 },
      { key: "timesOurs", title: "x ours", digits: 2 },
      { key: "peakMebibytes", title: "peak MiB" },
    ],
    all.map(({ who }, i) => {
      const seconds = median(results[i].map((result) => result.seconds));
      const peaks = results[i].map(({ peakBytes }) => mebibytes(peakBytes));
      const peakMebibytes = peaks.includes(null) ? null : median(peaks as number[]);
      return { who, seconds, timesOurs: seconds / ours, peakMebibytes };
    }),
  );
}

const bank = sharedTable("bankmarketing.csv");
if (existsSync(bank)) await measure("bank", bank, settings.quick ? 3 : 7);
else report.line("bank: left out, ../shared/data/bankmarketing.csv is not there");
const made = join(temporaryFolder(), "made.csv");
writeMadeCsv(made, settings.quick ? 100_000 : 1_000_000, 1);
await measure("made", made, 3);
report.finish();
