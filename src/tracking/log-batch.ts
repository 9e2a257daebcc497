/** What a run logs: metrics, params, tags. All or nothing, in bulk, and the same again changes nothing. */
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { transaction, type Queryable } from "../store/index.ts";
import { addMetrics } from "./add-metrics.ts";
import { checkMetric, checkParam, checkTags } from "./check.ts";
import { holdRun } from "./rows.ts";
import { setRunTags } from "./run-tags.ts";
import type { Metric, Param, TagValues, RunRef } from "./types.ts";
import { wakeWatchers } from "./wake-up.ts";

export interface RunBatch extends RunRef {
  readonly metrics?: readonly Metric[];
  readonly params?: readonly Param[];
  readonly tags?: TagValues;
}

/**
 * The tags mlflow.runName, mlflow.parentRunId, mlflow.source.name and mlflow.source.git.commit also set the run's
 * columns. No event and no audit entry: only a wake-up for those who watch the run (wake-up.ts).
 * @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_PARAM (another value), SLW_TRACKING_INPUT
 */
export async function logBatch(database: Queryable, batch: RunBatch): Promise<void> {
  const { workspaceId, runId, metrics = [], params = [], tags = {} } = batch;
  metrics.forEach((metric, index) => checkMetric(metric, metrics.length === 1 ? "metric" : `metrics[${index}]`));
  params.forEach((param, index) => checkParam(param, `params[${index}]`));
  checkTags(tags, "run");
  const onlyMetrics = metrics.length > 0 && params.length === 0 && Object.keys(tags).length === 0;
  if (onlyMetrics && (await addMetrics(database, batch, metrics))) return;
  await transaction(database, async (trx) => {
    await holdRun(trx, batch, "data");
    await addParams(trx, runId, params);
    await setRunTags(trx, workspaceId, runId, tags);
    if (metrics.length > 0) await addMetrics(trx, batch, metrics);
    else await wakeWatchers(trx, workspaceId, runId, "run.metrics");
  });
}

async function addParams(trx: Queryable, runId: string, given: readonly Param[]): Promise<void> {
  if (given.length === 0) return;
  const values = new Map<string, string>();
  for (const { key, value } of given) {
    const other = values.get(key);
    if (other !== undefined && other !== value)
      throw changedParams(runId, [{ key, old_value: other, new_value: value }]);
    values.set(key, value);
  }
  const keys = [...values.keys()].sort();
  const { rows } = await sql<{ key: string }>`
    INSERT INTO run_params (run_id, key, value)
    SELECT ${runId}, key, value FROM unnest(${keys}::text[], ${keys.map((key) => values.get(key))}::text[]) AS given (key, value)
    ON CONFLICT DO NOTHING RETURNING key
  `.execute(trx);
  if (rows.length === keys.length) return;
  const stored = await trx
    .selectFrom("run_params")
    .select(["key", "value"])
    .where("run_id", "=", runId)
    .where("key", "in", keys)
    .execute();
  const changed = stored
    .filter(({ key, value }) => values.get(key) !== value)
    .map(({ key, value }) => ({ key, old_value: value, new_value: values.get(key) as string }));
  if (changed.length > 0) throw changedParams(runId, changed);
}

interface ChangedParam {
  readonly key: string;
  readonly old_value: string;
  readonly new_value: string;
}

function changedParams(runId: string, changed: readonly ChangedParam[]): SlipwayError {
  const [{ key, old_value, new_value }] = changed as [ChangedParam];
  return new SlipwayError(
    "SLW_TRACKING_PARAM",
    `Changing param values is not allowed. Param with key='${key}' was already logged with value='${old_value}' ` +
      `for run ID='${runId}'. Attempted logging new value '${new_value}'.`,
    { details: { runId, params: changed } },
  );
}

/** @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_TAG */
export async function deleteRunTag(database: Queryable, input: RunRef & { readonly key: string }): Promise<void> {
  const { workspaceId, runId, key } = input;
  await transaction(database, async (trx) => {
    await holdRun(trx, input, "data");
    const { numDeletedRows } = await trx
      .deleteFrom("run_tags")
      .where("run_id", "=", runId)
      .where("key", "=", key)
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) {
      throw new SlipwayError("SLW_TRACKING_TAG", `No tag with name: ${key} in run with id ${runId}`, {
        details: { key },
      });
    }
    await wakeWatchers(trx, workspaceId, runId, "run.metrics");
  });
}
