/** A job in the hands of a worker: taken, held while results are written, ended, or taken away. */
import { CompiledQuery, sql, type Transaction } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { isConnectionFailure, transaction, type Queryable, type Tables } from "../store/index.ts";
import { closeJob, endColumns, openRow, queueSeconds, requeue, toJob } from "./job-rows.ts";
import type { JobEnd, JobListener, JobRef, WorkerEnd } from "./types.ts";

/** Attempts of a job at most, whoever is to blame: what takes down every server must not go on for ever. */
const mostAttempts = 25;

/**
 * Call it first in every transaction that writes a result: until the transaction ends, nobody can take the job away.
 * @throws SLW_JOB_FENCED where it has been taken away
 */
export async function holdJob(trx: Transaction<Tables>, { runId, attempt }: JobRef): Promise<void> {
  const row = await trx
    .selectFrom("jobs")
    .select("run_id")
    .where("run_id", "=", runId)
    .where("attempt", "=", attempt)
    .where("state", "=", "RUNNING")
    .forShare()
    .executeTakeFirst();
  if (row === undefined) throw fenced({ runId, attempt });
}

function fenced({ runId, attempt }: JobRef): SlipwayError {
  return new SlipwayError("SLW_JOB_FENCED", `Attempt ${attempt} of run ${runId} no longer owns it.`, {
    details: { run: runId, attempt },
  });
}

/**
 * Ends a job that runs, with its result; outside of a transaction by one statement, where the listener allows it.
 * @throws SLW_JOB_FENCED
 */
export async function endJob(database: Queryable, ref: JobRef, end: JobEnd, listener: JobListener): Promise<void> {
  const { databaseFunction: tell } = listener;
  if (tell !== undefined && !database.isTransaction) {
    try {
      return await endAtOnce(database, ref, end, tell);
    } catch (error) {
      if (error instanceof SlipwayError || isConnectionFailure(error)) throw error;
      // What it is, the listener says below.
    }
  }
  await transaction(database, (trx) => endAndTell(trx, ref, end, listener));
}

const endStatement = `
  UPDATE jobs SET state = $3, reason = $4, ended_at = now(), result = $5, cpu_seconds = $6, peak_memory_bytes = $7,
    exit_code = $8, exit_signal = $9
  WHERE run_id = $1 AND attempt = $2 AND state = 'RUNNING' RETURNING`;

async function endAtOnce(database: Queryable, ref: JobRef, end: JobEnd, tell: string): Promise<void> {
  const { state, reason, result, usage = {} } = end;
  const { cpuSeconds = null, peakMemory = null, exitCode = null, exitSignal = null } = usage;
  const stored = result === undefined ? null : JSON.stringify(result);
  const values = [ref.runId, ref.attempt, state, reason, stored, cpuSeconds, peakMemory, exitCode, exitSignal];
  const { rows } = await database.executeQuery(CompiledQuery.raw(`${endStatement} ${tell}(jobs)`, values));
  if (rows.length === 0) throw fenced(ref);
}

async function endAndTell(trx: Transaction<Tables>, ref: JobRef, end: JobEnd, listener: JobListener): Promise<void> {
  const row = await trx
    .updateTable("jobs")
    .set(endColumns(end))
    .where("run_id", "=", ref.runId)
    .where("attempt", "=", ref.attempt)
    .where("state", "=", "RUNNING")
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw fenced(ref);
  await listener(trx, toJob(row));
}

/** The worker of a running job is dead: it is tried again, or it has failed. Nothing where it does not run any more. */
export async function releaseJob(
  trx: Transaction<Tables>,
  ref: JobRef,
  { reason, consequence, exitCode, signal }: WorkerEnd,
  listener: JobListener,
): Promise<void> {
  const row = await openRow(trx, ref.runId);
  if (row?.state !== "RUNNING" || row.attempt !== ref.attempt) return;
  if (row.cancel_requested_at !== null) {
    return closeJob(trx, row, { state: "KILLED", reason: `cancelled by ${row.cancel_requested_by}` }, listener);
  }
  const again =
    row.attempt < mostAttempts && (consequence === "requeue" || (consequence === "retry" && row.retries_left > 0));
  if (!again) {
    const way = consequence === "fail" ? "" : `; resume with: slipway runs resume ${row.run_id}`;
    const text = consequence === "fail" ? reason : `interrupted: the worker ${reason}${way}`;
    return closeJob(trx, row, { state: "FAILED", reason: text, usage: { exitCode, exitSignal: signal } }, listener);
  }
  const left = consequence === "retry" ? row.retries_left - 1 : row.retries_left;
  await requeue(trx, row, { reason: `queued again: the worker ${reason}`, retriesLeft: left }, listener);
}

/** Ends a job whose deadline has passed. */
export async function endOverdueJob(trx: Transaction<Tables>, runId: string, listener: JobListener): Promise<void> {
  const row = await openRow(trx, runId);
  if (row === undefined || row.deadline_at.getTime() > (await now(trx))) return;
  if (row.cancel_requested_at !== null) {
    return closeJob(trx, row, { state: "KILLED", reason: `cancelled by ${row.cancel_requested_by}` }, listener);
  }
  const reason =
    row.state === "QUEUED"
      ? `no worker took it within ${queueSeconds / 86_400} days`
      : `interrupted: it did not end within ${Math.round(row.run_seconds)} s; resume with: slipway runs resume ${runId}`;
  await closeJob(trx, row, { state: "FAILED", reason }, listener);
}

/** The clock of the database. */
async function now(trx: Transaction<Tables>): Promise<number> {
  const { rows } = await sql<{ now: Date }>`SELECT clock_timestamp() AS now`.execute(trx);
  return (rows[0] as { now: Date }).now.getTime();
}
