import {
  assignRole,
  createUser,
  findUser,
  issueToken,
  listAudit,
  listRoles,
  listTokens,
  listUsers,
  removeRole,
  revokeToken,
  updateUser,
  type CreatedToken,
  type Principal,
  type Token,
  type User,
} from "../../access/index.ts";
import { operations, type Token as TokenBody, type User as UserBody } from "../../contract/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

export function accessRoutes(services: Services): Route[] {
  return [...userRoutes(services), ...tokenRoutes(services), ...roleRoutes(services)];
}

function userRoutes({ database }: Services): Route[] {
  return [
    route(operations.whoAmI, ({ principal }) => Promise.resolve(userBody(principal))),
    route(operations.listUsers, async ({ query }) => {
      const page = await listUsers(database, pageRequest(query));
      return { ...page, items: page.items.map(toUserBody) };
    }),
    route(operations.createUser, async ({ body: { name, isAdmin = false }, idempotentId, actor }) =>
      toUserBody(await createUser(database, { id: idempotentId, name, isAdmin }, actor)),
    ),
    route(operations.updateUser, async ({ params, body, actor }) =>
      toUserBody(await updateUser(database, params.user, body, actor)),
    ),
  ];
}

function tokenRoutes({ database }: Services): Route[] {
  return [
    route(operations.listMyTokens, async ({ query, principal }) => {
      const page = await listTokens(database, principal.userId, pageRequest(query));
      return { ...page, items: page.items.map(toTokenBody) };
    }),
    route(operations.createMyToken, async ({ body, principal: { userId, userName }, idempotentId, actor }) => {
      const given = { id: idempotentId, userId, userName, name: body.name, expiresAt: inDays(body.expiresInDays) };
      return toCreatedBody(await issueToken(database, given, actor));
    }),
    route(operations.revokeMyToken, ({ params, principal, actor }) =>
      revokeToken(database, { id: principal.userId, name: principal.userName }, params.token, actor).then(
        () => undefined,
      ),
    ),
    route(operations.listUserTokens, async ({ query, params }) => {
      const user = await findUser(database, params.user);
      const page = await listTokens(database, user.id, pageRequest(query));
      return { ...page, items: page.items.map(toTokenBody) };
    }),
    route(operations.revokeUserToken, async ({ params, actor }) => {
      const user = await findUser(database, params.user);
      await revokeToken(database, user, params.token, actor);
      return undefined;
    }),
    route(operations.createUserToken, async ({ params, body, idempotentId, actor }) => {
      const user = await findUser(database, params.user);
      const given = {
        id: idempotentId,
        userId: user.id,
        userName: user.name,
        name: body.name,
        expiresAt: inDays(body.expiresInDays),
      };
      return toCreatedBody(await issueToken(database, given, actor));
    }),
  ];
}

function roleRoutes({ database }: Services): Route[] {
  return [
    route(operations.listRoles, ({ query, workspace }) => listRoles(database, workspace.id, pageRequest(query))),
    route(operations.assignRole, ({ params, body, workspace, actor }) =>
      assignRole(database, workspace.id, { user: params.user, role: body.role }, actor),
    ),
    route(operations.removeRole, ({ params, workspace, actor }) =>
      removeRole(database, workspace.id, params.user, actor).then(() => undefined),
    ),
    route(operations.listAudit, async ({ query, workspace }) => {
      const page = await listAudit(database, workspace.id, query, pageRequest(query));
      return { ...page, items: page.items.map((entry) => ({ ...entry, at: entry.at.toISOString() })) };
    }),
  ];
}

const dayMilliseconds = 86_400_000;

function inDays(days: number | undefined): Date | null {
  return days === undefined ? null : new Date(Date.now() + days * dayMilliseconds);
}

export function userBody({ userName, isAdmin, tokenId }: Principal): {
  user: string;
  isAdmin: boolean;
  tokenId: string;
} {
  return { user: userName, isAdmin, tokenId };
}

function toUserBody({ name, isAdmin, createdAt, disabledAt }: User): UserBody {
  return { name, isAdmin, createdAt: createdAt.toISOString(), disabledAt: disabledAt?.toISOString() ?? null };
}

function toTokenBody({ id, name, createdAt, expiresAt, lastUsedAt, revokedAt }: Token): TokenBody {
  return {
    id,
    name,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

function toCreatedBody(created: CreatedToken): TokenBody & { token: string } {
  return { ...toTokenBody(created), token: created.token };
}
