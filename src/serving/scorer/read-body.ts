/** Bodies of requests, whole, within their limits. */
import { SlipwayError } from "../../base/index.ts";
import type { ScoringRequest } from "./scoring-message.ts";

/** Bytes of all large bodies that are being received: so many clients that send slowly cannot fill the memory. */
export interface BodyBudget {
  bytes: number;
  taken: number;
}

/** Smaller bodies do not count: the connection's own buffers take as much. */
const large = 64 * 1024;

/**
 * Calls `done` once with the body or its refusal, and never where the client goes away before.
 * @param limit bytes; a Content-Length above it was refused before
 */
export function readBody(
  request: ScoringRequest,
  limit: number,
  budget: BodyBudget,
  done: (body: Buffer | SlipwayError) => void,
): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let taken = 0;
  const giveBack = (): void => {
    budget.taken -= taken;
    taken = 0;
    chunks = [];
  };
  const finish = (result: Buffer | SlipwayError): void => {
    if (taken > 0) request.off("close", giveBack);
    giveBack();
    done(result);
  };
  const refuse = (error: SlipwayError): void => {
    request.returnBody();
    finish(error);
  };
  request.takeBody({
    onChunk(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limit) return refuse(tooLarge(limit));
      if (bytes <= large) return;
      if (taken === 0) request.on("close", giveBack);
      budget.taken += bytes - taken;
      taken = bytes;
      if (budget.taken > budget.bytes) refuse(tooManyBodies());
    },
    onEnd: () => finish(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes)),
  });
}

export function tooLarge(limit: number, got?: number): SlipwayError {
  return new SlipwayError("SLW_HTTP_BODY_TOO_LARGE", `The body is larger than ${limit} bytes.`, {
    details: { expected: limit, ...(got !== undefined && { got }) },
  });
}

function tooManyBodies(): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_OVERLOADED", "The endpoint is receiving as many large bodies as it can hold.");
}
