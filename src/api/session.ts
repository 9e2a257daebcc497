/**
 * The studio's cookie, and who may send it. A browser adds the cookie to whatever request a page makes to this host, also
 * to those of pages on another port, which are of the same site: so a request by cookie must show that it is the studio's.
 */
import type { IncomingHttpHeaders } from "node:http";
import { SlipwayError } from "../base/index.ts";
import { isSameHost } from "./origin.ts";

const cookieName = "slipway_session";
/** No form and no cross-origin request without leave can send it. */
const studioHeader = "x-slipway-studio";

/** Of Set-Cookie. */
export interface CookieOptions {
  /** The request came by https. */
  readonly isSecure: boolean;
  readonly expiresAt: Date;
}

/** @param secret empty for a cookie that ends the one that the browser has */
export function sessionCookie(secret: string, { isSecure, expiresAt }: CookieOptions): string {
  const seconds = secret === "" ? 0 : Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
  const attributes = ["HttpOnly", "SameSite=Strict", "Path=/", `Max-Age=${seconds}`, ...(isSecure ? ["Secure"] : [])];
  return [`${cookieName}=${secret}`, ...attributes].join("; ");
}

/** @returns the secret of the session; null where there is none, or more than one: somebody has planted a cookie */
export function sessionSecret({ cookie = "" }: IncomingHttpHeaders): string | null {
  const found = cookie.split(";").flatMap((pair) => {
    const [name = "", value = ""] = pair.trim().split("=", 2);
    return name === cookieName ? [value] : [];
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
