/** What the database knows of a run, with the run's row locked. */
import { sql, type Transaction } from "kysely";
import type { Actor, Queryable, Tables } from "../../store/index.ts";
import { automlKind } from "../jobs/automl-spec.ts";
import { batchKind } from "../jobs/batch-spec.ts";
import type { StepOutputs, StoredDefinition } from "../../definition/index.ts";
import { outputsOfAutoML, outputsOfBatch } from "../steps/model/outputs.ts";
import { readSteps } from "./step-rows.ts";
import { isActive, type RunRecord, type StepRecord, type Work } from "./types.ts";

/** A run as it is advanced: its record, and what its parts take over from it. */
export interface LockedRun extends RunRecord {
  readonly reuse: boolean;
  readonly depth: number;
  readonly parentRunId: string | null;
  readonly actor: Actor;
  /** By the database's clock. */
  readonly now: number;
}

/** @param due only where it is to be looked at now @returns null where it is not, has ended, or somebody else has it */
export async function lockRun(
  trx: Transaction<Tables>,
  runId: string,
  { due }: { readonly due: boolean },
): Promise<LockedRun | null> {
  let query = trx
    .selectFrom("pipeline_runs")
    .innerJoin("runs", "runs.id", "pipeline_runs.run_id")
    .selectAll("pipeline_runs")
    .select(["runs.name", sql<Date>`clock_timestamp()`.as("now")])
    .where("pipeline_runs.run_id", "=", runId)
    .where("pipeline_runs.ended_at", "is", null)
    .forUpdate("pipeline_runs");
  if (due) query = query.where("pipeline_runs.advance_at", "<=", sql<Date>`clock_timestamp()`).skipLocked();
  const row = await query.executeTakeFirst();
  if (row === undefined) return null;
  const definition = row.definition as unknown as StoredDefinition;
  return {
    id: row.run_id,
    name: row.name,
    workspaceId: row.workspace_id,
    definition,
    parameters: row.parameters,
    continueOnStepFailure: row.continue_on_step_failure,
    deadlineAt: row.deadline_at.getTime(),
    seconds: secondsOf(definition),
    cancel:
      row.cancel_requested_at === null
        ? null
        : { by: row.cancel_requested_by ?? "somebody", forced: row.cancel_forced },
    reuse: row.reuse,
    depth: row.depth,
    parentRunId: row.parent_run_id,
    actor: { userId: row.user_id, userName: row.user_name, requestId: null },
    now: row.now.getTime(),
  };
}

/** Seconds that a run may take. */
export function secondsOf({ timeout }: StoredDefinition): number {
  return timeout ?? 7 * 86_400;
}

export interface RunState {
  readonly steps: readonly StepRecord[];
  readonly work: ReadonlyMap<string, Work>;
}

export async function readState(trx: Queryable, { id, definition, workspaceId }: RunRecord): Promise<RunState> {
  const steps = await readSteps(trx, id);
  const active = steps.filter(isActive);
  const isPipeline = ({ step }: StepRecord): boolean => definition.steps[step]?.type === "pipeline";
  const ids = (chosen: readonly StepRecord[]): string[] => chosen.map(({ runId }) => runId as string);
  const work = new Map([
    ...(await jobsOf(trx, workspaceId, ids(active.filter((step) => !isPipeline(step))))),
    ...(await pipelinesOf(trx, ids(active.filter(isPipeline)))),
  ]);
  return { steps, work };
}

async function jobsOf(trx: Queryable, workspaceId: string, ids: readonly string[]): Promise<[string, Work][]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .selectFrom("jobs")
    .select(["run_id", "kind", "state", "reason", "result", "started_at", "ended_at", "cancel_requested_at"])
    .select(sql<boolean>`cancel_requested_at IS NOT NULL AND deadline_at <= clock_timestamp()`.as("forced"))
    .where("run_id", "in", ids)
    .execute();
  const found: [string, Work][] = [];
  for (const row of rows) {
    const result = row.result as { readonly outputs?: StepOutputs; readonly cancelRest?: string } | null;
    const outputs =
      row.state !== "FINISHED"
        ? null
        : row.kind === automlKind
          ? await outputsOfAutoML(trx, { workspaceId, runId: row.run_id })
          : row.kind === batchKind
            ? await outputsOfBatch(trx, { workspaceId, runId: row.run_id })
            : (result?.outputs ?? {});
    const work: Work = {
      state: row.state,
      reason: row.reason,
      outputs,
      cancelRest: result?.cancelRest ?? null,
      cancelRequested: row.cancel_requested_at !== null,
      cancelForced: row.forced,
      startedAt: row.started_at?.getTime() ?? null,
      endedAt: row.ended_at?.getTime() ?? null,
    };
    found.push([row.run_id, work]);
  }
  return found;
}

async function pipelinesOf(trx: Queryable, ids: readonly string[]): Promise<[string, Work][]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .selectFrom("pipeline_runs")
    .innerJoin("runs", "runs.id", "pipeline_runs.run_id")
    .select(["run_id", "outputs", "cancel_requested_at", "cancel_forced", "pipeline_runs.created_at"])
    .select(["runs.status", "runs.status_reason", "pipeline_runs.ended_at"])
    .where("run_id", "in", ids)
    .execute();
  return rows.map((row) => {
    const ended =
      row.ended_at !== null && (row.status === "FINISHED" || row.status === "FAILED" || row.status === "KILLED");
    const work: Work = {
      state: ended ? (row.status as "FINISHED" | "FAILED" | "KILLED") : "RUNNING",
      reason: row.status_reason,
      outputs: ended ? { ...(row.outputs as StepOutputs | null), run: { type: "value", value: row.run_id } } : null,
      cancelRest: null,
      cancelRequested: row.cancel_requested_at !== null,
      cancelForced: row.cancel_forced,
      startedAt: row.created_at.getTime(),
      endedAt: row.ended_at?.getTime() ?? null,
    };
    return [row.run_id, work];
  });
}
