/** Published pipelines by Azure ML's wire: its own addresses, and the short one. */
import { SlipwayError } from "../../base/index.ts";
import {
  operations,
  type PipelineEndpointEntity,
  type PipelineRunEntity,
  type PipelineSubmission,
  type PublishedPipelineEntity,
} from "../../contract/index.ts";
import {
  findPipelineById,
  findPipelineVersion,
  getPipelineRun,
  importDataPaths,
  listPipelines,
  listPublished,
  setPipelineStatus,
  submitPipelineRun,
  type Pipeline,
  type PipelineRun,
  type PipelineVersion,
} from "../../pipelines/index.ts";
import { transaction, type Actor } from "../../store/index.ts";
import { route, type Route, type WorkspaceRef } from "../route.ts";
import type { Services } from "../services.ts";
import { publicUrl, submitUrl } from "./pipeline-bodies.ts";

const most = 200;

export function azurePipelineRoutes(services: Services): Route[] {
  const { database } = services;
  return [
    route(operations.submitPipeline, async ({ params, ...call }) => {
      const version = await findPipelineVersion(database, call.workspace.id, params.pipeline);
      return submit(services, version, call);
    }),
    route(operations.azureSubmitPipeline, async ({ params, ...call }) => {
      const version = await findPipelineVersion(database, call.workspace.id, params.pipeline);
      return submit(services, version, call);
    }),
    route(operations.azureSubmitPipelineEndpoint, async ({ params, ...call }) => {
      const { name } = await findPipelineById(database, call.workspace.id, params.pipeline);
      return submit(services, await findPipelineVersion(database, call.workspace.id, name), call);
    }),
    route(operations.azureSubmitPipelineByName, async ({ query, ...call }) => {
      const { name, pipelineVersion: version } = query;
      const reference = version === undefined ? name : `${name}@${version}`;
      return submit(services, await findPipelineVersion(database, call.workspace.id, reference), call);
    }),
    route(operations.azureGetPipelineRun, async ({ params, workspace }) =>
      toRunEntity(await getPipelineRun(database, { workspaceId: workspace.id, runId: plain(params.run) })),
    ),
    ...entityRoutes(services),
  ];
}

function entityRoutes({ database }: Services): Route[] {
  return [
    route(operations.azureListPublishedPipelines, async ({ query, workspace, headers }) => {
      const { activeOnly = true } = query;
      const versions = await listPublished(database, { workspaceId: workspace.id, activeOnly, limit: most });
      return versions.map((version) => toPublishedEntity(version, publicUrl(headers), workspace));
    }),
    route(operations.azureGetPublishedPipeline, async ({ params, workspace, headers }) => {
      const version = await findPipelineVersion(database, workspace.id, params.pipeline);
      return toPublishedEntity(version, publicUrl(headers), workspace);
    }),
    route(operations.azureUpdatePublishedPipeline, async ({ params, body, workspace, headers, actor }) => {
      const version = await setPipelineStatus(database, {
        workspaceId: workspace.id,
        reference: params.pipeline,
        status: body.EntityStatus === "Active" ? "ACTIVE" : "DISABLED",
        actor,
      });
      return toPublishedEntity(version, publicUrl(headers), workspace);
    }),
    route(operations.azureListPipelineEndpoints, async ({ workspace, headers }) => {
      const { items } = await listPipelines(database, { workspaceId: workspace.id }, { limit: most });
      return Promise.all(
        items.map(async (pipeline) =>
          toEndpointEntity(
            pipeline,
            await findPipelineVersion(database, workspace.id, pipeline.name),
            publicUrl(headers),
            workspace,
          ),
        ),
      );
    }),
    route(operations.azureGetPipelineEndpoint, async ({ params, workspace, headers }) => {
      const pipeline = await findPipelineById(database, workspace.id, params.pipeline);
      const version = await findPipelineVersion(database, workspace.id, pipeline.name);
      return toEndpointEntity(pipeline, version, publicUrl(headers), workspace);
    }),
  ];
}

interface Submitting {
  readonly body: PipelineSubmission;
  readonly workspace: WorkspaceRef;
  readonly idempotentId: string;
  readonly actor: Actor;
}

async function submit(
  services: Services,
  pipeline: PipelineVersion,
  { body, workspace, idempotentId, actor }: Submitting,
): Promise<PipelineRunEntity> {
  const { ExperimentName, ContinueRunOnStepFailure, tags, Description, RunSource, RunType, Properties, StepTags } =
    body;
  const submission = { Description, RunSource, RunType, Properties, StepTags, tags, ScheduleId: body.ScheduleId };
  const { database } = services;
  const paths = { workspaceId: workspace.id, definition: pipeline.definition, parameters: parametersOf(body), actor };
  const parameters = await importDataPaths(services, paths);
  await transaction(database, (trx) =>
    submitPipelineRun(trx, {
      workspaceId: workspace.id,
      id: idempotentId,
      pipeline,
      parameters,
      experiment: ExperimentName ?? undefined,
      tags: textsOf(tags ?? {}),
      continueOnStepFailure: ContinueRunOnStepFailure ?? undefined,
      submission,
      actor,
    }),
  );
  return toRunEntity(await getPipelineRun(database, { workspaceId: workspace.id, runId: idempotentId }));
}

/** What three fields say is one set of parameters here. */
function parametersOf(body: PipelineSubmission): Record<string, unknown> {
  const paths = Object.entries(body.DataPathAssignments ?? {}).map(
    ([name, { DataStoreName, RelativePath }]) => [name, `${DataStoreName}:${RelativePath}`] as const,
  );
  const datasets = Object.entries(body.DataSetDefinitionValueAssignments ?? {}).map(([name, value]) => {
    const named = value.SavedDataSetReference?.Id ?? value.DataSetReference?.Id ?? value.LiteralValue;
    if (named === undefined) {
      throw new SlipwayError("SLW_PIPELINE_PARAMETER", `Parameter "${name}" has no dataset.`, {
        fix: 'Give {"SavedDataSetReference": {"Id": "NAME@VERSION"}}.',
        details: { parameter: name },
      });
    }
    return [name, named] as const;
  });
  return { ...body.ParameterAssignments, ...Object.fromEntries([...paths, ...datasets]) };
}

function textsOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** A GUID with or without dashes. */
function plain(id: string): string {
  return id.replaceAll("-", "");
}

const statusCodes = {
  QUEUED: "NotStarted",
  SCHEDULED: "NotStarted",
  RUNNING: "Running",
  FINISHED: "Finished",
  FAILED: "Failed",
  KILLED: "Canceled",
} as const;

function toRunEntity(run: PipelineRun): PipelineRunEntity {
  const { submission } = run;
  const text = (name: string): string | null => (typeof submission[name] === "string" ? submission[name] : null);
  const record = (name: string): Record<string, unknown> => ({ ...(submission[name] as object | undefined) });
  const created = run.createdAt.toISOString();
  const changed = run.updatedAt.toISOString();
  const types = run.definition.parameters ?? {};
  const datasets = Object.entries(run.parameters).filter(([name]) => types[name]?.type === "dataset");
  return {
    Id: run.id,
    Description: text("Description"),
    Status: {
      StatusCode: statusCodes[run.status],
      StatusDetail: run.statusReason,
      CreationTime: created,
      EndTime: run.endedAt?.toISOString() ?? null,
    },
    GraphId: run.version?.id ?? run.id,
    IsSubmitted: true,
    HasErrors: run.status === "FAILED",
    HasWarnings: false,
    UploadState: "Completed",
    ParameterAssignments: { ...run.parameters },
    DataSetDefinitionValueAssignments: Object.fromEntries(
      datasets.map(([name, value]) => [name, { SavedDataSetReference: { Id: value } }]),
    ),
    RunHistoryExperimentName: run.experimentName,
    PipelineId: run.version?.id ?? null,
    RunSource: text("RunSource"),
    RunType: text("RunType"),
    TotalRunSteps: run.steps.length,
    ScheduleId: run.scheduleId ?? text("ScheduleId"),
    tags: record("tags"),
    Properties: record("Properties"),
    EntityStatus: "Active",
    Etag: `"${changed}"`,
    CreatedDate: created,
    LastModifiedDate: changed,
  };
}

function toPublishedEntity(version: PipelineVersion, url: string, { name }: WorkspaceRef): PublishedPipelineEntity {
  const parameters = Object.entries(version.definition.parameters ?? {});
  const created = version.createdAt.toISOString();
  return {
    Id: version.id,
    Name: version.name,
    Description: version.description,
    Version: String(version.version),
    Url: submitUrl(url, name, version.id),
    Parameters: Object.fromEntries(parameters.map(([key, { default: byDefault }]) => [key, byDefault ?? null])),
    EntityStatus: version.status === "ACTIVE" ? "Active" : "Disabled",
    CreatedDate: created,
    LastModifiedDate: created,
  };
}

function toEndpointEntity(
  pipeline: Pipeline,
  version: PipelineVersion,
  url: string,
  { name }: WorkspaceRef,
): PipelineEndpointEntity {
  return {
    Id: pipeline.id,
    Name: pipeline.name,
    Description: pipeline.description,
    Url: submitUrl(url, name, pipeline.name),
    DefaultVersion: String(pipeline.defaultVersion),
    DefaultPipelineId: version.id,
    EntityStatus: pipeline.status === "ACTIVE" ? "Active" : "Disabled",
    CreatedDate: pipeline.createdAt.toISOString(),
    LastModifiedDate: pipeline.updatedAt.toISOString(),
  };
}
