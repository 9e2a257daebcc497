/**
 * The one way in which the server fetches a URL that a user gave: webhooks, datastores. Whatever the URL, its redirects
 * and its name's addresses say, no request reaches an address that is not public, except origins that an administrator
 * allowed.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { SlipwayError } from "../../base/index.ts";
import { exchange, limitedBody, outboundFailure } from "./exchange.ts";
import { resolveHost, type Address, type Lookup } from "./resolve.ts";
import { assertOutboundUrl, hostOf, isAllowed } from "./url.ts";

export interface OutboundOptions {
  /** Origins such as "http://10.0.0.5:9000", compared whole: they may be http and need not be public. */
  readonly allow: readonly string[];
  /** Bytes of the answer's body, undecoded. */
  readonly maxBytes: number;
  /** Milliseconds for all: names, redirects, and the body to its last byte. */
  readonly timeout: number;
  /** Milliseconds of silence on the connection that end it. Default 30,000. */
  readonly silence?: number;
  /** Default GET. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** For the URL's own origin: a redirect to another one does not get them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** false: a redirect is refused, and nobody else is asked. Default true: at most three are followed. */
  readonly followRedirects?: boolean;
  readonly signal?: AbortSignal;
  /** Default: the system's. */
  readonly lookup?: Lookup;
}

export interface OutboundAnswer {
  /** Any but a redirect. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where the redirects ended. */
  readonly url: string;
  /** To be read or destroyed. Ends with SLW_OUTBOUND_TOO_LARGE, SLW_OUTBOUND_TIMEOUT or SLW_OUTBOUND_FAILED. */
  readonly body: Readable;
}

const mostRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

/** @throws SLW_OUTBOUND_URL, SLW_OUTBOUND_ADDRESS, SLW_OUTBOUND_RESOLVE, SLW_OUTBOUND_REDIRECT and those of the body */
export async function fetchOutbound(text: string, options: OutboundOptions): Promise<OutboundAnswer> {
  const timer = AbortSignal.timeout(options.timeout);
  const signal = options.signal === undefined ? timer : AbortSignal.any([timer, options.signal]);
  const {
    allow,
    maxBytes,
    lookup,
    method = "GET",
    headers = {},
    body = null,
    followRedirects = true,
    silence,
  } = options;
  let hop: Hop = { url: assertOutboundUrl(text, allow), method, headers, body };
  for (let redirected = 0; ; redirected++) {
    const addresses = await resolveInTime(hop.url, isAllowed(hop.url, allow), lookup, signal);
    const answer = await exchange({ ...hop, addresses, signal, ...(silence !== undefined && { silence }) });
    const { statusCode: status = 0, headers } = answer;
    if (!redirects.has(status))
      return { status, headers, url: hop.url.href, body: limitedBody(hop.url, answer, maxBytes, signal) };
    answer.destroy();
    if (!followRedirects) throw wrongRedirect(hop.url, "to another address, which is not followed");
    if (redirected === mostRedirects) throw wrongRedirect(hop.url, `more than ${mostRedirects} times`);
    hop = nextHop(hop, status, headers.location, allow);
  }
}

/** A look-up cannot be ended, only left alone. */
async function resolveInTime(
  url: URL,
  allowed: boolean,
  lookup: Lookup | undefined,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(outboundFailure(url, signal.reason as Error, signal));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([aborted, resolveHost(hostOf(url), allowed, lookup)]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** What to send where, as the Fetch standard has it ("HTTP-redirect fetch"), but with none of our headers elsewhere. */
function nextHop(hop: Hop, status: number, location: string | undefined, allow: readonly string[]): Hop {
  const target = location === undefined ? null : URL.parse(location, hop.url.href);
  if (target === null) throw wrongRedirect(hop.url, "to no URL");
  const url = assertOutboundUrl(target.href, allow);
  const becomesGet = status === 303 ? hop.method !== "HEAD" : status < 303 && hop.method === "POST";
  const sameOrigin = url.origin === hop.url.origin;
  return {
    url,
    method: becomesGet ? "GET" : hop.method,
    headers: sameOrigin ? hop.headers : {},
    body: becomesGet ? null : hop.body,
  };
}

function wrongRedirect(url: URL, fault: string): SlipwayError {
  return new SlipwayError("SLW_OUTBOUND_REDIRECT", `${url.origin} redirects ${fault}.`, {
    details: { origin: url.origin, fault },
  });
}
