/** A run goes on: what is known of it is read, decided about, and what was decided is written, in one transaction. */
import { sql, type Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { activityChannel, transaction, type Actor, type Database, type Tables } from "../../store/index.ts";
import { changeRunStatus } from "../../tracking/index.ts";
import { resolveTemplate, type StepOutputs, type StepValue, type Template } from "../../definition/index.ts";
import { pipelinesChannel } from "../jobs/run-status.ts";
import { beginSteps } from "./begin.ts";
import { createBoard } from "./board.ts";
import { decide } from "./decide.ts";
import { createGraph, type Graph } from "./graph.ts";
import { scopeOf } from "./scope.ts";
import { lockRun, readState, type LockedRun, type RunState } from "./snapshot.ts";
import { writeSteps } from "./step-rows.ts";
import type { Cancellation, Changes, RunEnd, StepRecord } from "./types.ts";

export interface Advanced {
  readonly workspaceId: string;
  /** Who wants its parts to end: see cancelParts. */
  readonly actor: Actor;
  readonly cancel: readonly Cancellation[];
}

/** @returns null where there was nothing to be done, or somebody else does it */
export async function advance(database: Database, runId: string): Promise<Advanced | null> {
  return transaction(database, async (trx) => {
    const run = await lockRun(trx, runId, { due: true });
    if (run === null) return null;
    const graph = createGraph(run.definition);
    const before = await readState(trx, run);
    const { changes, state } = await decideAll(trx, run, before, graph);
    const known = new Set(before.steps);
    const changed = state.steps.filter((record) => !known.has(record));
    await writeSteps(trx, run, changed);
    if (changes.end === null) await waitFor(trx, run, changes.nextAt, changed.length > 0);
    else await endRun(trx, run, { end: changes.end, state, graph });
    const actor = { ...run.actor, ...(run.cancel !== null && { userName: run.cancel.by }) };
    return { workspaceId: run.workspaceId, actor, cancel: changes.cancel };
  });
}

/** Until nothing begins any more: what is reused, or refused, has an end at once. */
async function decideAll(
  trx: Transaction<Tables>,
  run: LockedRun,
  before: RunState,
  graph: Graph,
): Promise<{ readonly changes: Changes; readonly state: RunState }> {
  let state = before;
  // Each round begins at least one step, and none begins twice.
  for (;;) {
    const changes = decide({ now: run.now, run, ...state }, graph);
    state = { steps: merge(state.steps, changes.steps), work: state.work };
    if (changes.start.length === 0) return { changes, state };
    const begun = await beginSteps(trx, run, state, { graph, names: changes.start });
    const work = new Map(state.work);
    for (const { runId, startedAt } of begun) if (runId !== null) work.set(runId, newWork(startedAt));
    state = { steps: merge(state.steps, begun), work };
  }
}

function newWork(startedAt: number | null) {
  return {
    state: startedAt === null ? ("QUEUED" as const) : ("RUNNING" as const),
    reason: null,
    outputs: null,
    cancelRest: null,
    cancelRequested: false,
    cancelForced: false,
    startedAt,
    endedAt: null,
  };
}

function merge(steps: readonly StepRecord[], changed: readonly StepRecord[]): StepRecord[] {
  const byName = new Map(steps.map((record) => [record.name, record]));
  for (const record of changed) byName.set(record.name, record);
  return [...byName.values()];
}

async function waitFor(
  trx: Transaction<Tables>,
  { id, workspaceId }: LockedRun,
  nextAt: number | null,
  changed: boolean,
): Promise<void> {
  const told = { workspaceId, type: "run.steps", subject: `run/${id}` };
  await sql`
    UPDATE pipeline_runs SET advance_at = ${nextAt === null ? null : new Date(nextAt)} WHERE run_id = ${id}
    RETURNING ${changed ? sql`pg_notify(${activityChannel}, ${JSON.stringify(told)})` : sql`NULL`}
  `.execute(trx);
}

async function endRun(
  trx: Transaction<Tables>,
  run: LockedRun,
  { end, state, graph }: { readonly end: RunEnd; readonly state: RunState; readonly graph: Graph },
): Promise<void> {
  const outputs = end.state === "FINISHED" ? outputsOf(run, state, graph) : null;
  await trx
    .updateTable("pipeline_runs")
    .set({ ended_at: sql`now()`, advance_at: null, outputs: outputs === null ? null : JSON.stringify(outputs) })
    .where("run_id", "=", run.id)
    .execute();
  await changeRunStatus(trx, {
    workspaceId: run.workspaceId,
    runId: run.id,
    status: end.state,
    statusReason: end.reason?.slice(0, 2_000) ?? null,
    actor: run.actor,
  });
  if (run.parentRunId !== null) await tellParent(trx, run.parentRunId);
}

/** The locks of a pipeline's run and of the run that it is a step of are taken in this order everywhere. */
export async function tellParent(trx: Transaction<Tables>, parentRunId: string): Promise<void> {
  await sql`
    UPDATE pipeline_runs SET advance_at = now() WHERE run_id = ${parentRunId} AND ended_at IS NULL
    RETURNING pg_notify(${pipelinesChannel}, run_id)
  `.execute(trx);
}

/** Those that have a value: what a step gives that was skipped has none. */
function outputsOf(run: LockedRun, state: RunState, graph: Graph): StepOutputs {
  const board = createBoard({ now: run.now, run, ...state }, graph);
  const scope = scopeOf(board, graph.keys(), null);
  const outputs: Record<string, StepValue> = {};
  for (const [name, template] of Object.entries(run.definition.outputs ?? {})) {
    try {
      const { value, values } = resolveTemplate(template, scope);
      outputs[name] = values[""] ?? plainValue(value);
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
    }
  }
  return outputs;
}

function plainValue(value: Template): StepValue {
  return { type: "value", value: value as Extract<StepValue, { type: "value" }>["value"] };
}
