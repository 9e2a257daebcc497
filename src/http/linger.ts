/**
 * To a client that is still sending, an answer and an end of the connection at once would look like a broken connection
 * (RFC 9112, 9.6): so the answer is sent whole, and the rest dropped for a moment.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/** Bodies up to this size are read and dropped, and the connection lives on. */
const smallBody = 64 * 1024;
/** Milliseconds for which a large body is read and dropped after the answer. */
const lingering = 1000;

/** Whether so much of the body is still to come that the connection must end after a refusal. */
export function hasLargeRest(incoming: IncomingMessage): boolean {
  const length = Number(incoming.headers["content-length"] ?? 0);
  const streamed = incoming.headers["transfer-encoding"] !== undefined;
  return !incoming.complete && (streamed || length > smallBody);
}

/** Sends the body of an answer whose head, with "connection: close", is written; ends when the client has ended. */
export function endAfterRest(incoming: IncomingMessage, outgoing: ServerResponse, body: string): void {
  outgoing.write(body);
  const end = (): void => {
    clearTimeout(timer);
    outgoing.end();
  };
  const timer = setTimeout(end, incoming.headers.expect === undefined ? lingering : 0);
  incoming.once("end", end).once("close", end).resume();
}
