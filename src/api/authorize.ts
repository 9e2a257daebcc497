/** Who may do what: the one hook that every route passes before its body is read. */
import type { FastifyRequest } from "fastify";
import { findPrincipal, hasRole, type Principal } from "../access/index.ts";
import { SlipwayError } from "../base/index.ts";
import type { Access } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import type { WorkspaceRef } from "./route.ts";

/** What the hook found out; on every request of a route that is not public. */
export interface Authorized {
  readonly principal: Principal;
  /** Null where the route is of no workspace. */
  readonly workspace: WorkspaceRef | null;
}

/**
 * @param workspaceName of the path, or the default one on wires that name none; null where the route has none
 * @throws SLW_HTTP_UNAUTHORIZED, SLW_API_FORBIDDEN, SLW_API_WORKSPACE
 */
export async function authorize(
  database: Database,
  request: FastifyRequest,
  access: Exclude<Access, "public">,
  workspaceName: string | null,
): Promise<Authorized> {
  const token = bearerToken(request.headers.authorization);
  const principal = token === null ? null : await findPrincipal(database, token);
  if (principal === null) {
    const got = request.headers.authorization === undefined ? "no token" : "a token that is not valid";
    throw new SlipwayError("SLW_HTTP_UNAUTHORIZED", `The request carries ${got}.`, {
      fix: "Send Authorization: Bearer TOKEN; slipway login shows how to get one.",
    });
  }
  if (access === "admin" && !principal.isAdmin) throw forbidden("an administrator");
  // What a user may do for themselves, such as making a token that outlives the step, is not for a step.
  if (access === "user" && principal.runId !== null && request.method !== "GET") throw forbidden("a token of a user");
  const workspace = workspaceName === null ? null : await findWorkspace(database, principal, workspaceName);
  if (access !== "user" && access !== "admin") {
    if (workspace === null || !hasRole(principal, workspace.id, access)) throw forbidden(`the role ${access}`);
  }
  return { principal, workspace };
}

function forbidden(needed: string): SlipwayError {
  return new SlipwayError("SLW_API_FORBIDDEN", `This needs ${needed}.`, { details: { needed } });
}

/** A workspace in which somebody has no role looks to them as if it were not there. */
async function findWorkspace(database: Database, principal: Principal, name: string): Promise<WorkspaceRef> {
  const found = await database
    .selectFrom("workspaces")
    .select(["id", "name"])
    .where("name", "=", name)
    .where("archived_at", "is", null)
    .executeTakeFirst();
  if (found && (principal.isAdmin || principal.roles.has(found.id))) return found;
  throw new SlipwayError("SLW_API_WORKSPACE", `There is no workspace "${name}" in which you have a role.`, {
    details: { workspace: name },
  });
}

/** `Bearer TOKEN`, or `Basic` with the token as password, as MLflow's client and git send it. */
export function bearerToken(authorization: string | undefined): string | null {
  const match = /^(bearer|basic) +([\x21-\x7e]+)$/i.exec(authorization ?? "");
  if (match === null) return null;
  const credentials = match[2] as string;
  if ((match[1] as string).toLowerCase() === "bearer") return credentials;
  const text = Buffer.from(credentials, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}
