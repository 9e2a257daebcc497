/** Who asks: found by the token that a request carries. */
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from "kysely";
import type { Database, RoleName, Tables } from "../store/index.ts";
import { hashToken } from "./tokens.ts";

export interface Principal {
  readonly userId: string;
  readonly userName: string;
  readonly tokenId: string;
  /** May do everything in every workspace, and manage users and workspaces. */
  readonly isAdmin: boolean;
  /** Role by id of workspace; none where there is no entry. */
  readonly roles: ReadonlyMap<string, RoleName>;
  /** Set where the token was issued for a step: it may act in the step's workspace, and nowhere else. */
  readonly runId: string | null;
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
  return readPrincipal(database, (where) => where("tokens.hash", "=", hashToken(token)));
}

/** @param isToken which one: by a unique column */
export async function readPrincipal(
  database: Database,
  isToken: (where: ExpressionBuilder<Tables, "tokens">) => Expression<SqlBool>,
): Promise<Principal | null> {
  const rows = await database
    .selectFrom("tokens")
    .innerJoin("users", "users.id", "tokens.user_id")
    .leftJoin("role_assignments", "role_assignments.user_id", "users.id")
    .where(isToken)
    .where("tokens.revoked_at", "is", null)
    .where("users.disabled_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", new Date())]))
    .where((where) => where.or([where("tokens.run_id", "is", null), where.exists(runningAttempt(where))]))
    .select([
      "users.id as userId",
      "users.name as userName",
      "users.is_admin as isAdmin",
      "tokens.id as tokenId",
      "tokens.run_id as runId",
      "tokens.workspace_id as onlyWorkspace",
      "role_assignments.workspace_id as workspaceId",
      "role_assignments.role as role",
      sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`.as("isUseStale"),
    ])
    .execute();
  const [first] = rows;
  if (first === undefined) return null;
  const roles = new Map<string, RoleName>();
  for (const { workspaceId, role } of rows) if (workspaceId !== null && role !== null) roles.set(workspaceId, role);
  const { userId, userName, isAdmin, tokenId, runId, onlyWorkspace, isUseStale } = first;
  if (isUseStale) {
    await database.updateTable("tokens").set({ last_used_at: new Date() }).where("id", "=", tokenId).execute();
  }
  const principal = { userId, userName, isAdmin, tokenId, roles, runId };
  return onlyWorkspace === null ? principal : limitTo(principal, onlyWorkspace);
}

/** A step does no more than work needs: it may be code that its user has never read. */
const mostOfStep: RoleName = "contributor";

function limitTo(principal: Principal, workspaceId: string): Principal {
  const own = principal.isAdmin ? mostOfStep : principal.roles.get(workspaceId);
  const role = own === "owner" ? mostOfStep : own;
  return { ...principal, isAdmin: false, roles: new Map(role === undefined ? [] : [[workspaceId, role]]) };
}

/** The attempt that a token was issued for, while it runs. */
function runningAttempt(where: ExpressionBuilder<Tables, "tokens">) {
  return where
    .selectFrom("jobs")
    .select("jobs.run_id")
    .whereRef("jobs.run_id", "=", "tokens.run_id")
    .whereRef("jobs.attempt", "=", "tokens.attempt")
    .where("jobs.state", "=", "RUNNING");
}
