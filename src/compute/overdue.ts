/** Every state that is not final has a deadline. */
import { sql } from "kysely";
import type { Log } from "../base/index.ts";
import { transaction, type Database } from "../store/index.ts";
import { endOverdueJob } from "./job-attempts.ts";
import type { LocalPool } from "./local-pool.ts";
import type { JobListener } from "./types.ts";

/** Ends jobs that waited or ran for too long, and workers that are still at work on them. */
export async function endOverdue(
  database: Database,
  { target, pool, log, listener }: { target: string; pool: LocalPool; log: Log; listener: JobListener },
): Promise<void> {
  const overdue = await database
    .selectFrom("jobs")
    .select(["run_id", "worker_id"])
    .where("target", "=", target)
    .where("state", "in", ["QUEUED", "RUNNING"])
    .where(sql<boolean>`deadline_at < now()`)
    .execute();
  for (const { run_id: runId, worker_id: workerId } of overdue) {
    try {
      await transaction(database, (trx) => endOverdueJob(trx, runId, listener));
      const worker = workerId === null ? undefined : pool.find(workerId);
      if (worker?.status.runId === runId) worker.kill({ reason: "was ended with its job", consequence: "fail" });
    } catch (error) {
      log.error({ err: error, run: runId }, "an overdue job could not be ended");
    }
  }
}
