import { SlipwayError } from "../../base/index.ts";
import { operations } from "../../contract/index.ts";
import {
  findPipeline,
  findPipelineVersion,
  listPipelines,
  listPipelineVersions,
  publishPipeline,
  setPipelineStatus,
  updatePipeline,
} from "../../pipelines/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { publicUrl, toPipelineBody, toVersionBody, toVersionDetails } from "./pipeline-bodies.ts";
import { readDefinition, storedDefinition } from "./pipeline-definitions.ts";

export function pipelineRoutes(services: Services): Route[] {
  const { database } = services;
  return [
    route(operations.checkPipeline, async ({ body }) => {
      const { problems } = readDefinition(body);
      return { valid: problems.length === 0, problems: [...problems] };
    }),
    route(operations.publishPipeline, async ({ body, workspace, headers, idempotentId, actor }) => {
      const version = await publishPipeline(database, {
        workspaceId: workspace.id,
        id: idempotentId,
        definition: await storedDefinition(services, workspace.id, body),
        description: body.description,
        makeDefault: body.default,
        status: body.status,
        actor,
      });
      return toVersionBody(version, { url: publicUrl(headers), workspace: workspace.name });
    }),
    route(operations.listPipelines, async ({ query, workspace, headers }) => {
      const { name, archived, limit = 50, ...page } = query;
      const found = await listPipelines(database, { workspaceId: workspace.id, name, archived }, { ...page, limit });
      const place = { url: publicUrl(headers), workspace: workspace.name };
      return { ...found, items: found.items.map((pipeline) => toPipelineBody(pipeline, place)) };
    }),
    route(operations.getPipeline, async ({ params, workspace, headers }) => {
      const pipeline = await findPipeline(database, { workspaceId: workspace.id, pipeline: params.pipeline });
      return toPipelineBody(pipeline, { url: publicUrl(headers), workspace: workspace.name });
    }),
    route(operations.updatePipeline, async ({ params, body, workspace, headers, actor }) => {
      const changed = await updatePipeline(database, {
        workspaceId: workspace.id,
        pipeline: params.pipeline,
        ...body,
        actor,
      });
      return toPipelineBody(changed, { url: publicUrl(headers), workspace: workspace.name });
    }),
    ...versionRoutes(services),
  ];
}

function versionRoutes({ database }: Services): Route[] {
  return [
    route(operations.listPipelineVersions, async ({ params, query, workspace, headers }) => {
      const { limit = 50, ...page } = query;
      const ref = { workspaceId: workspace.id, pipeline: params.pipeline };
      const found = await listPipelineVersions(database, ref, { ...page, limit });
      const place = { url: publicUrl(headers), workspace: workspace.name };
      return { ...found, items: found.items.map((version) => toVersionBody(version, place)) };
    }),
    route(operations.getPipelineVersion, async ({ params, workspace, headers }) => {
      const version = await findPipelineVersion(database, workspace.id, versionReference(params));
      return toVersionDetails(version, { url: publicUrl(headers), workspace: workspace.name });
    }),
    route(operations.updatePipelineVersion, async ({ params, body, workspace, headers, actor }) => {
      const version = await setPipelineStatus(database, {
        workspaceId: workspace.id,
        reference: versionReference(params),
        status: body.status,
        actor,
      });
      return toVersionDetails(version, { url: publicUrl(headers), workspace: workspace.name });
    }),
  ];
}

/** @throws SLW_PIPELINE_VERSION */
function versionReference({ pipeline, version }: { readonly pipeline: string; readonly version: string }): string {
  if (version === "default") return pipeline;
  if (/^[1-9]\d{0,8}$/.test(version)) return `${pipeline}@${version}`;
  throw new SlipwayError("SLW_PIPELINE_VERSION", `"${version}" is no version of a pipeline.`, {
    fix: 'Give a number, or "default".',
    details: { pipeline, version },
  });
}
