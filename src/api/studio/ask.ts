/** What a page of the studio would ask the API: asked for it, so that the answers are in its HTML. */
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import { checkSessionRequest, sessionSecret } from "../session.ts";

/** The API's answer to a GET of this path and query, for who sends the page's request. */
export type Ask = (target: string) => Promise<Response>;

/**
 * @param appOf the API's app for an address of it
 * @param headers of the request for the page
 * @returns null where nobody is signed in as far as they say; the rest is known once the API has answered
 */
export function openAsk(appOf: (url: string) => Promise<FastifyInstance>, headers: IncomingHttpHeaders): Ask | null {
  if (sessionSecret(headers) === null || checkSessionRequest("GET", headers) !== null) return null;
  const { cookie = "", host = "" } = headers;
  return async (url) => {
    // Dots in a page's address may lead out of the API.
    if (!url.startsWith("/api/v1/")) return new Response(null, { status: 404 });
    const app = await appOf(url);
    const answer = await app.inject({ method: "GET", url, headers: { cookie, host, "sec-fetch-site": "same-origin" } });
    const { "content-type": type = "" } = answer.headers;
    return new Response(answer.payload, { status: answer.statusCode, headers: { "content-type": String(type) } });
  };
}
