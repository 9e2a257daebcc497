/**
 * Runs and metrics over HTTP: `node bench/tracking.ts [--quick] [--json] [--plans]`. A server and a PostgreSQL of their
 * own, 100 experiments x 1,000 runs x 20 metrics (with 5 params and 2 tags each) put in by SQL; then p50 and p95 of
 * lists, searches and comparisons, one request at a time; then 1,000 writers of metrics at once, and whether any value
 * was lost. --plans prints how PostgreSQL executes the searches (EXPLAIN ANALYZE) instead. --quick takes 10 experiments.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { startServer } from "../src/api/index.ts";
import { silentLog } from "../src/base/index.ts";
import { ApiError, createClient, type Client } from "../src/contract/index.ts";
import { openDatabase, startPostgres, type Database, type Tables } from "../src/store/index.ts";
import { removePostgres } from "../src/store/postgres/server.ts";
import { searchRuns, type RunSearch } from "../src/tracking/index.ts";
import { peakBytes } from "./harness/process-memory.ts";
import { createReport, mebibytes, type Report } from "./harness/report.ts";
import { readSettings } from "./harness/settings.ts";

const runsOfExperiment = 1000;
const metricsOfRun = 20;

/** The server's side, with its PostgreSQL: a process of its own, which ends with this one and leaves nothing. */
async function serve(): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const postgres = await startPostgres({ dataFolder, log: silentLog });
  const databaseUrl = postgres.url;
  const server = await startServer({
    dataFolder,
    databaseUrl,
    host: "127.0.0.1",
    port: 0,
    log: silentLog,
    onLost: () => {},
  });
  process.send?.({ url: server.url, token: server.token, databaseUrl } satisfies Started);
  process.on("message", () => process.send?.(process.cpuUsage()));
  await once(process, "disconnect");
  await server.close();
  await postgres.close();
  await removePostgres(dataFolder);
  rmSync(dataFolder, { recursive: true, force: true });
}

interface Started {
  readonly url: string;
  readonly token: string | null;
  readonly databaseUrl: string;
}

async function load(database: Database, experiments: number): Promise<string> {
  const { id } = await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow();
  await sql`SELECT setseed(0.42)`.execute(database);
  const rebuild = await dropChecks(database);
  await sql`
    INSERT INTO experiments (id, workspace_id, number, name, artifact_location)
    SELECT md5('e' || n), ${id}, n, 'experiment ' || n, 'mlflow-artifacts:/' || n FROM generate_series(1, ${experiments}::int) AS n
  `.execute(database);
  await sql`
    INSERT INTO runs (id, workspace_id, experiment_id, name, kind, user_name, status, started_at, ended_at)
    SELECT lpad(to_hex(e * 100000 + n), 32, '0'), ${id}, md5('e' || e), 'run ' || n, (ARRAY['automl', 'trial', 'mlflow', 'command'])[1 + n % 4], 'bench',
      (ARRAY['FINISHED', 'FAILED', 'RUNNING'])[1 + n % 3], now() - random() * interval '300 days', now()
    FROM generate_series(1, ${experiments}::int) AS e, generate_series(1, ${runsOfExperiment}::int) AS n
  `.execute(database);
  await sql`
    INSERT INTO latest_metrics (run_id, workspace_id, experiment_id, key, step, timestamp, value)
    SELECT id, ${id}, experiment_id, 'metric_' || m, 10, 1700000000000, random() FROM runs, generate_series(1, ${metricsOfRun}::int) AS m
  `.execute(database);
  await sql`
    INSERT INTO metrics (run_id, key, step, timestamp, value) SELECT run_id, key, step, timestamp, value FROM latest_metrics
  `.execute(database);
  await sql`
    INSERT INTO run_params (run_id, key, value)
    SELECT id, 'param_' || p, (floor(random() * 10 ^ p))::text FROM runs, generate_series(1, 5) AS p
  `.execute(database);
  await sql`
    INSERT INTO run_tags (run_id, key, value)
    SELECT id, 'tag_' || t, 'value ' || floor(random() * 20) FROM runs, generate_series(1, 2) AS t
  `.execute(database);
  await rebuild();
  await sql`ANALYZE`.execute(database);
  return id;
}

/** Foreign keys and indexes by value are made once for all rows, as a restore does it. @returns what makes them again */
async function dropChecks(database: Database): Promise<() => Promise<void>> {
  const tables = ["latest_metrics", "run_params", "run_tags"];
  const { rows } = await sql<{ indexdef: string; indexname: string }>`
    SELECT indexdef, indexname FROM pg_indexes WHERE tablename = ANY(${tables}::text[]) AND indexname LIKE '%_value'
  `.execute(database);
  for (const { indexname } of rows) await sql`DROP INDEX ${sql.id(indexname)}`.execute(database);
  const key = (table: string) => sql.id(`${table}_run_id_fkey`);
  for (const table of tables)
    await sql`ALTER TABLE ${sql.table(table)} DROP CONSTRAINT ${key(table)}`.execute(database);
  return async () => {
    for (const { indexdef } of rows) await sql.raw(indexdef).execute(database);
    for (const table of tables)
      await sql`ALTER TABLE ${sql.table(table)} ADD CONSTRAINT ${key(table)} FOREIGN KEY (run_id) REFERENCES runs`.execute(
        database,
      );
  };
}

interface Question {
  readonly what: string;
  readonly ask: (
    client: Client,
    n: number,
  ) => Promise<{ readonly items?: readonly unknown[]; readonly nextCursor?: string }>;
}

type ListQuery = NonNullable<NonNullable<Parameters<Client["listRuns"]>[0]>["query"]>;

function list(query: (n: number) => ListQuery): Question["ask"] {
  return (client, n) => client.listRuns({ query: query(n) });
}

const three = { fields: ["metrics.metric_1", "metrics.metric_2", "params.param_1"] };
const byTurns = (n: number): string => `metrics.metric_${1 + (n % metricsOfRun)}`;

function lists(one: (n: number) => ListQuery): Question[] {
  const cursors = new Map<number, string>();
  return [
    { what: "list of the workspace, 50 newest, 3 fields", ask: list(() => three) },
    { what: "list of an experiment, 50 newest, 3 fields", ask: list((n) => ({ ...one(n), ...three })) },
    {
      what: "its next pages",
      ask: async (client, n) => {
        const cursor = cursors.get(n % 10);
        const page = await client.listRuns({ query: { ...one(n % 10), ...three, ...(cursor && { cursor }) } });
        if (page.nextCursor) cursors.set(n % 10, page.nextCursor);
        else cursors.delete(n % 10);
        return page;
      },
    },
    {
      what: "list by kind, 200 with all metrics",
      ask: list((n) => ({ kind: [n % 2 ? "automl" : "trial"], limit: 200, fields: ["metrics"] })),
    },
    { what: "list of an experiment with the total", ask: list((n) => ({ ...one(n), total: true })) },
  ];
}

function searches(one: (n: number) => ListQuery): Question[] {
  return [
    {
      what: "search an experiment: metric > x, by that metric",
      ask: list((n) => ({
        ...one(n),
        ...three,
        filter: `metrics.metric_1 > ${(n % 10) / 10}`,
        sort: "-metrics.metric_1",
      })),
    },
    {
      what: "search an experiment: two metrics and a tag, by a third metric",
      ask: list((n) => ({
        ...one(n),
        filter: `metrics.metric_1 > 0.5 AND metrics.metric_2 < 0.5 AND tags.tag_1 = 'value ${n % 20}'`,
        sort: "metrics.metric_3",
      })),
    },
    {
      what: "search the workspace: metric > x, by that metric",
      ask: list((n) => ({ filter: `${byTurns(n)} > ${(n % 10) / 10}`, sort: `-${byTurns(n)}`, ...three })),
    },
    {
      what: "search the workspace: metric > 0.99, newest first",
      ask: list((n) => ({ filter: `${byTurns(n)} > 0.99` })),
    },
    {
      what: "search the workspace: param = x and metric > y",
      ask: list((n) => ({ filter: `params.param_5 = '${n * 7}' AND metrics.metric_1 > 0.1` })),
    },
    {
      what: "search the workspace: tag LIKE, by a param",
      ask: list((n) => ({ filter: `tags.tag_1 LIKE 'value ${n % 10}%'`, sort: "params.param_3" })),
    },
  ];
}

function questions(experiments: number, ids: readonly string[]): Question[] {
  const one = (n: number): ListQuery => ({ experiment: [1 + (n % experiments)] });
  return [
    ...lists(one),
    ...searches(one),
    {
      what: "compare 200 runs: all metrics, params, tags",
      ask: async (client, n) => {
        await client.compareRuns({ body: { runs: ids.slice((n % 5) * 200, (n % 5) * 200 + 200) } });
        return {};
      },
    },
    {
      what: "one run with all that was logged",
      ask: async (client, n) => {
        await client.getRun({ run: ids[n % ids.length] as string });
        return {};
      },
    },
  ];
}

/** Milliseconds that the server's process has computed; PostgreSQL's are not among them. */
async function serverCpu(server: ChildProcess): Promise<number> {
  server.send("cpu");
  const [{ user, system }] = (await once(server, "message")) as [NodeJS.CpuUsage];
  return (user + system) / 1000;
}

async function measure({ what, ask }: Question, client: Client, server: ChildProcess, repetitions: number) {
  const times: number[] = [];
  let items = 0;
  const before = await serverCpu(server);
  for (let n = 0; n < repetitions + 5; n++) {
    const start = performance.now();
    const page = await ask(client, n);
    if (n >= 5) times.push(performance.now() - start);
    items = Math.max(items, page.items?.length ?? 0);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
  const cpu = ((await serverCpu(server)) - before) / (repetitions + 5);
  return { what, items, p50: at(0.5), p95: at(0.95), max: at(1), cpu };
}

const writers = 1000;
const batchesOfWriter = 5;

/** Every writer logs batches of 10 metrics, to runs of its own and to one that all share. */
async function write(client: Client, database: Database) {
  const { id: shared } = await client.createRun({ body: { experiment: 0, name: "shared" } });
  const own = await Promise.all(
    Array.from({ length: 20 }, (_, n) => client.createRun({ body: { experiment: 0, name: `own ${n}` } })),
  );
  const times: number[] = [];
  let refused = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let batch = 0; batch < batchesOfWriter; batch++) {
        const run = batch % 2 ? shared : (own[writer % own.length] as { id: string }).id;
        const metrics = Array.from({ length: 10 }, (_, m) => ({
          key: `m${m}`,
          value: writer,
          step: writer * 100 + batch,
          timestamp: 1,
        }));
        const sent = performance.now();
        // Refused where the server has too much to do: then it is for the client to send it again.
        while (!(await acknowledged(client, run, metrics))) refused++;
        times.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const { rows } = await sql<{ found: number }>`
    SELECT count(*) AS found FROM metrics WHERE run_id = ANY(${[shared, ...own.map(({ id }) => id)]}::text[])
  `.execute(database);
  const expected = writers * batchesOfWriter * 10;
  times.sort((a, b) => a - b);
  return {
    what: `${writers} writers at once`,
    batches: times.length,
    metricsASecond: expected / seconds,
    p50: times[Math.floor(times.length / 2)] as number,
    p95: times[Math.floor(times.length * 0.95)] as number,
    refused,
    lost: expected - (rows[0]?.found ?? 0),
  };
}

async function acknowledged(
  client: Client,
  run: string,
  metrics: { key: string; value: number; step: number }[],
): Promise<boolean> {
  try {
    await client.logRunBatch({ run, body: { metrics } });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 500) return false;
    throw error;
  }
}

async function printPlans(url: string, workspaceId: string): Promise<void> {
  const searches: Record<string, Omit<RunSearch, "workspaceId" | "limit">> = {
    "list of an experiment": { experiments: [7] },
    "list of the workspace": {},
    "by kind": { kinds: ["automl"] },
    "search an experiment, by metric": {
      experiments: [7],
      filter: "metrics.metric_1 > 0.5",
      orderBy: ["metrics.metric_1 DESC"],
    },
    "search the workspace, by metric": { filter: "metrics.metric_1 > 0.5", orderBy: ["metrics.metric_1 DESC"] },
    "search the workspace, newest first": { filter: "metrics.metric_1 > 0.99" },
    "search the workspace, param and metric": { filter: "params.param_5 = '77' AND metrics.metric_1 > 0.1" },
    "search the workspace, tag LIKE, by param": { filter: "tags.tag_1 LIKE 'value 1%'", orderBy: ["params.param_3"] },
  };
  const database = openExplaining(url);
  for (const [name, search] of Object.entries(searches)) {
    console.log(`\n== ${name}`);
    await searchRuns(database, {
      workspaceId,
      limit: 50,
      inputs: false,
      metrics: [],
      params: [],
      tags: [],
      ...search,
    });
  }
  await database.destroy();
}

/** Prints the plan of every query before it is executed. */
function openExplaining(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 1, options: "-c search_path=slipway" });
  const connect = async () => {
    const client = await pool.connect();
    const query = async (text: string, values: unknown[]) => {
      const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN (ANALYZE, COSTS OFF) ${text}`, values);
      console.log(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return client.query(text, values);
    };
    return { query, release: () => client.release() };
  };
  const explaining = { connect, end: () => pool.end() } as unknown as pg.Pool;
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: explaining }) });
}

const milliseconds = { digits: 1 };

async function measureAll(
  report: Report,
  database: Database,
  client: Client,
  server: ChildProcess,
  quick: boolean,
): Promise<void> {
  const rows = await database.selectFrom("runs").select("id").orderBy("id").limit(1000).execute();
  const ids = rows.map(({ id }) => id);
  const results = [];
  for (const question of questions(experimentCount(quick), ids))
    results.push(await measure(question, client, server, quick ? 40 : 100));
  const reading = [
    { key: "what", title: "request" },
    { key: "items", title: "items" },
    { key: "p50", title: "p50 ms", ...milliseconds },
    { key: "p95", title: "p95 ms", ...milliseconds },
    { key: "max", title: "max ms", ...milliseconds },
    { key: "cpu", title: "server CPU ms", ...milliseconds },
  ];
  report.table("Reading", reading, results);
  const written = await write(client, database);
  const writing = [
    { key: "what", title: "" },
    { key: "batches", title: "batches of 10" },
    { key: "metricsASecond", title: "metrics/s" },
    { key: "p50", title: "p50 ms", ...milliseconds },
    { key: "p95", title: "p95 ms", ...milliseconds },
    { key: "refused", title: "refused" },
    { key: "lost", title: "lost" },
  ];
  report.table("Writing", writing, [written]);
  report.line(`\nserver's peak memory: ${mebibytes(peakBytes(server.pid as number))?.toFixed(0) ?? "?"} MiB`);
  if (written.lost > 0) process.exitCode = 1;
}

function experimentCount(quick: boolean): number {
  return quick ? 10 : 100;
}

async function main(): Promise<void> {
  const { quick, json, plans } = readSettings({ plans: { type: "boolean", default: false } });
  const report = createReport("tracking", json);
  const server: ChildProcess = fork(import.meta.filename, ["serve"]);
  // Ctrl-C is for this process; the other one ends with it, in order.
  const [{ url, token, databaseUrl }] = (await once(server, "message")) as [Started];
  const database = openDatabase({
    url: databaseUrl,
    applicationName: "bench",
    connections: 1,
    statementTimeout: 0,
    log: silentLog,
  });
  try {
    const start = performance.now();
    const workspaceId = await load(database, experimentCount(quick));
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    report.line(
      `${experimentCount(quick)} experiments x ${runsOfExperiment} runs x ${metricsOfRun} metrics, loaded in ${seconds} s`,
    );
    if (plans) return await printPlans(databaseUrl, workspaceId);
    await measureAll(report, database, createClient({ url, token: token as string }), server, quick);
    report.finish();
  } finally {
    await database.destroy();
    server.disconnect();
    if (server.exitCode === null) await once(server, "exit");
  }
}

await (process.argv[2] === "serve" ? serve() : main());
