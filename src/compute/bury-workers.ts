/** Workers that do not live any more: their ends are recorded, and their jobs given on. */
import { processStart, type Log } from "../base/index.ts";
import type { Database } from "../store/index.ts";
import type { TargetWorker } from "./target.ts";
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

/** Workers that say nothing any more, or that are gone from this machine. @param own those that this server started */
export async function buryWorkers(
  database: Database,
  own: ReadonlyMap<string, TargetWorker>,
  burial: Burial,
): Promise<void> {
  const { log, findSilent } = burial;
  const rows = await listWorkers(database, burial.target);
  const silent = findSilent(rows);
  for (const row of rows) {
    const worker = own.get(row.id);
    // Of our own, the system tells when they are gone.
    const gone = worker === undefined && isHere(row, burial) && !isAlive(row);
    if (!silent.has(row.id) && !gone) continue;
    try {
      if (worker !== undefined) worker.kill({ reason: "did not answer any more", consequence: "retry" });
      else await bury(database, row, { ...burial, gone });
    } catch (error) {
      log.error({ err: error, worker: row.id }, "a dead worker could not be buried");
    }
  }
}

/** Is it a process of this machine? */
function isHere(row: WorkerRow, { host }: Pick<Burial, "host">): boolean {
  return row.kind === "local" && row.host === host;
}

function isAlive({ pid, process_start: start }: WorkerRow): boolean {
  return pid !== null && processStart(pid) === start;
}

/** A worker of a server that is gone, one on a machine that is, or a remote one that nobody else would see to. */
async function bury(database: Database, row: WorkerRow, burial: Burial & { readonly gone: boolean }): Promise<void> {
  const { gone, log, listener } = burial;
  // Stopped, or its server is: it would only find out that its results are refused.
  if (!gone && isHere(row, burial) && isAlive(row)) process.kill(row.pid as number, "SIGKILL");
  const end =
    row.kind === "remote" ? silentRemote : { ...silentLocal, ...(gone && { reason: "ended with its server" }) };
  log.warn({ worker: row.id, name: row.name, pid: row.pid, reason: end.reason }, "a worker is dead");
  await endWorker(database, row.id, { exitCode: null, signal: null, ...end }, listener);
}

const silentLocal = { reason: "did not answer any more, nor did its server", consequence: "requeue" } as const;
/** Whether it died of its job or the network is to blame, nobody knows: it is made good once. */
const silentRemote = { reason: "did not answer any more", consequence: "retry" } as const;
