/** What is checked before a byte of the body is read; and how a request with a body is refused. */
import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { problemType, toProblem } from "./problem.ts";

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

/** @returns the refusal of a request that is not for this server, or null */
function checkTarget(request: IncomingMessage, isOurHost: (host: string) => boolean): SlipwayError | null {
  const { host } = request.headers;
  // HTTP/1.0 knows no Host header (`ab` speaks it).
  if (host === undefined && request.httpVersion === "1.0") return null;
  if (host === undefined || countHeader(request, "host") > 1) {
    return new SlipwayError("SLW_HTTP_REQUEST", "The request must carry one Host header.");
  }
  return isOurHost(host) ? null : new SlipwayError("SLW_HTTP_HOST", "The Host header names another host.");
}

function countHeader(request: IncomingMessage, name: string): number {
  let count = 0;
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const header = request.rawHeaders[i] as string;
    if (header.length === name.length && header.toLowerCase() === name) count++;
  }
  return count;
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

/** Bodies up to this size are read and dropped, and the connection lives on. */
const smallBody = 64 * 1024;
/** Milliseconds for which a large body is read and dropped after the answer. */
const lingering = 1000;

/**
 * Answers with the problem. To a client that is still sending, an answer and an end of the connection at once would
 * look like a broken connection (RFC 9112, 9.6): so the answer is sent whole, and the rest dropped for a moment.
 */
export function refuse(request: FastifyRequest, reply: FastifyReply, error: SlipwayError): void {
  const problem = toProblem(error);
  reply.code(problem.status).headers({ "content-type": problemType, "x-content-type-options": "nosniff" });
  if (error.code === "SLW_HTTP_UNAUTHORIZED") reply.header("www-authenticate", "Bearer");
  if (error.code === "SLW_HTTP_METHOD") reply.header("allow", problem.details["allow"] as string);
  const body = JSON.stringify(problem);
  const incoming = request.raw;
  const length = Number(incoming.headers["content-length"] ?? 0);
  const streamed = incoming.headers["transfer-encoding"] !== undefined;
  if (incoming.complete || (!streamed && length <= smallBody)) {
    reply.send(body);
    return;
  }
  reply.hijack();
  const outgoing = reply.raw;
  const headers = { ...reply.getHeaders(), connection: "close", "content-length": Buffer.byteLength(body) };
  outgoing.writeHead(problem.status, headers as Record<string, string | number>);
  outgoing.write(body);
  const end = (): void => {
    clearTimeout(timer);
    outgoing.end();
  };
  const timer = setTimeout(end, incoming.headers.expect === undefined ? lingering : 0);
  incoming.once("end", end).once("close", end).resume();
}
