/**
 * Fastify with what it leaves open closed: slow and oversized headers, broken requests, "100 Continue" to everybody.
 * docs/decisions/0004-scoring-process.md says what and why.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import { problemType, toProblem } from "./problem.ts";
import { refuse } from "./refuse.ts";

export interface HttpLimits {
  /** Bytes of a body; more is answered with 413. */
  readonly bodyBytes: number;
  /** Milliseconds until the headers must be there; then 408 and the end of the connection. */
  readonly headersMilliseconds: number;
  /** Milliseconds until the whole request must be there, 0 for no limit; then 408 and the end of the connection. */
  readonly requestMilliseconds: number;
}

export function createHttpApp(limits: HttpLimits): FastifyInstance {
  const { headersMilliseconds, requestMilliseconds } = limits;
  const shortest = Math.min(headersMilliseconds, requestMilliseconds || Infinity);
  return Fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: requestMilliseconds,
    genReqId: () => randomUUID(),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket),
    frameworkErrors: (_error, request, reply) => {
      refuse(
        request as FastifyRequest,
        reply as FastifyReply,
        new SlipwayError("SLW_HTTP_REQUEST", "The address is not a valid URL."),
      );
    },
    http: {
      headersTimeout: shortest,
      connectionsCheckingInterval: Math.min(5000, shortest / 4),
      maxHeaderSize: 16 * 1024,
      // Checked in checkTarget, which answers with a problem.
      requireHostHeader: false,
    },
  });
}

/** Says "100 Continue" only where `mayContinue`; and refuses other expectations with a problem. */
export function answerExpectations(app: FastifyInstance, mayContinue: (request: IncomingMessage) => boolean): void {
  // With a listener of ours Node no longer says "100 Continue" to everybody.
  app.server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (mayContinue(request)) response.writeContinue();
    app.server.emit("request", request, response);
  });
  app.server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
    const problem = toProblem(new SlipwayError("SLW_HTTP_EXPECTATION", "The header Expect is not 100-continue."));
    const body = JSON.stringify(problem);
    response.writeHead(problem.status, {
      "content-type": problemType,
      "content-length": Buffer.byteLength(body),
      connection: "close",
    });
    response.end(body);
  });
}
