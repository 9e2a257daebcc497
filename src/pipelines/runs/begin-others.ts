/** Steps that are runs of another kind: AutoML, batch scoring, a pipeline. */
import type { Transaction } from "kysely";
import type { Tables } from "../../store/index.ts";
import type { AutoMLStep, BatchScoreStep, PipelineStep, Step } from "../../definition/index.ts";
import { submitAutoMLRun } from "../jobs/automl-runs.ts";
import type { JobDemand } from "../jobs/submit-run.ts";
import { submitBatchScoring } from "../jobs/batch-runs.ts";
import { assertSubmittable, findPipelineVersion } from "../published/index.ts";
import { automlRequest } from "../steps/model/automl-request.ts";
import { datasetOf } from "../steps/model/dataset-of.ts";
import type { ReadyStep } from "./ready-step.ts";
import { demandOf } from "./demand.ts";
import type { LockedRun } from "./snapshot.ts";
import { submitPipelineRun } from "./submit.ts";
import type { StepRecord } from "./types.ts";

type Ready<T extends Step> = Omit<ReadyStep, "step"> & { readonly step: T };

/** @throws SLW_STEP_OPTION, SLW_AUTOML_*, SLW_DATASET_* */
export async function beginAutoML(
  trx: Transaction<Tables>,
  run: LockedRun,
  { record, step, inputs }: Ready<AutoMLStep>,
  runId: string,
): Promise<void> {
  await submitAutoMLRun(trx, {
    ...partOf(run, record, runId),
    ...automlRequest(step, inputs.values),
    experiment: await experimentOf(trx, run),
    job: demand(run, step),
  });
}

/** @throws SLW_STEP_OPTION, SLW_BATCH_*, SLW_DATASET_*, SLW_REGISTRY_* */
export async function beginBatch(
  trx: Transaction<Tables>,
  run: LockedRun,
  { record, step, inputs }: Ready<BatchScoreStep>,
  runId: string,
): Promise<void> {
  const version = inputs.values["model"];
  const model = version?.type === "model_version" ? `${version.model}@${version.version}` : step.model;
  await submitBatchScoring(trx, {
    ...partOf(run, record, runId),
    data: datasetOf(inputs.values["data"], step.data, "data"),
    model,
    endpoint: step.endpoint,
    output: step.output,
    method: step.method,
    keepInputs: step.keep_inputs,
    format: step.format,
    experiment: await experimentOf(trx, run),
    job: demand(run, step),
  });
}

/** @throws SLW_PIPELINE_*, SLW_DATASET_* */
export async function beginPipeline(
  trx: Transaction<Tables>,
  run: LockedRun,
  { record, step }: Ready<PipelineStep>,
  runId: string,
): Promise<StepRecord> {
  const version = await findPipelineVersion(trx, run.workspaceId, step.pipeline);
  assertSubmittable(version);
  await submitPipelineRun(trx, {
    ...partOf(run, record, runId),
    pipeline: version,
    parameters: step.parameters ?? {},
    experiment: await experimentOf(trx, run),
    reuse: run.reuse,
    parent: { runId: run.id, step: record.name, depth: run.depth },
  });
  const deadlineAt = step.timeout === undefined ? null : run.now + step.timeout * 1000;
  return { ...record, state: "RUNNING", runId, startedAt: run.now, deadlineAt };
}

function partOf({ id, workspaceId, actor }: LockedRun, { name }: StepRecord, runId: string) {
  return { workspaceId, id: runId, parentId: id, name, actor };
}

/** Without a timeout of the step, a run has the time that its kind gives it. */
function demand({ definition }: LockedRun, step: Step): JobDemand {
  const { runSeconds, ...rest } = demandOf(definition, step);
  return step.timeout === undefined ? rest : { ...rest, runSeconds };
}

async function experimentOf(trx: Transaction<Tables>, { id }: LockedRun): Promise<string> {
  const { name } = await trx
    .selectFrom("runs")
    .innerJoin("experiments", "experiments.id", "runs.experiment_id")
    .select("experiments.name")
    .where("runs.id", "=", id)
    .executeTakeFirstOrThrow();
  return name;
}
