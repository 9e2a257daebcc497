/** Metrics of one run into the history and, where they are newer, into the latest values: one statement, one round trip. */
import { sql } from "kysely";
import type { Queryable } from "../store/index.ts";
import type { Metric, RunRef } from "./types.ts";
import { wokenBy } from "./wake-up.ts";

/**
 * Wakes those who watch the run. By itself it is a transaction of its own: many writers at once wait for each other's
 * commits only, not for each other's round trips.
 * @returns false where there is no such active run; then nothing is stored
 */
export async function addMetrics(
  database: Queryable,
  { workspaceId, runId }: RunRef,
  metrics: readonly Metric[],
): Promise<boolean> {
  const column = <T>(of: (metric: Metric) => T): T[] => metrics.map(of);
  // Rows are written in one order by all writers, so that no two of them wait for each other in a circle.
  const { rows } = await sql<{ held: number }>`
    WITH held AS MATERIALIZED (
      SELECT id, experiment_id FROM runs WHERE id = ${runId} AND workspace_id = ${workspaceId} AND deleted_at IS NULL FOR KEY SHARE
    ), given AS (
      SELECT * FROM unnest(
        ${column(({ key }) => key)}::text[],
        ${column(({ step }) => step)}::bigint[],
        ${column(({ timestamp }) => timestamp)}::bigint[],
        ${column(({ value }) => value)}::double precision[],
        ${column(({ modelId }) => modelId ?? null)}::text[],
        ${column(({ datasetName }) => datasetName ?? null)}::text[],
        ${column(({ datasetDigest }) => datasetDigest ?? null)}::text[]
      ) AS given (key, step, timestamp, value, model_id, dataset_name, dataset_digest)
    ), added AS (
      INSERT INTO metrics (run_id, key, step, timestamp, value, model_id, dataset_name, dataset_digest)
      SELECT held.id, given.* FROM held, given ORDER BY key COLLATE "C", step, timestamp, value
      ON CONFLICT DO NOTHING
    ), newest AS (
      INSERT INTO latest_metrics AS latest
        (run_id, workspace_id, experiment_id, key, step, timestamp, value, model_id, dataset_name, dataset_digest)
      SELECT DISTINCT ON (key COLLATE "C") held.id, ${workspaceId}, held.experiment_id, given.* FROM held, given
      ORDER BY key COLLATE "C", step DESC, timestamp DESC, value DESC
      ON CONFLICT (run_id, key) DO UPDATE SET
        (step, timestamp, value, model_id, dataset_name, dataset_digest) =
        (excluded.step, excluded.timestamp, excluded.value, excluded.model_id, excluded.dataset_name, excluded.dataset_digest)
      WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest.step, latest.timestamp, latest.value)
    ), woken AS (
      ${wokenBy(workspaceId, runId, "run.metrics")}
    )
    SELECT (SELECT count(*) FROM held) AS held, (SELECT count(*) FROM woken) AS woken
  `.execute(database);
  return rows[0]?.held === 1;
}
