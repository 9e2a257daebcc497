/**
 * What keeps jobs moving, in every server process: it wakes workers when something is queued, starts and ends them, and
 * takes jobs away from who does not live any more or takes too long. Several servers do so side by side.
 */
import { availableParallelism } from "node:os";
import { newId, type Log } from "../base/index.ts";
import { listen, type Database } from "../store/index.ts";
import { readDemand, type Capacity } from "./demand.ts";
import { createLocalPool, defaultMemoryLimit, type LocalPool } from "./local-pool.ts";
import { startLoop, type Loop } from "./loop.ts";
import { endOverdue } from "./overdue.ts";
import { closePool, keepPool } from "./pools.ts";
import { createRemoteTarget, wakeRemote } from "./remote-target.ts";
import { jobsChannel, type JobSignal } from "./signals.ts";
import { localTarget, remoteTarget, type TargetWorker } from "./target.ts";
import type { JobListener } from "./types.ts";

export interface ComputeOptions {
  readonly database: Database;
  /** Of the same database. */
  readonly url: string;
  readonly log: Log;
  readonly listener: JobListener;
  /** Module that calls runWorker, and what is passed to it. */
  readonly entry: URL;
  readonly settings: unknown;
  /** Jobs at a time. Default: the machine's cores. */
  readonly maxWorkers?: number;
  /** Workers that are kept though there is nothing to do. Default 0. */
  readonly minWorkers?: number;
  /** Seconds for which further ones wait for the next job. Default 60. */
  readonly idleSeconds?: number;
  /** Bytes of memory that a worker may use. Default: defaultMemoryLimit. */
  readonly memoryLimit?: number;
  /** Cores that the jobs of this machine share. Default: all, or one for each of maxWorkers where those are more. */
  readonly cores?: number;
  /** Bytes of memory that they share. Default: memoryLimit for each of maxWorkers. */
  readonly memory?: number;
}

export interface Compute {
  /** Something was queued or cancelled: look now. Whoever changes a job tells it by itself; this is for other reasons. */
  poke(): void;
  /** Process ids of the workers that live. */
  pids(): number[];
  /** Ends the workers; their jobs are queued again. */
  close(): Promise<void>;
}

/** Milliseconds between two looks at the jobs; what is told by a signal is looked at once. */
const lookMilliseconds = 1_000;

export function startCompute(options: ComputeOptions): Compute {
  const { database, log, listener } = options;
  const limits = limitsOf(options);
  const pool = { id: newId(), target: localTarget, ...limits };
  const local: LocalPool = createLocalPool({
    ...options,
    ...limits,
    poolId: pool.id,
    onChange: () => scaling.poke(),
  });
  const targets = [local, createRemoteTarget(database, { log, listener })];
  const find = (id: string): TargetWorker | undefined => targets.map((target) => target.find(id)).find(Boolean);

  const demand = { target: localTarget, poolId: pool.id, capacity: limits.capacity };
  const scale = async (): Promise<void> => local.scale(await readDemand(database, demand));
  const look = async (): Promise<void> => {
    await keepPool(database, pool);
    for (const target of targets) await target.bury();
    await endOverdue(database, { find, log, listener });
    await tellCancelled(database, local);
  };
  const safely = (work: () => Promise<void>) => () =>
    work().catch((error: unknown) => log.warn({ err: error }, "the jobs could not be looked at"));
  const looking = startLoop(safely(look), lookMilliseconds);
  const scaling = startLoop(safely(scale), lookMilliseconds);
  const signals = hearSignals(options, {
    worker: (id) => find(id)?.look(),
    target: (name) => wake(name, { database, local, scaling, maxWorkers: limits.maxWorkers }),
    missed: () => {
      wakeRemote(database);
      scaling.poke();
      looking.poke();
    },
  });

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([signals, scaling, looking].map((each) => each.close()));
    await Promise.all(targets.map((target) => target.close()));
    await closePool(database, pool.id);
  };
  return {
    poke() {
      looking.poke();
      scaling.poke();
    },
    pids: () => local.workers.map(({ pid }) => pid),
    close: () => (closing ??= close()),
  };
}

interface Waking {
  readonly database: Database;
  readonly local: LocalPool;
  readonly scaling: Loop;
  readonly maxWorkers: number;
}

/** Something was queued on a target. */
function wake(name: string, { database, local, scaling, maxWorkers }: Waking): void {
  if (name === remoteTarget) wakeRemote(database);
  if (name !== localTarget) return;
  local.wake();
  // Where all are at work, one more may have to be started.
  const isIdle = local.workers.some(({ status }) => status.state === "idle" && !status.asked);
  if (!isIdle && local.workers.length < maxWorkers) scaling.poke();
}

interface Limits {
  readonly maxWorkers: number;
  readonly minWorkers: number;
  readonly idleSeconds: number;
  readonly memoryLimit: number;
  readonly capacity: Capacity;
}

function limitsOf(options: ComputeOptions): Limits {
  const { maxWorkers = availableParallelism(), minWorkers = 0, idleSeconds = 60 } = options;
  const memoryLimit = options.memoryLimit ?? defaultMemoryLimit(maxWorkers);
  const cores = options.cores ?? Math.max(availableParallelism(), maxWorkers);
  const capacity = { cores, memory: options.memory ?? memoryLimit * maxWorkers };
  return { maxWorkers, minWorkers, idleSeconds, memoryLimit, capacity };
}

interface SignalHandlers {
  readonly target: (name: string) => void;
  readonly worker: (id: string) => void;
  /** Signals may have been missed. */
  readonly missed: () => void;
}

function hearSignals({ url, log }: ComputeOptions, handlers: SignalHandlers): { close(): Promise<void> } {
  const end = new AbortController();
  const hear = (payload: string): void => {
    const signal = JSON.parse(payload) as JobSignal;
    if ("worker" in signal) handlers.worker(signal.worker);
    else handlers.target(signal.target);
  };
  const listening = listen({
    url,
    subject: "jobs",
    log,
    end: end.signal,
    onConnected: handlers.missed,
    channels: { [jobsChannel]: hear },
  });
  return {
    async close() {
      end.abort();
      await listening;
    },
  };
}

/** Workers look at the database every few seconds; of a cancellation that no signal told they should know sooner. */
async function tellCancelled(database: Database, pool: LocalPool): Promise<void> {
  const busy = pool.workers.filter(({ runId }) => runId !== null);
  if (busy.length === 0) return;
  const cancelled = await database
    .selectFrom("jobs")
    .select("worker_id")
    .where("state", "=", "RUNNING")
    .where("cancel_requested_at", "is not", null)
    .where(
      "worker_id",
      "in",
      busy.map(({ id }) => id),
    )
    .execute();
  for (const { worker_id: id } of cancelled) if (id !== null) pool.find(id)?.look();
}
