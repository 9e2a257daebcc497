/** Who asks: found by the token that a request carries. */
import { sql } from "kysely";
import type { Database, RoleName } from "../store/index.ts";
import { hashToken } from "./tokens.ts";

export interface Principal {
  readonly userId: string;
  readonly userName: string;
  readonly tokenId: string;
  /** May do everything in every workspace, and manage users and workspaces. */
  readonly isAdmin: boolean;
  /** Role by id of workspace; none where there is no entry. */
  readonly roles: ReadonlyMap<string, RoleName>;
}

/** From least to most: each may do what those before it may. */
export const roleNames = ["reader", "scorer", "contributor", "owner"] as const satisfies readonly RoleName[];

/** May the principal do in the workspace what needs `role`? */
export function hasRole(principal: Principal, workspaceId: string, role: RoleName): boolean {
  if (principal.isAdmin) return true;
  const own = principal.roles.get(workspaceId);
  return own !== undefined && roleNames.indexOf(own) >= roleNames.indexOf(role);
}

/** @returns who has the token; null where it is unknown, expired or revoked, or its user disabled */
export async function findPrincipal(database: Database, token: string): Promise<Principal | null> {
  if (!/^slw_[A-Za-z0-9_-]{20,100}$/.test(token)) return null;
  const rows = await database
    .selectFrom("tokens")
    .innerJoin("users", "users.id", "tokens.user_id")
    .leftJoin("role_assignments", "role_assignments.user_id", "users.id")
    .where("tokens.hash", "=", hashToken(token))
    .where("tokens.revoked_at", "is", null)
    .where("users.disabled_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", new Date())]))
    .select([
      "users.id as userId",
      "users.name as userName",
      "users.is_admin as isAdmin",
      "tokens.id as tokenId",
      "role_assignments.workspace_id as workspaceId",
      "role_assignments.role as role",
      sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`.as("isUseStale"),
    ])
    .execute();
  const [first] = rows;
  if (first === undefined) return null;
  const roles = new Map<string, RoleName>();
  for (const { workspaceId, role } of rows) if (workspaceId !== null && role !== null) roles.set(workspaceId, role);
  const { userId, userName, isAdmin, tokenId, isUseStale } = first;
  if (isUseStale) {
    await database.updateTable("tokens").set({ last_used_at: new Date() }).where("id", "=", tokenId).execute();
  }
  return { userId, userName, isAdmin, tokenId, roles };
}
