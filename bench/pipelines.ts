/**
 * Pipelines whose steps are the program `true`, as commands of their own: `node bench/pipelines.ts [--quick] [--json] [--runs N] [--workers N]`. A PostgreSQL
 * of its own, this process as the server, and worker processes. First N runs (1,000; 100 when quick) of ten steps in a
 * row, submitted at once: steps a second, whose CPU time each step takes (which says more on a machine that is busy), and
 * the memory of the server and of PostgreSQL after each tenth of them. Then one run at a time, so that a worker is free: the time from the end of
 * the step before (or the submission) until a step begins.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { newId, silentLog } from "../src/base/index.ts";
import type { Step } from "../src/definition/index.ts";
import { startPipelineRuns, startWorkers, submitPipelineRun } from "../src/pipelines/index.ts";
import {
  migrate,
  openArtifactStore,
  openDatabase,
  serverActor,
  startPostgres,
  transaction,
  type Database,
} from "../src/store/index.ts";
import { removePostgres } from "../src/store/postgres/server.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { cpuSeconds } from "./harness/process-cpu.ts";
import { anonymousBytes, residentBytes } from "./harness/process-memory.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { positive, readSettings } from "./harness/settings.ts";

const stepsOfRun = 10;
const workspaceId = newId();

/** Each needs the one before. */
const definition = {
  name: "bench",
  steps: Object.fromEntries(
    Array.from({ length: stepsOfRun }, (_, i): [string, Step] => [
      `s${i}`,
      { type: "command", command: ["true"], ...(i > 0 && { needs: [`s${i - 1}`] }) },
    ]),
  ),
};

function submit(database: Database): Promise<void> {
  const input = { workspaceId, definition, parameters: {}, reuse: false, actor: serverActor };
  return transaction(database, (trx) => submitPipelineRun(trx, { ...input, id: newId() }));
}

/** MiB; of PostgreSQL's processes what they do not share with each other. */
interface Memory {
  readonly server: number | null;
  readonly database: number | null;
}

async function readMemory(database: Database): Promise<Memory> {
  const own = (await backends(database)).map((pid) => anonymousBytes(pid) ?? 0);
  const sum = own.reduce((before, bytes) => before + bytes, 0);
  return { server: mebibytes(residentBytes(process.pid)), database: sum === 0 ? null : mebibytes(sum) };
}

interface Throughput {
  readonly stepsPerSecond: number;
  /** After each tenth. */
  readonly memory: readonly Memory[];
}

async function throughput(database: Database, runs: number): Promise<Throughput> {
  await sql`DELETE FROM pipeline_runs`.execute(database);
  const started = performance.now();
  for (let i = 0; i < runs; i += 20) {
    await Promise.all(Array.from({ length: Math.min(20, runs - i) }, () => submit(database)));
  }
  const memory: Memory[] = [];
  for (;;) {
    // Often enough for seconds that are told without decimals; more often, the count itself is what is measured.
    await delay(250);
    const { rows } = await sql<{ done: number; bad: number }>`
      SELECT count(*) FILTER (WHERE state = 'FINISHED') AS done, count(*) FILTER (WHERE state IN ('FAILED', 'KILLED')) AS bad
      FROM pipeline_steps`.execute(database);
    const { done = 0, bad = 0 } = rows[0] ?? {};
    if (bad > 0) throw new Error(`${bad} steps failed`);
    while (memory.length < Math.floor((10 * done) / (runs * stepsOfRun))) memory.push(await readMemory(database));
    if (done === runs * stepsOfRun) break;
  }
  return { stepsPerSecond: (runs * stepsOfRun * 1000) / (performance.now() - started), memory };
}

/** Milliseconds from what a step waited for until its worker had it, of all steps, in order. */
async function overheads(database: Database, runs: number): Promise<number[]> {
  await sql`DELETE FROM pipeline_runs`.execute(database);
  for (let i = 0; i < runs; i++) {
    await submit(database);
    for (;;) {
      await delay(20);
      const { rows } = await sql<{ open: number }>`
        SELECT count(*) AS open FROM pipeline_runs WHERE ended_at IS NULL`.execute(database);
      if (rows[0]?.open === 0) break;
    }
  }
  const { rows } = await sql<{ ms: number }>`
    SELECT 1000 * extract(epoch FROM jobs.started_at - coalesce(before.ended_at, run.created_at))::float8 AS ms
    FROM pipeline_steps AS step
    JOIN jobs ON jobs.run_id = step.run_id
    JOIN pipeline_runs AS run ON run.run_id = step.pipeline_run_id
    LEFT JOIN (pipeline_steps AS previous JOIN jobs AS before ON before.run_id = previous.run_id)
      ON previous.pipeline_run_id = step.pipeline_run_id
      AND previous.name = 's' || (substr(step.name, 2)::int - 1)
    ORDER BY ms`.execute(database);
  return rows.map(({ ms }) => ms);
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;

/** Processes of PostgreSQL. */
async function backends(database: Database): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`SELECT pid FROM pg_stat_activity`.execute(database);
  return rows.map(({ pid }) => pid);
}

const columns = [
  { key: "runs", title: "runs of 10 steps" },
  { key: "stepsPerSecond", title: "steps/s", digits: 0 },
  { key: "server", title: "server, CPU ms a step", digits: 2 },
  { key: "workers", title: "workers, CPU ms a step", digits: 2 },
  { key: "database", title: "PostgreSQL, CPU ms a step", digits: 2 },
  { key: "p50", title: "overhead p50, ms", digits: 1 },
  { key: "p95", title: "p95, ms", digits: 1 },
];

async function measure(): Promise<void> {
  const own = { workers: { type: "string", default: "2" }, runs: { type: "string", default: "" } } as const;
  const { quick, json, workers, runs: given } = readSettings(own);
  const maxWorkers = positive("workers", workers);
  const runs = given === "" ? (quick ? 100 : 1_000) : positive("runs", given);
  const report = createReport("pipelines", json);
  const dataFolder = temporaryFolder();
  const postgres = await startPostgres({ dataFolder, log: silentLog });
  const url = postgres.url;
  const database = openDatabase({ url, applicationName: "bench", log: silentLog });
  await migrate(database);
  await database.insertInto("workspaces").values({ id: workspaceId, name: "bench" }).execute();
  const common = { database, url, log: silentLog };
  const artifacts = await openArtifactStore(join(dataFolder, "artifacts"));
  const compute = startWorkers({ ...common, artifacts, maxWorkers, minWorkers: maxWorkers });
  const pipelineRuns = startPipelineRuns(common);
  try {
    // The workers start, and all warm up.
    await throughput(database, 20);
    const cpu = async () => ({
      server: cpuSeconds([process.pid]) ?? Number.NaN,
      workers: cpuSeconds(compute.pids()) ?? Number.NaN,
      database: cpuSeconds(await backends(database)) ?? Number.NaN,
    });
    const before = await cpu();
    const { stepsPerSecond, memory } = await throughput(database, runs);
    const after = await cpu();
    const each = (part: keyof typeof before): number => (1000 * (after[part] - before[part])) / (runs * stepsOfRun);
    const times = await overheads(database, quick ? 10 : 50);
    const row = { runs, stepsPerSecond, server: each("server"), workers: each("workers"), database: each("database") };
    report.table("pipelines", columns, [{ ...row, p50: quantile(times, 0.5), p95: quantile(times, 0.95) }]);
    const tenths = (part: keyof Memory): string => memory.map((each) => each[part]?.toFixed(0) ?? "?").join(" ");
    report.line(`Memory of the server after each tenth, MiB: ${tenths("server")}`);
    report.line(`Of PostgreSQL, what its processes do not share: ${tenths("database")}`);
    report.finish();
  } finally {
    await pipelineRuns.close();
    await compute.close();
    await database.destroy();
    await postgres.close();
    await removePostgres(dataFolder);
  }
}

await measure();
