/**
 * Jobs that do nothing: `node bench/compute.ts [--quick] [--json] [--workers N]`. A PostgreSQL of its own, this process
 * as the server, and worker processes. First how many jobs a second N workers (2) take and end, what CPU time each takes
 * of whom (which says more on a machine that is busy), and the memory of the server before and after; then, one job at a
 * time with a worker idle, the time from when its submission is committed until its handler begins.
 */
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { newId, silentLog } from "../src/base/index.ts";
import {
  localTarget,
  runWorker,
  startCompute,
  submitJob,
  type JobContext,
  type JobResult,
} from "../src/compute/index.ts";
import { migrate, openDatabase, serverActor, startPostgres, transaction, type Database } from "../src/store/index.ts";
import { removePostgres } from "../src/store/postgres/server.ts";
import { temporaryFolder } from "./harness/cleanup.ts";
import { cpuSeconds } from "./harness/process-cpu.ts";
import { residentBytes } from "./harness/process-memory.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { positive, readSettings } from "./harness/settings.ts";
import { median } from "./harness/statistics.ts";

const clock = (): number => performance.timeOrigin + performance.now();

const finished: JobResult = { state: "FINISHED", reason: null };

/** The worker processes run this file, too. */
async function work(): Promise<void> {
  const tell = (context: JobContext): Promise<JobResult> => {
    const began = clock();
    return Promise.resolve({
      ...finished,
      last: async (trx) => void (await sql`INSERT INTO begun VALUES (${context.job.runId}, ${began})`.execute(trx)),
    });
  };
  await runWorker(() =>
    Promise.resolve({
      handlers: { nothing: () => Promise.resolve(finished), tell },
      listener: () => Promise.resolve(),
      extentOf: () => "nothing",
    }),
  );
}

const workspaceId = newId();

/** @returns jobs a second from the first queued to the last ended, by the clock of the database */
async function throughput(database: Database, jobs: number): Promise<number> {
  await sql`
    INSERT INTO jobs (run_id, workspace_id, kind, target, spec, state, user_name, run_seconds, deadline_at)
    SELECT gen_random_uuid()::text, ${workspaceId}, 'nothing', ${localTarget}, '{}', 'QUEUED', 'bench', 60,
      now() + interval '1 day' FROM generate_series(1, ${jobs}::int)`.execute(database);
  for (;;) {
    await delay(100);
    const { rows } = await sql<{ left: number; seconds: number }>`
      SELECT count(*) FILTER (WHERE ended_at IS NULL) AS left,
        extract(epoch FROM max(ended_at) - min(queued_at))::float8 AS seconds FROM jobs`.execute(database);
    const [row] = rows;
    if (row?.left !== 0) continue;
    await sql`DELETE FROM jobs`.execute(database);
    return jobs / row.seconds;
  }
}

/** @returns milliseconds of each of so many jobs, in order */
async function latencies(database: Database, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    await delay(50 + Math.random() * 100);
    const runId = newId();
    const job = { runId, workspaceId, kind: "tell", target: localTarget, spec: {}, runSeconds: 60, actor: serverActor };
    await transaction(database, (trx) => submitJob(trx, job));
    const before = clock();
    for (;;) {
      const { rows } = await sql<{ at: number }>`SELECT at FROM begun WHERE run_id = ${runId}`.execute(database);
      if (rows[0] === undefined) {
        await delay(5);
        continue;
      }
      times.push(rows[0].at - before);
      break;
    }
  }
  return times.sort((a, b) => a - b);
}

/** Processes of PostgreSQL. */
async function backends(database: Database): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`SELECT pid FROM pg_stat_activity`.execute(database);
  return rows.map(({ pid }) => pid);
}

interface Measured {
  readonly workers: number;
  readonly rate: number;
  /** Milliseconds, sorted. */
  readonly times: readonly number[];
  /** MiB of the server, by round. */
  readonly memory: readonly (number | null)[];
}

function tabulate(report: ReturnType<typeof createReport>, { workers, rate, times, memory }: Measured): void {
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] as number;
  report.table(
    "Jobs that do nothing",
    [
      { key: "workers", title: "workers" },
      { key: "rate", title: "jobs/s (median)", digits: 0 },
      { key: "p50", title: "begins after ms, p50", digits: 1 },
      { key: "p95", title: "p95", digits: 1 },
      { key: "p99", title: "p99", digits: 1 },
      { key: "before", title: "server MiB before", digits: 0 },
      { key: "after", title: "after", digits: 0 },
    ],
    [
      {
        workers,
        rate,
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        before: memory[0] ?? null,
        after: memory.at(-1) ?? null,
      },
    ],
  );
}

async function prepare(database: Database): Promise<void> {
  await migrate(database);
  await database.insertInto("workspaces").values({ id: workspaceId, name: "bench" }).execute();
  await sql`CREATE TABLE begun (run_id text PRIMARY KEY, at double precision)`.execute(database);
}

async function measure(): Promise<void> {
  const { quick, json, workers } = readSettings({ workers: { type: "string", default: "2" } });
  const maxWorkers = positive("workers", workers);
  const report = createReport("compute", json);
  const dataFolder = temporaryFolder();
  const postgres = await startPostgres({ dataFolder, log: silentLog });
  const database = openDatabase({ url: postgres.url, applicationName: "bench", log: silentLog });
  await prepare(database);
  const compute = startCompute({
    database,
    url: postgres.url,
    log: silentLog,
    listener: () => Promise.resolve(),
    entry: new URL(import.meta.url),
    settings: null,
    maxWorkers,
    minWorkers: maxWorkers,
  });
  try {
    // The workers start, and warm up.
    await throughput(database, 100);
    const rounds: number[] = [];
    const cpu = async () => ({
      server: cpuSeconds([process.pid]) ?? Number.NaN,
      workers: cpuSeconds(compute.pids()) ?? Number.NaN,
      database: cpuSeconds(await backends(database)) ?? Number.NaN,
    });
    const before = await cpu();
    const memory: (number | null)[] = [mebibytes(residentBytes(process.pid))];
    const jobs = quick ? 500 : 2000;
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      rounds.push(await throughput(database, jobs));
      memory.push(mebibytes(residentBytes(process.pid)));
    }
    const after = await cpu();
    const times = await latencies(database, quick ? 40 : 200);
    tabulate(report, { workers: maxWorkers, rate: median(rounds), times, memory });
    report.line(`\nRounds, jobs/s: ${rounds.map((rate) => rate.toFixed(0)).join(" ")}`);
    const per = (key: keyof typeof after): string =>
      ((after[key] - before[key]) * (1000 / jobs / rounds.length)).toFixed(2);
    report.line(`CPU ms a job: server ${per("server")}, workers ${per("workers")}, database ${per("database")}`);
    report.line(`Memory of the server, MiB: ${memory.map((value) => value?.toFixed(0) ?? "–").join(" ")}`);
  } finally {
    await compute.close();
    await database.destroy();
    await postgres.close();
    await removePostgres(dataFolder);
  }
  report.finish();
}

await (process.send === undefined ? measure() : work());
