/** Steps whose turn it is: queued for a worker, answered by what came out before, or asked of somebody. */
import { sql, type Transaction } from "kysely";
import { newId, SlipwayError } from "../../base/index.ts";
import { submitJobs, type NewJob } from "../../compute/index.ts";
import type { Tables } from "../../store/index.ts";
import { createParts, logInputs } from "../../tracking/index.ts";
import { resolveStep, type Scope, type Step } from "../../definition/index.ts";
import { stepKind, type StepSpec } from "../steps/types.ts";
import { createBoard, type Board } from "./board.ts";
import { demandOf } from "./demand.ts";
import { fingerprintOf, mayBeReused } from "./fingerprint.ts";
import type { Graph } from "./graph.ts";
import { readInputs } from "./inputs.ts";
import type { ReadyStep } from "./ready-step.ts";
import { findReusable, type Reusable } from "./reuse.ts";
import { scopeOf } from "./scope.ts";
import { endStep } from "./settle.ts";
import type { LockedRun, RunState } from "./snapshot.ts";
import { beginAutoML, beginBatch, beginPipeline } from "./begin-others.ts";
import type { StepRecord } from "./types.ts";

/** Seconds that somebody has to decide. */
const decisionSeconds = 7 * 86_400;

/** @returns the steps as they are then: QUEUED, RUNNING, APPROVAL, FINISHED where they are reused, FAILED where they cannot begin */
export async function beginSteps(
  trx: Transaction<Tables>,
  run: LockedRun,
  { steps, work }: RunState,
  { graph, names }: { readonly graph: Graph; readonly names: readonly string[] },
): Promise<StepRecord[]> {
  const board = createBoard({ now: run.now, run, steps, work }, graph);
  const begun: StepRecord[] = [];
  const ready: ReadyStep[] = [];
  for (const name of names) {
    const record = board.get(name) as StepRecord;
    const found = await orFailed(record, run, () => makeReady(trx, run, board, record));
    if ("state" in found) begun.push(found);
    else ready.push(found);
  }
  const reusable = await reusableFor(trx, run, ready);
  const queued: ReadyStep[] = [];
  for (const each of ready) {
    const before = reusable.get(each.fingerprint.sha256);
    if (before !== undefined && mayBeReused(each.step)) begun.push(reuse(each, before, run.now));
    else if (isForWorkers(each.step)) queued.push(each);
    else begun.push(await beginOther(trx, run, each));
  }
  begun.push(...(await queueSteps(trx, run, queued)));
  return begun;
}

/** What a user may have caused is the step's failure; anything else is a fault of the run's rows. */
async function orFailed<T>(record: StepRecord, { now }: LockedRun, work: () => Promise<T>): Promise<T | StepRecord> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === "SLW_INTERNAL") throw error;
    return endStep(record, "FAILED", `${error.message} (${error.code})`, now);
  }
}

async function makeReady(
  trx: Transaction<Tables>,
  run: LockedRun,
  board: Board,
  record: StepRecord,
): Promise<ReadyStep> {
  const node = board.graph.get(record.step);
  if (node === undefined) throw new TypeError(`the definition has no step "${record.step}"`);
  const scope: Scope = scopeOf(board, node.needs, record);
  const { step, values } = resolveStep(node.step, scope);
  const { definition, workspaceId } = run;
  const inputs = await readInputs(trx, workspaceId, { step, raw: node.step, definition, values });
  const fingerprint = await fingerprintOf(trx, run, { name: record.step, raw: node.step, step, inputs });
  return { record, step, inputs, fingerprint };
}

async function reusableFor(
  trx: Transaction<Tables>,
  run: LockedRun,
  ready: readonly ReadyStep[],
): Promise<Map<string, Reusable>> {
  if (!run.reuse) return new Map();
  const asked = ready.filter(({ step }) => mayBeReused(step)).map(({ fingerprint }) => fingerprint.sha256);
  return findReusable(trx, run.workspaceId, asked);
}

function known({ record, step, fingerprint }: ReadyStep, now: number): StepRecord {
  return {
    ...record,
    fingerprint: mayBeReused(step) ? fingerprint.sha256 : null,
    fingerprintParts: fingerprint.parts,
    notBefore: null,
    reason: null,
    queuedAt: now,
  };
}

function reuse(ready: ReadyStep, { runId, outputs, decision }: Reusable, now: number): StepRecord {
  const reason = decision?.cancelRest ?? null;
  return endStep(known(ready, now), "FINISHED", reason, now, { reusedFrom: runId, outputs, decision });
}

function isForWorkers({ type }: Step): boolean {
  return type !== "automl" && type !== "batch_score" && type !== "approval" && type !== "pipeline";
}

/** Runs and jobs by one statement each, however many steps. */
async function queueSteps(
  trx: Transaction<Tables>,
  run: LockedRun,
  ready: readonly ReadyStep[],
): Promise<StepRecord[]> {
  if (ready.length === 0) return [];
  const { workspaceId, actor, now } = run;
  const records = ready.map((each) => ({ ...known(each, now), state: "QUEUED" as const, runId: newId() }));
  const runs = records.map(({ runId: id, name }) => ({ id, name, kind: "step" as const }));
  await createParts(trx, { workspaceId, parentId: run.id, runs, source: "slipway pipelines", actor });
  const jobs = ready.map(({ record, step, inputs }, index): NewJob => {
    const spec: StepSpec = {
      pipelineRun: run.id,
      name: record.name,
      type: step.type,
      step,
      values: inputs.values,
      code: run.definition.code?.[record.step] ?? null,
    };
    const runId = (records[index] as { runId: string }).runId;
    return { runId, workspaceId, kind: stepKind, ...demandOf(run.definition, step), spec: { ...spec }, actor };
  });
  await submitJobs(trx, jobs);
  for (const [index, { inputs }] of ready.entries()) {
    const { runId } = records[index] as { runId: string };
    if (inputs.datasets.length > 0) await logInputs(trx, { workspaceId, runId, datasets: inputs.datasets });
  }
  return records;
}

async function beginOther(trx: Transaction<Tables>, run: LockedRun, ready: ReadyStep): Promise<StepRecord> {
  const { step } = ready;
  const record = known(ready, run.now);
  if (step.type === "approval") {
    const deadlineAt = run.now + (step.timeout ?? decisionSeconds) * 1000;
    const decision = { message: step.message, approvers: step.approvers ?? [] };
    return { ...record, state: "APPROVAL", reason: step.message, decision, deadlineAt, startedAt: run.now };
  }
  const runId = newId();
  // What it has written before it is refused must not stay.
  await sql`SAVEPOINT step`.execute(trx);
  try {
    if (step.type === "automl") await beginAutoML(trx, run, { ...ready, step }, runId);
    else if (step.type === "batch_score") await beginBatch(trx, run, { ...ready, step }, runId);
    else if (step.type === "pipeline") return await beginPipeline(trx, run, { ...ready, step, record }, runId);
    return { ...record, state: "QUEUED", runId };
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === "SLW_INTERNAL") throw error;
    await sql`ROLLBACK TO SAVEPOINT step`.execute(trx);
    return endStep(record, "FAILED", `${error.message} (${error.code})`, run.now);
  }
}
