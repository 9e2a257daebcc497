/**
 * What keeps jobs moving, in every server process: it hands queued jobs to the durable queue, starts workers for them,
 * and takes jobs away from who does not live any more or takes too long. Several servers do so side by side.
 */
import { availableParallelism } from "node:os";
import { newId, type Log } from "../base/index.ts";
import { openDurableClient, type Database, type DurableClient } from "../store/index.ts";
import { buryWorkers } from "./bury-workers.ts";
import { enqueueJobs, recoverWorkflows } from "./durable-queue.ts";
import { hostIdentity } from "./host.ts";
import { createLocalPool, defaultMemoryLimit, type LocalPool } from "./local-pool.ts";
import { startLoop } from "./loop.ts";
import { endOverdue } from "./overdue.ts";
import type { JobListener } from "./types.ts";
import { createSilenceWatch } from "./workers.ts";

/** The compute target of this machine. */
export const localTarget = "local";

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
}

export interface Compute {
  /** Something was queued or cancelled: look now. */
  poke(): void;
  /** Process ids of the workers that live. */
  pids(): number[];
  /** Ends the workers; their jobs are queued again. */
  close(): Promise<void>;
}

/** Milliseconds between two looks at the jobs; changes in this process are looked at once. */
const lookMilliseconds = 1_000;

export function startCompute(options: ComputeOptions): Compute {
  const { database, url, log, listener } = options;
  const target = localTarget;
  const pool = openPool(options, () => loop.poke());
  const burial = { target, host: hostIdentity(), findSilent: createSilenceWatch(), log, listener };
  let durable: DurableClient | null = null;

  const look = async (): Promise<void> => {
    await buryWorkers(database, pool, burial);
    await endOverdue(database, { target, pool, log, listener });
    await tellCancelled(database, pool);
    pool.scale(await countQueued(database));
    if (!pool.proven) return;
    durable ??= await openDurableClient({ url, log, connections: 2 });
    await recoverWorkflows(database, durable, target);
    await enqueueJobs(database, durable, target);
  };
  const loop = startLoop(
    () => look().catch((error: unknown) => log.warn({ err: error }, "the jobs could not be looked at")),
    lookMilliseconds,
  );

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await loop.close();
    await pool.close();
    await durable?.close();
  };
  return { poke: loop.poke, pids: () => pool.workers.map(({ pid }) => pid), close: () => (closing ??= close()) };
}

function openPool(options: ComputeOptions, onChange: () => void): LocalPool {
  const { maxWorkers = availableParallelism(), minWorkers = 0, idleSeconds = 60 } = options;
  return createLocalPool({
    ...options,
    serverId: newId(),
    target: localTarget,
    maxWorkers,
    minWorkers,
    idleSeconds,
    memoryLimit: options.memoryLimit ?? defaultMemoryLimit(maxWorkers),
    onChange,
  });
}

/** Workers look at the database every few seconds; of a cancellation they should know now. */
async function tellCancelled(database: Database, pool: LocalPool): Promise<void> {
  const busy = pool.workers.filter(({ status }) => status.runId !== null);
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

async function countQueued(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom("jobs")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("target", "=", localTarget)
    .where("state", "=", "QUEUED")
    .executeTakeFirstOrThrow();
  return count;
}
