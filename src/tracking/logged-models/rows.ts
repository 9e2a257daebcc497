/** Rows of logged models with their metrics. */
import type { Queryable } from "../../store/index.ts";
import type { LoggedModel, LoggedModelMetric } from "./types.ts";

/** Models of the workspace with their experiment, for further conditions. Deleted ones are among them. */
export function selectModels(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("logged_models")
    .innerJoin("experiments", "experiments.id", "logged_models.experiment_id")
    .where("logged_models.workspace_id", "=", workspaceId)
    .select([
      "logged_models.id as id",
      "experiments.number as experiment",
      "logged_models.name as name",
      "model_type as modelType",
      "source_run_id as sourceRunId",
      "status",
      "artifact_uri as artifactUri",
      "params",
      "logged_models.tags as tags",
      "logged_models.created_at as createdAt",
      "logged_models.updated_at as updatedAt",
    ]);
}

/** One query for the metrics of all. Only runs of the workspace count: another one's may name the model too. */
export async function withMetrics(
  database: Queryable,
  workspaceId: string,
  rows: readonly Omit<LoggedModel, "metrics">[],
): Promise<LoggedModel[]> {
  if (rows.length === 0) return [];
  const metrics = await database
    .selectFrom("metrics")
    .innerJoin("runs", "runs.id", "metrics.run_id")
    .where("runs.workspace_id", "=", workspaceId)
    .where(
      "metrics.model_id",
      "in",
      rows.map(({ id }) => id),
    )
    .select(["model_id", "run_id", "key", "value", "timestamp", "step", "dataset_name", "dataset_digest"])
    .orderBy("key")
    .orderBy("timestamp")
    .orderBy("step")
    .execute();
  const byModel = Map.groupBy(metrics, ({ model_id }) => model_id);
  return rows.map((row) => ({ ...row, metrics: (byModel.get(row.id) ?? []).map(toMetric) }));
}

interface MetricRow {
  readonly model_id: string | null;
  readonly run_id: string;
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
  readonly dataset_name: string | null;
  readonly dataset_digest: string | null;
}

function toMetric({ model_id, run_id, key, value, timestamp, step, ...data }: MetricRow): LoggedModelMetric {
  const { dataset_name: datasetName, dataset_digest: datasetDigest } = data;
  return {
    key,
    value,
    timestamp,
    step,
    runId: run_id,
    ...(model_id !== null && { modelId: model_id }),
    ...(datasetName !== null && { datasetName }),
    ...(datasetDigest !== null && { datasetDigest }),
  };
}
