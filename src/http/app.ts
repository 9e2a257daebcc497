/**
 * Fastify with what it leaves open closed: slow and oversized headers, broken requests, "100 Continue" to everybody.
 * docs/decisions/0004-scoring-process.md says what and why.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { FastifyInstance, FastifyReply, FastifyRequest, fastify as Fastify } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import { refuseExpectations } from "./expectation.ts";
import { refuse } from "./refuse.ts";
import { serverOptions, type RequestTimes } from "./server-options.ts";

export interface HttpLimits extends RequestTimes {
  /** Bytes of a body; more is answered with 413. */
  readonly bodyBytes: number;
}

/** @param rewriteUrl from the address as it was sent to the one that is routed; `originalUrl` of the request keeps the former */
export function createHttpApp(
  limits: HttpLimits,
  rewriteUrl = ({ url = "" }: { url?: string }): string => url,
): FastifyInstance {
  return loadFastify()({
    bodyLimit: limits.bodyBytes,
    rewriteUrl: (request) => {
      answerHeadAsGet(request);
      return rewriteUrl(request);
    },
    // A route for each would be a third of all, and fill a second router.
    exposeHeadRoutes: false,
    // Routes are plugins too: a timer for each of them, and none that waits for anything.
    pluginTimeout: 0,
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
    requestTimeout: limits.requestMilliseconds,
    genReqId: () => randomUUID(),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket),
    frameworkErrors: (_error, request, reply) => {
      refuse(
        request as FastifyRequest,
        reply as FastifyReply,
        new SlipwayError("SLW_HTTP_REQUEST", "The address is not a valid URL."),
      );
    },
    http: serverOptions(limits),
  });
}

/** The method that a client sent, where it is not the one that is routed. */
const sentMethods = new WeakMap<object, string>();

/** HEAD is what GET answers without the body, which Node leaves out: it looked at the method before. */
function answerHeadAsGet(request: { method?: string }): void {
  if (request.method !== "HEAD") return;
  sentMethods.set(request, request.method);
  request.method = "GET";
}

/** The method as the client sent it: for logs; routes and guards see GET in the place of HEAD. */
export function sentMethod({ raw }: FastifyRequest): string {
  return sentMethods.get(raw) ?? raw.method ?? "";
}

/** Loaded when an app is made: scoring processes use this folder and no Fastify. */
function loadFastify(): typeof Fastify {
  return (createRequire(import.meta.url)("fastify") as { readonly fastify: typeof Fastify }).fastify;
}

/** Routes check their input themselves. Without compilers of its own Fastify loads two libraries that nobody uses. */
function refuseSchemas(): never {
  throw new Error("a route has a schema for Fastify, which has nothing to compile it with");
}

/** Says "100 Continue" only where `mayContinue`; and refuses other expectations with a problem. */
export function answerExpectations(server: Server, mayContinue: (request: IncomingMessage) => boolean): void {
  // With a listener of ours Node no longer says "100 Continue" to everybody.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (mayContinue(request)) response.writeContinue();
    server.emit("request", request, response);
  });
  refuseExpectations(server);
}
