/**
 * AutoML beside its peers at equal time: `node bench/automl.ts [--peers A,B] [--tables A,B] [--seeds N] [--time-limit S]
 * [--protocol split|holdout] [--results FILE] [--quick] [--json]`. Every tool gets the same two CSV files, two threads,
 * the time limit and the metric, and is judged by the same functions on rows that it never saw. What is done is kept in
 * the results file and is not done again, so that a long comparison can be ended and taken up at will; the report is
 * made of that file.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join, relative } from "node:path";
import { peerNames, peerTool } from "./automl/peer-tool.ts";
import { printResults } from "./automl/print.ts";
import { appendResult, isSameRun, readResults, type RunKey, type RunResult } from "./automl/results.ts";
import { slipwayTool } from "./automl/slipway-tool.ts";
import { writeSplit, type Split } from "./automl/split.ts";
import { judge, metricOf, testShare, type Metric, type Protocol } from "./automl/task.ts";
import type { Job, Tool } from "./automl/tool.ts";
import { automlTables, type AutoMLTable } from "./data/automl-tables.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { createReport } from "./harness/report.ts";
import { root } from "./harness/root.ts";
import { listOf, positive, readSettings } from "./harness/settings.ts";

const threads = 2;
const protocols: readonly Protocol[] = ["split", "holdout"];

const settings = readSettings({
  peers: { type: "string", default: "" },
  tables: { type: "string" },
  seeds: { type: "string" },
  "time-limit": { type: "string" },
  protocol: { type: "string", default: "split" },
  results: { type: "string", default: join(root, "build", "automl-results.jsonl") },
});
const [protocol = "split"] = listOf("protocol", settings.protocol, protocols);
const [defaultTables, defaultSeeds] = protocol === "holdout" ? ["bank", "10"] : [undefined, "5"];
const seeds = positive("seeds", settings.seeds ?? (settings.quick ? "1" : defaultSeeds));
const timeLimit = positive("time-limit", settings["time-limit"] ?? (settings.quick ? "10" : "60"));
const tables = chooseTables(settings.tables ?? defaultTables);
const report = createReport("automl", settings.json);
const folder = temporaryFolder();

function chooseTables(text: string | undefined): readonly AutoMLTable[] {
  if (text === undefined) return automlTables;
  const names = listOf(
    "tables",
    text,
    automlTables.map(({ name }) => name),
  );
  return automlTables.filter(({ name }) => names.includes(name));
}

type Conditions = Pick<RunResult, "at" | "loadBefore" | "measured" | "error">;

/** A failure is a result too. */
async function measure(
  tool: Tool,
  table: AutoMLTable,
  split: Split,
  seed: number,
  metric: Metric,
): Promise<Conditions> {
  const work = mkdtempSync(join(folder, "job-"));
  const loadBefore = Number(loadavg()[0].toFixed(2));
  const { target, task } = table;
  const job: Job = { split, target, task, metric, seed, timeLimit, threads, folder: work };
  try {
    const { answers, ...measured } = await tool.run(job);
    const figures = judge(split, answers);
    return { at: new Date().toISOString(), loadBefore, measured: { figures, ...measured } };
  } catch (error) {
    return { at: new Date().toISOString(), loadBefore, measured: null, error: (error as Error).message };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function runTools(table: AutoMLTable, seed: number, wanted: readonly Tool[]): Promise<void> {
  const file = await table.file(seed);
  if (file === null) {
    report.line(`${table.name}: left out, ../shared/data has no such file`);
    return;
  }
  const split = await writeSplit(table, file, { seed, share: testShare[protocol], folder });
  const metric = metricOf(protocol, split.labels.length);
  for (const tool of wanted) {
    const conditions = await measure(tool, table, split, seed, metric);
    appendResult(settings.results, {
      ...keyOf(tool, table, seed),
      version: tool.version,
      threads,
      trainRows: split.trainRows,
      testRows: split.testTarget.length,
      columns: split.columns,
      classes: split.labels.length,
      metric,
      ...conditions,
    });
    const value = conditions.measured?.figures[metric];
    const seconds = conditions.measured?.trainingSeconds.toFixed(1);
    const outcome = conditions.measured
      ? `${metric} ${value?.toFixed(5)}, ${seconds} s`
      : `failed: ${conditions.error}`;
    process.stderr.write(`${table.name}, seed ${seed}: ${tool.name} ${outcome}\n`);
  }
}

function keyOf({ name }: Pick<Tool, "name">, table: AutoMLTable, seed: number): RunKey {
  return { protocol, tool: name, table: table.name, seed, timeLimit };
}

/** Made only when something is left to do: it takes a compilation and the peers' environments. */
async function makeTools(names: readonly string[]): Promise<Tool[]> {
  const tools: Tool[] = [];
  if (names.includes("slipway")) tools.push(slipwayTool());
  for (const name of peerNames) if (names.includes(name)) tools.push(await peerTool(name));
  return tools;
}

const names = ["slipway", ...listOf("peers", settings.peers, peerNames)];
const done = readResults(settings.results);
const runs = Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
  tables.map((table) => {
    const missing = names.filter((name) => !done.some((result) => isSameRun(result, keyOf({ name }, table, seed))));
    return { table, seed, missing };
  }),
);
const left = runs.reduce((sum, { missing }) => sum + missing.length, 0);
const total = runs.length * names.length;
report.line(`${total - left} of ${total} runs are in ${relative(process.cwd(), settings.results)}; ${left} to do`);
const tools = await makeTools(names.filter((name) => runs.some(({ missing }) => missing.includes(name))));
for (const { table, seed, missing } of runs) {
  const wanted = tools.filter(({ name }) => missing.includes(name));
  if (wanted.length > 0) await runTools(table, seed, wanted);
}
printResults(
  report,
  readResults(settings.results).filter((result) =>
    runs.some(({ table, seed }) => names.some((name) => isSameRun(result, keyOf({ name }, table, seed)))),
  ),
);
report.finish();
