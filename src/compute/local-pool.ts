/** The compute target "local": worker processes of this server, started when there is work and ended when there is none. */
import { freemem, totalmem } from "node:os";
import { newId, type Log } from "../base/index.ts";
import type { Database } from "../store/index.ts";
import type { JobListener } from "./types.ts";
import { startWorkerProcess, type WorkerProcess, type WorkerState } from "./worker-process.ts";
import { endWorker } from "./workers.ts";

/** Azure ML's AmlCompute.provisioning_configuration, for processes instead of machines. */
export interface LocalPoolOptions {
  /** Workers at most: so many jobs run at a time. */
  readonly maxWorkers: number;
  /** Workers that are kept though there is nothing to do. */
  readonly minWorkers: number;
  /** Seconds for which a worker beyond those waits for the next job. */
  readonly idleSeconds: number;
  /** Bytes of memory that a worker may use. */
  readonly memoryLimit: number;
  /** Module that calls runWorker. */
  readonly entry: URL;
  /** For that module; JSON. */
  readonly settings: unknown;
  /** postgresql:// */
  readonly url: string;
  readonly database: Database;
  readonly serverId: string;
  readonly target: string;
  readonly listener: JobListener;
  readonly log: Log;
  /** Called when a worker has become ready, idle or busy, or has ended. */
  readonly onChange: () => void;
}

export interface LocalPool {
  /** Now. */
  readonly workers: readonly WorkerProcess[];
  /** Has a worker of this server ever become ready? */
  readonly proven: boolean;
  /** Starts or ends workers, so that `waiting` jobs find one. */
  scale(waiting: number): void;
  find(workerId: string): WorkerProcess | undefined;
  /** Ends all workers at once; their jobs are queued again. */
  close(): Promise<void>;
}

/** Milliseconds before another start after the first that failed; twice as long after each further one. */
const firstPause = 1_000;
const longestPause = 60_000;

export function createLocalPool(options: LocalPoolOptions): LocalPool {
  const pool: Pool = {
    workers: new Map(),
    endings: new Set(),
    proven: false,
    failedStarts: 0,
    startAgainAt: 0,
    closing: false,
  };
  return {
    get workers() {
      return [...pool.workers.values()];
    },
    get proven() {
      return pool.proven;
    },
    find: (id) => pool.workers.get(id),
    scale: (waiting) => scale(pool, options, waiting),
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
  proven: boolean;
  /** In a row. */
  failedStarts: number;
  /** performance.now() before which no worker is started. */
  startAgainAt: number;
  closing: boolean;
}

function scale(
  pool: Pool,
  { maxWorkers, minWorkers, idleSeconds, ...options }: LocalPoolOptions,
  waiting: number,
): void {
  if (pool.closing) return;
  const ofState = (...states: readonly WorkerState[]): WorkerProcess[] =>
    [...pool.workers.values()].filter(({ status }) => states.includes(status.state));
  const wanted = Math.min(maxWorkers, Math.max(minWorkers, ofState("busy").length + waiting));
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
  const { target, serverId, url, memoryLimit, settings } = options;
  const worker = startWorkerProcess({
    entry: options.entry,
    config: { id, target, serverId, url, memoryLimit, logLevel: options.log.level, settings },
    log,
    onChange: () => {
      if (worker.status.state === "idle") [pool.proven, pool.failedStarts] = [true, 0];
      options.onChange();
    },
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
