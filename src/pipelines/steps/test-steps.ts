/** Steps as a worker runs them, in a test workspace: real runs, artifacts and transactions, without a worker's process. */
import { newId, silentLog, SlipwayError } from "../../base/index.ts";
import { serverActor, transaction } from "../../store/index.ts";
import {
  appendRunLog,
  createRun,
  ensureExperiment,
  logBatch,
  putRunArtifact,
  type NewRun,
} from "../../tracking/index.ts";
import type { Step, StepValue } from "../../definition/index.ts";
import type { TestWorkspace } from "../jobs/test-workspace.ts";
import { stepKind, type StepContext, type StepHandler, type StepResult, type StepSpec } from "./types.ts";

export interface TestStep {
  readonly step: Step;
  readonly values?: Readonly<Record<string, StepValue>>;
  /** Of the step, so that one can be tried again. Default: a new one. */
  readonly runId?: string;
  readonly pipelineRun?: string;
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** Seconds until the job's deadline. Default 60. */
  readonly seconds?: number;
  /** Has another attempt taken the job? Default: no. */
  readonly isFenced?: () => boolean;
}

export interface RanStep extends StepResult {
  readonly runId: string;
  /** Lines of the log. */
  readonly log: readonly string[];
}

/** Runs the handler, and does what the end of a job does: its last words, in one transaction, and its metrics. */
export async function runStep(workspace: TestWorkspace, handler: StepHandler, asked: TestStep): Promise<RanStep> {
  const { context, log } = await contextOf(workspace, asked);
  const result = await handler(context, { artifacts: workspace.artifacts, environmentsFolder: null });
  const run = { workspaceId: workspace.id, runId: context.job.runId };
  await context.hold(async (trx) => {
    await result.last?.(trx);
    const at = { timestamp: Date.now(), step: 0 };
    const metrics = Object.entries(result.metrics ?? {}).map(([key, value]) => ({ key, value, ...at }));
    await logBatch(trx, { ...run, metrics });
  });
  return { ...result, runId: run.runId, log };
}

async function contextOf(
  workspace: TestWorkspace,
  { step, values = {}, signal, seconds = 60, isFenced = () => false, ...asked }: TestStep,
): Promise<{ context: StepContext; log: string[] }> {
  const { database, id: workspaceId } = workspace;
  const { runId = newId(), pipelineRun = newId(), name = "step" } = asked;
  const actor = serverActor;
  const { number: experiment } = await ensureExperiment(database, { workspaceId, name: "steps", actor });
  await createRun(database, { workspaceId, id: runId, experiment, kind: "step", actor });
  const spec: StepSpec = { pipelineRun, name, type: step.type, step, values, code: null };
  const now = new Date();
  const log: string[] = [];
  const hold: StepContext["hold"] = (work) =>
    transaction(database, (trx) => {
      if (isFenced()) throw new SlipwayError("SLW_JOB_FENCED", "Another attempt has the job.");
      return work(trx);
    });
  const job = {
    runId,
    workspaceId,
    kind: stepKind,
    target: "local",
    spec: { ...spec },
    state: "RUNNING",
    attempt: 1,
    reason: null,
    actor,
    queuedAt: now,
    startedAt: now,
    endedAt: null,
    deadlineAt: new Date(now.getTime() + seconds * 1000),
    cancelRequestedAt: null,
    workerId: null,
  } as unknown as StepContext["job"];
  const context = {
    job,
    spec,
    signal: signal ?? new AbortController().signal,
    database,
    log: silentLog,
    memoryLimit: 2 ** 30,
    hold,
    async write(text: string) {
      log.push(text);
      await appendRunLog(database, { workspaceId, runId, text: `${text}\n` });
    },
  } as StepContext;
  return { context, log };
}

/** An artifact of a run, as an automl step or a command leaves it. */
export async function addArtifact(
  { database, artifacts, id: workspaceId }: TestWorkspace,
  files: Readonly<Record<string, Uint8Array | string>>,
  path: string,
  run: Partial<NewRun> = {},
): Promise<Extract<StepValue, { type: "model" }>> {
  const actor = serverActor;
  const { number: experiment } = await ensureExperiment(database, { workspaceId, name: "made", actor });
  const { id: runId } = await createRun(database, {
    workspaceId,
    id: newId(),
    experiment,
    kind: "step",
    actor,
    ...run,
  });
  let sha256 = "";
  for (const [name, content] of Object.entries(files)) {
    const stored = await artifacts.put(typeof content === "string" ? new TextEncoder().encode(content) : content);
    await putRunArtifact(database, { workspaceId, runId, path: name, ...stored });
    if (name === path) ({ sha256 } = stored);
  }
  return { type: "model", runId, path, sha256 };
}
