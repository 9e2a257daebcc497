/** From rows to experiments and runs, and the refusals of those that are not there or deleted. */
import type { Selectable } from "kysely";
import { SlipwayError } from "../base/index.ts";
import type { Queryable, Tables } from "../store/index.ts";
import type { Experiment, Run, RunRef, ExperimentRef } from "./types.ts";

export type ExperimentRow = Selectable<Tables["experiments"]>;

export function toExperiment(row: ExperimentRow): Experiment {
  return {
    id: row.id,
    number: row.number,
    name: row.name,
    artifactLocation: row.artifact_location,
    lifecycle: row.deleted_at === null ? "active" : "deleted",
    tags: row.tags,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export const runColumns = [
  "runs.id",
  "runs.name",
  "runs.kind",
  "runs.user_name",
  "runs.status",
  "runs.status_reason",
  "runs.parent_id",
  "runs.started_at",
  "runs.ended_at",
  "runs.created_at",
  "runs.updated_at",
  "runs.deleted_at",
  "runs.heartbeat_at",
  "runs.source",
  "runs.source_commit",
  "experiments.number as experiment_number",
  "experiments.artifact_location",
] as const;

export interface RunRow extends Pick<
  Selectable<Tables["runs"]>,
  | "id"
  | "name"
  | "kind"
  | "user_name"
  | "status"
  | "status_reason"
  | "parent_id"
  | "started_at"
  | "ended_at"
  | "created_at"
  | "updated_at"
  | "deleted_at"
  | "heartbeat_at"
  | "source"
  | "source_commit"
> {
  readonly experiment_number: number;
  readonly artifact_location: string;
}

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    experiment: row.experiment_number,
    name: row.name,
    kind: row.kind,
    user: row.user_name,
    status: row.status,
    statusReason: row.status_reason,
    lifecycle: row.deleted_at === null ? "active" : "deleted",
    parentId: row.parent_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    heartbeatAt: row.heartbeat_at,
    source: row.source,
    commit: row.source_commit,
    artifactUri: `${row.artifact_location.replace(/\/$/, "")}/${row.id}/artifacts`,
  };
}

/** @throws SLW_TRACKING_EXPERIMENT */
export async function findExperimentRow(
  database: Queryable,
  { workspaceId, number }: ExperimentRef,
): Promise<ExperimentRow> {
  const inRange = Number.isInteger(number) && number >= 0 && number <= 2 ** 31 - 1;
  const row = inRange
    ? await database
        .selectFrom("experiments")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .where("number", "=", number)
        .executeTakeFirst()
    : undefined;
  if (row) return row;
  throw new SlipwayError("SLW_TRACKING_EXPERIMENT", `No Experiment with id=${number} exists`, {
    details: { experiment: number },
  });
}

/** @throws SLW_TRACKING_EXPERIMENT_DELETED */
export function checkExperimentActive({ number, deleted_at }: Pick<ExperimentRow, "number" | "deleted_at">): void {
  if (deleted_at === null) return;
  throw new SlipwayError(
    "SLW_TRACKING_EXPERIMENT_DELETED",
    `The experiment ${number} must be in the 'active' state. Current state is deleted.`,
    { details: { experiment: number } },
  );
}

/** @throws SLW_TRACKING_RUN */
export async function findRunRow(database: Queryable, { workspaceId, runId }: RunRef): Promise<RunRow> {
  const row = await database
    .selectFrom("runs")
    .innerJoin("experiments", "experiments.id", "runs.experiment_id")
    .select(runColumns)
    .where("runs.id", "=", runId)
    .where("runs.workspace_id", "=", workspaceId)
    .executeTakeFirst();
  if (row) return row;
  throw runNotFound(runId);
}

export function runNotFound(runId: string): SlipwayError {
  return new SlipwayError("SLW_TRACKING_RUN", `Run with id=${runId} not found`, { details: { runId } });
}

/**
 * Holds the run against being purged until the transaction ends.
 * @param change "no": it may be deleted and may be read; "data": it must be active
 * @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED
 */
export async function holdRun(
  transaction: Queryable,
  { workspaceId, runId }: RunRef,
  change: "no" | "data",
): Promise<{ readonly experiment_id: string }> {
  const row = await transaction
    .selectFrom("runs")
    .select(["experiment_id", "deleted_at"])
    .where("id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .forKeyShare()
    .executeTakeFirst();
  if (row === undefined) throw runNotFound(runId);
  if (change === "data") checkRunActive(runId, row.deleted_at);
  return row;
}

/** @throws SLW_TRACKING_RUN_DELETED */
export function checkRunActive(runId: string, deletedAt: Date | null): void {
  if (deletedAt === null) return;
  throw new SlipwayError(
    "SLW_TRACKING_RUN_DELETED",
    `The run ${runId} must be in the 'active' state. Current state is deleted.`,
    { details: { runId } },
  );
}

/** For reads that need no row of it. @throws SLW_TRACKING_RUN */
export async function checkRunExists(database: Queryable, { workspaceId, runId }: RunRef): Promise<void> {
  const row = await database
    .selectFrom("runs")
    .select("id")
    .where("id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  if (row === undefined) throw runNotFound(runId);
}
