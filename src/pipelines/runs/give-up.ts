/** A run that cannot be advanced ends, without a look at what it is made of. */
import { sql } from "kysely";
import { serverActor, transaction, type Database } from "../../store/index.ts";
import { changeRunStatus } from "../../tracking/index.ts";
import { tellParent } from "./advance.ts";
import { cancelParts } from "./cancel.ts";

export async function giveUpRun(database: Database, runId: string, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const reason = `the server could not go on with it: ${message}`.slice(0, 2_000);
  const parts = await transaction(database, async (trx) => {
    const run = await trx
      .updateTable("pipeline_runs")
      .set({ ended_at: sql`now()`, advance_at: null })
      .where("run_id", "=", runId)
      .where("ended_at", "is", null)
      .returning(["workspace_id", "parent_run_id"])
      .executeTakeFirst();
    if (run === undefined) return null;
    const steps = await trx
      .updateTable("pipeline_steps")
      .set({ state: "KILLED", reason, ended_at: sql`now()`, not_before: null, deadline_at: null })
      .where("pipeline_run_id", "=", runId)
      .where("state", "in", ["WAITING", "QUEUED", "RUNNING", "APPROVAL"])
      .returning("run_id")
      .execute();
    const key = { workspaceId: run.workspace_id, runId };
    await changeRunStatus(trx, { ...key, status: "FAILED", statusReason: reason, actor: serverActor });
    if (run.parent_run_id !== null) await tellParent(trx, run.parent_run_id);
    const ids = steps.flatMap((step) => (step.run_id === null ? [] : [step.run_id]));
    return { workspaceId: run.workspace_id, cancel: ids.map((id) => ({ runId: id, force: true })) };
  });
  if (parts !== null) await cancelParts(database, { ...parts, actor: serverActor }, parts.cancel);
}
