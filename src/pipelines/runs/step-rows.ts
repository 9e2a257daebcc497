/** Rows of pipeline_steps: read, and written many at a time. */
import { sql, type Selectable } from "kysely";
import type { Queryable, Tables } from "../../store/index.ts";
import type { StepOutputs } from "../../definition/index.ts";
import type { FingerprintParts, StepDecision, StepRecord } from "./types.ts";

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

/** PostgreSQL takes 65,535 values in a statement. */
const rowsAtATime = 1_000;

export async function writeSteps(trx: Queryable, owner: Owner, records: readonly StepRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += rowsAtATime) {
    await trx
      .insertInto("pipeline_steps")
      .values(records.slice(from, from + rowsAtATime).map((record) => toRow(owner, record)))
      .onConflict((conflict) =>
        conflict
          .columns(["pipeline_run_id", "name"])
          .doUpdateSet((row) => Object.fromEntries(changing.map((column) => [column, row.ref(`excluded.${column}`)]))),
      )
      .execute();
  }
}

const changing = [
  "state", "run_id", "earlier_runs", "retries_left", "fingerprint", "fingerprint_parts", "reused_from", "outputs",
  "reason", "decision", "not_before", "deadline_at", "queued_at", "started_at", "ended_at",
] as const; // prettier-ignore

function toRow({ id, workspaceId }: Owner, record: StepRecord) {
  return {
    pipeline_run_id: id,
    workspace_id: workspaceId,
    name: record.name,
    step: record.step,
    position: record.position,
    item: json(record.item),
    state: record.state,
    run_id: record.runId,
    earlier_runs: sql<string[]>`${[...record.earlierRuns]}::text[]`,
    retries_left: record.retriesLeft,
    fingerprint: record.fingerprint,
    fingerprint_parts: json(record.fingerprintParts),
    reused_from: record.reusedFrom,
    outputs: json(record.outputs),
    reason: record.reason,
    decision: json(record.decision),
    not_before: time(record.notBefore),
    deadline_at: time(record.deadlineAt),
    queued_at: time(record.queuedAt),
    started_at: time(record.startedAt),
    ended_at: time(record.endedAt),
  };
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const time = (value: number | null): Date | null => (value === null ? null : new Date(value));
