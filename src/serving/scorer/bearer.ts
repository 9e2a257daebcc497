/** Bearer credentials (RFC 6750), and what looking at one comes to. */
import { SlipwayError } from "../../base/index.ts";
import type { KeyHash } from "../config/index.ts";

/** Who was let in; `key` names the key that was used, null for tokens and where none is asked for. */
export interface Caller {
  readonly key: KeyHash["name"] | null;
}

/** @returns the caller, or the refusal */
export type Authenticate = (authorization: string | undefined) => Caller | SlipwayError;

/** The credential of `Bearer <credential>`, undefined for anything else. The scheme is case-insensitive (RFC 9110, 11.1). */
export function bearerOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
}

export function unauthorized(message: string): SlipwayError {
  return new SlipwayError("SLW_HTTP_UNAUTHORIZED", message);
}
