/** A run that has ended goes on: what did not end well runs again. */
import { sql, type Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { recordChange, transaction, type Actor, type Queryable, type Tables } from "../../store/index.ts";
import { changeRunStatus } from "../../tracking/index.ts";
import type { StoredDefinition } from "../../definition/index.ts";
import { stepsAgain } from "./again.ts";
import type { PipelineRunKey } from "./cancel.ts";
import { createGraph } from "./graph.ts";
import { pipelineRunNotFound, stepNotFound } from "./not-found.ts";
import { secondsOf } from "./snapshot.ts";
import { readSteps, writeSteps } from "./step-rows.ts";
import { wakePipelines } from "./submit.ts";

export interface Retry extends PipelineRunKey {
  /** A step, or an instance of one: it and all after it run again, too. */
  readonly from?: string | undefined;
  readonly actor: Actor;
}

/**
 * Steps that finished are kept, but for those that `from` names; each try has a run of its own.
 * @throws SLW_PIPELINE_RUN, SLW_PIPELINE_STEP, SLW_PIPELINE_STATE where it has not ended, has nothing to run again, or is
 *   a step of another run
 */
export async function retryPipelineRun(database: Queryable, input: Retry): Promise<void> {
  const { workspaceId, runId, from, actor } = input;
  await transaction(database, async (trx) => {
    const run = await trx
      .selectFrom("pipeline_runs")
      .select(["definition", "ended_at", "parent_run_id"])
      .where("run_id", "=", runId)
      .where("workspace_id", "=", workspaceId)
      .forUpdate()
      .executeTakeFirst();
    if (run === undefined) throw pipelineRunNotFound(runId);
    if (run.ended_at === null) throw refused(runId, "has not ended", "Wait for its end, or cancel it first.");
    if (run.parent_run_id !== null) {
      throw refused(runId, `is a step of the run ${run.parent_run_id}`, "Retry that run.");
    }
    const definition = run.definition as unknown as StoredDefinition;
    const steps = await readSteps(trx, runId);
    const names = steps.map(({ name }) => name);
    if (from !== undefined && !names.includes(from)) throw stepNotFound(runId, from, names);
    const again = stepsAgain(steps, { definition, graph: createGraph(definition), from: from ?? null });
    if (again.steps.length === 0) {
      throw refused(runId, "ended well in all its steps", "Name the step to begin from, or start another run.");
    }
    await removeSteps(trx, runId, again.removed);
    await writeSteps(trx, { id: runId, workspaceId }, again.steps);
    await reopen(trx, runId, secondsOf(definition));
    await changeRunStatus(trx, { workspaceId, runId, status: "RUNNING", statusReason: null, actor });
    const data = {
      id: runId,
      ...(from !== undefined && { from }),
      steps: again.steps.map(({ name }) => name).slice(0, 100),
    };
    const subject = `run/${runId}`;
    await recordChange(trx, { workspaceId, type: "run.resumed", subject, data, actor, action: "retryPipelineRun" });
    await wakePipelines(trx, runId);
  });
}

function refused(runId: string, why: string, fix: string): SlipwayError {
  return new SlipwayError("SLW_PIPELINE_STATE", `The run ${runId} ${why}.`, { fix, details: { run: runId } });
}

async function removeSteps(trx: Transaction<Tables>, runId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await trx.deleteFrom("pipeline_steps").where("pipeline_run_id", "=", runId).where("name", "in", names).execute();
}

async function reopen(trx: Transaction<Tables>, runId: string, seconds: number): Promise<void> {
  await trx
    .updateTable("pipeline_runs")
    .set({
      ended_at: null,
      outputs: null,
      cancel_requested_at: null,
      cancel_requested_by: null,
      cancel_forced: false,
      deadline_at: sql<Date>`now() + ${seconds} * interval '1 second'`,
      advance_at: sql`now()`,
    })
    .where("run_id", "=", runId)
    .execute();
}
