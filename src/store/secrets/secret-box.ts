/** Secrets at rest: AES-256-GCM (NIST SP 800-38D), a new random nonce for each. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { SlipwayError } from "../../base/index.ts";

export interface SecretBox {
  /**
   * @param context what the secret belongs to ("datastore/0190…"): it opens only with the same one, so that a row's
   *   bytes are worth nothing in another row
   */
  seal(text: string, context?: string): Buffer;
  /** @throws SLW_SECRET_UNREADABLE where key or context is another, or the bytes were changed */
  open(sealed: Buffer, context?: string): string;
}

/** Bytes of a key. */
export const keyBytes = 32;
const algorithm = "aes-256-gcm";
/** First byte of what is sealed, so that another form can follow. */
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes + tagBytes;

/** Layout: version (1 byte), nonce (12), tag (16), ciphertext. @param key of 32 bytes */
export function createSecretBox(key: Buffer): SecretBox {
  if (key.length !== keyBytes) throw new TypeError(`A key has ${keyBytes} bytes, got ${key.length}.`);
  return {
    seal(text, context = "") {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce);
      cipher.setAAD(Buffer.from(context));
      const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), encrypted]);
    },
    open(sealed, context = "") {
      if (sealed.length < headBytes || sealed[0] !== version) throw unreadable("it is none of ours");
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(1, 1 + nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(1 + nonceBytes, headBytes));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()]).toString("utf8");
      } catch {
        throw unreadable("the key is another one, or it was changed");
      }
    },
  };
}

function unreadable(reason: string): SlipwayError {
  return new SlipwayError("SLW_SECRET_UNREADABLE", `A stored secret cannot be decrypted: ${reason}.`);
}
