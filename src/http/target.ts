/** Whom a request is for, by its Host header. */
import type { IncomingMessage } from "node:http";
import { SlipwayError } from "../base/index.ts";

/** @returns the refusal of a request that is not for this server, or null */
export function checkTarget(request: IncomingMessage, isOurHost: (host: string) => boolean): SlipwayError | null {
  const { host } = request.headers;
  // HTTP/1.0 knows no Host header (`ab` speaks it).
  if (host === undefined && request.httpVersion === "1.0") return null;
  if (host === undefined || countHeader(request, "host") > 1) {
    return new SlipwayError("SLW_HTTP_REQUEST", "The request must carry one Host header.");
  }
  return isOurHost(host) ? null : new SlipwayError("SLW_HTTP_HOST", "The Host header names another host.");
}

function countHeader(request: IncomingMessage, name: string): number {
  let count = 0;
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const header = request.rawHeaders[i] as string;
    if (header.length === name.length && header.toLowerCase() === name) count++;
  }
  return count;
}
