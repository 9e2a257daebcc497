/** The browser as an attacker: a page of another site may not change anything, whatever cookies the browser adds. */
import type { IncomingMessage } from "node:http";
import { SlipwayError } from "../base/index.ts";

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/** @returns the refusal of a request that another site's page makes, or null */
export function checkOrigin({ method = "GET", headers }: IncomingMessage): SlipwayError | null {
  if (reading.has(method)) return null;
  const site = headers["sec-fetch-site"];
  const foreign = site !== undefined && site !== "same-origin" && site !== "none";
  if (!foreign && (headers.origin === undefined || isSameHost(headers.origin, headers.host))) return null;
  return new SlipwayError("SLW_HTTP_ORIGIN", "The request comes from a page of another site.", {
    details: { origin: headers.origin ?? null },
  });
}

/** Does the header Origin name the server that the header Host names? */
export function isSameHost(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || host === undefined) return false;
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}
