/** Somebody decides what a step waits for: once. */
import { sql, type Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { recordChange, transaction, type Actor, type Queryable, type Tables } from "../../store/index.ts";
import type { PipelineRunKey } from "./cancel.ts";
import { pipelineRunNotFound, stepNotFound } from "./not-found.ts";
import { toRecord } from "./step-rows.ts";
import { wakePipelines } from "./submit.ts";
import type { StepDecision, StepRecord } from "./types.ts";

export interface NewDecision extends PipelineRunKey {
  /** "ask", or "ask[2]" for an instance. */
  readonly step: string;
  readonly decision: "approve" | "reject";
  readonly comment?: string | undefined;
  readonly actor: Actor;
}

/**
 * An attempt that comes too late, or from somebody who may not decide, is in the audit log as well.
 * @throws SLW_PIPELINE_RUN, SLW_PIPELINE_STEP, SLW_PIPELINE_STATE, SLW_PIPELINE_DECIDED with who and when, SLW_PIPELINE_APPROVER
 */
export async function decideStep(database: Queryable, input: NewDecision): Promise<void> {
  const { workspaceId, runId, actor } = input;
  const refusal = await transaction(database, async (trx) => {
    const run = await trx
      .selectFrom("pipeline_runs")
      .select(["cancel_requested_at", "cancel_requested_by", sql<Date>`clock_timestamp()`.as("now")])
      .where("run_id", "=", runId)
      .where("workspace_id", "=", workspaceId)
      .forUpdate()
      .executeTakeFirst();
    if (run === undefined) throw pipelineRunNotFound(runId);
    const record = await findStep(trx, input);
    const refused = refusalOf(record, run, input);
    if (refused === null) await store(trx, record, run.now, input);
    await recordChange(trx, {
      workspaceId,
      type: refused === null ? "pipeline.step.decided" : "pipeline.step.decision.refused",
      subject: `run/${runId}`,
      data: {
        id: runId,
        step: record.name,
        decision: input.decision,
        ...(input.comment !== undefined && { comment: input.comment }),
        ...(refused !== null && { refused: refused.message }),
      },
      actor,
      action: "decideStep",
    });
    return refused;
  });
  if (refusal !== null) throw refusal;
}

async function findStep(trx: Transaction<Tables>, { runId, step }: NewDecision): Promise<StepRecord> {
  const rows = await trx.selectFrom("pipeline_steps").selectAll().where("pipeline_run_id", "=", runId).execute();
  const row = rows.find(({ name }) => name === step);
  if (row !== undefined) return toRecord(row);
  throw stepNotFound(
    runId,
    step,
    rows.map(({ name }) => name),
  );
}

interface CancelState {
  readonly cancel_requested_at: Date | null;
  readonly cancel_requested_by: string | null;
  readonly now: Date;
}

function refusalOf(record: StepRecord, run: CancelState, { runId, step, actor }: NewDecision): SlipwayError | null {
  const { decision, state } = record;
  const details = { run: runId, step };
  if (decision?.decision !== undefined) {
    const words = decision.decision === "approve" ? "approved" : "rejected";
    return new SlipwayError("SLW_PIPELINE_DECIDED", `${decision.user} has ${words} "${step}" at ${decision.at}.`, {
      details: { ...details, decision: decision.decision, user: decision.user, at: decision.at },
    });
  }
  if (run.cancel_requested_at !== null) {
    const [user, at] = [run.cancel_requested_by, run.cancel_requested_at.toISOString()];
    return new SlipwayError("SLW_PIPELINE_DECIDED", `${user} has cancelled the run at ${at}.`, {
      details: { ...details, decision: "cancel", user, at },
    });
  }
  if (state !== "APPROVAL" || (record.deadlineAt ?? Infinity) <= run.now.getTime()) {
    const late = state === "APPROVAL" ? "can no longer be decided: its time is over" : `is ${state}`;
    return new SlipwayError("SLW_PIPELINE_STATE", `The step "${step}" ${late}.`, { details: { ...details, state } });
  }
  const approvers = decision?.approvers ?? [];
  if (approvers.length === 0 || approvers.includes(actor.userName)) return null;
  return new SlipwayError("SLW_PIPELINE_APPROVER", `"${step}" is for ${approvers.join(", ")} to decide.`, {
    details: { ...details, approvers },
  });
}

async function store(
  trx: Transaction<Tables>,
  record: StepRecord,
  now: Date,
  { runId, step, decision, comment, actor }: NewDecision,
): Promise<void> {
  const { userName: user } = actor;
  const approved = decision === "approve";
  const decided: StepDecision = {
    ...record.decision,
    decision,
    user,
    at: now.toISOString(),
    ...(comment !== undefined && { comment }),
  };
  const outputs = {
    decision: { type: "value", value: approved ? "approved" : "rejected" },
    by: { type: "value", value: user },
  };
  const said = comment === undefined || comment === "" ? "" : `: ${comment}`;
  await trx
    .updateTable("pipeline_steps")
    .set({
      state: approved ? "FINISHED" : "FAILED",
      reason: `${approved ? "approved" : "rejected"} by ${user}${said}`,
      decision: JSON.stringify(decided),
      outputs: JSON.stringify(outputs),
      deadline_at: null,
      ended_at: now,
    })
    .where("pipeline_run_id", "=", runId)
    .where("name", "=", step)
    .execute();
  await trx
    .updateTable("pipeline_runs")
    .set({ advance_at: sql`now()` })
    .where("run_id", "=", runId)
    .execute();
  await wakePipelines(trx, runId);
}
