/** Every state that is not final has a deadline. */
import { sql } from "kysely";
import type { Log } from "../base/index.ts";
import { transaction, type Database } from "../store/index.ts";
import { endOverdueJob } from "./job-attempts.ts";
import type { TargetWorker } from "./target.ts";
import type { JobListener } from "./types.ts";

/**
 * Ends jobs of all targets that waited or ran for too long, and workers that are still at work on them.
 * @param find the worker, where it is in the care of this server
 */
export async function endOverdue(
  database: Database,
  {
    find,
    log,
    listener,
  }: {
    readonly find: (workerId: string) => TargetWorker | undefined;
    readonly log: Log;
    readonly listener: JobListener;
  },
): Promise<void> {
  const overdue = await database
    .selectFrom("jobs")
    .select(["run_id", "worker_id"])
    .where("state", "in", ["QUEUED", "RUNNING"])
    .where(sql<boolean>`deadline_at < now()`)
    .limit(1000)
    .execute();
  for (const { run_id: runId, worker_id: workerId } of overdue) {
    try {
      await transaction(database, (trx) => endOverdueJob(trx, runId, listener));
      const worker = workerId === null ? undefined : find(workerId);
      // Should it have begun another job in the same moment.
      if (worker?.runId === runId) worker.kill({ reason: "was ended with a job before", consequence: "requeue" });
    } catch (error) {
      log.error({ err: error, run: runId }, "an overdue job could not be ended");
    }
  }
}
