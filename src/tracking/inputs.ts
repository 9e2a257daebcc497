/** What a run has read and made: datasets and logged models. */
import { newId } from "../base/index.ts";
import { transaction, type Queryable } from "../store/index.ts";
import { checkDataset, checkText } from "./check.ts";
import { holdRun } from "./rows.ts";
import type { DatasetInput, ModelReference, RunRef } from "./types.ts";
import { wakeWatchers } from "./wake-up.ts";

export interface RunInputs extends RunRef {
  readonly datasets?: readonly DatasetInput[];
  readonly models?: readonly ModelReference[];
}

/** Again the same dataset (name and digest) or model changes nothing. @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_INPUT */
export async function logInputs(database: Queryable, input: RunInputs): Promise<void> {
  const { workspaceId, runId, datasets = [], models = [] } = input;
  datasets.forEach((dataset, index) => checkDataset(dataset, `datasets[${index}]`));
  await transaction(database, async (trx) => {
    const { experiment_id } = await holdRun(trx, input, "data");
    for (const dataset of datasets) await addDataset(trx, experiment_id, runId, dataset);
    await addModels(trx, runId, "input", models);
    await wakeWatchers(trx, workspaceId, runId, "run.metrics");
  });
}

/** @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_INPUT */
export async function logOutputs(
  database: Queryable,
  input: RunRef & { readonly models: readonly ModelReference[] },
): Promise<void> {
  const { workspaceId, runId, models } = input;
  await transaction(database, async (trx) => {
    await holdRun(trx, input, "data");
    await addModels(trx, runId, "output", models);
    await wakeWatchers(trx, workspaceId, runId, "run.metrics");
  });
}

async function addDataset(trx: Queryable, experimentId: string, runId: string, dataset: DatasetInput): Promise<void> {
  const { name, digest, sourceType, source, schema, profile, tags } = dataset;
  await trx
    .insertInto("logged_datasets")
    .values({
      id: newId(),
      experiment_id: experimentId,
      name,
      digest,
      source_type: sourceType,
      source,
      schema,
      profile,
    })
    .onConflict((conflict) => conflict.constraint("logged_datasets_digest").doNothing())
    .execute();
  await trx
    .insertInto("run_datasets")
    .columns(["run_id", "dataset_id", "tags"])
    .expression((from) =>
      from
        .selectFrom("logged_datasets")
        .select((select) => [
          select.val(runId).as("run_id"),
          "id",
          select.cast<Record<string, string>>(select.val(JSON.stringify(tags)), "jsonb").as("tags"),
        ])
        .where("experiment_id", "=", experimentId)
        .where("name", "=", name)
        .where("digest", "=", digest),
    )
    .onConflict((conflict) => conflict.columns(["run_id", "dataset_id"]).doNothing())
    .execute();
}

async function addModels(
  trx: Queryable,
  runId: string,
  direction: "input" | "output",
  models: readonly ModelReference[],
): Promise<void> {
  if (models.length === 0) return;
  for (const { modelId } of models) checkText("model_id", modelId);
  await trx
    .insertInto("run_models")
    .values(models.map(({ modelId, step }) => ({ run_id: runId, direction, model_id: modelId, step })))
    .onConflict((conflict) => conflict.columns(["run_id", "direction", "model_id"]).doNothing())
    .execute();
}
