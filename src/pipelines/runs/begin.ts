/** Steps whose turn it is: queued for a worker, answered by what came out before, or asked of somebody. */
import { sql, type Transaction } from "kysely";
import { newId, SlipwayError } from "../../base/index.ts";
import type { Tables } from "../../store/index.ts";
import { resolveStep, type Scope, type Step } from "../../definition/index.ts";
import { createBoard, type Board } from "./board.ts";
import { fingerprintOf, mayBeReused } from "./fingerprint.ts";
import type { Graph } from "./graph.ts";
import { readInputs } from "./inputs.ts";
import type { QueuedStep } from "./queue-steps.ts";
import type { ReadyStep } from "./ready-step.ts";
import { findReusable, type Reusable } from "./reuse.ts";
import { scopeOf } from "./scope.ts";
import { endStep } from "./settle.ts";
import type { LockedRun, RunState } from "./snapshot.ts";
import { beginAutoML, beginBatch, beginPipeline } from "./begin-others.ts";
import type { StepRecord } from "./types.ts";

/** Seconds that somebody has to decide. */
const decisionSeconds = 7 * 86_400;

/**
 * @param queue takes those for workers: they are written with those of other runs (see queue-steps.ts)
 * @returns the steps as they are then: QUEUED, RUNNING, APPROVAL, FINISHED where they are reused, FAILED where they cannot begin
 */
export async function beginSteps(
  trx: Transaction<Tables>,
  run: LockedRun,
  { steps, work }: RunState,
  { graph, names, queue }: { readonly graph: Graph; readonly names: readonly string[]; readonly queue: QueuedStep[] },
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
  for (const each of ready) {
    const before = reusable.get(each.fingerprint.sha256);
    if (before !== undefined && mayBeReused(each.step)) begun.push(reuse(each, before, run.now));
    else if (isForWorkers(each.step)) begun.push(queueStep(run, each, queue));
    else begun.push(await beginOther(trx, run, each));
  }
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

function queueStep(run: LockedRun, ready: ReadyStep, queue: QueuedStep[]): StepRecord {
  const runId = newId();
  queue.push({ run, ready, runId });
  return { ...known(ready, run.now), state: "QUEUED", runId };
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
