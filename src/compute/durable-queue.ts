/** From the jobs' table to the durable queue: what is queued there becomes a workflow, once. */
import { sql } from "kysely";
import { transaction, type Database, type DurableClient } from "../store/index.ts";

/** Name of the durable workflow that computes a job. */
export const jobWorkflow = "job";

/** What a dead worker had taken from the durable queue and not begun goes back; what it had begun finds nothing to do. */
export async function recoverWorkflows(database: Database, durable: DurableClient, target: string): Promise<void> {
  const ended = await database
    .selectFrom("workers")
    .select("id")
    .where("target", "=", target)
    .where("ended_at", "is not", null)
    .where("recovered", "=", false)
    .execute();
  for (const { id } of ended) {
    await durable.recover(id);
    await database.updateTable("workers").set({ recovered: true }).where("id", "=", id).execute();
  }
}

/** Queued twice under one id a workflow is there once: who dies between the two steps leaves nothing undone. */
export async function enqueueJobs(database: Database, durable: DurableClient, target: string): Promise<void> {
  await transaction(database, async (trx) => {
    const jobs = await trx
      .selectFrom("jobs")
      .select(["run_id", "workflow_id"])
      .where("target", "=", target)
      .where("state", "=", "QUEUED")
      .where("enqueued", "=", false)
      .orderBy("queued_at")
      .orderBy("run_id")
      .limit(1000)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { run_id: runId, workflow_id: workflowId } of jobs) {
      await durable.enqueue({
        id: workflowId,
        workflow: jobWorkflow,
        queue: target,
        input: { runId, workflowId },
      });
    }
    if (jobs.length === 0) return;
    await trx
      .updateTable("jobs")
      .set({ enqueued: true })
      .where(sql<boolean>`run_id = ANY(${jobs.map(({ run_id: id }) => id)})`)
      .execute();
  });
}
