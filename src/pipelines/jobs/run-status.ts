/** Keeps the run, and the step that it may be, beside its job: the same states, told in the same transaction. */
import { sql } from "kysely";
import type { Job, JobListener } from "../../compute/index.ts";
import { activityChannel, type Queryable } from "../../store/index.ts";
import { changeRunStatus } from "../../tracking/index.ts";

/** NOTIFY channel of pipelines' runs that are to be looked at; its payload is the run's id. */
export const pipelinesChannel = "slipway_pipelines";

export const keepRunStatus: JobListener = async (trx, job) => {
  const statusReason = job.reason === null ? null : job.reason.slice(0, 2_000);
  const { workspaceId, runId, state: status, actor } = job;
  await changeRunStatus(trx, { workspaceId, runId, status, statusReason, actor });
  if (job.state === "QUEUED" || job.state === "RUNNING") await keepStep(trx, job);
  else await tellPipeline(trx, job);
};

/**
 * The locks of jobs and steps are taken in this order everywhere: job, pipeline's run; and whoever holds the pipeline's
 * run takes no job's. So a step that begins must not ask for its pipeline's run, and one that has ended not for its step.
 */
async function keepStep(trx: Queryable, { runId, state, reason }: Job): Promise<void> {
  await sql`
    UPDATE pipeline_steps SET state = ${state}, reason = ${reason},
      started_at = CASE WHEN ${state} = 'RUNNING' THEN clock_timestamp() ELSE started_at END
    WHERE run_id = ${runId} AND state IN ('QUEUED', 'RUNNING')
    RETURNING pg_notify(${activityChannel}, json_build_object('workspaceId', workspace_id, 'type', 'run.steps',
      'subject', 'run/' || pipeline_run_id)::text)
  `.execute(trx);
}

/** What becomes of the step is for the pipeline to decide, soon. */
async function tellPipeline(trx: Queryable, { runId }: Job): Promise<void> {
  await sql`
    UPDATE pipeline_runs SET advance_at = now()
    FROM pipeline_steps
    WHERE pipeline_steps.run_id = ${runId} AND pipeline_runs.run_id = pipeline_steps.pipeline_run_id
      AND pipeline_runs.ended_at IS NULL
    RETURNING pg_notify(${pipelinesChannel}, pipeline_runs.run_id)
  `.execute(trx);
}
