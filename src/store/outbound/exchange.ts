/** One request to addresses that were checked, and its answer with limits on its bytes and its time. */
import type { IncomingMessage } from "node:http";
import { pipeline, Transform, type Readable } from "node:stream";
import { SlipwayError } from "../../base/index.ts";
import { pinnedLookup, type Address } from "./resolve.ts";
import { hostOf } from "./url.ts";

export interface Exchange {
  readonly url: URL;
  readonly addresses: readonly Address[];
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** Ends the request, also while the answer's body is read. */
  readonly signal: AbortSignal;
  /** Milliseconds of silence on the connection that end it. Default 30,000. */
  readonly silence?: number;
}

const defaultSilence = 30_000;

/** @throws SLW_OUTBOUND_FAILED, SLW_OUTBOUND_TIMEOUT */
export function exchange(options: Exchange): Promise<IncomingMessage> {
  const { url, addresses, method, headers, body, signal, silence = defaultSilence } = options;
  return new Promise((resolve, reject) => {
    // An import of node:http would read every member of it, and one of them loads a client for WebSockets: 30 ms.
    const { request: send } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
    const request = send(
      {
        host: hostOf(url),
        port: url.port,
        path: url.pathname + url.search,
        method,
        headers: { ...headers, ...ownHeaders(body) },
        lookup: pinnedLookup(addresses),
        // A connection of its own: a kept one may have been made for another address.
        agent: false,
        signal,
        timeout: silence,
      },
      resolve,
    );
    request.on("timeout", () => request.destroy(new DOMException("silence", "TimeoutError")));
    request.on("error", (cause) => reject(outboundFailure(url, cause, signal)));
    request.end(body ?? undefined);
  });
}

/** What comes is counted undecoded, so nothing may be packed; what goes has a known length, so nothing is chunked. */
function ownHeaders(body: Exchange["body"]): Record<string, string | number> {
  const identity = { "accept-encoding": "identity" };
  return body === null ? identity : { ...identity, "content-length": Buffer.byteLength(body) };
}

/** The answer's bytes; ends with SLW_OUTBOUND_TOO_LARGE, SLW_OUTBOUND_TIMEOUT or SLW_OUTBOUND_FAILED. */
export function limitedBody(url: URL, answer: IncomingMessage, maxBytes: number, signal: AbortSignal): Readable {
  let got = 0;
  const limited = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      got += chunk.length;
      if (got > maxBytes) done(tooLarge(url, maxBytes));
      else done(null, chunk);
    },
  });
  const fail = (cause: Error): void => void limited.destroy(outboundFailure(url, cause, signal));
  const onAbort = (): void => fail(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  limited.once("close", () => signal.removeEventListener("abort", onAbort));
  // Also before somebody reads it, or when nobody does: an error event that nobody hears would end the process.
  limited.on("error", () => {});
  // Heard before pipeline does, which would pass it on as it is.
  answer.once("error", fail);
  pipeline(answer, limited, () => {});
  return limited;
}

function tooLarge(url: URL, maxBytes: number): SlipwayError {
  return new SlipwayError(
    "SLW_OUTBOUND_TOO_LARGE",
    `${url.origin} answers with more than the ${maxBytes} bytes taken.`,
    {
      details: { origin: url.origin, maxBytes },
    },
  );
}

/** Names the origin only: the rest of a URL may hold a secret. */
export function outboundFailure(url: URL, cause: Error, signal: AbortSignal): SlipwayError {
  if (cause instanceof SlipwayError) return cause;
  const { origin } = url;
  const reason = signal.aborted ? (signal.reason as Error) : cause;
  if (reason instanceof SlipwayError) return reason;
  if (reason.name === "TimeoutError")
    return new SlipwayError("SLW_OUTBOUND_TIMEOUT", `${origin} did not answer in time.`, {
      details: { origin },
      cause,
    });
  const text = (reason as NodeJS.ErrnoException).code ?? reason.message;
  return new SlipwayError("SLW_OUTBOUND_FAILED", `The exchange with ${origin} failed: ${text}.`, {
    details: { origin, reason: text },
    cause,
  });
}
