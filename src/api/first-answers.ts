/** What a page of the studio asks first, for its HTML: who is signed in, in which workspaces they have a role, its list. */
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import { findSession, listWorkspaces } from "../access/index.ts";
import type { Database } from "../store/index.ts";
import { userBody } from "./routes/access.ts";
import { workspaceBody } from "./routes/workspaces.ts";
import { checkSessionRequest, sessionSecret } from "./session.ts";
import type { FirstAnswer, FirstAsk } from "./studio-page.ts";

/** As the studio asks for them: it keeps an answer under the operation and its input. */
const workspacesInput = { query: { limit: 200 } };

interface FirstAnswersOptions {
  readonly database: Database;
  /** The API's app for an address of it. */
  readonly appOf: (url: string) => Promise<FastifyInstance>;
}

/** @returns null where nobody is signed in as far as the headers say; the rest is known once the database has answered */
export function firstAnswers(
  { database, appOf }: FirstAnswersOptions,
  headers: IncomingHttpHeaders,
  asks: readonly FirstAsk[],
): Promise<FirstAnswer[]> | null {
  const secret = sessionSecret(headers);
  if (secret === null || checkSessionRequest("GET", headers) !== null) return null;
  return Promise.all([ofEveryPage(database, secret), ...asks.map((ask) => answer(appOf, headers, ask))]).then((found) =>
    found.flat(),
  );
}

async function ofEveryPage(database: Database, secret: string): Promise<FirstAnswer[]> {
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

/** What the API answers to the request that the page would make with this cookie. @returns nothing where it refuses */
async function answer(
  appOf: FirstAnswersOptions["appOf"],
  { cookie = "", host = "" }: IncomingHttpHeaders,
  { url, key }: FirstAsk,
): Promise<FirstAnswer[]> {
  const app = await appOf(url);
  const headers = { cookie, host, "sec-fetch-site": "same-origin" };
  const { statusCode, payload } = await app.inject({ method: "GET", url, headers });
  return statusCode === 200 ? [[key, JSON.parse(payload)]] : [];
}
