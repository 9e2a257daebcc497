/** What endpoints have collected, as files and as datasets. */
import { operations } from "../../contract/index.ts";
import { loadDatasets } from "../../data/index.ts";
import { createCollectedDataset, listCollectedFiles, type CollectedFile } from "../../pipelines/index.ts";
import { endpointFolder, loadEndpoints } from "../../serving/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { toVersionBody } from "./datasets.ts";

const { findEndpoint } = await loadEndpoints();
const { getVersion } = await loadDatasets();

export function endpointCollectionRoutes(services: Services): Route[] {
  const { database, endpoints } = services;
  return [
    route(operations.listCollectedFiles, async ({ params, query, workspace }) => {
      const { id } = await findEndpoint(database, { workspaceId: workspace.id, endpoint: params.endpoint });
      const filter = { endpointId: id, from: timeOf(query.from), to: timeOf(query.to) };
      const page = await listCollectedFiles(database, filter, pageRequest(query));
      return { ...page, items: page.items.map(toFileBody) };
    }),
    route(operations.createCollectedDataset, async ({ params, body, workspace, actor, idempotentId, signal }) => {
      const { id, name } = await findEndpoint(database, { workspaceId: workspace.id, endpoint: params.endpoint });
      const folder = endpointFolder(endpoints.folderOf(id)).collected;
      const input = {
        id: idempotentId,
        workspaceId: workspace.id,
        endpoint: { id, name, workspace: workspace.name, folder },
        dataset: body.dataset,
        from: timeOf(body.from),
        to: timeOf(body.to),
        labelled: body.labelled ?? false,
      };
      const { version } = await createCollectedDataset(services, input, actor, signal);
      const ref = { workspaceId: workspace.id, dataset: version.dataset, version: version.version };
      return toVersionBody(await getVersion(database, ref));
    }),
  ];
}

function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function toFileBody({
  path,
  deployment,
  model,
  modelVersion,
  designation,
  rows,
  sha256,
  size,
  ...times
}: CollectedFile) {
  const hour = times.hour.toISOString();
  const createdAt = times.createdAt.toISOString();
  return { path, deployment, model, modelVersion, designation, hour, rows, sha256, size, createdAt };
}
