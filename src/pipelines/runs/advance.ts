/** Runs go on: what is known of them is read, decided about, and what was decided is written, in one transaction. */
import { CompiledQuery, sql, type Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import {
  activityChannel,
  serverActor,
  transaction,
  type Actor,
  type Database,
  type Tables,
} from "../../store/index.ts";
import { changeRunStatus } from "../../tracking/index.ts";
import { resolveTemplate, type StepOutputs, type StepValue, type Template } from "../../definition/index.ts";
import { pipelinesChannel } from "../jobs/run-status.ts";
import { beginSteps } from "./begin.ts";
import { createBoard } from "./board.ts";
import { decide } from "./decide.ts";
import { createGraph, type Graph } from "./graph.ts";
import { queueSteps, type QueuedStep } from "./queue-steps.ts";
import { scopeOf } from "./scope.ts";
import { keysOf } from "./keys.ts";
import { lockRuns, readStates, type LockedRun, type RunState } from "./snapshot.ts";
import { writeOwnedSteps } from "./step-rows.ts";
import type { Cancellation, Changes, RunEnd, StepRecord } from "./types.ts";

export interface Advanced {
  readonly workspaceId: string;
  /** Who wants its parts to end: see cancelParts. */
  readonly actor: Actor;
  readonly cancel: readonly Cancellation[];
  /** Milliseconds until it is to be looked at though nothing happens; null where it has ended. */
  readonly wait: number | null;
}

/**
 * Several runs by one transaction, so that many at a time share its statements and its commit: an error is all theirs,
 * and nothing has happened then.
 * @returns of those that went on: the others have nothing to be done, are somebody else's, or steps of other runs, which
 *   are advanced one by one
 */
export async function advance(database: Database, runIds: readonly string[]): Promise<Map<string, Advanced>> {
  return transaction(database, async (trx) => {
    const runs = await lockRuns(trx, runIds);
    if (runs.length === 0) return new Map();
    const states = await readStates(trx, runs);
    const queue: QueuedStep[] = [];
    const decided: Decided[] = [];
    for (const run of runs) {
      const before = states.get(run.id) as RunState;
      decided.push(await decideAll(trx, { run, before, graph: createGraph(run.definition), queue }));
    }
    await queueSteps(trx, queue);
    await writeDecided(trx, decided);
    return new Map(decided.map(({ run, changes }) => [run.id, advancedOf(run, changes)]));
  });
}

function advancedOf({ workspaceId, actor, cancel, now }: LockedRun, changes: Changes): Advanced {
  const by = { ...actor, ...(cancel !== null && { userName: cancel.by }) };
  const wait = changes.nextAt === null ? null : changes.nextAt - now;
  return { workspaceId, actor: by, cancel: changes.cancel, wait };
}

interface Decided {
  readonly run: LockedRun;
  readonly graph: Graph;
  readonly changes: Changes;
  readonly state: RunState;
  /** Steps that are not as they were. */
  readonly changed: readonly StepRecord[];
}

async function writeDecided(trx: Transaction<Tables>, decided: readonly Decided[]): Promise<void> {
  const steps = decided.flatMap(({ run, changed }) => changed.map((record) => ({ owner: run, record })));
  await writeOwnedSteps(trx, steps);
  await waitFor(
    trx,
    decided.filter(({ changes }) => changes.end === null),
  );
  for (const { run, graph, changes, state } of decided) {
    if (changes.end !== null) await endRun(trx, run, { end: changes.end, state, graph });
    else if (run.failures > 0) await tellGoesOn(trx, run);
  }
}

/** Until nothing begins any more: what is reused, or refused, has an end at once. */
async function decideAll(
  trx: Transaction<Tables>,
  { run, before, graph, queue }: Pick<Decided, "run" | "graph"> & { before: RunState; queue: QueuedStep[] },
): Promise<Decided> {
  let state = before;
  // Each round begins at least one step, and none begins twice.
  for (;;) {
    const changes = decide({ now: run.now, run, ...state }, graph);
    state = { steps: merge(state.steps, changes.steps), work: state.work };
    if (changes.start.length === 0) {
      const known = new Set(before.steps);
      return { run, graph, changes, state, changed: state.steps.filter((record) => !known.has(record)) };
    }
    const begun = await beginSteps(trx, run, state, { graph, names: changes.start, queue });
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

async function waitFor(trx: Transaction<Tables>, decided: readonly Decided[]): Promise<void> {
  if (decided.length === 0) return;
  const next = decided.map(({ changes: { nextAt } }) => (nextAt === null ? null : new Date(nextAt).toISOString()));
  const told = decided.map(({ run: { id, workspaceId }, changed }) =>
    changed.length > 0 ? JSON.stringify({ workspaceId, type: "run.steps", subject: `run/${id}` }) : null,
  );
  await trx.executeQuery(CompiledQuery.raw(waitStatement, [decided.map(({ run }) => run.id), next, told]));
}

const waitStatement = `
  UPDATE pipeline_runs SET advance_at = ($2::timestamptz[])[array_position($1::text[], run_id)], advance_failures = 0
  WHERE run_id = ANY (${keysOf("$1")})
  RETURNING CASE WHEN ($3::text[])[array_position($1::text[], run_id)] IS NOT NULL
    THEN pg_notify('${activityChannel}', ($3::text[])[array_position($1::text[], run_id)]) END`;

/** It had failed to (see failed-advance.ts). */
function tellGoesOn(trx: Transaction<Tables>, { workspaceId, id }: LockedRun): Promise<void> {
  return changeRunStatus(trx, { workspaceId, runId: id, status: "RUNNING", statusReason: null, actor: serverActor });
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
