/** A register step: a model of the run becomes a version of a registered model, once a step run however often it is tried. */
import { idOf, SlipwayError } from "../../../base/index.ts";
import {
  registerFromRun,
  setAlias,
  updateVersion,
  type ModelVersionDetails,
  type Registration,
} from "../../../registry/index.ts";
import type { Database } from "../../../store/index.ts";
import { getRun, type RunRef } from "../../../tracking/index.ts";
import type { RegisterStep, StepOutputs, StepValue, StoredDefinition } from "../../../definition/index.ts";
import { stepKind, type StepContext, type StepHandler, type StepSpec } from "../types.ts";
import { artifactOf, referenceOf } from "./named-model.ts";
import { optionError } from "./read-options.ts";

/** Tag of versions: the run of the pipeline that registered them. */
const pipelineTag = "slipway.pipeline_run";

/**
 * Outputs: version, model (the registered model's name), number (of the version).
 * @throws SLW_STEP_OPTION, SLW_TRACKING_*, SLW_REGISTRY_*, SLW_MODEL_*
 */
export const runRegister: StepHandler = async (context, { artifacts }) => {
  const { spec, job, database, hold } = context;
  const step = spec.step as RegisterStep;
  const value = spec.values["model"];
  const artifact = artifactOf(value);
  const change: Change = {
    ...(step.alias && { alias: step.alias }),
    ...(step.description && { description: step.description }),
    tags: tagsOf(step, spec.pipelineRun),
  };
  if (artifact === null) return keepVersion(context, versionNamed(step, value), change);
  const registered = await registerFromRun(
    { database, artifacts, hold },
    {
      // Of the step's run: who tries it again after a crash finds what is there.
      id: idOf(`run/${job.runId}/version`),
      workspaceId: job.workspaceId,
      model: step.name,
      createModel: true,
      ...(change.alias !== undefined && { aliases: [change.alias] }),
      description: change.description,
      tags: change.tags,
      ...(await lineageOf(context, artifact.runId)),
      actor: job.actor,
      runId: artifact.runId,
      path: artifact.path,
    },
  );
  const also = change.alias === undefined ? "" : `, and is ${step.name}@${change.alias}`;
  await context.write(`${artifact.path} of run ${artifact.runId} is ${step.name}@${registered.version}${also}`);
  return { outputs: outputsOf(registered) };
};

function outputsOf({ model, version }: Pick<ModelVersionDetails, "model" | "version">): StepOutputs {
  return {
    version: { type: "model_version", model, version },
    model: { type: "value", value: model },
    number: { type: "value", value: version },
  };
}

interface Change {
  readonly alias?: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** It is registered already: no other version is made of it, but it gets what the step says of it. */
async function keepVersion(
  { job, hold, write }: StepContext,
  { model, version }: { readonly model: string; readonly version: number },
  { alias, ...changes }: Change,
): Promise<{ outputs: StepOutputs }> {
  const ref = { workspaceId: job.workspaceId, model, version, actor: job.actor };
  await hold(async (trx) => {
    await updateVersion(trx, { ...ref, changes });
    if (alias !== undefined) await setAlias(trx, { ...ref, alias });
  });
  await write(
    `${model}@${version} is registered already${alias === undefined ? "" : `, and is ${model}@${alias} now`}`,
  );
  return { outputs: outputsOf({ model, version }) };
}

/** @throws SLW_STEP_OPTION where it is no version of the model that the step names */
function versionNamed(
  { name, model: text }: RegisterStep,
  value: StepValue | undefined,
): { readonly model: string; readonly version: number } {
  const given = value?.type === "model_version" ? value : textVersion(text);
  if (given === null) throw optionError("model", "an output that is a model", value?.type ?? JSON.stringify(text));
  if (given.model === name) return given;
  throw new SlipwayError(
    "SLW_STEP_OPTION",
    `model: ${given.model}@${given.version} is a version of "${given.model}" and cannot become one of "${name}".`,
    { fix: `Register it under the name "${given.model}", or give the output of the step that made it.` },
  );
}

function textVersion(text: string): { readonly model: string; readonly version: number } | null {
  const { model, reference } = referenceOf(text);
  return /^\d{1,9}$/.test(reference) ? { model, version: Number(reference) } : null;
}

function tagsOf({ tags = {} }: RegisterStep, pipelineRun: string): Record<string, string> {
  const own = Object.entries(tags).flatMap(([name, value]) =>
    value === null ? [] : [[name, typeof value === "object" ? JSON.stringify(value) : String(value)] as const],
  );
  return { ...Object.fromEntries(own), [pipelineTag]: pipelineRun };
}

/** What the run that made the model does not say of its lineage itself. */
async function lineageOf(
  { spec, database, job }: StepContext,
  runId: string,
): Promise<Pick<Registration, "dataset" | "codeCommit">> {
  const { workspaceId } = job;
  const run = await getRun(database, { workspaceId, runId });
  const commit = run.commit ?? (await commitOf(database, { workspaceId, runId: spec.pipelineRun }));
  const dataset = run.datasets.length > 0 ? null : await inputOf(database, { workspaceId, runId });
  return { ...(commit !== null && { codeCommit: commit }), ...(dataset !== null && { dataset }) };
}

/** The commit that the pipeline came from. */
async function commitOf(database: Database, { workspaceId, runId }: RunRef): Promise<string | null> {
  const row = await database
    .selectFrom("pipeline_runs")
    .select("definition")
    .where("run_id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  const source = row?.definition["source"] as StoredDefinition["source"];
  return source?.git?.commit ?? null;
}

/** The dataset that a step had among its inputs: the first of them. */
async function inputOf(database: Database, { workspaceId, runId }: RunRef): Promise<Registration["dataset"] | null> {
  const row = await database
    .selectFrom("jobs")
    .select("spec")
    .where("run_id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .where("kind", "=", stepKind)
    .executeTakeFirst();
  const values = Object.values((row?.spec as Partial<StepSpec> | undefined)?.values ?? {});
  const dataset = values.find((value) => value.type === "dataset");
  return dataset === undefined ? null : { name: dataset.dataset, version: dataset.version };
}
