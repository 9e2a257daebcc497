/** Rows of pipeline_steps: read, and written many at a time. */
import { CompiledQuery, type Selectable } from "kysely";
import type { Queryable, Tables } from "../../store/index.ts";
import type { StepOutputs } from "../../definition/index.ts";
import { keysOf } from "./keys.ts";
import type { FingerprintParts, StepDecision, StepRecord } from "./types.ts";

/** Of several runs, by run; each run's in the order of their positions. */
export async function readStepsOf(
  database: Queryable,
  pipelineRunIds: readonly string[],
): Promise<Map<string, StepRecord[]>> {
  const { rows } = await database.executeQuery<Selectable<Tables["pipeline_steps"]>>(
    CompiledQuery.raw(readStatement, [pipelineRunIds]),
  );
  const found = new Map(pipelineRunIds.map((id): [string, StepRecord[]] => [id, []]));
  for (const row of rows) found.get(row.pipeline_run_id)?.push(toRecord(row));
  return found;
}

const readStatement = `SELECT * FROM pipeline_steps WHERE pipeline_run_id = ANY (${keysOf("$1")}) ORDER BY position`;

/** In the order of their positions. */
export async function readSteps(database: Queryable, pipelineRunId: string): Promise<StepRecord[]> {
  const rows = await database
    .selectFrom("pipeline_steps")
    .selectAll()
    .where("pipeline_run_id", "=", pipelineRunId)
    .orderBy("position")
    .execute();
  return rows.map(toRecord);
}

export function toRecord(row: Selectable<Tables["pipeline_steps"]>): StepRecord {
  return {
    name: row.name,
    step: row.step,
    position: row.position,
    item: row.item,
    state: row.state,
    runId: row.run_id,
    earlierRuns: row.earlier_runs,
    retriesLeft: row.retries_left,
    fingerprint: row.fingerprint,
    fingerprintParts: row.fingerprint_parts as FingerprintParts | null,
    reusedFrom: row.reused_from,
    outputs: row.outputs as StepOutputs | null,
    reason: row.reason,
    decision: row.decision as StepDecision | null,
    notBefore: row.not_before?.getTime() ?? null,
    deadlineAt: row.deadline_at?.getTime() ?? null,
    queuedAt: row.queued_at?.getTime() ?? null,
    startedAt: row.started_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

interface Owner {
  readonly id: string;
  readonly workspaceId: string;
}

export async function writeSteps(trx: Queryable, owner: Owner, records: readonly StepRecord[]): Promise<void> {
  await writeRows(
    trx,
    records.map((record) => toRow(owner, record)),
  );
}

export interface OwnedStep {
  readonly owner: Owner;
  readonly record: StepRecord;
}

/** Steps of several runs. */
export async function writeOwnedSteps(trx: Queryable, steps: readonly OwnedStep[]): Promise<void> {
  await writeRows(
    trx,
    steps.map(({ owner, record }) => toRow(owner, record)),
  );
}

/** One statement, and one text of it, however many. */
async function writeRows(trx: Queryable, rows: readonly Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return;
  await trx.executeQuery(CompiledQuery.raw(writeStatement, [JSON.stringify(rows)]));
}

const changing = [
  "state", "run_id", "earlier_runs", "retries_left", "fingerprint", "fingerprint_parts", "reused_from", "outputs",
  "reason", "decision", "not_before", "deadline_at", "queued_at", "started_at", "ended_at",
]; // prettier-ignore

const columns = ["pipeline_run_id", "workspace_id", "name", "step", "position", "item", ...changing].join(", ");

const writeStatement = `
  INSERT INTO pipeline_steps (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::pipeline_steps, $1::json)
  ON CONFLICT (pipeline_run_id, name) DO UPDATE SET ${changing.map((column) => `${column} = excluded.${column}`).join(", ")}`;

function toRow({ id, workspaceId }: Owner, record: StepRecord) {
  return {
    pipeline_run_id: id,
    workspace_id: workspaceId,
    name: record.name,
    step: record.step,
    position: record.position,
    item: record.item,
    state: record.state,
    run_id: record.runId,
    earlier_runs: record.earlierRuns,
    retries_left: record.retriesLeft,
    fingerprint: record.fingerprint,
    fingerprint_parts: record.fingerprintParts,
    reused_from: record.reusedFrom,
    outputs: record.outputs,
    reason: record.reason,
    decision: record.decision,
    not_before: time(record.notBefore),
    deadline_at: time(record.deadlineAt),
    queued_at: time(record.queuedAt),
    started_at: time(record.startedAt),
    ended_at: time(record.endedAt),
  };
}

const time = (value: number | null): Date | null => (value === null ? null : new Date(value));
