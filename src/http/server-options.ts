import type { ServerOptions } from "node:http";

/** How long a server waits for a request. */
export interface RequestTimes {
  /** Milliseconds until the headers must be there; then 408 and the end of the connection. */
  readonly headersMilliseconds: number;
  /** Milliseconds until the whole request must be there, 0 for no limit; then 408 and the end of the connection. */
  readonly requestMilliseconds: number;
}

/** What Node's server must be told so that slow and oversized requests end. */
export function serverOptions({ headersMilliseconds, requestMilliseconds }: RequestTimes): ServerOptions {
  const shortest = Math.min(headersMilliseconds, requestMilliseconds || Infinity);
  return {
    requestTimeout: requestMilliseconds,
    headersTimeout: shortest,
    connectionsCheckingInterval: Math.min(5000, shortest / 4),
    maxHeaderSize: 16 * 1024,
    // Checked in checkTarget, which answers with a problem.
    requireHostHeader: false,
  };
}
