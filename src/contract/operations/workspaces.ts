import { Type, type Static } from "typebox";
import { listQuery, Name, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

export const Workspace = Type.Object(
  {
    name: Name,
    description: Type.String(),
    createdAt: Timestamp,
    role: Type.Enum(["reader", "scorer", "contributor", "owner", "admin"], { description: "Yours in it." }),
  },
  { $id: "Workspace", additionalProperties: false },
);
export type Workspace = Static<typeof Workspace>;

export const workspaceOperations = {
  listWorkspaces: operation({
    method: "GET",
    path: "/api/v1/workspaces",
    summary: "List the workspaces in which you have a role",
    tag: "Workspaces",
    access: "user",
    query: Type.Object({ ...listQuery }),
    result: pageOf(Workspace),
  }),
  getWorkspace: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}",
    summary: "Get a workspace",
    tag: "Workspaces",
    access: "reader",
    result: Workspace,
  }),
  createWorkspace: operation({
    method: "POST",
    path: "/api/v1/workspaces",
    summary: "Create a workspace; whoever creates it is its owner",
    tag: "Workspaces",
    access: "admin",
    body: Type.Object(
      { name: Name, description: Type.Optional(Type.String({ maxLength: 5000 })) },
      { additionalProperties: false },
    ),
    status: 201,
    result: Workspace,
    errors: [409],
  }),
  updateWorkspace: operation({
    method: "PATCH",
    path: "/api/v1/workspaces/{workspace}",
    summary: "Change a workspace's description",
    tag: "Workspaces",
    access: "owner",
    body: Type.Object({ description: Type.String({ maxLength: 5000 }) }, { additionalProperties: false }),
    result: Workspace,
  }),
};
