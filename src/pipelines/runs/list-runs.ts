/** Runs of pipelines in pages: two statements a page. */
import { sql } from "kysely";
import { readPage, type Page, type PageRequest, type Queryable } from "../../store/index.ts";
import type { RunStatus } from "../../tracking/index.ts";
import type { StepState } from "./types.ts";

export interface PipelineRunFilter {
  readonly workspaceId: string;
  /** Name of a published one. */
  readonly pipeline?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly scheduleId?: string | undefined;
}

export interface PipelineRunItem {
  readonly id: string;
  readonly name: string;
  /** Name in the definition. */
  readonly pipeline: string;
  /** Null for a definition that is not published. */
  readonly version: number | null;
  readonly status: RunStatus;
  readonly statusReason: string | null;
  readonly scheduleId: string | null;
  /** Of steps and instances; an instance's step counts by its instances. */
  readonly counts: Readonly<Partial<Record<StepState, number>>>;
  readonly user: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Those that are no step of another run. @throws SLW_API_SORT, SLW_API_CURSOR */
export async function listPipelineRuns(
  database: Queryable,
  { workspaceId, pipeline, statuses, scheduleId }: PipelineRunFilter,
  page: PageRequest,
): Promise<Page<PipelineRunItem>> {
  let query = database
    .selectFrom("pipeline_runs")
    .innerJoin("runs", "runs.id", "pipeline_runs.run_id")
    .leftJoin("pipeline_versions", "pipeline_versions.id", "pipeline_runs.pipeline_version_id")
    .leftJoin("pipelines", "pipelines.id", "pipeline_versions.pipeline_id")
    .select([
      "pipeline_runs.run_id as id",
      "runs.name as name",
      sql<string>`pipeline_runs.definition ->> 'name'`.as("pipeline"),
      "pipeline_versions.version as version",
      "runs.status as status",
      "runs.status_reason as statusReason",
      "pipeline_runs.schedule_id as scheduleId",
      "pipeline_runs.user_name as user",
      "pipeline_runs.created_at as createdAt",
      "runs.started_at as startedAt",
      "runs.ended_at as endedAt",
    ])
    .where("pipeline_runs.workspace_id", "=", workspaceId)
    .where("pipeline_runs.parent_run_id", "is", null)
    .where("runs.deleted_at", "is", null);
  if (pipeline !== undefined) query = query.where("pipelines.name", "=", pipeline);
  if (statuses !== undefined) query = query.where("runs.status", "in", statuses);
  if (scheduleId !== undefined) query = query.where("pipeline_runs.schedule_id", "=", scheduleId);
  const order = {
    sortable: { created: "pipeline_runs.created_at" },
    byDefault: "-created",
    unique: "pipeline_runs.run_id",
  };
  const found = await readPage<Omit<PipelineRunItem, "counts">>(query, page, order, ({ createdAt, id }) => [
    createdAt.toISOString(),
    id,
  ]);
  const counts = await countSteps(
    database,
    found.items.map(({ id }) => id),
  );
  return { ...found, items: found.items.map((run) => ({ ...run, counts: counts.get(run.id) ?? {} })) };
}

async function countSteps(
  database: Queryable,
  runIds: readonly string[],
): Promise<Map<string, PipelineRunItem["counts"]>> {
  const { rows } = await sql<{ run: string; counts: PipelineRunItem["counts"] }>`
    SELECT run, json_object_agg(state, count) AS counts FROM (
      SELECT pipeline_run_id AS run, state, count(*) AS count FROM (
        SELECT pipeline_run_id, state, item,
          bool_or(item IS NOT NULL) OVER (PARTITION BY pipeline_run_id, step) AS has_instances
        FROM pipeline_steps WHERE pipeline_run_id = ANY(${runIds}::text[])
      ) AS steps WHERE item IS NOT NULL OR NOT has_instances
      GROUP BY pipeline_run_id, state
    ) AS counted GROUP BY run
  `.execute(database);
  return new Map(rows.map(({ run, counts }) => [run, counts]));
}
