/**
 * Starting: `node bench/start.ts [--quick] [--json]`. Milliseconds of `slipway --version`, and from the start of
 * `slipway serve` (200 trees, 28 columns) to the first answer of POST /score; memory of the serving process at that
 * moment and after 1,000 further requests. Once as the package that users install runs it (JavaScript), once as the
 * checkout does (TypeScript), in turn; beside them what Node itself takes to start.
 */
import { join } from "node:path";
import { writeModel } from "../src/model/index.ts";
import { madeModel } from "./data/boosting-model.ts";
import { buildPackage } from "./harness/built-package.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { inTurn } from "./harness/in-turn.ts";
import { peakBytes, residentBytes } from "./harness/process-memory.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { run, slipwayScript } from "./harness/run.ts";
import { startServer } from "./harness/serve.ts";
import { readSettings } from "./harness/settings.ts";
import { median } from "./harness/statistics.ts";

interface Start {
  readonly milliseconds: number;
  readonly residentBytes: number | null;
  readonly laterBytes: number | null;
  readonly peakBytes: number | null;
}

const settings = readSettings({});
const report = createReport("start", settings.json);
const repetitions = settings.quick ? 3 : 11;
const requests = 1_000;
const scripts = [
  { who: "package (JavaScript)", script: buildPackage() },
  { who: "checkout (TypeScript)", script: slipwayScript },
];

async function measureVersion(): Promise<void> {
  const entries = [
    ...scripts.map(({ who, script }) => ({ who: `slipway --version, ${who}`, args: [script, "--version"] })),
    { who: "node --eval 0", args: ["--eval", "0"] },
  ];
  const turns = entries.map(({ args }) => ({ run: async () => (await run(process.execPath, args)).seconds * 1000 }));
  const results = await inTurn(turns, { warmUps: 1, repetitions });
  report.table(
    "start to end",
    [
      { key: "who", title: "command" },
      { key: "milliseconds", title: "ms" },
    ],
    entries.map(({ who }, i) => ({ who, milliseconds: median(results[i]) })),
  );
}

async function serveOnce(script: string, model: string, row: object): Promise<Start> {
  const start = performance.now();
  const server = await startServer(script, model);
  try {
    await server.score([row]);
    const milliseconds = performance.now() - start;
    const resident = residentBytes(server.pid);
    for (let i = 0; i < requests; i++) await server.score([row, row]);
    const [laterBytes, peak] = [residentBytes(server.pid), peakBytes(server.pid)];
    return { milliseconds, residentBytes: resident, laterBytes, peakBytes: peak };
  } finally {
    await server.stop();
  }
}

async function measureServe(): Promise<void> {
  const model = madeModel();
  const path = join(temporaryFolder(), "made.slipway");
  await writeModel(path, model);
  const row = Object.fromEntries(model.inputs.map(({ name, example }) => [name, example]));
  const turns = scripts.map(({ script }) => ({ run: () => serveOnce(script, path, row) }));
  const results = await inTurn(turns, { warmUps: 1, repetitions });
  const middle = (values: readonly (number | null)[]): number | null =>
    values.includes(null) ? null : mebibytes(median(values as number[]));
  report.table(
    "slipway serve, start to first answer",
    [
      { key: "who", title: "as" },
      { key: "milliseconds", title: "ms" },
      { key: "resident", title: "MiB then" },
      { key: "later", title: `MiB after ${requests} requests` },
      { key: "peak", title: "peak MiB" },
    ],
    scripts.map(({ who }, i) => ({
      who,
      milliseconds: median(results[i].map(({ milliseconds }) => milliseconds)),
      resident: middle(results[i].map(({ residentBytes }) => residentBytes)),
      later: middle(results[i].map(({ laterBytes }) => laterBytes)),
      peak: middle(results[i].map(({ peakBytes }) => peakBytes)),
    })),
  );
}

await measureVersion();
await measureServe();
report.finish();
