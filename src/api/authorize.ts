/** Who may do what: the one hook that every route passes before its body is read. */
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyRequest } from "fastify";
import { findPrincipal, findSession, hasRole, type Principal } from "../access/index.ts";
import { SlipwayError } from "../base/index.ts";
import type { Access } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import type { WorkspaceRef } from "./route.ts";
import { checkSessionRequest, sessionSecret } from "./session.ts";

/** What the hook found out; on every request of a route that is not public. */
export interface Authorized {
  readonly principal: Principal;
  /** Null where the route is of no workspace. */
  readonly workspace: WorkspaceRef | null;
}

/**
 * @param workspaceName of the path, or the default one on wires that name none; null where the route has none
 * @throws SLW_HTTP_UNAUTHORIZED, SLW_API_SESSION_REQUEST, SLW_API_FORBIDDEN, SLW_API_WORKSPACE
 */
export async function authorize(
  database: Database,
  request: FastifyRequest,
  access: Exclude<Access, "public">,
  workspaceName: string | null,
): Promise<Authorized> {
  const { headers, method, routeOptions } = request;
  const credential = readCredential(headers, routeOptions.url ?? "");
  if (credential?.kind === "session") {
    const refusal = checkSessionRequest(method, headers);
    if (refusal) throw refusal;
  }
  const principal = await identify(database, credential);
  if (principal === null) {
    const isSession = credential?.kind === "session";
    const got = isSession
      ? "a session that has ended"
      : headers.authorization === undefined
        ? "no token"
        : "a token that is not valid";
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

/** What a request shows of who it is. */
export type Credential =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "session"; readonly secret: string };

/** Routes that take the studio's cookie; other wires are for programs. */
const studioRoutes = "/api/v1/";

/** Where there is a token, the cookie counts for nothing. @param pattern of the route, as Fastify writes it */
export function readCredential(headers: IncomingHttpHeaders, pattern: string): Credential | null {
  if (headers.authorization !== undefined) {
    const token = bearerToken(headers.authorization);
    return token === null ? null : { kind: "token", token };
  }
  const secret = pattern.startsWith(studioRoutes) ? sessionSecret(headers) : null;
  return secret === null ? null : { kind: "session", secret };
}

export async function identify(database: Database, credential: Credential | null): Promise<Principal | null> {
  if (credential === null) return null;
  if (credential.kind === "token") return findPrincipal(database, credential.token);
  return (await findSession(database, credential.secret))?.principal ?? null;
}

/** `Bearer TOKEN`, or `Basic` with the token as password, as MLflow's client and git send it. */
function bearerToken(authorization: string | undefined): string | null {
  const match = /^(bearer|basic) +([\x21-\x7e]+)$/i.exec(authorization ?? "");
  if (match === null) return null;
  const credentials = match[2] as string;
  if ((match[1] as string).toLowerCase() === "bearer") return credentials;
  const text = Buffer.from(credentials, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}
