/** How a request is refused, with or without its body. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { SlipwayError } from "../base/index.ts";
import { endAfterRest, hasLargeRest } from "./linger.ts";
import { problemType, toProblem } from "./problem.ts";

/** Answers with the problem. */
export function refuse(request: FastifyRequest, reply: FastifyReply, error: SlipwayError): void {
  const problem = toProblem(error);
  reply.code(problem.status).headers({ "content-type": problemType, "x-content-type-options": "nosniff" });
  if (error.code === "SLW_HTTP_UNAUTHORIZED") reply.header("www-authenticate", "Bearer");
  if (error.code === "SLW_HTTP_METHOD") reply.header("allow", problem.details["allow"] as string);
  const body = JSON.stringify(problem);
  const incoming = request.raw;
  if (!hasLargeRest(incoming)) {
    reply.send(body);
    return;
  }
  reply.hijack();
  const outgoing = reply.raw;
  const headers = { ...reply.getHeaders(), connection: "close", "content-length": Buffer.byteLength(body) };
  outgoing.writeHead(problem.status, headers as Record<string, string | number>);
  endAfterRest(incoming, outgoing, body);
}
