/** JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037), for one audience. */
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import type { SlipwayError } from "../../base/index.ts";
import type { EndpointAuth } from "../config/index.ts";
import { bearerOf, unauthorized, type Authenticate, type Caller } from "./bearer.ts";

/** Verifying takes 100 us; a client sends one token for hours. */
const mostRemembered = 256;

const caller: Caller = { key: null };

export function createTokenCheck({ publicKey, audience }: Extract<EndpointAuth, { mode: "token" }>): Authenticate {
  const key = createPublicKey(publicKey);
  /** Tokens whose signature was right, with when they expire. The oldest goes first. */
  const remembered = new Map<string, number>();

  return (authorization) => {
    const token = bearerOf(authorization);
    if (token === undefined) {
      return unauthorized(`The request carries ${authorization === undefined ? "no token" : "a wrong token"}.`);
    }
    const expiresAt = remembered.get(token) ?? readToken(token, key, audience);
    if (typeof expiresAt !== "number") return expiresAt;
    if (Date.now() >= expiresAt) {
      remembered.delete(token);
      return unauthorized(`The token expired on ${new Date(expiresAt).toISOString()}.`);
    }
    if (!remembered.has(token)) {
      if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value as string);
      remembered.set(token, expiresAt);
    }
    return caller;
  };
}

/** @returns milliseconds since 1970 at which it expires, or why it is none of ours */
function readToken(token: string, key: KeyObject, audience: string): number | SlipwayError {
  const [header = "", claims = "", signature = "", ...more] = token.split(".");
  if (more.length > 0 || readPart(header)?.["alg"] !== "EdDSA")
    return unauthorized("The request carries a wrong token.");
  if (!verify(null, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"))) {
    return unauthorized("The token is not signed by this endpoint's server.");
  }
  const { aud, exp, nbf } = readPart(claims) ?? {};
  if (!(Array.isArray(aud) ? aud : [aud]).includes(audience)) return unauthorized("The token is for another endpoint.");
  if (typeof exp !== "number" || !Number.isFinite(exp)) return unauthorized("The token has no expiry.");
  if (nbf !== undefined && !(typeof nbf === "number" && nbf * 1000 <= Date.now())) {
    return unauthorized("The token is not valid yet.");
  }
  return Math.min(exp * 1000, 8.64e15);
}

function readPart(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
