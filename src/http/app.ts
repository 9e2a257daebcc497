/**
 * Fastify with what it leaves open closed: slow and oversized headers, broken requests, "100 Continue" to everybody.
 * docs/decisions/0004-scoring-process.md says what and why.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
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
export function createHttpApp(limits: HttpLimits, rewriteUrl?: (request: { url?: string }) => string): FastifyInstance {
  return loadFastify()({
    bodyLimit: limits.bodyBytes,
    ...(rewriteUrl && { rewriteUrl }),
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

/** Loaded when an app is made: scoring processes use this folder and no Fastify. */
function loadFastify(): typeof Fastify {
  return (createRequire(import.meta.url)("fastify") as { readonly fastify: typeof Fastify }).fastify;
}

/** Routes check their input themselves. Without compilers of its own Fastify loads two libraries that nobody uses. */
function refuseSchemas(): never {
  throw new Error("a route has a schema for Fastify, which has nothing to compile it with");
}

/** Says "100 Continue" only where `mayContinue`; and refuses other expectations with a problem. */
export function answerExpectations(app: FastifyInstance, mayContinue: (request: IncomingMessage) => boolean): void {
  // With a listener of ours Node no longer says "100 Continue" to everybody.
  app.server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (mayContinue(request)) response.writeContinue();
    app.server.emit("request", request, response);
  });
  refuseExpectations(app.server);
}
