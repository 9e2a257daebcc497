/** Workers that joined over HTTP, from the side of the server that they speak to; any server of the database will do. */
import { sql } from "kysely";
import { newId, SlipwayError, type Log } from "../base/index.ts";
import {
  recordChange,
  transaction,
  uniqueViolation,
  type Actor,
  type Database,
  type Queryable,
} from "../store/index.ts";
import { claimJob, findHeld, type ClaimingWorker } from "./claim.ts";
import { toJob } from "./job-rows.ts";
import { waitForWake } from "./remote-target.ts";
import { remoteTarget } from "./target.ts";
import type { Job, JobListener, JobRef } from "./types.ts";
import { beat, endWorker, type Beat, type Usage } from "./workers.ts";

export interface NewRemoteWorker {
  readonly workspaceId: string;
  /** Unique among the workers of the workspace that live. */
  readonly name: string;
  /** As it calls its machine. */
  readonly host: string;
  readonly cores: number;
  /** That its jobs may use. */
  readonly memoryBytes: number;
  readonly labels: readonly string[];
  /** Of Slipway. */
  readonly version: string;
  readonly actor: Actor;
}

export interface RemoteWorkerKey {
  readonly workspaceId: string;
  readonly workerId: string;
}

/**
 * It computes jobs of its workspace alone, one at a time, and must beat at least every 30 s.
 * @returns its id
 * @throws SLW_WORKER_NAME where one of that name lives
 */
export async function registerRemoteWorker(database: Database, worker: NewRemoteWorker): Promise<string> {
  const { workspaceId, name, host, cores, memoryBytes, labels, version, actor } = worker;
  const id = newId();
  try {
    await transaction(database, async (trx) => {
      await trx
        .insertInto("workers")
        .values({
          id,
          target: remoteTarget,
          kind: "remote",
          pool_id: id,
          workspace_id: workspaceId,
          name,
          host,
          cores,
          memory_limit_bytes: memoryBytes,
          labels: [...new Set(labels)],
          version,
          user_id: actor.userId,
          user_name: actor.userName,
        })
        .execute();
      const data = { name, host, cores, memoryBytes, labels, version };
      const subject = `worker/${id}`;
      await recordChange(trx, { workspaceId, type: "worker.joined", subject, data, actor, action: "registerWorker" });
    });
  } catch (error) {
    if (uniqueViolation(error) !== "workers_name") throw error;
    throw new SlipwayError("SLW_WORKER_NAME", `A worker named "${name}" is at work for this workspace.`, {
      details: { name },
    });
  }
  return id;
}

/** Milliseconds for which a claim waits for a job. */
const patience = 20_000;
/** Milliseconds between two looks at the queue that nobody asked for. */
const lookMilliseconds = 2_000;

/**
 * The next job, as soon as there is one within 20 s; null where there was none, or the signal was aborted. A worker that
 * has one is given it again: the answer may not have reached it.
 * @throws SLW_WORKER_ENDED
 */
export async function claimRemote(
  database: Database,
  key: RemoteWorkerKey,
  { signal, ...services }: { readonly signal: AbortSignal; readonly listener: JobListener; readonly log: Log },
): Promise<Job | null> {
  const until = performance.now() + patience;
  for (;;) {
    const woken = new AbortController();
    // From before the look on: what is queued meanwhile is not missed.
    const wake = waitForWake(database, lookMilliseconds, AbortSignal.any([signal, woken.signal]));
    try {
      const worker = await findWorker(database, key);
      if (signal.aborted) return null;
      const job = (await findHeld(database, worker.id)) ?? (await claimJob(database, worker, services));
      if (job !== null) return job;
      if (performance.now() >= until) return null;
      await wake;
    } finally {
      woken.abort();
    }
    if (signal.aborted) return null;
  }
}

/** @throws SLW_WORKER_ENDED where it is not there, or has been declared dead */
async function findWorker(database: Queryable, { workspaceId, workerId }: RemoteWorkerKey): Promise<ClaimingWorker> {
  const row = await database
    .selectFrom("workers")
    .selectAll()
    .where("id", "=", workerId)
    .where("workspace_id", "=", workspaceId)
    .where("kind", "=", "remote")
    .where("ended_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw ended(workerId);
  const { cores, memory_limit_bytes: memoryBytes, labels, target, pool_id: poolId } = row;
  return { id: workerId, target, poolId, cores, memoryBytes, labels, workspaceId };
}

function ended(workerId: string): SlipwayError {
  return new SlipwayError("SLW_WORKER_ENDED", `The worker ${workerId} is not known any more; its job is another's.`, {
    details: { worker: workerId },
  });
}

/**
 * The worker lives. What it says of its job matters only while it has it.
 * @param usage since its start
 */
export async function beatRemote(
  database: Database,
  { workspaceId, workerId }: RemoteWorkerKey,
  { usage, job }: { readonly usage: Usage; readonly job: JobRef | null },
): Promise<Beat> {
  const worker = await database
    .selectFrom("workers")
    .select("id")
    .where("id", "=", workerId)
    .where("workspace_id", "=", workspaceId)
    .where("kind", "=", "remote")
    .executeTakeFirst();
  if (worker === undefined) throw ended(workerId);
  return beat(database, workerId, usage, job);
}

/** The job that the worker has. @throws SLW_JOB_FENCED where it is not, or no longer, its own */
export async function findRemoteJob(
  database: Queryable,
  { workspaceId, workerId }: RemoteWorkerKey,
  { runId, attempt }: JobRef,
): Promise<Job> {
  const row = await database
    .selectFrom("jobs")
    .selectAll()
    .where("run_id", "=", runId)
    .where("attempt", "=", attempt)
    .where("worker_id", "=", workerId)
    .where("workspace_id", "=", workspaceId)
    .where("state", "=", "RUNNING")
    .executeTakeFirst();
  if (row !== undefined) return toJob(row);
  throw new SlipwayError("SLW_JOB_FENCED", `Attempt ${attempt} of run ${runId} is not, or no longer, this worker's.`, {
    details: { run: runId, attempt },
  });
}

/** It leaves; what it was at work on is queued again. Nothing happens where it has ended. */
export async function endRemoteWorker(
  database: Database,
  { workspaceId, workerId, actor }: RemoteWorkerKey & { readonly actor: Actor },
  listener: JobListener,
): Promise<void> {
  const { rows } = await sql`
    SELECT FROM workers WHERE id = ${workerId} AND workspace_id = ${workspaceId} AND kind = 'remote' AND ended_at IS NULL
  `.execute(database);
  if (rows.length === 0) return;
  await transaction(database, async (trx) => {
    await endWorker(trx, workerId, { exitCode: null, signal: null, reason: "left", consequence: "requeue" }, listener);
    const subject = `worker/${workerId}`;
    await recordChange(trx, { workspaceId, type: "worker.left", subject, data: {}, actor, action: "leaveWorker" });
  });
}
