/** The embedded PostgreSQL under supervision: started or adopted, restarted when it dies, stopped in order. */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../../base/index.ts";
import { withConnection } from "./address.ts";
import { openCluster } from "./initialise.ts";
import { startOrAdopt, type Running } from "./launch.ts";
import { dataOf, existingCluster, removeCluster, type Cluster } from "./location.ts";
import { isThisProcess, ownerOf } from "./ownership.ts";
import { runningPid } from "./pid-file.ts";
import { isPostgresOn } from "./process.ts";
import { findPrograms, type Programs } from "./programs.ts";

export interface PostgresServer {
  /** postgresql:// over a Unix socket, with the password. It stays the same when the server is restarted. */
  readonly url: string;
  /** Whether the server ran already: one that outlived a process that was killed, or that another process started. */
  readonly adopted: boolean;
  /**
   * Stops PostgreSQL once its connections are told to end; resolves when the process is gone. Where another process
   * holds the ownership of the database, it goes on running.
   */
  close(): Promise<void>;
}

export interface PostgresOptions {
  /** Folder of everything that Slipway keeps; made where it is absent. */
  readonly dataFolder: string;
  readonly log: Log;
}

/**
 * The life of the database of a data folder:
 * 1. The first start makes it (initdb), with a password that only this user can read.
 * 2. A start takes over the server that runs on it, or removes what a killed one left and starts one.
 * 3. When the server dies, it is started again; connections break, the address stays.
 * 4. `close` stops it. A process that ends without it leaves the server to the next start.
 *
 * Who may use it is another question: see claimOwnership.
 *
 * @throws SLW_STORE_PLATFORM, SLW_STORE_FOLDER, SLW_STORE_START
 */
export async function startPostgres({ dataFolder, log }: PostgresOptions): Promise<PostgresServer> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  // One name for the folder, whatever links lead to it: servers are recognised by it.
  const folder = realpathSync(dataFolder);
  const programs = findPrograms(folder);
  const cluster = await openCluster(folder, programs);
  const running = await startOrAdopt(cluster, programs);
  const adopted = running.child === null;
  log.info(
    { pid: running.pid, folder: cluster.folder, adopted },
    adopted ? "PostgreSQL adopted" : "PostgreSQL started",
  );
  const close = supervise(cluster, programs, running, log);
  return { url: running.url, adopted, close };
}

/** Milliseconds between two looks at an adopted server, which no event tells of. */
const lookEvery = 250;
/** Milliseconds to wait before a start that failed is tried again. */
const pauseBetweenStarts = 1_000;

/** @returns what stops the server, and the supervision */
function supervise(cluster: Cluster, programs: Programs, first: Running, log: Log): () => Promise<void> {
  let running = first;
  let closing: Promise<void> | null = null;
  let restarting: Promise<void> = Promise.resolve();

  const watch = (): void => {
    const ended = (): void => void (restarting = restart());
    const { child, pid } = running;
    if (child !== null) {
      if (child.exitCode === null && child.signalCode === null) child.once("exit", ended);
      else ended();
      return;
    }
    const timer = setInterval(() => {
      if (isPostgresOn(pid, dataOf(cluster))) return;
      clearInterval(timer);
      ended();
    }, lookEvery);
    timer.unref();
  };

  const restart = async (): Promise<void> => {
    for (;;) {
      if (closing !== null) return;
      log.warn({ pid: running.pid }, "PostgreSQL ended unexpectedly; starting it again");
      try {
        running = await startOrAdopt(cluster, programs);
        log.info({ pid: running.pid }, "PostgreSQL started again");
        return watch();
      } catch (error) {
        log.error({ err: error }, "PostgreSQL cannot be started again");
        await delay(pauseBetweenStarts);
      }
    }
  };

  const close = async (): Promise<void> => {
    // One that is being started again is stopped when it is there.
    await restarting;
    await stop(cluster, running, log);
  };
  watch();
  return () => (closing ??= close());
}

/** Milliseconds for a server to end, first by itself and then by force. */
const stopTimeout = 10_000;
const forceTimeout = 5_000;

async function stop(cluster: Cluster, running: Running, log: Log): Promise<void> {
  const { pid, url } = running;
  const owner = await withConnection(url, ownerOf).catch(() => null);
  if (owner !== null && !isThisProcess(owner)) {
    log.warn({ pid, owner }, "PostgreSQL goes on: another process owns the database");
    return;
  }
  // SIGINT: fast shutdown, which ends the connections. SIGQUIT: as after a crash, without a last checkpoint.
  const steps = [
    ["SIGINT", stopTimeout],
    ["SIGQUIT", forceTimeout],
    ["SIGKILL", forceTimeout],
  ] as const;
  for (const [signal, timeout] of steps) {
    if (!signalServer(running, cluster, signal)) return;
    if (await hasEnded(pid, cluster, timeout)) return;
    log.warn({ pid, signal }, "PostgreSQL does not end");
  }
}

/** @returns false where it is gone */
function signalServer({ pid }: Running, cluster: Cluster, signal: NodeJS.Signals): boolean {
  if (!isPostgresOn(pid, dataOf(cluster))) return false;
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** @returns whether it has ended before `timeout` milliseconds are over */
async function hasEnded(pid: number, cluster: Cluster, timeout: number): Promise<boolean> {
  const until = performance.now() + timeout;
  while (isPostgresOn(pid, dataOf(cluster))) {
    if (performance.now() > until) return false;
    await delay(10);
  }
  return true;
}

/** Removes the database of a data folder for good, and ends the server that runs on it. Does nothing where there is none. */
export async function removePostgres(dataFolder: string): Promise<void> {
  if (!existsSync(dataFolder)) return;
  const folder = realpathSync(dataFolder);
  const cluster = existingCluster(folder);
  if (cluster === null) return;
  for (const signal of ["SIGQUIT", "SIGKILL"] as const) {
    const pid = runningPid(cluster);
    if (pid === null) break;
    process.kill(pid, signal);
    if (await hasEnded(pid, cluster, forceTimeout)) break;
  }
  removeCluster(folder, cluster);
}
