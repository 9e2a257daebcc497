/** The endpoint's key: only its SHA-256 is kept, and hashes are compared, in a time that tells nothing. */
import { hash, timingSafeEqual } from "node:crypto";
import { SlipwayError } from "../base/index.ts";

/**
 * @returns what says whether an Authorization header carries the key
 * @throws SLW_SERVE_KEY for an empty key and for one that no header can carry
 */
export function createKeyCheck(key: string): (authorization: string | undefined) => boolean {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    const problem = key === "" ? "is empty" : "has characters that a header cannot carry";
    throw new SlipwayError("SLW_SERVE_KEY", `The key ${problem}.`);
  }
  const expected = hash("sha256", key, "buffer");
  return (authorization) => {
    // The scheme is case-insensitive (RFC 9110, 11.1).
    const given = /^bearer +([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
    return given !== undefined && timingSafeEqual(hash("sha256", given, "buffer"), expected);
  };
}
