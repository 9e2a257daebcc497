/** The compute target "local": worker processes of this server, started when there is work and ended when there is none. */
import { freemem, totalmem } from "node:os";
import { newId, type Log } from "../base/index.ts";
import type { Database } from "../store/index.ts";
import { buryWorkers } from "./bury-workers.ts";
import type { Capacity, Demand } from "./demand.ts";
import { hostIdentity } from "./host.ts";
import { localTarget, type ComputeTarget } from "./target.ts";
import type { JobListener } from "./types.ts";
import { startWorkerProcess, type WorkerProcess, type WorkerState } from "./worker-process.ts";
import { createSilenceWatch, endWorker } from "./workers.ts";

/** Azure ML's AmlCompute.provisioning_configuration, for processes instead of machines. */
export interface LocalPoolOptions {
  /** Workers at most: so many jobs run at a time. */
  readonly maxWorkers: number;
  /** Workers that are kept though there is nothing to do. */
  readonly minWorkers: number;
  /** Seconds for which a worker beyond those waits for the next job. */
  readonly idleSeconds: number;
  /** Bytes of memory that a worker may use, unless its job asks for more. */
  readonly memoryLimit: number;
  /** What the jobs that run share. */
  readonly capacity: Capacity;
  /** Module that calls runWorker. */
  readonly entry: URL;
  /** For that module; JSON. */
  readonly settings: unknown;
  /** postgresql:// */
  readonly url: string;
  readonly database: Database;
  readonly poolId: string;
  readonly listener: JobListener;
  readonly log: Log;
  /** Called when a worker has become ready, idle or busy, or has ended. */
  readonly onChange: () => void;
}

export interface LocalPool extends ComputeTarget {
  readonly workers: readonly WorkerProcess[];
  find(workerId: string): WorkerProcess | undefined;
}

/** Milliseconds before another start after the first that failed; twice as long after each further one. */
const firstPause = 1_000;
const longestPause = 60_000;

export function createLocalPool(options: LocalPoolOptions): LocalPool {
  const pool: Pool = {
    workers: new Map(),
    endings: new Set(),
    failedStarts: 0,
    startAgainAt: 0,
    closing: false,
  };
  const { database, log, listener } = options;
  const burial = { target: localTarget, host: hostIdentity(), findSilent: createSilenceWatch(), log, listener };
  return {
    name: localTarget,
    kind: "local",
    get workers() {
      return [...pool.workers.values()];
    },
    find: (id) => pool.workers.get(id),
    wake: () => wake(pool),
    scale: (demand) => scale(pool, options, demand),
    bury: () => buryWorkers(database, pool.workers, burial),
    async close() {
      pool.closing = true;
      const end = { reason: "ended with its server", consequence: "requeue" } as const;
      for (const worker of pool.workers.values()) worker.kill(end);
      await Promise.all(pool.endings);
    },
  };
}

interface Pool {
  readonly workers: Map<string, WorkerProcess>;
  /** Of each worker: its end, until it is recorded. */
  readonly endings: Set<Promise<void>>;
  /** In a row. */
  failedStarts: number;
  /** performance.now() before which no worker is started. */
  startAgainAt: number;
  closing: boolean;
}

/** One is enough: when it has found something, the next is asked. */
function wake(pool: Pool): void {
  const idle = [...pool.workers.values()].filter(({ status }) => status.state === "idle");
  // One that was asked may have looked just before there was something to see.
  (idle.find(({ status }) => !status.asked) ?? idle[0])?.claim();
}

function scale(
  pool: Pool,
  { maxWorkers, minWorkers, idleSeconds, ...options }: LocalPoolOptions,
  { fitting }: Demand,
): void {
  if (pool.closing) return;
  if (fitting > 0) wake(pool);
  const ofState = (...states: readonly WorkerState[]): WorkerProcess[] =>
    [...pool.workers.values()].filter(({ status }) => states.includes(status.state));
  const wanted = Math.min(maxWorkers, Math.max(minWorkers, ofState("busy").length + fitting));
  if (performance.now() >= pool.startAgainAt) {
    for (let i = pool.workers.size; i < wanted; i++) start(pool, options);
  }
  const idleSince = performance.now() - idleSeconds * 1000;
  const spare = ofState("idle").filter(({ status }) => status.since <= idleSince);
  const surplus = Math.max(0, ofState("starting", "idle", "busy").length - wanted);
  for (const worker of spare.slice(0, surplus)) worker.stop();
}

function start(pool: Pool, options: Omit<LocalPoolOptions, "maxWorkers" | "minWorkers" | "idleSeconds">): void {
  const id = newId();
  const log = options.log.child({ part: "worker" });
  const { poolId, capacity, url, memoryLimit, settings } = options;
  const worker = startWorkerProcess({
    entry: options.entry,
    config: {
      id,
      target: localTarget,
      pool: { id: poolId, cores: capacity.cores, memoryBytes: capacity.memory },
      url,
      memoryLimit,
      logLevel: options.log.level,
      settings,
    },
    log,
    onChange: () => {
      if (worker.status.state === "idle") pool.failedStarts = 0;
      options.onChange();
    },
    onMore: () => wake(pool),
  });
  pool.workers.set(id, worker);
  log.info({ worker: id, pid: worker.pid }, "a worker was started");
  const ending = forget(pool, worker, options);
  pool.endings.add(ending);
  void ending.finally(() => pool.endings.delete(ending));
}

/** Waits for a worker's end, and sees to what it leaves. */
async function forget(
  pool: Pool,
  worker: WorkerProcess,
  { log, database, listener, onChange }: Pick<LocalPoolOptions, "log" | "database" | "listener" | "onChange">,
): Promise<void> {
  const end = await worker.ended;
  const { state } = worker.status;
  const expected = pool.closing || state === "stopping";
  log[expected ? "info" : "warn"]({ worker: worker.id, ...end }, "a worker ended");
  if (state === "starting" && !pool.closing) {
    pool.startAgainAt = performance.now() + Math.min(firstPause * 2 ** pool.failedStarts, longestPause);
    pool.failedStarts++;
  }
  // Its job first: a slot that is free before would be given to the next in the queue.
  await endWorker(database, worker.id, end, listener).catch((error: unknown) =>
    log.error({ err: error, worker: worker.id }, "the end of a worker could not be recorded; its heartbeat will tell"),
  );
  pool.workers.delete(worker.id);
  onChange();
}

/** Bytes of memory for each of so many workers: three quarters of the machine's, at least 512 MiB. */
export function defaultMemoryLimit(maxWorkers: number): number {
  const ours = Math.max(0.75 * totalmem(), freemem());
  return Math.max(512 * 2 ** 20, Math.floor((0.75 * Math.min(ours, totalmem())) / maxWorkers));
}
