/** What is checked before a byte of the body is read. */
import type { IncomingMessage } from "node:http";
import { SlipwayError } from "../base/index.ts";
import { checkTarget } from "../http/index.ts";

/** Every path of the endpoint with the methods it takes, for 404, 405 and OPTIONS. */
export const allowedMethods: Readonly<Record<string, string>> = {
  "/": "GET, HEAD, OPTIONS",
  "/score": "POST, OPTIONS",
  "/swagger.json": "GET, HEAD, OPTIONS",
  "/health/live": "GET, HEAD, OPTIONS",
  "/health/ready": "GET, HEAD, OPTIONS",
};

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

/**
 * Looks at the path as it was sent: a router decodes "/%73core" to "/score", and what one of two readers lets through
 * is how guards are passed by.
 * @returns the refusal of a request that no handler takes, or null
 */
function checkRoute(request: IncomingMessage): SlipwayError | null {
  const path = pathOf(request.url ?? "");
  const allow = Object.hasOwn(allowedMethods, path) ? (allowedMethods[path] as string) : undefined;
  if (allow === undefined) return new SlipwayError("SLW_HTTP_NOT_FOUND", "There is nothing at this address.");
  if (allow.split(", ").includes(request.method ?? "")) return null;
  return new SlipwayError("SLW_HTTP_METHOD", `${path} takes ${allow}.`, { details: { allow } });
}

/** @returns the refusal of a request that can be refused without its body, or null */
export function checkBeforeBody(request: IncomingMessage, checks: Checks): SlipwayError | null {
  const refusal = checkTarget(request, checks.isOurHost) ?? checkRoute(request);
  if (refusal || request.method !== "POST") return refusal;
  return checkScoreHeaders(request, checks.isKey, checks.bodyBytes);
}

export interface Checks {
  readonly isOurHost: (host: string) => boolean;
  readonly isKey: (authorization: string | undefined) => boolean;
  readonly bodyBytes: number;
}

/** The key comes first: who has none learns nothing else. */
function checkScoreHeaders(
  request: IncomingMessage,
  isKey: (authorization: string | undefined) => boolean,
  bodyBytes: number,
): SlipwayError | null {
  const { headers } = request;
  if (!isKey(headers.authorization)) {
    const got = headers.authorization === undefined ? "no key" : "a wrong key";
    return new SlipwayError("SLW_HTTP_UNAUTHORIZED", `The request carries ${got}.`);
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    return new SlipwayError("SLW_HTTP_ENCODING", "The request has a Content-Encoding other than identity.");
  }
  if (!jsonType.test(headers["content-type"] ?? "")) {
    return new SlipwayError("SLW_HTTP_MEDIA_TYPE", "The Content-Type is not application/json in UTF-8.");
  }
  if (Number(headers["content-length"] ?? 0) > bodyBytes) {
    return new SlipwayError("SLW_HTTP_BODY_TOO_LARGE", `The body is larger than ${bodyBytes} bytes.`, {
      details: { expected: bodyBytes, got: Number(headers["content-length"]) },
    });
  }
  return null;
}

const jsonType = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;
