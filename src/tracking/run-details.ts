/** Reads what was logged to some runs: one query for each kind of it, however many runs. */
import { sql } from "kysely";
import type { Queryable } from "../store/index.ts";
import type { DatasetInput, Metric, ModelReference, Run, RunDetails, TagValues } from "./types.ts";

/** Which of a run's data is read: all, or those named. */
export type Wanted = "all" | readonly string[];

export interface WantedData {
  readonly metrics: Wanted;
  readonly params: Wanted;
  readonly tags: Wanted;
  /** Datasets and models. */
  readonly inputs: boolean;
}

export async function readDetails(
  database: Queryable,
  runs: readonly Run[],
  wanted: WantedData,
): Promise<RunDetails[]> {
  const ids = runs.map(({ id }) => id);
  const metrics = await readMetrics(database, ids, wanted.metrics);
  const params = await readValues(database, "run_params", ids, wanted.params);
  const tags = await readValues(database, "run_tags", ids, wanted.tags);
  const datasets = wanted.inputs ? await readDatasets(database, ids) : empty<DatasetInput>();
  const models = wanted.inputs ? await readModels(database, ids) : empty<DirectedModel>();
  return runs.map((run) => {
    const { id } = run;
    return {
      ...run,
      metrics: metrics.get(id) ?? [],
      params: params.get(id) ?? {},
      tags: tags.get(id) ?? {},
      datasets: datasets.get(id) ?? [],
      modelInputs: references(models.get(id), "input"),
      modelOutputs: references(models.get(id), "output"),
    };
  });
}

function empty<T>(): Map<string, T[]> {
  return new Map();
}

export interface MetricRow {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
  readonly model_id: string | null;
  readonly dataset_name: string | null;
  readonly dataset_digest: string | null;
}

export function toMetric({ key, value, timestamp, step, ...row }: MetricRow): Metric {
  return {
    key,
    value,
    timestamp,
    step,
    ...(row.model_id !== null && { modelId: row.model_id }),
    ...(row.dataset_name !== null && { datasetName: row.dataset_name }),
    ...(row.dataset_digest !== null && { datasetDigest: row.dataset_digest }),
  };
}

/**
 * As one row of JSON for each run: thousands of rows are slower to take apart than a few of JSON. JSON has no NaN, and
 * its numbers no infinity, so that values come as text.
 */
async function readMetrics(
  database: Queryable,
  ids: readonly string[],
  wanted: Wanted,
): Promise<Map<string, Metric[]>> {
  if (isNone(wanted) || ids.length === 0) return new Map();
  const { rows } = await sql<{ run_id: string; metrics: PackedMetric[] }>`
    SELECT run_id, json_agg(json_build_array(
      key, value::text, timestamp, step, model_id, dataset_name, dataset_digest) ORDER BY key) AS metrics
    FROM latest_metrics WHERE run_id = ANY(${ids}::text[]) AND ${isWanted(wanted)} GROUP BY run_id
  `.execute(database);
  return new Map(rows.map(({ run_id, metrics }) => [run_id, metrics.map(unpackMetric)]));
}

type PackedMetric = [
  key: string,
  value: string,
  timestamp: number,
  step: number,
  model_id: string | null,
  dataset_name: string | null,
  dataset_digest: string | null,
];

function unpackMetric([key, value, timestamp, step, model_id, dataset_name, dataset_digest]: PackedMetric): Metric {
  return toMetric({ key, value: Number(value), timestamp, step, model_id, dataset_name, dataset_digest });
}

async function readValues(
  database: Queryable,
  table: "run_params" | "run_tags",
  ids: readonly string[],
  wanted: Wanted,
): Promise<Map<string, TagValues>> {
  if (isNone(wanted) || ids.length === 0) return new Map();
  const { rows } = await sql<{ run_id: string; entries: [string, string][] }>`
    SELECT run_id, json_agg(json_build_array(key, value) ORDER BY key) AS entries
    FROM ${sql.table(table)} WHERE run_id = ANY(${ids}::text[]) AND ${isWanted(wanted)} GROUP BY run_id
  `.execute(database);
  return new Map(rows.map(({ run_id, entries }) => [run_id, Object.fromEntries(entries)]));
}

function isWanted(wanted: Wanted) {
  return wanted === "all" ? sql`true` : sql`key = ANY(${wanted}::text[])`;
}

async function readDatasets(database: Queryable, ids: readonly string[]): Promise<Map<string, DatasetInput[]>> {
  const found = empty<DatasetInput>();
  if (ids.length === 0) return found;
  const rows = await database
    .selectFrom("run_datasets")
    .innerJoin("logged_datasets", "logged_datasets.id", "run_datasets.dataset_id")
    .select(["run_id", "name", "digest", "source_type", "source", "schema", "profile", "tags"])
    .where("run_id", "=", sql<string>`ANY(${ids})`)
    .orderBy("dataset_id")
    .execute();
  for (const { run_id, source_type, ...rest } of rows) push(found, run_id, { ...rest, sourceType: source_type });
  return found;
}

interface DirectedModel extends ModelReference {
  readonly direction: "input" | "output";
}

async function readModels(database: Queryable, ids: readonly string[]): Promise<Map<string, DirectedModel[]>> {
  const found = empty<DirectedModel>();
  if (ids.length === 0) return found;
  const rows = await database
    .selectFrom("run_models")
    .select(["run_id", "direction", "model_id", "step"])
    .where("run_id", "=", sql<string>`ANY(${ids})`)
    .orderBy("model_id")
    .execute();
  for (const { run_id, direction, model_id, step } of rows) push(found, run_id, { direction, modelId: model_id, step });
  return found;
}

function references(
  models: readonly DirectedModel[] | undefined,
  wanted: DirectedModel["direction"],
): ModelReference[] {
  return (models ?? []).filter(({ direction }) => direction === wanted).map(({ modelId, step }) => ({ modelId, step }));
}

function isNone(wanted: Wanted): boolean {
  return wanted !== "all" && wanted.length === 0;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
