/** Jobs as people know them: submitted, cancelled, taken up again, looked at. */
import { CompiledQuery, sql, type Transaction } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { transaction, type Actor, type Queryable, type Tables } from "../store/index.ts";
import { closeJob, fromNow, openRow, queueSeconds, requeue, toJob } from "./job-rows.ts";
import { jobsChannel, tellWorker } from "./signals.ts";
import type { Job, JobListener } from "./types.ts";

/** Seconds that a cancelled job has to end with what it has. */
const cancelSeconds = 60;

export interface NewJob {
  readonly runId: string;
  readonly workspaceId: string;
  readonly kind: string;
  readonly target: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Seconds that an attempt may take before it is ended by force. */
  readonly runSeconds: number;
  /** Cores that it takes of its pool. Default 1. */
  readonly cores?: number | undefined;
  /** Bytes of memory that it takes of its pool. Default: a share that nobody counts. */
  readonly memoryBytes?: number | undefined;
  /** The worker must have all of them. Default: none. */
  readonly labels?: readonly string[] | undefined;
  /** Deaths of its worker that are made good by another attempt. Default 1. */
  readonly retriesLeft?: number | undefined;
  readonly actor: Actor;
}

/** Queues it; nothing happens where the run has a job already. @returns false then */
export async function submitJob(trx: Transaction<Tables>, job: NewJob): Promise<boolean> {
  return (await submitJobs(trx, [job])) === 1;
}

/** As submitJob, for many by one statement. @returns how many were queued */
export async function submitJobs(trx: Transaction<Tables>, jobs: readonly NewJob[]): Promise<number> {
  if (jobs.length === 0) return 0;
  const { rows } = await trx.executeQuery(CompiledQuery.raw(submitStatement, [JSON.stringify(jobs.map(toRow))]));
  return rows.length;
}

const columns =
  "run_id, workspace_id, kind, target, spec, state, user_id, user_name, run_seconds, cores, memory_bytes, labels, retries_left";

/** The same text, however many: PostgreSQL parses it once. */
const submitStatement = `
  INSERT INTO jobs (${columns}, deadline_at)
  SELECT ${columns}, now() + ${queueSeconds} * interval '1 second' FROM json_populate_recordset(NULL::jobs, $1::json)
  ON CONFLICT (run_id) DO NOTHING
  RETURNING pg_notify('${jobsChannel}', json_build_object('target', target)::text)`;

function toRow(job: NewJob): Record<string, unknown> {
  return {
    run_id: job.runId,
    workspace_id: job.workspaceId,
    kind: job.kind,
    target: job.target,
    spec: job.spec,
    state: "QUEUED",
    user_id: job.actor.userId,
    user_name: job.actor.userName,
    run_seconds: job.runSeconds,
    cores: job.cores ?? 1,
    memory_bytes: job.memoryBytes ?? null,
    labels: job.labels ?? [],
    retries_left: job.retriesLeft ?? 1,
  };
}

export interface JobKey {
  readonly workspaceId: string;
  readonly runId: string;
}

/**
 * Asks a job to end. One that waits is KILLED at once; one that runs may keep what it has, and is ended by force after a
 * minute, or now when `force` is set. Nothing happens where it has ended.
 * @throws SLW_JOB_NOT_FOUND
 */
export async function cancelJob(
  database: Queryable,
  { workspaceId, runId, actor, force = false }: JobKey & { readonly actor: Actor; readonly force?: boolean },
  listener: JobListener,
): Promise<Job> {
  return transaction(database, async (trx) => {
    const found = await getJob(trx, { workspaceId, runId });
    const row = await openRow(trx, runId);
    if (row === undefined) return found;
    if (row.state === "QUEUED") {
      await closeJob(trx, row, { state: "KILLED", reason: `cancelled by ${actor.userName} before it began` }, listener);
    } else {
      await trx
        .updateTable("jobs")
        .set({
          cancel_requested_at: sql`coalesce(cancel_requested_at, now())`,
          cancel_requested_by: sql`coalesce(cancel_requested_by, ${actor.userName})`,
          deadline_at: sql`least(deadline_at, ${fromNow(force ? 0 : cancelSeconds)})`,
        })
        .where("run_id", "=", runId)
        .execute();
      if (row.worker_id !== null) await tellWorker(trx, row.worker_id);
    }
    return getJob(trx, { workspaceId, runId });
  });
}

/**
 * Queues a job again that has failed or was killed; what it had is kept.
 * @throws SLW_JOB_NOT_FOUND, SLW_JOB_STATE where it has not ended, or ended well
 */
export async function resumeJob(database: Queryable, key: JobKey, listener: JobListener): Promise<Job> {
  return transaction(database, async (trx) => {
    const job = await getJob(trx, key);
    const row = await trx
      .selectFrom("jobs")
      .selectAll()
      .where("run_id", "=", key.runId)
      .where("state", "in", ["FAILED", "KILLED"])
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) {
      throw new SlipwayError(
        "SLW_JOB_STATE",
        `Run ${key.runId} is ${job.state}; only a failed or killed one is resumed.`,
        {
          details: { run: key.runId, state: job.state },
        },
      );
    }
    return requeue(trx, row, { reason: null, retriesLeft: 1 }, listener);
  });
}

/** @throws SLW_JOB_NOT_FOUND */
export async function getJob(database: Queryable, { workspaceId, runId }: JobKey): Promise<Job> {
  const row = await database
    .selectFrom("jobs")
    .selectAll()
    .where("run_id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  if (row !== undefined) return toJob(row);
  throw new SlipwayError("SLW_JOB_NOT_FOUND", `The run ${runId} is not computed by a worker.`, {
    details: { run: runId },
  });
}

/** @returns those of the runs that workers compute, by run */
export async function findJobs(
  database: Queryable,
  { workspaceId, runIds }: { readonly workspaceId: string; readonly runIds: readonly string[] },
): Promise<Map<string, Job>> {
  if (runIds.length === 0) return new Map();
  const rows = await database
    .selectFrom("jobs")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("run_id", "in", runIds)
    .execute();
  return new Map(rows.map((row) => [row.run_id, toJob(row)]));
}

/** Jobs that wait and come before it on its target, and it: 1 is next. Null where it does not wait. */
export async function queuePosition(database: Queryable, job: Job): Promise<number | null> {
  if (job.state !== "QUEUED") return null;
  const { count } = await database
    .selectFrom("jobs")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("target", "=", job.target)
    .where("state", "=", "QUEUED")
    .where(sql<boolean>`(queued_at, run_id) <= (${job.queuedAt}, ${job.runId})`)
    .executeTakeFirstOrThrow();
  // None where it has begun since it was read.
  return count === 0 ? null : count;
}
