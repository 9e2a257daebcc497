/** What AutoML runs and batch scorings give as steps, once they have finished. */
import { SlipwayError } from "../../../base/index.ts";
import { getVersionDetails } from "../../../data/index.ts";
import type { Queryable } from "../../../store/index.ts";
import { getRun, getRunArtifact, type RunRef } from "../../../tracking/index.ts";
import type { StepOutputs } from "../../../definition/index.ts";
import { artifactPaths } from "../../jobs/automl-spec.ts";
import { outputTag } from "../../jobs/batch-spec.ts";

/**
 * model, metric (the primary one's name), value (the best model's, on the validation rows), best_model (its name), run.
 * @throws SLW_TRACKING_RUN, SLW_TRACKING_ARTIFACT where it has no model
 */
export async function outputsOfAutoML(database: Queryable, ref: RunRef): Promise<StepOutputs> {
  const { sha256 } = await getRunArtifact(database, { ...ref, path: artifactPaths.model });
  const { tags, metrics } = await getRun(database, ref);
  const metric = tags["slipway.primary_metric"] ?? null;
  const value = metrics.find(({ key }) => key === metric)?.value ?? null;
  return {
    model: { type: "model", runId: ref.runId, path: artifactPaths.model, sha256 },
    metric: { type: "value", value: metric },
    value: { type: "value", value: value === null || !Number.isFinite(value) ? null : value },
    best_model: { type: "value", value: tags["slipway.best"] ?? null },
    run: { type: "value", value: ref.runId },
  };
}

/** data (the version with the predictions), rows. @throws SLW_TRACKING_RUN, SLW_JOB_STATE where it has not finished */
export async function outputsOfBatch(database: Queryable, ref: RunRef): Promise<StepOutputs> {
  const { tags } = await getRun(database, ref);
  // Names have no slash.
  const [, dataset, number] = /^(.+)\/(\d+)$/.exec(tags[outputTag] ?? "") ?? [];
  if (dataset === undefined) {
    throw new SlipwayError("SLW_JOB_STATE", `Run ${ref.runId} has not scored its rows.`, {
      details: { run: ref.runId },
    });
  }
  const version = Number(number);
  const { rows } = await getVersionDetails(database, { workspaceId: ref.workspaceId, dataset, version });
  return { data: { type: "dataset", dataset, version }, rows: { type: "value", value: rows } };
}
