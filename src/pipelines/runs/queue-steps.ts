/** Steps for workers, of one run or of several that go on together: their runs and jobs, by few statements. */
import type { Transaction } from "kysely";
import { submitJobs, type NewJob } from "../../compute/index.ts";
import type { Tables } from "../../store/index.ts";
import { createParts, logInputs } from "../../tracking/index.ts";
import { stepKind, type StepSpec } from "../steps/types.ts";
import { demandOf } from "./demand.ts";
import type { ReadyStep } from "./ready-step.ts";
import type { LockedRun } from "./snapshot.ts";

export interface QueuedStep {
  /** The pipeline's. */
  readonly run: LockedRun;
  readonly ready: ReadyStep;
  /** Of the step. */
  readonly runId: string;
}

/** Runs by one statement for each who asked for some, and jobs by one for all. */
export async function queueSteps(trx: Transaction<Tables>, queued: readonly QueuedStep[]): Promise<void> {
  if (queued.length === 0) return;
  for (const same of Map.groupBy(queued, keyOf).values()) {
    const [{ run }] = same as [QueuedStep];
    const runs = same.map(({ run: { id: parentId }, ready: { record }, runId }) => {
      return { id: runId, parentId, name: record.name, kind: "step" as const };
    });
    await createParts(trx, { workspaceId: run.workspaceId, runs, source: "slipway pipelines", actor: run.actor });
  }
  await submitJobs(trx, queued.map(toJob));
  for (const { run, ready, runId } of queued) {
    const { datasets } = ready.inputs;
    if (datasets.length > 0) await logInputs(trx, { workspaceId: run.workspaceId, runId, datasets });
  }
}

const keyOf = ({ run: { workspaceId, actor } }: QueuedStep): string =>
  JSON.stringify([workspaceId, actor.userId, actor.userName]);

function toJob({ run, ready, runId }: QueuedStep): NewJob {
  const { record, step, inputs } = ready;
  const spec: StepSpec = {
    pipelineRun: run.id,
    name: record.name,
    type: step.type,
    step,
    values: inputs.values,
    code: run.definition.code?.[record.step] ?? null,
  };
  const { workspaceId, actor } = run;
  return { runId, workspaceId, kind: stepKind, ...demandOf(run.definition, step), spec: { ...spec }, actor };
}
