/** The rows of workers: who is alive, by the clock of the database, and how those that are not have ended. */
import { sql, type Selectable } from "kysely";
import { transaction, type Database, type Queryable, type Tables } from "../store/index.ts";
import { lockPool } from "./claim.ts";
import { releaseJob } from "./job-attempts.ts";
import type { JobListener, JobRef, WorkerEnd } from "./types.ts";

/** Milliseconds between two heartbeats of a worker. */
export const heartbeatMilliseconds = 3_000;
/** Seconds without a heartbeat after which a worker is taken for dead; a network may be away for a while. */
const deadSeconds = { local: 12, remote: 30 } as const;

/** A process that a server has started. */
export interface NewWorker {
  readonly id: string;
  readonly target: string;
  readonly poolId: string;
  readonly host: string;
  readonly pid: number;
  readonly processStart: string;
  /** Of the pool. */
  readonly cores: number;
  readonly memoryLimit: number;
}

export async function registerWorker(database: Database, worker: NewWorker): Promise<void> {
  await database
    .insertInto("workers")
    .values({
      id: worker.id,
      target: worker.target,
      pool_id: worker.poolId,
      cores: worker.cores,
      host: worker.host,
      pid: worker.pid,
      process_start: worker.processStart,
      memory_limit_bytes: worker.memoryLimit,
    })
    .execute();
}

/** What a worker has used so far. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakMemory: number;
}

/** What the database knows of a worker that says it is alive. */
export interface Beat {
  /** False where it has been declared dead: it must end. */
  readonly alive: boolean;
  /** Does the worker's job belong to somebody else by now? */
  readonly fenced: boolean;
  readonly cancelled: boolean;
}

/** @param job what the worker is at work on */
export async function beat(database: Database, workerId: string, usage: Usage, job: JobRef | null): Promise<Beat> {
  const { numUpdatedRows } = await database
    .updateTable("workers")
    .set({ heartbeat_at: sql`now()`, cpu_seconds: usage.cpuSeconds, peak_memory_bytes: usage.peakMemory })
    .where("id", "=", workerId)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  const alive = numUpdatedRows === 1n;
  if (job === null) return { alive, fenced: false, cancelled: false };
  const row = await database
    .selectFrom("jobs")
    .select("cancel_requested_at")
    .where("run_id", "=", job.runId)
    .where("attempt", "=", job.attempt)
    .where("state", "=", "RUNNING")
    .executeTakeFirst();
  return { alive, fenced: row === undefined, cancelled: row !== undefined && row.cancel_requested_at !== null };
}

/** Records a worker's end and gives its job on; once, however many find out. */
export async function endWorker(
  database: Queryable,
  workerId: string,
  end: WorkerEnd,
  listener: JobListener,
): Promise<void> {
  await transaction(database, async (trx) => {
    const worker = await trx.selectFrom("workers").select("pool_id").where("id", "=", workerId).executeTakeFirst();
    if (worker === undefined) return;
    // A claim of the same moment comes before, and is given on with the others, or after, and finds no worker.
    await lockPool(trx, worker.pool_id);
    const ended = await trx
      .updateTable("workers")
      .set({ ended_at: sql`now()`, exit_code: end.exitCode, exit_signal: end.signal, end_reason: end.reason })
      .where("id", "=", workerId)
      .where("ended_at", "is", null)
      .executeTakeFirstOrThrow();
    if (ended.numUpdatedRows === 0n) return;
    const jobs = await trx
      .selectFrom("jobs")
      .select(["run_id", "attempt"])
      .where("worker_id", "=", workerId)
      .where("state", "=", "RUNNING")
      .execute();
    for (const { run_id: runId, attempt } of jobs) await releaseJob(trx, { runId, attempt }, end, listener);
  });
}

export type WorkerRow = Selectable<Tables["workers"]> & { readonly silent: boolean };

/** Workers, of a target where one is given, that nobody has declared dead; `silent` ones have missed their heartbeats. */
export async function listWorkers(database: Queryable, target?: string): Promise<WorkerRow[]> {
  return database
    .selectFrom("workers")
    .selectAll()
    .select(
      sql<boolean>`heartbeat_at < now() -
        CASE kind WHEN 'local' THEN ${deadSeconds.local}::int ELSE ${deadSeconds.remote}::int END * interval '1 second'`.as(
        "silent",
      ),
    )
    .where("ended_at", "is", null)
    .$if(target !== undefined, (query) => query.where("target", "=", target as string))
    .orderBy("started_at")
    .execute();
}

/** Milliseconds of our own for which a heartbeat must have stood still: the clock of the database may be set. */
const stillMilliseconds = 2 * heartbeatMilliseconds;

/** Finds, of all workers that are alive, those silent by the clock of the database and by our own. */
export type SilenceWatch = (rows: readonly WorkerRow[]) => Set<string>;

export function createSilenceWatch(): SilenceWatch {
  let seen = new Map<string, { readonly beat: number; readonly since: number }>();
  return (rows) => {
    const at = performance.now();
    seen = new Map(
      rows.map(({ id, heartbeat_at: heartbeat }) => {
        const beat = heartbeat.getTime();
        const last = seen.get(id);
        return [id, last?.beat === beat ? last : { beat, since: at }];
      }),
    );
    const isStill = (id: string): boolean => at - (seen.get(id)?.since ?? at) >= stillMilliseconds;
    return new Set(rows.filter(({ id, silent }) => silent && isStill(id)).map(({ id }) => id));
  };
}

/** Days for which it stays known how a worker ended. */
const keptDays = 30;

/** @returns how many went */
export async function forgetWorkers(database: Database): Promise<number> {
  const { numDeletedRows } = await database
    .deleteFrom("workers")
    .where(sql<boolean>`ended_at < now() - ${keptDays} * interval '1 day'`)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
