/** What the database knows of runs, with their rows locked. */
import { CompiledQuery, type Selectable, type Transaction } from "kysely";
import type { Actor, Queryable, Tables } from "../../store/index.ts";
import { automlKind } from "../jobs/automl-spec.ts";
import { batchKind } from "../jobs/batch-spec.ts";
import type { StepOutputs, StoredDefinition } from "../../definition/index.ts";
import { outputsOfAutoML, outputsOfBatch } from "../steps/model/outputs.ts";
import { keysOf } from "./keys.ts";
import { readStepsOf } from "./step-rows.ts";
import { isActive, type RunRecord, type StepRecord, type Work } from "./types.ts";

/** A run as it is advanced: its record, and what its parts take over from it. */
export interface LockedRun extends RunRecord {
  readonly reuse: boolean;
  readonly depth: number;
  readonly parentRunId: string | null;
  readonly actor: Actor;
  /** How often in a row it could not be advanced. */
  readonly failures: number;
  /** By the database's clock. */
  readonly now: number;
}

/**
 * Those that are to be looked at now, have not ended, and that nobody else has. Of several, only runs that are no step of
 * another: at its end such a one takes the lock of the run that it is a step of, and whoever holds more than one would
 * wait for a lock then.
 */
export async function lockRuns(trx: Transaction<Tables>, runIds: readonly string[]): Promise<LockedRun[]> {
  const { rows } = await trx.executeQuery<LockedRow>(CompiledQuery.raw(lockStatement, [runIds]));
  return rows.map(toLockedRun);
}

/** Not "ended_at IS NULL", by which the index of all open runs would do as well for PostgreSQL as the one of keys. */
const lockStatement = `
  SELECT pipeline_runs.*, (SELECT name FROM runs WHERE id = run_id) AS name, clock_timestamp() AS now
  FROM pipeline_runs
  WHERE run_id = ANY (${keysOf("$1")}) AND (parent_run_id IS NULL OR cardinality($1::text[]) = 1)
    AND num_nulls(ended_at) = 1 AND advance_at <= clock_timestamp()
  FOR UPDATE OF pipeline_runs SKIP LOCKED`;

type LockedRow = Selectable<Tables["pipeline_runs"]> & { readonly name: string; readonly now: Date };

function toLockedRun(row: LockedRow): LockedRun {
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
    failures: row.advance_failures,
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

/** By the run's id. */
export async function readStates(trx: Queryable, runs: readonly RunRecord[]): Promise<Map<string, RunState>> {
  const steps = await readStepsOf(
    trx,
    runs.map(({ id }) => id),
  );
  const isPipeline = ({ definition }: RunRecord, { step }: StepRecord): boolean =>
    definition.steps[step]?.type === "pipeline";
  const idsOf = (pipelines: boolean): string[] =>
    runs.flatMap((run) =>
      (steps.get(run.id) ?? [])
        .filter((step) => isActive(step) && isPipeline(run, step) === pipelines)
        .map(({ runId }) => runId as string),
    );
  const work = new Map([...(await jobsOf(trx, idsOf(false))), ...(await pipelinesOf(trx, idsOf(true)))]);
  return new Map(runs.map(({ id }) => [id, { steps: steps.get(id) ?? [], work }]));
}

type JobRow = Selectable<Tables["jobs"]> & { readonly forced: boolean };

const jobsStatement = `
  SELECT run_id, workspace_id, kind, state, reason, result, started_at, ended_at, cancel_requested_at,
    cancel_requested_at IS NOT NULL AND deadline_at <= clock_timestamp() AS forced
  FROM jobs WHERE run_id = ANY (${keysOf("$1")})`;

async function jobsOf(trx: Queryable, ids: readonly string[]): Promise<[string, Work][]> {
  if (ids.length === 0) return [];
  const { rows } = await trx.executeQuery<JobRow>(CompiledQuery.raw(jobsStatement, [ids]));
  const found: [string, Work][] = [];
  for (const row of rows) {
    const result = row.result as { readonly outputs?: StepOutputs; readonly cancelRest?: string } | null;
    const outputs =
      row.state !== "FINISHED"
        ? null
        : row.kind === automlKind
          ? await outputsOfAutoML(trx, { workspaceId: row.workspace_id, runId: row.run_id })
          : row.kind === batchKind
            ? await outputsOfBatch(trx, { workspaceId: row.workspace_id, runId: row.run_id })
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
