/** A run of a pipeline is asked for: checked before anything is stored, then there with all its steps. */
import { sql, type Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { recordChange, type Actor, type Tables } from "../../store/index.ts";
import { createRun, ensureExperiment, type TagValues } from "../../tracking/index.ts";
import {
  dataPlaces,
  resolveParameters,
  type GivenParameters,
  type ParameterValues,
  type StoredDefinition,
} from "../../definition/index.ts";
import { pipelinesChannel } from "../jobs/run-status.ts";
import {
  assertStored,
  assertSubmittable,
  checkCode,
  deepestNesting,
  keepCode,
  type PipelineVersion,
} from "../published/index.ts";
import { firstSteps } from "./first-steps.ts";
import { pathsOfTables, withDatasets } from "./data-paths.ts";
import { datasetNamed, textAt } from "./inputs.ts";
import { secondsOf } from "./snapshot.ts";
import { writeSteps } from "./step-rows.ts";

export interface NewPipelineRun {
  readonly workspaceId: string;
  /** Of the run: a run with this id that is there already is the answer. */
  readonly id: string;
  /** Either it, or a definition that is not published. */
  readonly pipeline?: PipelineVersion | undefined;
  readonly definition?: StoredDefinition | undefined;
  readonly parameters: GivenParameters;
  /** Made where it is not there. Default: the definition's, then its name. */
  readonly experiment?: string | undefined;
  /** Name of the run. */
  readonly name?: string | undefined;
  readonly tags?: TagValues | undefined;
  /** May steps be answered by what came out before? Default true. */
  readonly reuse?: boolean | undefined;
  /** Default: as the definition says. */
  readonly continueOnStepFailure?: boolean | undefined;
  readonly scheduleId?: string | undefined;
  /** What an Azure client sent besides. */
  readonly submission?: Readonly<Record<string, unknown>> | undefined;
  /** The run whose step it is. */
  readonly parent?: { readonly runId: string; readonly step: string; readonly depth: number } | undefined;
  readonly actor: Actor;
}

/**
 * @throws SLW_PIPELINE_DISABLED, SLW_PIPELINE_INVALID, SLW_PIPELINE_PARAMETER, SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION,
 *   SLW_TRACKING_*
 */
export async function submitPipelineRun(trx: Transaction<Tables>, input: NewPipelineRun): Promise<void> {
  const { workspaceId, id, pipeline, parent } = input;
  const there = await trx.selectFrom("pipeline_runs").select("run_id").where("run_id", "=", id).executeTakeFirst();
  if (there !== undefined) return;
  const given = pipeline?.definition ?? input.definition;
  if (given === undefined) throw new TypeError("either a pipeline or a definition is submitted");
  const definition = withDatasets(given, input.parameters);
  if (pipeline === undefined) {
    assertStored(definition);
    await checkCode(trx, definition);
  } else assertSubmittable(pipeline);
  if (parent !== undefined && parent.depth >= deepestNesting) {
    throw new SlipwayError("SLW_PIPELINE_INVALID", `Pipelines nest more than ${deepestNesting} deep.`, {
      details: { run: parent.runId, step: parent.step },
    });
  }
  const parameters = resolveParameters(definition, input.parameters);
  await checkDatasets(trx, workspaceId, definition, parameters);
  await store(trx, input, definition, parameters);
}

async function store(
  trx: Transaction<Tables>,
  input: NewPipelineRun,
  definition: StoredDefinition,
  parameters: ParameterValues,
): Promise<void> {
  const { workspaceId, id, pipeline, scheduleId, actor } = input;
  const name = await storeRun(trx, input, definition);
  await trx
    .insertInto("pipeline_runs")
    .values({
      ...toRow(input),
      definition: JSON.stringify(definition),
      parameters: JSON.stringify(parameters),
      continue_on_step_failure: input.continueOnStepFailure ?? definition.continue_on_step_failure ?? false,
      deadline_at: sql<Date>`now() + ${secondsOf(definition)} * interval '1 second'`,
      advance_at: sql<Date>`now()`,
    })
    .execute();
  if (pipeline === undefined) await keepCode(trx, definition, { pipeline_version_id: null, run_id: id });
  await writeSteps(trx, { id, workspaceId }, firstSteps(definition));
  await recordChange(trx, {
    workspaceId,
    type: "pipeline.submitted",
    subject: `run/${id}`,
    data: { id, name, pipeline: definition.name, version: pipeline?.version ?? null, schedule: scheduleId ?? null },
    actor,
    action: "submitPipelineRun",
  });
  await wakePipelines(trx, id);
}

function toRow({ workspaceId, id, pipeline, parent, actor, ...input }: NewPipelineRun) {
  return {
    run_id: id,
    workspace_id: workspaceId,
    pipeline_version_id: pipeline?.id ?? null,
    reuse: input.reuse ?? true,
    schedule_id: input.scheduleId ?? null,
    parent_run_id: parent?.runId ?? null,
    parent_step: parent?.step ?? null,
    depth: parent === undefined ? 0 : parent.depth + 1,
    submission: JSON.stringify(input.submission ?? {}),
    user_id: actor.userId,
    user_name: actor.userName,
  };
}

/** @returns its name */
async function storeRun(
  trx: Transaction<Tables>,
  input: NewPipelineRun,
  definition: StoredDefinition,
): Promise<string> {
  const { workspaceId, id, parent, actor } = input;
  const experiment = input.experiment ?? definition.experiment ?? definition.name;
  const { number } = await ensureExperiment(trx, { workspaceId, name: experiment, actor });
  const { name } = await createRun(trx, {
    workspaceId,
    id,
    experiment: number,
    ...(input.name !== undefined && { name: input.name }),
    ...(parent !== undefined && { parentId: parent.runId }),
    ...(input.tags !== undefined && { tags: input.tags }),
    ...(definition.source?.git !== undefined && { commit: definition.source.git.commit }),
    kind: "pipeline",
    status: "RUNNING",
    source: "slipway pipelines",
    actor,
  });
  return name;
}

/** Heard when the transaction commits. */
export async function wakePipelines(trx: Transaction<Tables>, runId: string): Promise<void> {
  await sql`SELECT pg_notify(${pipelinesChannel}, ${runId})`.execute(trx);
}

/** Those that are named now, and that no step of the run makes. */
async function checkDatasets(
  trx: Transaction<Tables>,
  workspaceId: string,
  definition: StoredDefinition,
  parameters: ParameterValues,
): Promise<void> {
  const made = new Set(Object.values(definition.steps).flatMap(datasetsMadeBy));
  const names = new Set<string>();
  for (const step of Object.values(definition.steps)) {
    for (const path of dataPlaces(step, definition)) {
      const text = textAt(step, path);
      if (!text.includes("${{")) names.add(text);
    }
  }
  refuseTablePaths(definition, parameters);
  for (const [name, { type }] of Object.entries(definition.parameters ?? {})) {
    const value = parameters[name];
    if (type === "dataset" && typeof value === "string") names.add(value);
  }
  for (const name of names) if (name !== "" && !made.has(name)) await datasetNamed(trx, workspaceId, name);
}

/** A data path that a step reads as a table must be a dataset by now, but for `except`. @throws SLW_PIPELINE_PARAMETER */
export function refuseTablePaths(
  definition: StoredDefinition,
  parameters: ParameterValues,
  except: (name: string) => boolean = () => false,
): void {
  for (const name of pathsOfTables(definition)) {
    if (except(name)) continue;
    throw new SlipwayError(
      "SLW_PIPELINE_PARAMETER",
      `Parameter "${name}": a step reads a table, and ${JSON.stringify(parameters[name])} is a path in a datastore.`,
      {
        fix: "Make a dataset of the path first (slipway data create NAME PATH --datastore STORE), and give its name.",
        details: { parameter: name },
      },
    );
  }
}

function datasetsMadeBy(step: StoredDefinition["steps"][string]): string[] {
  if (step.type === "transform" || step.type === "batch_score") return [step.output];
  if (step.type !== "command") return [];
  return Object.values(step.outputs ?? {}).flatMap(({ type, name }) =>
    type === "dataset" && name !== undefined ? [name] : [],
  );
}
