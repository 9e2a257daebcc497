/** A run, and all its parts, are asked to end. */
import { sql, type Transaction } from "kysely";
import { cancelJob } from "../../compute/index.ts";
import {
  recordChange,
  transaction,
  type Actor,
  type Database,
  type Queryable,
  type Tables,
} from "../../store/index.ts";
import { keepRunStatus } from "../jobs/run-status.ts";
import { wakePipelines } from "./submit.ts";
import { pipelineRunNotFound } from "./not-found.ts";
import type { Cancellation } from "./types.ts";

export interface PipelineRunKey {
  readonly workspaceId: string;
  readonly runId: string;
}

/**
 * Graceful: steps that wait are KILLED, those that run are asked to end with what they have. Asked a second time, or with
 * `force`, they are ended at once. Nothing happens where the run has ended.
 * @throws SLW_PIPELINE_RUN
 */
export async function cancelPipelineRun(
  database: Queryable,
  { workspaceId, runId, actor, force }: PipelineRunKey & { readonly actor: Actor; readonly force?: boolean },
): Promise<void> {
  await transaction(database, async (trx) => {
    const row = await trx
      .selectFrom("pipeline_runs")
      .select(["ended_at", "cancel_requested_at"])
      .where("run_id", "=", runId)
      .where("workspace_id", "=", workspaceId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw pipelineRunNotFound(runId);
    if (row.ended_at !== null) return;
    const forced = force ?? row.cancel_requested_at !== null;
    await trx
      .updateTable("pipeline_runs")
      .set({
        cancel_requested_at: sql`coalesce(cancel_requested_at, now())`,
        cancel_requested_by: sql`coalesce(cancel_requested_by, ${actor.userName})`,
        cancel_forced: sql`cancel_forced OR ${forced}`,
        advance_at: sql`now()`,
      })
      .where("run_id", "=", runId)
      .execute();
    await recordCancel(trx, { workspaceId, runId, actor, force: forced });
    await wakePipelines(trx, runId);
  });
}

function recordCancel(
  trx: Transaction<Tables>,
  { workspaceId, runId, actor, force }: PipelineRunKey & { readonly actor: Actor; readonly force: boolean },
): Promise<void> {
  const data = { id: runId, force };
  return recordChange(trx, {
    workspaceId,
    type: "run.cancelled",
    subject: `run/${runId}`,
    data,
    actor,
    action: "cancelPipelineRun",
  });
}

/** After the run's transaction, since whoever holds a pipeline's run takes no job's lock, nor that of a run within it. */
export async function cancelParts(
  database: Database,
  { workspaceId, actor }: { readonly workspaceId: string; readonly actor: Actor },
  parts: readonly Cancellation[],
): Promise<void> {
  for (const { runId, force } of parts) {
    const isPipeline = await database
      .selectFrom("pipeline_runs")
      .select("run_id")
      .where("run_id", "=", runId)
      .executeTakeFirst();
    if (isPipeline !== undefined) await cancelPipelineRun(database, { workspaceId, runId, actor, force });
    else await cancelJob(database, { workspaceId, runId, actor, force }, keepRunStatus);
  }
}
