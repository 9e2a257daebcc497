/** What is going on in a workspace: all that its first page shows, by six statements that an index answers each. */
import { sql, type RawBuilder } from "kysely";
import type { Overview, OverviewRun } from "../contract/index.ts";
import type { Database } from "../store/index.ts";

/** What the lists hold at most. */
const most = { active: 20, approvals: 20, failed: 20, recent: 200, endpoints: 100, firings: 10 };
const recently = sql`now() - interval '24 hours'`;

export async function readOverview(database: Database, workspaceId: string): Promise<Overview> {
  const [open, ended, failed, approvals, endpoints, nextFirings] = await Promise.all([
    readOpen(database, workspaceId),
    readRuns(database, workspaceId, sql`runs.ended_at > ${recently}`, { by: sql`runs.ended_at`, limit: most.recent }),
    readRuns(database, workspaceId, sql`runs.ended_at > ${recently} AND runs.status = 'FAILED'`, {
      by: sql`runs.ended_at`,
      limit: most.failed,
    }),
    readApprovals(database, workspaceId),
    readEndpoints(database, workspaceId),
    readFirings(database, workspaceId),
  ]);
  const recent = [...open, ...ended].toSorted((a, b) => startOf(b) - startOf(a));
  return {
    active: open.slice(0, most.active).map(toBody),
    approvals,
    failed: failed.map(toBody),
    recent: recent.slice(0, most.recent).map(toBody),
    endpoints,
    nextFirings,
  };
}

interface RunRow extends Omit<OverviewRun, "createdAt" | "startedAt" | "endedAt"> {
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

function startOf({ startedAt, createdAt }: RunRow): number {
  return (startedAt ?? createdAt).getTime();
}

function toBody({ createdAt, startedAt, endedAt, ...run }: RunRow): OverviewRun {
  return {
    ...run,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

function readOpen(database: Database, workspaceId: string): Promise<RunRow[]> {
  const isOpen = sql`runs.status IN ('QUEUED', 'SCHEDULED', 'RUNNING')`;
  return readRuns(database, workspaceId, isOpen, { by: sql`runs.ordered_at`, limit: most.recent });
}

/** Runs that are no part of another. */
async function readRuns(
  database: Database,
  workspaceId: string,
  condition: RawBuilder<unknown>,
  { by, limit }: { readonly by: RawBuilder<unknown>; readonly limit: number },
): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    SELECT runs.id, runs.name, runs.kind, runs.status, runs.status_reason AS "statusReason", runs.user_name AS "user",
      runs.created_at AS "createdAt", runs.started_at AS "startedAt", runs.ended_at AS "endedAt"
    FROM runs JOIN experiments ON experiments.id = runs.experiment_id
    WHERE runs.workspace_id = ${workspaceId} AND runs.parent_id IS NULL AND runs.deleted_at IS NULL
      AND experiments.deleted_at IS NULL AND ${condition}
    ORDER BY ${by} DESC, runs.id LIMIT ${limit}
  `.execute(database);
  return rows;
}

async function readApprovals(database: Database, workspaceId: string): Promise<Overview["approvals"]> {
  const { rows } = await sql<Omit<Overview["approvals"][number], "since"> & { since: Date }>`
    SELECT runs.id AS run, runs.name AS "runName", steps.name AS step, steps.reason,
      coalesce(steps.started_at, steps.queued_at, pipeline_runs.created_at) AS since
    FROM pipeline_runs JOIN runs ON runs.id = pipeline_runs.run_id
      JOIN pipeline_steps AS steps ON steps.pipeline_run_id = pipeline_runs.run_id
    WHERE pipeline_runs.ended_at IS NULL AND pipeline_runs.workspace_id = ${workspaceId}
      AND steps.state = 'APPROVAL' AND runs.deleted_at IS NULL
    ORDER BY since, runs.id, steps.position LIMIT ${most.approvals}
  `.execute(database);
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
}

async function readEndpoints(database: Database, workspaceId: string): Promise<Overview["endpoints"]> {
  const rows = await database
    .selectFrom("endpoints")
    .select(["name", "state", "last_request_at as lastRequestAt"])
    .where("workspace_id", "=", workspaceId)
    .where("desired", "<>", "deleted")
    .orderBy("name")
    .limit(most.endpoints)
    .execute();
  return rows.map((row) => ({ ...row, lastRequestAt: row.lastRequestAt?.toISOString() ?? null }));
}

async function readFirings(database: Database, workspaceId: string): Promise<Overview["nextFirings"]> {
  const rows = await database
    .selectFrom("schedules")
    .innerJoin("pipelines", "pipelines.id", "schedules.pipeline_id")
    .select(["schedules.id as schedule", "schedules.name", "pipelines.name as pipeline", "next_at as at"])
    .where("schedules.workspace_id", "=", workspaceId)
    // Of a data trigger it is the next look, which starts nothing by itself.
    .where("kind", "in", ["cron", "recurrence"])
    .where("paused_at", "is", null)
    .where("next_at", "is not", null)
    .orderBy("next_at")
    .limit(most.firings)
    .execute();
  return rows.flatMap(({ at, ...row }) => (at === null ? [] : [{ ...row, at: at.toISOString() }]));
}
