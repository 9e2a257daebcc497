/**
 * Token auth: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037), by a key pair of the endpoint's own. Lifetimes
 * are those of Azure ML's get_access_token.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { transaction, type Queryable, type SecretBox } from "../../store/index.ts";
import { recordEndpointChange } from "./changes.ts";
import { requireMode } from "./keys.ts";
import { findEndpoint } from "./rows.ts";
import type { By, Endpoint, EndpointRef } from "./types.ts";

export interface EndpointToken {
  readonly token: string;
  readonly expiresAt: Date;
  /** When a client should get another. */
  readonly refreshAfter: Date;
}

const hour = 3_600_000;
const lifetime = 12 * hour;
const refresh = 8 * hour;

const contextOf = (endpointId: string): string => `endpoint/${endpointId}/token`;

/** A new private key, sealed. */
export function newTokenKey(secrets: SecretBox, endpointId: string): Buffer {
  const { privateKey } = generateKeyPairSync("ed25519");
  return secrets.seal(privateKey.export({ type: "pkcs8", format: "pem" }) as string, contextOf(endpointId));
}

/** SPKI in PEM. @throws SLW_SECRET_UNREADABLE */
export function publicKeyOf(secrets: SecretBox, endpointId: string, tokenKey: Buffer): string {
  const privateKey = secrets.open(tokenKey, contextOf(endpointId));
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }) as string;
}

/**
 * @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_STATE where the endpoint is not used with tokens
 */
export function createToken(
  database: Queryable,
  secrets: SecretBox,
  { actor, ...ref }: EndpointRef & By,
): Promise<EndpointToken> {
  return transaction(database, async (trx) => {
    const endpoint = await findEndpoint(trx, ref);
    requireMode(endpoint, "token");
    const made = signToken(secrets, endpoint, actor.userName);
    const data = { expiresAt: made.expiresAt.toISOString() };
    await recordEndpointChange(trx, endpoint, { how: "token.created", action: "createEndpointToken", actor, data });
    return made;
  });
}

/** @param subject name of the user */
export function signToken(
  secrets: SecretBox,
  { id, tokenKey }: Pick<Endpoint, "id" | "tokenKey">,
  subject: string,
  milliseconds = lifetime,
): EndpointToken {
  if (tokenKey === null) throw new Error(`endpoint ${id} has token auth and no key`);
  const now = Date.now();
  const expiresAt = new Date(Math.floor((now + milliseconds) / 1000) * 1000);
  const claims = { aud: id, sub: subject, iat: Math.floor(now / 1000), exp: expiresAt.getTime() / 1000 };
  const signed = [{ alg: "EdDSA", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const privateKey = createPrivateKey(secrets.open(tokenKey, contextOf(id)));
  const signature = sign(null, Buffer.from(signed), privateKey).toString("base64url");
  return { token: `${signed}.${signature}`, expiresAt, refreshAfter: new Date(now + refresh) };
}
