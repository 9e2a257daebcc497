import {
  createWorkspace,
  describeWorkspace,
  getWorkspace,
  listWorkspaces,
  type Principal,
  type Workspace,
} from "../../access/index.ts";
import { operations, type Workspace as WorkspaceBody } from "../../contract/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

export function workspaceRoutes({ database }: Services): Route[] {
  return [
    route(operations.listWorkspaces, async ({ query, principal }) => {
      const page = await listWorkspaces(database, principal, pageRequest(query));
      return { ...page, items: page.items.map((workspace) => workspaceBody(workspace, principal)) };
    }),
    route(operations.getWorkspace, async ({ workspace, principal }) =>
      workspaceBody(await getWorkspace(database, workspace.id), principal),
    ),
    route(operations.createWorkspace, async ({ body, principal, actor, idempotentId }) => {
      const { name, description = "" } = body;
      return workspaceBody(await createWorkspace(database, { id: idempotentId, name, description }, actor), principal);
    }),
    route(operations.updateWorkspace, async ({ body, workspace, principal, actor }) =>
      workspaceBody(await describeWorkspace(database, { ...workspace, ...body }, actor), principal),
    ),
  ];
}

export function workspaceBody(
  { id, name, description, createdAt }: Workspace,
  { isAdmin, roles }: Principal,
): WorkspaceBody {
  const role = isAdmin ? "admin" : (roles.get(id) ?? "reader");
  return { name, description, createdAt: createdAt.toISOString(), role };
}
