/** Keeps the run beside its job: the same states, told in the same transaction. */
import type { JobListener } from "../../compute/index.ts";
import { updateRun } from "../../tracking/index.ts";

export const keepRunStatus: JobListener = async (trx, job) => {
  await updateRun(trx, {
    workspaceId: job.workspaceId,
    runId: job.runId,
    status: job.state,
    statusReason: job.reason === null ? null : job.reason.slice(0, 2_000),
    actor: job.actor,
  });
};
