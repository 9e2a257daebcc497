/** All values of a metric, whole or thinned out for a chart. */
import { sql } from "kysely";
import type { Page, Queryable } from "../store/index.ts";
import { isAfter, orderBy, readCursor, selectKeys, writeCursor, type KeyValues, type SortKey } from "./keyset.ts";
import { checkRunExists } from "./rows.ts";
import { toMetric, type MetricRow } from "./run-details.ts";
import type { Metric, RunRef } from "./types.ts";

const order: readonly SortKey[] = [
  { expression: sql`timestamp`, descending: false, type: "bigint" },
  { expression: sql`step`, descending: false, type: "bigint" },
  { expression: sql`value`, descending: false, type: "double precision" },
];

/** By timestamp, step, value, as MLflow orders them. @throws SLW_TRACKING_RUN, SLW_API_CURSOR */
export async function getMetricHistory(
  database: Queryable,
  ref: RunRef & { readonly key: string; readonly limit?: number; readonly cursor?: string },
): Promise<Page<Metric>> {
  const { runId, key, limit, cursor } = ref;
  const after = cursor === undefined ? null : readCursor("metric", [order.length], cursor).after;
  await checkRunExists(database, ref);
  const { rows } = await sql<MetricRow & { readonly sort_keys: KeyValues }>`
    SELECT *, ${selectKeys(order)} FROM metrics
    WHERE run_id = ${runId} AND key = ${key} AND ${after === null ? sql`true` : isAfter(order, after)}
    ORDER BY ${orderBy(order)} LIMIT ${limit === undefined ? null : limit + 1}
  `.execute(database);
  const page = limit === undefined ? rows : rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toMetric),
    ...(rows.length > page.length && last && { nextCursor: writeCursor("metric", { part: 0, after: last.sort_keys }) }),
  };
}

export interface MetricPoint extends Metric {
  readonly runId: string;
}

export interface MetricHistories {
  readonly workspaceId: string;
  /** Ids that are not of the workspace give no points. */
  readonly runIds: readonly string[];
  readonly key: string;
}

/** Of several runs, by run, timestamp, step, value; at most `limit` points altogether. */
export async function getMetricHistories(
  database: Queryable,
  { workspaceId, runIds, key, limit }: MetricHistories & { readonly limit: number },
): Promise<MetricPoint[]> {
  const { rows } = await sql<PointRow>`
    SELECT metrics.* FROM metrics JOIN runs ON runs.id = metrics.run_id
    WHERE metrics.run_id = ANY(${runIds}::text[]) AND metrics.key = ${key} AND runs.workspace_id = ${workspaceId}
    ORDER BY metrics.run_id, metrics.timestamp, metrics.step, metrics.value LIMIT ${limit}
  `.execute(database);
  return rows.map(toPoint);
}

/**
 * Of several runs, thinned out, by run, step, timestamp, value: of each run at most `points` of its points, evenly
 * spread, the first and the last always among them (of 1 the last). What MLflow calls get-history-bulk-interval, and
 * the very points that its server picks: the first of each of `points` equal buckets, of the last bucket the last.
 */
export async function sampleMetricHistories(
  database: Queryable,
  input: MetricHistories & { readonly points: number; readonly startStep?: number; readonly endStep?: number },
): Promise<MetricPoint[]> {
  const { workspaceId, runIds, key, startStep, endStep } = input;
  const points = Math.max(1, Math.trunc(input.points));
  const { rows } = await sql<PointRow>`
    WITH bucketed AS (
      SELECT metrics.*,
        count(*) OVER (PARTITION BY metrics.run_id) AS total,
        row_number() OVER inOrder AS n,
        ntile(${points}::integer) OVER inOrder AS bucket
      FROM metrics JOIN runs ON runs.id = metrics.run_id
      WHERE metrics.run_id = ANY(${runIds}::text[]) AND metrics.key = ${key} AND runs.workspace_id = ${workspaceId}
        ${startStep === undefined ? sql`` : sql`AND metrics.step >= ${startStep}`}
        ${endStep === undefined ? sql`` : sql`AND metrics.step <= ${endStep}`}
      WINDOW inOrder AS (PARTITION BY metrics.run_id ORDER BY metrics.step, metrics.timestamp, metrics.value)
    ), numbered AS (
      SELECT *, lag(bucket) OVER (PARTITION BY run_id ORDER BY n) AS bucket_before FROM bucketed
    )
    SELECT * FROM numbered
    WHERE n = total OR (bucket IS DISTINCT FROM bucket_before AND bucket < ${points}::integer)
    ORDER BY run_id, step, timestamp, value
  `.execute(database);
  return rows.map(toPoint);
}

interface PointRow extends MetricRow {
  readonly run_id: string;
}

function toPoint(row: PointRow): MetricPoint {
  return { ...toMetric(row), runId: row.run_id };
}
