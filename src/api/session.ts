/**
 * The studio's cookie, and who may send it. A browser adds the cookie to whatever request a page makes to this host, also
 * to those of pages on another port, which are of the same site: so a request by cookie must show that it is the studio's.
 */
import type { IncomingHttpHeaders } from "node:http";
import { SlipwayError } from "../base/index.ts";
import { isSameHost } from "./origin.ts";

/**
 * Browsers share cookies between the ports of a host: named after the port that the browser asks, those of two servers on
 * one machine do not replace each other.
 */
function cookieName(host: string | undefined): string {
  const port = /:(\d{1,5})$/.exec(host ?? "")?.[1];
  return port === undefined ? "slipway_session" : `slipway_session_${port}`;
}

/**
 * Whether the browser's connection is https. Behind a proxy that ends TLS ours is not, but a page of https says so in the
 * Origin of what it sends, and scripts cannot write that header: no proxy has to be trusted for it. Who forges it
 * outside a browser gets a cookie that is sent less often.
 */
export function isSecureOrigin({ origin = "" }: IncomingHttpHeaders): boolean {
  return origin.startsWith("https://");
}

/** No form and no cross-origin request without leave can send it. */
const studioHeader = "x-slipway-studio";

/** Of Set-Cookie. */
export interface CookieOptions {
  /** The header Host of the request. */
  readonly host: string | undefined;
  /** The browser asked by https. */
  readonly isSecure: boolean;
  readonly expiresAt: Date;
}

/** @param secret empty for a cookie that ends the one that the browser has */
export function sessionCookie(secret: string, { host, isSecure, expiresAt }: CookieOptions): string {
  const seconds = secret === "" ? 0 : Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
  const attributes = ["HttpOnly", "SameSite=Strict", "Path=/", `Max-Age=${seconds}`, ...(isSecure ? ["Secure"] : [])];
  return [`${cookieName(host)}=${secret}`, ...attributes].join("; ");
}

/** @returns the secret of the session; null where there is none, or more than one: somebody has planted a cookie */
export function sessionSecret({ cookie = "", host }: IncomingHttpHeaders): string | null {
  const expected = cookieName(host);
  const found = cookie.split(";").flatMap((pair) => {
    const [name = "", value = ""] = pair.trim().split("=", 2);
    return name === expected ? [value] : [];
  });
  const [secret] = found;
  return found.length === 1 && secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : null;
}

/** @returns the refusal of a request by cookie that another site's page, or a form, could have made; or null */
export function checkSessionRequest(method: string, headers: IncomingHttpHeaders): SlipwayError | null {
  const site = headers["sec-fetch-site"];
  if (method === "GET" || method === "HEAD") {
    const isVisit = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
    if (site === undefined || site === "same-origin" || site === "none" || isVisit) return null;
    return refusal("it is made by a page of another site");
  }
  if (headers[studioHeader] !== "1") return refusal(`it has no header ${studioHeader}: 1`);
  // Browsers leave Sec-Fetch-Site out where the address is neither https nor this machine; the origin they always send.
  const isOurs = site === "same-origin" || (site === undefined && isSameHost(headers.origin, headers.host));
  return isOurs ? null : refusal("neither Sec-Fetch-Site nor Origin says that a page of this server made it");
}

function refusal(reason: string): SlipwayError {
  return new SlipwayError("SLW_API_SESSION_REQUEST", `The request is refused: ${reason}.`);
}
