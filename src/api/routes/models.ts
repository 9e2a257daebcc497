import { operations, type RegisteredModel as ModelBody } from "../../contract/index.ts";
import {
  createModel,
  deleteAlias,
  deleteModel,
  findModel,
  listModels,
  listVersions,
  renameModel,
  setAlias,
  updateModel,
  type RegisteredModel,
} from "../../registry/index.ts";
import { transaction } from "../../store/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { toVersionBody } from "./model-versions.ts";

export function modelRoutes({ database }: Services): Route[] {
  return [
    route(operations.listModels, async ({ query, workspace }) => {
      const filter = { name: query.name, archived: query.archived, tags: query.tags && tagsOf(query.tags) };
      const page = await listModels(database, { workspaceId: workspace.id, filter, page: pageRequest(query) });
      return { ...page, items: page.items.map(toModelBody) };
    }),
    route(operations.createModel, async ({ body: { name, ...rest }, workspace, actor, idempotentId }) =>
      toModelBody(
        await createModel(database, { ...rest, id: idempotentId, workspaceId: workspace.id, model: name, actor }),
      ),
    ),
    route(operations.getModel, async ({ params, workspace }) =>
      toModelBody(await findModel(database, { workspaceId: workspace.id, model: params.model })),
    ),
    route(operations.updateModel, async ({ params, body: { name, ...changes }, workspace, actor }) => {
      const ref = { workspaceId: workspace.id, model: params.model, actor };
      const model = await transaction(database, async (trx) => {
        const hasChanges = Object.keys(changes).length > 0;
        const updated = hasChanges ? await updateModel(trx, { ...ref, changes }) : await findModel(trx, ref);
        return name === undefined || name === params.model ? updated : renameModel(trx, { ...ref, newName: name });
      });
      return toModelBody(model);
    }),
    route(operations.deleteModel, ({ params, workspace, actor }) =>
      deleteModel(database, { workspaceId: workspace.id, model: params.model, actor }).then(() => undefined),
    ),
    route(operations.setModelAlias, async ({ params, body, workspace, actor }) => {
      const ref = { workspaceId: workspace.id, model: params.model };
      await setAlias(database, { ...ref, version: body.version, alias: params.alias, actor });
      return toModelBody(await findModel(database, ref));
    }),
    route(operations.deleteModelAlias, async ({ params, workspace, actor }) => {
      await deleteAlias(database, { workspaceId: workspace.id, model: params.model, alias: params.alias, actor });
      return undefined;
    }),
    route(operations.listWorkspaceModelVersions, async ({ query, workspace }) => {
      const { stage, status, kind, run, dataset } = query;
      const filter = { stage, status, kind, runId: run, dataset };
      const page = await listVersions(database, { workspaceId: workspace.id, filter, page: pageRequest(query) });
      return { ...page, items: page.items.map(toVersionBody) };
    }),
  ];
}

/** ["team=risk"] as { team: "risk" }. */
function tagsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

function toModelBody(model: RegisteredModel): ModelBody {
  return {
    name: model.name,
    description: model.description,
    tags: model.tags,
    createdBy: model.createdBy,
    createdAt: model.createdAt.toISOString(),
    updatedAt: model.updatedAt.toISOString(),
    archivedAt: model.archivedAt?.toISOString() ?? null,
    aliases: model.aliases.map(({ alias, version }) => ({ alias, version })),
    latestVersion: model.latestVersion,
  };
}
