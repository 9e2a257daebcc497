/** Who may score, by the Authorization header (RFC 6750). Only hashes and public keys are kept. */
import { hash, timingSafeEqual } from "node:crypto";
import type { SlipwayError } from "../../base/index.ts";
import type { EndpointAuth, KeyHash } from "../config/index.ts";
import { bearerOf, unauthorized, type Authenticate, type Caller } from "./bearer.ts";
import { createTokenCheck } from "./check-token.ts";

const anybody: Caller = { key: null };

export function createAuthenticator(auth: EndpointAuth): Authenticate {
  switch (auth.mode) {
    case "none":
      return () => anybody;
    case "key":
      return createKeyCheck(auth.keys);
    case "token":
      return createTokenCheck(auth);
  }
}

/** Headers that were right, so that their hash need not be computed again. */
interface Known {
  readonly header: Buffer;
  /** As long, for what is compared with it. */
  readonly other: Buffer;
  readonly key: KeyHash;
  readonly caller: Caller;
}

/** Two keys, each in a few ways to write its header. */
const mostKnown = 8;

function createKeyCheck(keys: readonly KeyHash[]): Authenticate {
  const expected = keys.map((key) => ({ key, sha256: Buffer.from(key.sha256, "hex"), caller: { key: key.name } }));
  const known: Known[] = [];

  return (authorization) => {
    if (authorization === undefined) return unauthorized("The request carries no key.");
    for (const each of known) {
      if (isSame(each, authorization)) return expiry(each.key) ?? each.caller;
    }
    const given = bearerOf(authorization);
    if (given === undefined) return unauthorized("The request carries a wrong key.");
    const sha256 = hash("sha256", given, "buffer");
    const found = expected.find((candidate) => timingSafeEqual(candidate.sha256, sha256));
    if (found === undefined) return unauthorized("The request carries a wrong key.");
    if (known.length < mostKnown) known.push(remember(authorization, found));
    return expiry(found.key) ?? found.caller;
  };
}

function remember(authorization: string, { key, caller }: Pick<Known, "key" | "caller">): Known {
  const header = Buffer.from(authorization, "latin1");
  return { header, other: Buffer.alloc(header.length), key, caller };
}

/** Headers are Latin-1: a byte a character. */
function isSame({ header, other }: Known, authorization: string): boolean {
  if (header.length !== authorization.length) return false;
  other.write(authorization, "latin1");
  return timingSafeEqual(header, other);
}

function expiry({ name, expiresAt }: KeyHash): SlipwayError | null {
  if (expiresAt === null || Date.now() < expiresAt) return null;
  return unauthorized(`The ${name} key expired on ${new Date(expiresAt).toISOString()}.`);
}
