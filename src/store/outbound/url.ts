/** What can be said of a URL before its name is resolved. */
import { isIP } from "node:net";
import { SlipwayError } from "../../base/index.ts";
import { assertPublicAddress } from "./address.ts";

/** Characters. */
const longestUrl = 8_192;

/**
 * Parses as browsers do (WHATWG), so that 0x7f.1, 2130706433 and 127.0.0.1. are known for what they are. For a URL
 * that is stored: `fetchOutbound` checks again, and the addresses of the name, too.
 * @param allow origins, as of `new URL(…).origin`, that may also be http and need not be public
 * @throws SLW_OUTBOUND_URL, SLW_OUTBOUND_ADDRESS
 */
export function assertOutboundUrl(text: string, allow: readonly string[]): URL {
  const url = text.length <= longestUrl ? URL.parse(text) : null;
  if (url === null) throw wrongUrl(`is no URL of at most ${longestUrl} characters`, "an absolute URL");
  // Never shown: it may hold a secret.
  if (url.username !== "" || url.password !== "") throw wrongUrl("holds a user name or password", "a URL without");
  const allowed = isAllowed(url, allow);
  const schemes = allowed ? ["https:", "http:"] : ["https:"];
  if (!schemes.includes(url.protocol)) throw wrongUrl(`begins with ${url.protocol}`, "https:");
  const host = hostOf(url);
  if (!allowed && isIP(host) !== 0) assertPublicAddress(host);
  return url;
}

/** Origins are compared whole: an allowed name allows no other port, scheme or part of it. */
export function isAllowed(url: URL, allow: readonly string[]): boolean {
  return url.origin !== "null" && allow.includes(url.origin);
}

/** The name or address, without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

function wrongUrl(fault: string, expected: string): SlipwayError {
  return new SlipwayError("SLW_OUTBOUND_URL", `The URL ${fault}; expected ${expected}.`, {
    details: { fault, expected },
  });
}
