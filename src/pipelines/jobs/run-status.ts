/** Keeps the run, and the step that it may be, beside its job: the same states, told in the same transaction. */
import { sql } from "kysely";
import type { Job, JobListener } from "../../compute/index.ts";
import type { Queryable } from "../../store/index.ts";
import { changeRunStatus } from "../../tracking/index.ts";

/** NOTIFY channel of pipelines' runs that are to be looked at; its payload is the run's id. */
export const pipelinesChannel = "slipway_pipelines";

/**
 * The function of the migration "0015-job-runs" does it. The locks of jobs and steps are taken in this order everywhere:
 * job, pipeline's run; and whoever holds the pipeline's run takes no job's. So a step that begins does not ask for its
 * pipeline's run, and one that has ended not for its step: what becomes of it is for the pipeline to decide, soon.
 * @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED
 */
const keep = async (trx: Queryable, { runId, workspaceId, state: status, reason, actor }: Job): Promise<void> => {
  const { rows } = await sql`
    SELECT keep_job_run(jobs) FROM jobs JOIN runs ON runs.id = jobs.run_id AND runs.deleted_at IS NULL
    WHERE jobs.run_id = ${runId} AND jobs.workspace_id = ${workspaceId}`.execute(trx);
  // It says what is wrong.
  if (rows.length === 0) await changeRunStatus(trx, { workspaceId, runId, status, statusReason: reason, actor });
};

export const keepRunStatus: JobListener = Object.assign(keep, { databaseFunction: "keep_job_run" });
