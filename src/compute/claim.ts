/**
 * A worker takes a job from the queue, which is the table `jobs` itself: in the order in which jobs were queued the first
 * that fits the worker and what is free in its pool.
 */
import { CompiledQuery, sql, type Transaction } from "kysely";
import type { Log } from "../base/index.ts";
import { isConnectionFailure, transaction, type Database, type Queryable, type Tables } from "../store/index.ts";
import { closeJob, openRow, toJob, type JobRow } from "./job-rows.ts";
import { outlasting } from "./reconnect.ts";
import type { Job, JobListener } from "./types.ts";

/** Who claims. */
export interface ClaimingWorker {
  readonly id: string;
  readonly target: string;
  /** Jobs of one pool share its cores and memory. */
  readonly poolId: string;
  /** Of the pool. */
  readonly cores: number;
  /** Bytes; of the pool. */
  readonly memoryBytes: number;
  /** A job's labels must all be among them. */
  readonly labels: readonly string[];
  /** Only jobs of this workspace; null for any. */
  readonly workspaceId: string | null;
}

export interface ClaimServices {
  readonly listener: JobListener;
  readonly log: Log;
}

/**
 * Seconds after which a job reserves: when the one that waits longest of those that a pool could ever compute has waited
 * for so long, nothing behind it begins in that pool. So big ones are not passed by small ones for ever.
 */
export const reserveSeconds = 60;

/** One claim of a pool at a time: what is free must not be given away twice. Held until the transaction ends. */
export async function lockPool(trx: Transaction<Tables>, poolId: string): Promise<void> {
  // As claim_job does.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${poolId}, 0))`.execute(trx);
}

/**
 * The next job, with a new attempt, or null where there is nothing for this worker, or it has been declared dead. The
 * worker must not have one. Outlasts a database that is away for a while.
 */
export async function claimJob(
  database: Database,
  worker: ClaimingWorker,
  services: ClaimServices,
): Promise<Job | null> {
  let again = false;
  return outlasting(async () => {
    // The answer to a claim that took effect may have been lost with the connection.
    const held = again ? await findHeld(database, worker.id) : null;
    again = true;
    return held ?? claimNext(database, worker, services);
  });
}

/** What a worker has, by the rows. */
export async function findHeld(database: Database, workerId: string): Promise<Job | null> {
  const row = await database
    .selectFrom("jobs")
    .selectAll()
    .where("worker_id", "=", workerId)
    .where("state", "=", "RUNNING")
    .executeTakeFirst();
  return row === undefined ? null : toJob(row);
}

async function claimNext(
  database: Database,
  worker: ClaimingWorker,
  { listener, log }: ClaimServices,
): Promise<Job | null> {
  if (listener.databaseFunction !== undefined) {
    try {
      const row = await takeNext(database, worker, [], listener.databaseFunction);
      return row === undefined ? null : toJob(row);
    } catch (error) {
      if (isConnectionFailure(error)) throw error;
      // Which row it was is found out below.
    }
  }
  const passed: string[] = [];
  for (;;) {
    let taken: Job | null = null;
    try {
      return await transaction(database, async (trx) => {
        const row = await takeNext(trx, worker, passed);
        if (row === undefined) return null;
        taken = toJob(row);
        await listener(trx, taken);
        return taken;
      });
    } catch (error) {
      // A row that cannot begin must not keep those behind it from it.
      if (taken === null || isConnectionFailure(error)) throw error;
      const { runId } = taken as Job;
      log.error({ err: error, run: runId }, "a job could not be begun");
      passed.push(runId);
      await passOver(database, runId, error, listener);
    }
  }
}

/** The function stands in the migration "0011-compute". */
const claimStatement = "SELECT * FROM claim_job($1, $2, $3, $4, $5, $6, $7, $8, $9) AS claimed";

/** @param tell function of the database that is called with the job, in the same statement */
async function takeNext(
  trx: Queryable,
  { id, target, poolId, cores, memoryBytes, labels, workspaceId }: ClaimingWorker,
  passed: readonly string[],
  tell?: string,
): Promise<JobRow | undefined> {
  const values = [id, target, poolId, cores, memoryBytes, labels, workspaceId, passed, reserveSeconds];
  const statement =
    tell === undefined ? claimStatement : claimStatement.replace("SELECT *", `SELECT claimed.*, ${tell}(claimed)`);
  const { rows } = await trx.executeQuery(CompiledQuery.raw(statement, values));
  return rows[0] as JobRow | undefined;
}

/** It is tried again behind all others, as often as a worker's death is made good; then it has failed. */
async function passOver(database: Database, runId: string, error: unknown, listener: JobListener): Promise<void> {
  const reason = `it could not be begun: ${error instanceof Error ? error.message : String(error)}`;
  const end = (tell: JobListener): Promise<void> =>
    transaction(database, async (trx) => {
      const row = await openRow(trx, runId);
      if (row?.state !== "QUEUED") return;
      if (row.retries_left <= 0) return closeJob(trx, row, { state: "FAILED", reason }, tell);
      await trx
        .updateTable("jobs")
        .set({
          reason: `queued again: ${reason}`,
          retries_left: row.retries_left - 1,
          queued_at: sql`now()`,
        })
        .where("run_id", "=", runId)
        .execute();
    });
  // Who cannot be told of the beginning may not hear of the end either: then the row alone says it.
  await end(listener).catch(() => end(() => Promise.resolve()));
}
