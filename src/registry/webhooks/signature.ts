/**
 * Signatures as Standard Webhooks has them (https://www.standardwebhooks.com): the headers webhook-id,
 * webhook-timestamp and webhook-signature; HMAC-SHA256 over "id.timestamp.body".
 */
import { createHmac, randomBytes } from "node:crypto";
import { SlipwayError } from "../../base/index.ts";

const prefix = "whsec_";

/** 256 random bits: "whsec_" and base64. */
export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(32).toString("base64")}`;
}

/** @throws SLW_WEBHOOK_SECRET where it is not "whsec_" and the base64 of 24 to 64 bytes */
export function checkWebhookSecret(secret: string): void {
  const bytes = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), "base64") : Buffer.alloc(0);
  if (bytes.length >= 24 && bytes.length <= 64 && bytes.toString("base64") === secret.slice(prefix.length)) return;
  throw new SlipwayError("SLW_WEBHOOK_SECRET", "The secret is not whsec_ and the base64 of 24 to 64 bytes.");
}

export interface SignedMessage {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The three headers; a receiver computes the same and refuses what is older than it likes. */
export function signatureHeaders(secret: string, { id, timestamp, body }: SignedMessage): Record<string, string> {
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
}
