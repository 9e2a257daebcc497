/** What every page of the studio asks first, for its HTML: who is signed in, and in which workspaces they have a role. */
import type { IncomingHttpHeaders } from "node:http";
import { findSession, listWorkspaces } from "../access/index.ts";
import type { Database } from "../store/index.ts";
import { userBody } from "./routes/access.ts";
import { workspaceBody } from "./routes/workspaces.ts";
import { checkSessionRequest, sessionSecret } from "./session.ts";
import type { FirstAnswer } from "./studio-page.ts";

/** As the studio asks for them: it keeps an answer under the operation and its input. */
const workspacesInput = { query: { limit: 200 } };

/** @returns nothing where nobody is signed in, or where the request is not one that the cookie counts for */
export async function firstAnswers(database: Database, headers: IncomingHttpHeaders): Promise<FirstAnswer[]> {
  const secret = sessionSecret(headers);
  if (secret === null || checkSessionRequest("GET", headers) !== null) return [];
  const session = await findSession(database, secret);
  if (session === null) return [];
  const { principal } = session;
  const page = await listWorkspaces(database, principal, { limit: workspacesInput.query.limit });
  const workspaces = { ...page, items: page.items.map((workspace) => workspaceBody(workspace, principal)) };
  return [
    [["whoAmI", {}], userBody(principal)],
    [["listWorkspaces", workspacesInput], workspaces],
  ];
}
