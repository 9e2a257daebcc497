/** What a schedule starts: a published pipeline with parameters. */
import { resolveParameters, type PipelineDefinition } from "../../definition/index.ts";
import { findPipelineVersion } from "../published/index.ts";
import { importDataPaths, refuseTablePaths, submitPipelineRun, withDatasets } from "../runs/index.ts";
import type { DatasetServices } from "../../data/index.ts";
import type { TakeFile } from "./fire-data.ts";
import type { CheckPipeline } from "./schedules.ts";
import type { SubmitRun } from "./types.ts";

/** @throws SLW_PIPELINE_* */
export const submitScheduled: SubmitRun = async (trx, run) => {
  const { workspaceId, id, pipeline, parameters, experiment, scheduleId, actor } = run;
  await submitPipelineRun(trx, {
    workspaceId,
    id,
    pipeline: await findPipelineVersion(trx, workspaceId, pipeline),
    parameters,
    ...(experiment !== null && { experiment }),
    scheduleId,
    actor,
  });
};

/** A file that the pipeline reads as a table becomes a version of a dataset first. */
export function createFileTaker(services: DatasetServices): TakeFile {
  return async (schedule, file) => {
    const { workspace_id: workspaceId, pipeline, pipeline_version: version, trigger } = schedule;
    const name = String(trigger["parameter"]);
    const reference = version === null ? pipeline : `${pipeline}@${version}`;
    const { definition } = await findPipelineVersion(services.database, workspaceId, reference);
    const actor = { userId: schedule.user_id, userName: schedule.user_name, requestId: null };
    const parameters = await importDataPaths(services, {
      workspaceId,
      definition,
      parameters: { [name]: file },
      actor,
    });
    return String(parameters[name]);
  };
}

export const checkSchedulable: CheckPipeline = async (database, { workspaceId, pipeline, parameters, later }) => {
  const found = await findPipelineVersion(database, workspaceId, pipeline);
  const known = Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => name !== later && !isOfEvent(value)),
  );
  const unknown = [...(later === null ? [] : [later]), ...Object.keys(parameters)];
  const definition = withDatasets(found.definition, known);
  const values = resolveParameters(withoutRequired(definition, unknown), known);
  // A run would be refused for it, which nobody hears when it fires. What the firing gives is not known yet.
  refuseTablePaths(definition, values, (name) => name === later || isOfEvent(parameters[name]));
  return { pipelineId: found.pipelineId, version: pipeline === found.name ? null : found.version };
};

/** What comes when it fires can only be checked then, but for its name. */
function withoutRequired(definition: PipelineDefinition, later: readonly string[]): PipelineDefinition {
  const parameters = Object.entries(definition.parameters ?? {});
  const missing = later.filter((name) => !parameters.some(([known]) => known === name));
  // Refused by name, as a value of it would be.
  if (missing.length > 0) resolveParameters(definition, Object.fromEntries(missing.map((name) => [name, ""])));
  return {
    ...definition,
    parameters: Object.fromEntries(
      parameters.map(([name, parameter]) => [
        name,
        later.includes(name) && parameter.default === undefined ? { ...parameter, default: "" } : parameter,
      ]),
    ),
  };
}

function isOfEvent(value: unknown): boolean {
  return typeof value === "string" && value.includes("${event.");
}
