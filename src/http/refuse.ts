/** How a request is refused, with or without its body. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { SlipwayError } from "../base/index.ts";
import { problemType, toProblem } from "./problem.ts";

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
