import {
  operations,
  type Environment as EnvironmentBody,
  type EnvironmentVersion as VersionBody,
} from "../../contract/index.ts";
import {
  createEnvironmentVersion,
  findEnvironment,
  findEnvironmentVersion,
  listEnvironments,
  listEnvironmentVersions,
  updateEnvironment,
  type Environment,
  type EnvironmentVersion,
} from "../../registry/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

export function environmentRoutes({ database }: Services): Route[] {
  const ref = (workspace: { id: string }, environment: string) => ({ workspaceId: workspace.id, environment });
  return [
    route(operations.listEnvironments, async ({ query, workspace }) => {
      const { archived = false } = query;
      const page = await listEnvironments(database, { workspaceId: workspace.id, archived, page: pageRequest(query) });
      return { ...page, items: page.items.map(toBody) };
    }),
    route(operations.getEnvironment, async ({ params, workspace }) =>
      toBody(await findEnvironment(database, ref(workspace, params.environment))),
    ),
    route(operations.updateEnvironment, async ({ params, body, workspace, actor }) =>
      toBody(await updateEnvironment(database, ref(workspace, params.environment), body, actor)),
    ),
    route(operations.listEnvironmentVersions, async ({ params, query, workspace }) => {
      const found = ref(workspace, params.environment);
      const page = await listEnvironmentVersions(database, found, pageRequest(query));
      return { ...page, items: page.items.map(toVersionBody) };
    }),
    route(operations.createEnvironmentVersion, async ({ params, body, workspace, actor }) => {
      const given = { ...ref(workspace, params.environment), ...body, actor };
      const created = await createEnvironmentVersion(database, given);
      return { ...toVersionBody(created), created: created.created };
    }),
    route(operations.getEnvironmentVersion, async ({ params, workspace }) =>
      toVersionBody(await findEnvironmentVersion(database, ref(workspace, params.environment), params.version)),
    ),
  ];
}

function toBody({ createdAt, archivedAt, ...rest }: Environment): EnvironmentBody {
  return { ...rest, createdAt: createdAt.toISOString(), archivedAt: archivedAt?.toISOString() ?? null };
}

function toVersionBody({ environment, version, spec, sha256, createdBy, createdAt }: EnvironmentVersion): VersionBody {
  return {
    environment,
    version,
    spec: spec as VersionBody["spec"],
    sha256,
    createdBy,
    createdAt: createdAt.toISOString(),
  };
}
