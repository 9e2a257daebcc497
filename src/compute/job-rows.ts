/** Rows of jobs, and the changes of their states that several have in common. */
import { sql, type Selectable, type Transaction } from "kysely";
import type { Tables } from "../store/index.ts";
import { tellQueued } from "./signals.ts";
import type { Job, JobEnd, JobListener } from "./types.ts";

/** Seconds that a job may wait for a worker. */
export const queueSeconds = 7 * 86_400;

export type JobRow = Selectable<Tables["jobs"]>;

export function fromNow(seconds: number): ReturnType<typeof sql<Date>> {
  return sql<Date>`now() + ${seconds} * interval '1 second'`;
}

/** @returns the row, locked, where its state is not final */
export async function openRow(trx: Transaction<Tables>, runId: string): Promise<JobRow | undefined> {
  return trx
    .selectFrom("jobs")
    .selectAll()
    .where("run_id", "=", runId)
    .where("state", "in", ["QUEUED", "RUNNING"])
    .forUpdate()
    .executeTakeFirst();
}

/** What the end of a job writes. */
export function endColumns({ state, reason, result, usage }: JobEnd) {
  return {
    state,
    reason,
    ended_at: sql<Date>`now()`,
    result: result === undefined ? null : JSON.stringify(result),
    cpu_seconds: usage?.cpuSeconds ?? null,
    peak_memory_bytes: usage?.peakMemory ?? null,
    exit_code: usage?.exitCode ?? null,
    exit_signal: usage?.exitSignal ?? null,
  };
}

export async function closeJob(
  trx: Transaction<Tables>,
  { run_id: runId }: JobRow,
  end: JobEnd,
  listener: JobListener,
): Promise<void> {
  const row = await trx
    .updateTable("jobs")
    .set(endColumns(end))
    .where("run_id", "=", runId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await listener(trx, toJob(row));
}

export async function requeue(
  trx: Transaction<Tables>,
  { run_id: runId }: JobRow,
  { reason, retriesLeft }: { readonly reason: string | null; readonly retriesLeft: number },
  listener: JobListener,
): Promise<Job> {
  const row = await trx
    .updateTable("jobs")
    .set({
      state: "QUEUED",
      reason,
      retries_left: retriesLeft,
      queued_at: sql`now()`,
      ended_at: null,
      result: null,
      cpu_seconds: null,
      peak_memory_bytes: null,
      exit_code: null,
      exit_signal: null,
      deadline_at: fromNow(queueSeconds),
      cancel_requested_at: null,
      cancel_requested_by: null,
    })
    .where("run_id", "=", runId)
    .returningAll()
    .executeTakeFirstOrThrow();
  const job = toJob(row);
  await listener(trx, job);
  await tellQueued(trx, row.target);
  return job;
}

export function toJob(row: JobRow): Job {
  return {
    runId: row.run_id,
    workspaceId: row.workspace_id,
    kind: row.kind,
    target: row.target,
    spec: row.spec,
    state: row.state,
    attempt: row.attempt,
    reason: row.reason,
    actor: { userId: row.user_id, userName: row.user_name, requestId: null },
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    deadlineAt: row.deadline_at,
    cancelRequestedAt: row.cancel_requested_at,
    workerId: row.worker_id,
    cores: row.cores,
    memoryBytes: row.memory_bytes,
    labels: row.labels,
    result: row.result,
    usage: {
      cpuSeconds: row.cpu_seconds,
      peakMemory: row.peak_memory_bytes,
      exitCode: row.exit_code,
      exitSignal: row.exit_signal,
    },
  };
}
