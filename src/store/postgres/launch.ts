/** Starts PostgreSQL on a cluster, or finds the one that runs on it already. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  chownSync,
  closeSync,
  fchownSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SlipwayError } from "../../base/index.ts";
import { connect, database, role, socketAddress, socketPort, superuser, withConnection } from "./address.ts";
import { programEnvironment } from "./initialise.ts";
import { dataOf, logOf, passwordOf, socketFolder, type Cluster } from "./location.ts";
import { pidFileOf, readPidFile } from "./pid-file.ts";
import { isPostgresOn } from "./process.ts";
import { noLoader, type Programs } from "./programs.ts";
import { readIfThere } from "./read-if-there.ts";
import { settingsFile } from "./settings.ts";

export interface Running {
  readonly pid: number;
  readonly url: string;
  /** Null where another process started it. */
  readonly child: ChildProcess | null;
}

/** How long a server may take to start, milliseconds: it may have to recover up to max_wal_size after a crash. */
const startTimeout = 60_000;
/** How long to try again where it ends at once: after a kill of the server alone, its backends take a moment to end. */
const retryTimeout = 10_000;
/** Milliseconds between two looks at a server that starts. */
const lookEvery = 10;
/** A log over this size, in bytes, is put aside at the next start, as postgres.log.1. */
const maxLogSize = 1_000_000;

/** @throws SLW_STORE_START with the last lines of the server's log where it does not come up */
export async function startOrAdopt(cluster: Cluster, programs: Programs): Promise<Running> {
  const until = performance.now() + retryTimeout;
  for (;;) {
    const found = await findRunning(cluster);
    const running = found ?? (await launch(cluster, programs));
    if (running !== null) {
      await makeDatabase(cluster, running);
      return running;
    }
    if (performance.now() > until) throw cannotStart(cluster, "it ends at once");
    await delay(lookEvery);
  }
}

/** @returns null where none runs: postmaster.pid is absent, or left by one that was killed */
async function findRunning(cluster: Cluster): Promise<Running | null> {
  const until = performance.now() + startTimeout;
  for (;;) {
    const file = readPidFile(cluster);
    if (file === null) return null;
    const url = socketAddress(file.socketFolder, passwordIn(cluster));
    const answer = await askServer(url);
    if (answer === "ready") return { pid: file.pid, url, child: null };
    // Without an answer there may still be one that starts, or one that stops.
    if (answer === "absent" && !isPostgresOn(file.pid, dataOf(cluster))) return null;
    if (performance.now() > until) throw cannotStart(cluster, `the one of process ${file.pid} does not answer`);
    await delay(lookEvery);
  }
}

/** PostgreSQL's code for "starting up", "shutting down" and "recovering". */
const cannotConnectNow = "57P03";

async function askServer(url: string): Promise<"ready" | "busy" | "absent"> {
  try {
    const client = await connect(url);
    await client.end();
    return "ready";
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    if (code === cannotConnectNow) return "busy";
    // Any other answer of PostgreSQL, such as "too many connections", is five characters long.
    return /^[0-9A-Z]{5}$/.test(code) ? "ready" : "absent";
  }
}

const passwordIn = (cluster: Cluster): string => readFileSync(passwordOf(cluster), "utf8").trim();

/** @returns null where it ended before it was ready */
async function launch(cluster: Cluster, programs: Programs): Promise<Running | null> {
  const sockets = socketFolder(cluster);
  removeStale(pidFileOf(cluster), cluster);
  removeStale(join(sockets, `.s.PGSQL.${socketPort}.lock`), cluster);
  writeSettings(cluster);
  const child = spawnServer(cluster, programs, sockets);
  let failure: NodeJS.ErrnoException | null = null;
  child.on("error", (error) => (failure = error));
  const until = performance.now() + startTimeout;
  while (child.exitCode === null && child.signalCode === null) {
    if (failure !== null) throw cannotSpawn(cluster, programs, failure);
    const file = readPidFile(cluster);
    if (file !== null && file.pid === child.pid && file.ready)
      return { pid: file.pid, url: socketAddress(sockets, passwordIn(cluster)), child };
    if (performance.now() > until) {
      child.kill("SIGQUIT");
      throw cannotStart(cluster, `it was not ready after ${startTimeout / 1000} seconds`);
    }
    await delay(lookEvery);
  }
  return null;
}

/**
 * Removes a lock file whose process is dead or no PostgreSQL of this cluster: PostgreSQL itself only looks whether there
 * is a process of that number, and would refuse for ever where another has got it.
 */
function removeStale(path: string, cluster: Cluster): void {
  const content = readIfThere(path);
  if (content === null || isPostgresOn(Number.parseInt(content, 10), dataOf(cluster))) return;
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  // A server that started between the look and the rename gets its file back.
  if (readFileSync(aside, "utf8") !== content) linkSync(aside, path);
  rmSync(aside);
}

function writeSettings(cluster: Cluster): void {
  const path = join(dataOf(cluster), "postgresql.conf");
  const text = settingsFile();
  if (readIfThere(path) === text) return;
  const unfinished = `${path}.new-${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  if (cluster.identity !== null) chownSync(unfinished, cluster.identity.uid, cluster.identity.gid);
  renameSync(unfinished, path);
}

/** In a session of its own, so that Ctrl-C does not reach it, and with its log in a file, so that it outlives this process. */
function spawnServer(cluster: Cluster, programs: Programs, sockets: string): ChildProcess {
  const log = openLog(cluster);
  try {
    const child = spawn(programs.postgres, ["-D", dataOf(cluster), "-k", sockets, "-p", String(socketPort)], {
      ...cluster.identity,
      cwd: cluster.folder,
      env: programEnvironment(),
      detached: true,
      stdio: ["ignore", log, log],
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function openLog(cluster: Cluster): number {
  const path = logOf(cluster);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxLogSize) renameSync(path, `${path}.1`);
  const log = openSync(path, "a", 0o600);
  if (cluster.identity !== null) fchownSync(log, cluster.identity.uid, cluster.identity.gid);
  return log;
}

/** PostgreSQL's codes for a role that is not there (with and without a password asked) and for a database. */
const notMadeYet = new Set(["28P01", "28000", "3D000"]);

/** Role and database of a cluster whose first start this is, or whose first start was cut off. */
async function makeDatabase(cluster: Cluster, running: Running): Promise<void> {
  try {
    const client = await connect(running.url);
    await client.end();
    return;
  } catch (error) {
    if (!notMadeYet.has((error as { code?: string }).code ?? "")) return;
  }
  const password = passwordIn(cluster);
  const sockets = readPidFile(cluster)?.socketFolder ?? socketFolder(cluster);
  const url = socketAddress(sockets, password, { user: superuser, name: superuser });
  await withConnection(url, async (client) => {
    const quoted = client.escapeLiteral(password);
    await ignoring("42710", client.query(`CREATE ROLE ${role} LOGIN CREATEDB PASSWORD ${quoted}`));
    await ignoring("42P04", client.query(`CREATE DATABASE ${database} OWNER ${role}`));
  });
}

/** Another process that makes them in the same moment: PostgreSQL says that they exist, or that a key does. */
async function ignoring(code: string, query: Promise<unknown>): Promise<void> {
  try {
    await query;
  } catch (error) {
    const { code: came } = error as { code?: string };
    if (came !== code && came !== "23505") throw error;
  }
}

function cannotStart(cluster: Cluster, reason: string): SlipwayError {
  const lines = (readIfThere(logOf(cluster)) ?? "").trimEnd().split("\n").slice(-5);
  return new SlipwayError(
    "SLW_STORE_START",
    `PostgreSQL does not start in ${cluster.folder}: ${reason}. The last lines of its log:\n${lines.join("\n")}`,
    { details: { folder: cluster.folder, log: logOf(cluster) } },
  );
}

function cannotSpawn(cluster: Cluster, programs: Programs, cause: NodeJS.ErrnoException): SlipwayError {
  if (cause.code === "ENOENT") return noLoader(programs.postgres, cause);
  return new SlipwayError("SLW_STORE_START", `${programs.postgres} cannot be started: ${cause.message}`, {
    details: { folder: cluster.folder },
    cause,
  });
}
