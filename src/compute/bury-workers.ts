/** Workers that do not live any more: their ends are recorded, and their jobs given on. */
import { processStart, type Log } from "../base/index.ts";
import type { Database } from "../store/index.ts";
import type { LocalPool } from "./local-pool.ts";
import type { JobListener } from "./types.ts";
import { endWorker, listWorkers, type SilenceWatch, type WorkerRow } from "./workers.ts";

export interface Burial {
  readonly target: string;
  /** Of this process: hostIdentity(). */
  readonly host: string;
  readonly log: Log;
  readonly listener: JobListener;
  readonly findSilent: SilenceWatch;
}

/** Workers that say nothing any more, or that are gone from this machine. */
export async function buryWorkers(database: Database, pool: LocalPool, burial: Burial): Promise<void> {
  const { host, log, findSilent } = burial;
  const rows = await listWorkers(database, burial.target);
  const silent = findSilent(rows);
  for (const row of rows) {
    const own = pool.find(row.id);
    // Of our own, the system tells when they are gone.
    const gone = own === undefined && row.host === host && processStart(row.pid) !== row.process_start;
    if (!silent.has(row.id) && !gone) continue;
    try {
      if (own !== undefined) own.kill({ reason: "did not answer any more", consequence: "retry" });
      else await bury(database, row, { ...burial, gone });
    } catch (error) {
      log.error({ err: error, worker: row.id }, "a dead worker could not be buried");
    }
  }
}

/** A worker of a server that is gone, or on a machine that is. */
async function bury(
  database: Database,
  row: WorkerRow,
  { gone, host, log, listener }: Burial & { readonly gone: boolean },
): Promise<void> {
  // Stopped, or its server is: it would only find out that its results are refused.
  if (!gone && row.host === host && processStart(row.pid) === row.process_start) process.kill(row.pid, "SIGKILL");
  const reason = gone ? "ended with its server" : "did not answer any more, nor did its server";
  log.warn({ worker: row.id, pid: row.pid, reason }, "a worker is dead");
  await endWorker(database, row.id, { exitCode: null, signal: null, reason, consequence: "requeue" }, listener);
}
