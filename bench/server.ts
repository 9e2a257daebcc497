/**
 * The server at rest: `node bench/server.ts [--quick] [--json]`. Milliseconds from the start of `slipway up` until it
 * says that it is ready: the first start of a data folder, a later one, and with a database that runs already and holds
 * nothing, with the CPU time of the process until then and its first answers on each wire; memory of the server and its
 * PostgreSQL ten seconds later. As the package and as the checkout run it.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { silentLog } from "../src/base/index.ts";
import { startPostgres } from "../src/store/index.ts";
import { buildPackage } from "./harness/built-package.ts";
import { atExit, temporaryFolder } from "./harness/cleanup.ts";
import { familyOf } from "./harness/process-family.ts";
import { createReport, mebibytes } from "./harness/report.ts";
import { slipwayScript } from "./harness/run.ts";
import { readSettings } from "./harness/settings.ts";
import { median } from "./harness/statistics.ts";

const settings = readSettings({});
const report = createReport("server", settings.json);
const repetitions = settings.quick ? 1 : 5;
const freshRepetitions = settings.quick ? 1 : 9;
const restSeconds = 10;
const folder = temporaryFolder();

let running: ChildProcess | null = null;
atExit(() => running?.kill("SIGKILL"));

interface Started {
  readonly milliseconds: number;
  readonly url: string;
  readonly token: string | null;
  readonly pid: number;
  stop(): Promise<void>;
}

async function up(script: string, data: string, env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const { DATABASE_URL: _, SLIPWAY_ARTIFACTS: __, ...inherited } = process.env;
  const started = performance.now();
  const child = spawn(process.execPath, [script, "up", "--port", "0", "--data", data, "--json"], {
    env: { ...inherited, ...env, XDG_CONFIG_HOME: join(folder, "config") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  running = child;
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const milliseconds = performance.now() - started;
  return {
    ...(JSON.parse(line.toString()) as Pick<Started, "url" | "token">),
    milliseconds,
    pid: child.pid as number,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/**
 * Folders of data, removed at the end: for some minutes ext4 passes over the inodes of files that were deleted, one by one,
 * whenever it makes a file, and the 330 of a fresh store then take twice as long.
 */
const dataFolders: string[] = [];

function dataFolder(): string {
  const made = mkdtempSync(join(folder, "data-"));
  dataFolders.push(made);
  return made;
}

/** As root the database lives elsewhere; a file of the data folder says where. */
function removeData(data: string): void {
  const pointer = join(data, "postgres-folder");
  if (existsSync(pointer)) rmSync(readFileSync(pointer, "utf8").trim(), { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
}

/** Bytes of a process and its descendants, shared pages counted by their share (PSS of proc(5)); null elsewhere. */
function proportionalBytes(pid: number): number | null {
  try {
    const kibibytes = familyOf(pid).map((member) =>
      Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/smaps_rollup`, "utf8"))?.[1] ?? 0),
    );
    return kibibytes.reduce((sum, value) => sum + value, 0) * 1024;
  } catch {
    return null;
  }
}

async function measureEmbedded(script: string) {
  const data = dataFolder();
  const first = await up(script, data);
  await first.stop();
  const later = await up(script, data);
  await delay(restSeconds * 1000);
  const bytes = proportionalBytes(later.pid);
  await later.stop();
  return { first: first.milliseconds, later: later.milliseconds, bytes };
}

interface Fresh {
  /** Milliseconds. */
  readonly ready: number;
  /** Milliseconds of CPU until then, user and system; null where there is no proc(5). */
  readonly cpu: number | null;
  /**
   * Milliseconds of requests one after the other from then on: MLflow's first call, with its experiment from the database,
   * the same once more, the first of our own API, and the studio's page. A wire is made at its first request.
   */
  readonly requests: readonly number[];
}

/** In proc(5)'s ticks, a hundred to the second on Linux. */
function cpuMilliseconds(pid: number): number | null {
  if (!existsSync(`/proc/${pid}/stat`)) return null;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const firstRequests = [
  "/api/2.0/mlflow/experiments/get?experiment_id=0",
  "/api/2.0/mlflow/experiments/get?experiment_id=0",
  "/api/v1/workspaces",
  "/w/default",
];

async function ask({ url, token }: Started, path: string): Promise<number> {
  const start = performance.now();
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  await answer.text();
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`);
  return performance.now() - start;
}

async function measureFresh(script: string, client: pg.Client, url: string): Promise<Fresh> {
  const name = `fresh_${Date.now()}`;
  await client.query(`CREATE DATABASE ${name}`);
  const data = dataFolder();
  const server = await up(script, data, { DATABASE_URL: url.replace(/[^/]*$/, name) });
  const cpu = cpuMilliseconds(server.pid);
  const requests: number[] = [];
  for (const path of firstRequests) requests.push(await ask(server, path));
  await server.stop();
  return { ready: server.milliseconds, cpu, requests };
}

const postgres = await startPostgres({ dataFolder: dataFolder(), log: silentLog });
const client = new pg.Client(postgres.url);
await client.connect();
const rows: Record<string, string | number | null>[] = [];
for (const [who, script] of [
  ["package (JavaScript)", buildPackage()],
  ["checkout (TypeScript)", slipwayScript],
] as const) {
  // What Node has compiled is kept from the first start on.
  spawnSync(process.execPath, [script, "--version"]);
  await measureFresh(script, client, postgres.url);
  const embedded = [];
  const fresh: Fresh[] = [];
  for (let turn = 0; turn < repetitions; turn++) embedded.push(await measureEmbedded(script));
  for (let turn = 0; turn < freshRepetitions; turn++) fresh.push(await measureFresh(script, client, postgres.url));
  const cpu = fresh.map((one) => one.cpu);
  const bytes = embedded.map((one) => one.bytes);
  rows.push({
    who,
    first: median(embedded.map((one) => one.first)),
    later: median(embedded.map((one) => one.later)),
    fresh: median(fresh.map(({ ready }) => ready)),
    cpu: cpu.includes(null) ? null : median(cpu as number[]),
    ...Object.fromEntries(
      ["mlflow", "mlflowAgain", "api", "page"].map((key, i) => [
        key,
        median(fresh.map(({ requests }) => requests[i] as number)),
      ]),
    ),
    memory: bytes.includes(null) ? null : mebibytes(median(bytes as number[])),
  });
}
await client.end();
await postgres.close();
for (const data of dataFolders) removeData(data);
report.table(
  "slipway up, start to ready",
  [
    { key: "who", title: "as" },
    { key: "first", title: "first start ms" },
    { key: "later", title: "later start ms" },
    { key: "fresh", title: "fresh store, database runs, ms" },
    { key: "cpu", title: "of it CPU ms" },
    { key: "mlflow", title: "first MLflow request ms" },
    { key: "mlflowAgain", title: "second ms" },
    { key: "api", title: "first of /api/v1 ms" },
    { key: "page", title: "first page ms" },
    { key: "memory", title: "MiB at rest, database included" },
  ],
  rows,
);
report.finish();
