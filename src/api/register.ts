/** Registers routes with Fastify: JSON in and out, bytes, or server-sent events, as the operation says. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { idOf, newId, SlipwayError } from "../base/index.ts";
import { paramNames, type Access, type Operation } from "../contract/index.ts";
import type { Authorized } from "./authorize.ts";
import { createCheck, parseQuery, type Check } from "./check-input.ts";
import type { Call, Download, Route, ServerSentEvent } from "./route.ts";
import { sendEvents } from "./send-events.ts";
import type { Services } from "./services.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route declares it: one without does not start. */
    access?: Access;
    /** Parameter of the path that names the workspace, or the name itself on wires that name none. */
    workspace?: { readonly param: string } | { readonly name: string } | null;
    /** Media types of the body; absent: application/json. */
    upload?: readonly string[];
    /** Errors in another wire's form; absent: application/problem+json. */
    errorBody?: (error: SlipwayError) => { readonly status: number; readonly body: unknown };
  }
  interface FastifyRequest {
    authorized: Authorized | null;
  }
}

/** Routes whose body is JSON, or none, belong into one scope of Fastify, those that take bytes into another. */
export function registerRoutes(scope: FastifyInstance, routes: readonly Route[], services: Services): void {
  for (const entry of routes) registerRoute(scope, entry, services);
}

function registerRoute(scope: FastifyInstance, { operation, handle }: Route, services: Services): void {
  const checks = createChecks(operation);
  scope.route({
    method: operation.method,
    url: fastifyPath(operation.path),
    config: {
      access: operation.access,
      workspace: paramNames(operation.path).includes("workspace") ? { param: "workspace" } : null,
      ...(operation.upload && { upload: operation.upload }),
    },
    handler: async (request, reply) => {
      const answer = await handle(createCall(operation, checks, request, reply, services));
      await send(operation, checks, reply, answer);
      return reply;
    },
  });
}

/** "/a/{b}/{c*}" as Fastify writes it: "/a/:b/*". */
export function fastifyPath(path: string): string {
  return path.replace(/\{\w+\*\}$/, "*").replace(/\{(\w+)\}/g, ":$1");
}

interface Checks {
  readonly query: ((text: string) => Record<string, unknown>) | null;
  readonly params: Check | null;
  readonly body: Check | null;
  readonly result: Check | null;
}

function createChecks({ query, params, body, result }: Operation): Checks {
  const check = (schema: TSchema | null | undefined, where: string): Check | null =>
    schema ? createCheck(schema, where) : null;
  const checkQuery = query && createCheck({ additionalProperties: false, ...query } as TSchema, "query");
  return {
    query:
      query && checkQuery
        ? (text) => {
            const parsed = parseQuery(query, text);
            checkQuery(parsed);
            return parsed;
          }
        : null,
    params: check(params, "path"),
    body: check(body, "body"),
    result: check(result, "result"),
  };
}

function createCall(
  operation: Operation,
  checks: Checks,
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
): Call<Operation> {
  const text = request.url.includes("?") ? request.url.slice(request.url.indexOf("?") + 1) : "";
  if (checks.query === null && text !== "") {
    throw new SlipwayError("SLW_API_INPUT", "The operation takes no query.", { details: { got: text.slice(0, 200) } });
  }
  const params = namedParams(operation.path, request.params as Record<string, string>);
  checks.params?.(params);
  checks.body?.(request.body);
  const { authorized } = request;
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort(new SlipwayError("SLW_HTTP_REQUEST", "The client is gone.")));
  return {
    params,
    query: checks.query?.(text) ?? {},
    body: request.body as undefined,
    upload: request.body instanceof Readable ? request.body : Readable.from([]),
    headers: request.headers,
    peer: { address: request.raw.socket.remoteAddress ?? "", isSecure: request.protocol === "https" },
    setHeader: (name, value) => void reply.header(name, value),
    principal: authorized?.principal as Authorized["principal"],
    workspace: authorized?.workspace as Call<Operation>["workspace"],
    actor: {
      userId: authorized?.principal.userId ?? null,
      userName: authorized?.principal.userName ?? "anonymous",
      requestId: request.id,
    },
    requestId: request.id,
    log: services.log.child({ requestId: request.id }),
    signal: gone.signal,
    idempotentId: idempotentId(request),
  };
}

/** A parameter with a star is Fastify's "*". */
function namedParams(path: string, given: Record<string, string>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of paramNames(path)) {
    const value = given[name] ?? given["*"] ?? "";
    if (value === "" || value.length > 1000 || (name !== "path" && value.length > 255)) {
      throw new SlipwayError("SLW_API_INPUT", `path.${name} is empty or too long.`, { details: { field: name } });
    }
    if (value.includes("\0")) throw new SlipwayError("SLW_API_INPUT", `path.${name} has the character U+0000.`);
    params[name] = value;
  }
  return params;
}

function idempotentId(request: FastifyRequest): string {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string" || request.authorized === null) return newId();
  const { authorized, method, url, body } = request;
  const sent = body instanceof Readable ? null : body;
  return idOf(JSON.stringify([authorized.principal.userId, method, url, key, sent]));
}

async function send(operation: Operation, checks: Checks, reply: FastifyReply, answer: unknown): Promise<void> {
  if (operation.events) return sendEvents(reply, answer as AsyncIterable<ServerSentEvent<unknown>>);
  if (operation.download !== undefined) return sendDownload(reply, operation.download, answer as Download);
  if (!operation.result) return void reply.code(204).send();
  try {
    checks.result?.(answer);
  } catch (cause) {
    throw new SlipwayError("SLW_INTERNAL", `The answer does not fit its schema: ${(cause as Error).message}`, {
      cause,
    });
  }
  reply
    .code(operation.status ?? 200)
    .type("application/json; charset=utf-8")
    .send(JSON.stringify(answer));
}

function sendDownload(reply: FastifyReply, mediaType: string, download: Download): void {
  const { stream, contentType = mediaType, length, fileName = "download", etag, contentRange } = download;
  reply.headers({
    "content-type": contentType,
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    "content-security-policy": "sandbox; default-src 'none'",
    ...(length !== undefined && { "content-length": length }),
    ...(etag !== undefined && { etag, "accept-ranges": "bytes" }),
    ...(contentRange !== undefined && { "content-range": contentRange, "accept-ranges": "bytes" }),
  });
  reply.code(contentRange === undefined ? 200 : 206).send(stream);
}
