/** What computes runs now, for people. */
import type { Database } from "../store/index.ts";
import { listWorkers, type WorkerRow } from "./workers.ts";

export interface ComputeStatus {
  /** Jobs that wait for a worker. */
  readonly queued: number;
  readonly workers: readonly (WorkerRow & { readonly runId: string | null })[];
}

/** Of all servers on the database. */
export async function getComputeStatus(database: Database, target: string): Promise<ComputeStatus> {
  const workers = await listWorkers(database, target);
  const jobs = await database
    .selectFrom("jobs")
    .select(["run_id", "worker_id", "state"])
    .where("target", "=", target)
    .where("state", "in", ["QUEUED", "RUNNING"])
    .execute();
  const runOf = new Map(jobs.filter(({ state }) => state === "RUNNING").map((job) => [job.worker_id, job.run_id]));
  return {
    queued: jobs.filter(({ state }) => state === "QUEUED").length,
    workers: workers.map((worker) => ({ ...worker, runId: runOf.get(worker.id) ?? null })),
  };
}
