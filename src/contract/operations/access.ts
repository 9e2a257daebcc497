import { Type, type Static } from "typebox";
import { listQuery, Name, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

const Role = Type.Enum(["reader", "scorer", "contributor", "owner"], {
  description: "Each may do what those before it may.",
});
const nullable = <T extends typeof Timestamp>(schema: T) => Type.Union([schema, Type.Null()]);

export const User = Type.Object(
  {
    name: Name,
    isAdmin: Type.Boolean({ description: "May do everything in every workspace, and manage users and workspaces." }),
    createdAt: Timestamp,
    disabledAt: nullable(Timestamp),
  },
  { $id: "User", additionalProperties: false },
);
export type User = Static<typeof User>;

export const Token = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ description: "What it is for, in the user's words." }),
    createdAt: Timestamp,
    expiresAt: nullable(Timestamp),
    lastUsedAt: nullable(Timestamp),
    revokedAt: nullable(Timestamp),
  },
  { $id: "Token", additionalProperties: false },
);
export type Token = Static<typeof Token>;

const NewToken = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, description: "What it is for." }),
    expiresInDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3650, description: "Absent: works until it is revoked." }),
    ),
  },
  { additionalProperties: false },
);

const CreatedToken = Type.Object(
  { ...Token.properties, token: Type.String({ description: "Shown this once; it is not stored." }) },
  { $id: "CreatedToken", additionalProperties: false },
);

export const RoleAssignment = Type.Object(
  { user: Name, role: Role },
  { $id: "RoleAssignment", additionalProperties: false },
);
export type RoleAssignment = Static<typeof RoleAssignment>;

export const AuditEntry = Type.Object(
  {
    seq: Type.Integer({ description: "Order in which they were written." }),
    at: Timestamp,
    user: Type.String(),
    action: Type.String({ description: "Name of the operation." }),
    subject: Type.String({ description: "What was changed: dataset/bank." }),
    requestId: Type.Union([Type.String(), Type.Null()]),
    details: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: "AuditEntry", additionalProperties: false },
);
export type AuditEntry = Static<typeof AuditEntry>;

export const Identity = Type.Object(
  { user: Name, isAdmin: Type.Boolean(), tokenId: Type.String() },
  { $id: "Identity", additionalProperties: false },
);

export const accessOperations = {
  whoAmI: operation({
    method: "GET",
    path: "/api/v1/me",
    summary: "Say whose token this is",
    tag: "Access",
    access: "user",
    result: Identity,
  }),
  listUsers: operation({
    method: "GET",
    path: "/api/v1/users",
    summary: "List the users of the server",
    tag: "Access",
    access: "admin",
    query: Type.Object({ ...listQuery }),
    result: pageOf(User),
  }),
  createUser: operation({
    method: "POST",
    path: "/api/v1/users",
    summary: "Create a user",
    tag: "Access",
    access: "admin",
    body: Type.Object(
      { name: Name, isAdmin: Type.Optional(Type.Boolean({ default: false })) },
      { additionalProperties: false },
    ),
    status: 201,
    result: User,
    errors: [409],
  }),
  updateUser: operation({
    method: "PATCH",
    path: "/api/v1/users/{user}",
    summary: "Disable or enable a user, or make them an administrator or not",
    description: "The last administrator who is enabled stays one.",
    tag: "Access",
    access: "admin",
    body: Type.Object(
      { disabled: Type.Optional(Type.Boolean()), isAdmin: Type.Optional(Type.Boolean()) },
      { additionalProperties: false },
    ),
    result: User,
    errors: [409],
  }),
  listMyTokens: operation({
    method: "GET",
    path: "/api/v1/me/tokens",
    summary: "List your tokens",
    tag: "Access",
    access: "user",
    query: Type.Object({ ...listQuery }),
    result: pageOf(Token),
  }),
  createMyToken: operation({
    method: "POST",
    path: "/api/v1/me/tokens",
    summary: "Create a token of yours",
    tag: "Access",
    access: "user",
    body: NewToken,
    status: 201,
    result: CreatedToken,
  }),
  revokeMyToken: operation({
    method: "DELETE",
    path: "/api/v1/me/tokens/{token}",
    summary: "Revoke a token of yours",
    tag: "Access",
    access: "user",
    result: null,
  }),
  createUserToken: operation({
    method: "POST",
    path: "/api/v1/users/{user}/tokens",
    summary: "Create a token for a user",
    tag: "Access",
    access: "admin",
    body: NewToken,
    status: 201,
    result: CreatedToken,
  }),
  listUserTokens: operation({
    method: "GET",
    path: "/api/v1/users/{user}/tokens",
    summary: "List the tokens of a user",
    tag: "Access",
    access: "admin",
    query: Type.Object({ ...listQuery }),
    result: pageOf(Token),
  }),
  revokeUserToken: operation({
    method: "DELETE",
    path: "/api/v1/users/{user}/tokens/{token}",
    summary: "Revoke a token of a user",
    tag: "Access",
    access: "admin",
    result: null,
  }),
  listRoles: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}/roles",
    summary: "List who has which role in the workspace",
    tag: "Access",
    access: "reader",
    query: Type.Object({ ...listQuery }),
    result: pageOf(RoleAssignment),
  }),
  assignRole: operation({
    method: "PUT",
    path: "/api/v1/workspaces/{workspace}/roles/{user}",
    summary: "Give a user a role in the workspace",
    tag: "Access",
    access: "owner",
    body: Type.Object({ role: Role }, { additionalProperties: false }),
    result: RoleAssignment,
  }),
  removeRole: operation({
    method: "DELETE",
    path: "/api/v1/workspaces/{workspace}/roles/{user}",
    summary: "Take a user's role in the workspace",
    tag: "Access",
    access: "owner",
    result: null,
  }),
  listAudit: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}/audit",
    summary: "List who changed what in the workspace, newest first",
    tag: "Access",
    access: "owner",
    query: Type.Object({
      ...listQuery,
      user: Type.Optional(Name),
      subject: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "Begins with this." })),
    }),
    result: pageOf(AuditEntry),
  }),
};
