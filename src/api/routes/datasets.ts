import { idOf } from "../../base/index.ts";
import {
  operations,
  type Dataset as DatasetBody,
  type DatasetVersion as VersionBody,
  type DatasetVersionDetails as DetailsBody,
} from "../../contract/index.ts";
import {
  loadDatasets,
  type CreatedVersion,
  type Dataset,
  type DatasetVersion,
  type DatasetVersionDetails,
} from "../../data/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { contentRoutes } from "./dataset-content.ts";
import { versionRef } from "./version-ref.ts";

const {
  createDataset,
  createVersion,
  deriveVersion,
  getDataset,
  getVersionById,
  getVersionDetails,
  listDatasets,
  listVersions,
  obtainFile,
  partitionVersion,
  updateDataset,
  updateVersion,
} = await loadDatasets();

export function datasetRoutes(services: Services): Route[] {
  return [
    ...collectionRoutes(services),
    ...versionRoutes(services),
    ...creationRoutes(services),
    ...contentRoutes(services),
  ];
}

function collectionRoutes({ database }: Services): Route[] {
  return [
    route(operations.listDatasets, async ({ query, workspace }) => {
      const { name, archived, tag = [] } = query;
      const tags = tag.length > 0 ? Object.fromEntries(tag.map(splitTag)) : undefined;
      const page = await listDatasets(database, workspace.id, { name, archived, tags }, pageRequest(query));
      return { ...page, items: page.items.map(toBody) };
    }),
    route(operations.createDataset, async ({ body, workspace, actor, idempotentId }) =>
      toBody(await createDataset(database, { ...body, id: idempotentId, workspaceId: workspace.id }, actor)),
    ),
    route(operations.getDataset, async ({ params, workspace }) =>
      toBody(await getDataset(database, { workspaceId: workspace.id, dataset: params.dataset })),
    ),
    route(operations.updateDataset, async ({ params, body, workspace, actor }) => {
      const ref = { workspaceId: workspace.id, dataset: params.dataset };
      return toBody(await updateDataset(database, { ...ref, changes: body }, actor));
    }),
  ];
}

function splitTag(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

function versionRoutes({ database }: Services): Route[] {
  return [
    route(operations.listDatasetVersions, async ({ params, query, workspace }) => {
      const ref = { workspaceId: workspace.id, dataset: params.dataset };
      const page = await listVersions(database, ref, pageRequest(query));
      return { ...page, items: page.items.map(toVersionBody) };
    }),
    route(operations.getDatasetVersion, async ({ params, workspace }) =>
      toDetailsBody(await getVersionDetails(database, versionRef(workspace, params))),
    ),
    route(operations.getDatasetVersionById, async ({ params, workspace }) =>
      toDetailsBody(await getVersionById(database, workspace.id, params.id)),
    ),
    route(operations.updateDatasetVersion, async ({ params, body, workspace, actor }) =>
      toDetailsBody(await updateVersion(database, { ...versionRef(workspace, params), changes: body }, actor)),
    ),
  ];
}

function creationRoutes(services: Services): Route[] {
  return [
    route(operations.createDatasetVersion, async ({ params, body, workspace, actor, idempotentId, signal }) => {
      const { source, options, ...rest } = body;
      const obtained = await obtainFile(services, workspace.id, source, signal);
      const input = {
        ...rest,
        ...obtained,
        id: idempotentId,
        workspaceId: workspace.id,
        dataset: params.dataset,
        options: { ...obtained.options, ...options },
      };
      return toCreatedBody(await createVersion(services, input, actor, signal));
    }),
    route(operations.deriveDatasetVersion, async ({ params, body, workspace, actor, idempotentId, signal }) => {
      const ids = { first: idempotentId, rest: idOf(`${idempotentId}/rest`) };
      const request = { ...versionRef(workspace, params), ...body, ids };
      const { first, rest } = await deriveVersion(services, request, actor, signal);
      return { first: toCreatedBody(first), rest: rest && toCreatedBody(rest) };
    }),
    route(operations.partitionDatasetVersion, async ({ params, body, workspace, actor, idempotentId, signal }) => {
      const request = { ...versionRef(workspace, params), ...body, id: idempotentId };
      const partitions = await partitionVersion(services, request, actor, signal);
      return { partitions: partitions.map(({ keys, ...made }) => ({ keys, ...toCreatedBody(made) })) };
    }),
  ];
}

function toBody({ latest, createdAt, updatedAt, archivedAt, ...dataset }: Dataset): DatasetBody {
  return {
    ...dataset,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    archivedAt: archivedAt?.toISOString() ?? null,
    latest: latest && { ...latest, createdAt: latest.createdAt.toISOString() },
  };
}

export function toVersionBody(version: DatasetVersion): VersionBody {
  return { ...version, ...timesOf(version) } as VersionBody;
}

function toDetailsBody(version: DatasetVersionDetails): DetailsBody {
  return { ...version, ...timesOf(version) } as DetailsBody;
}

function timesOf({ createdAt, updatedAt }: DatasetVersion): { createdAt: string; updatedAt: string } {
  return { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

function toCreatedBody({ version, created }: CreatedVersion): { version: DetailsBody; created: boolean } {
  return { version: toDetailsBody(version), created };
}
