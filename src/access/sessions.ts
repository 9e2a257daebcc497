/** Browsers that are signed in. A session is a secret in a cookie; it can do what its token can, and ends with it. */
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { recordChange, transaction, type Database } from "../store/index.ts";
import { findPrincipal, readPrincipal, type Principal } from "./principal.ts";
import { hashToken } from "./tokens.ts";

export interface Session {
  readonly principal: Principal;
  /** At the latest: when its token ends, or 30 days after it began. */
  readonly expiresAt: Date;
}

/** A session as it begins: the secret is stored as its hash only. */
export interface CreatedSession extends Session {
  /** 43 characters (256 bits). */
  readonly secret: string;
}

/** Without a request for so long, a session ends. */
const idle = sql`interval '12 hours'`;
const longest = sql`interval '30 days'`;

/**
 * Begins a session, and tells the audit log.
 * @throws SLW_HTTP_UNAUTHORIZED for a token that is not good, SLW_API_FORBIDDEN for one of a step
 */
export async function createSession(
  database: Database,
  { token, requestId }: { readonly token: string; readonly requestId: string },
): Promise<CreatedSession> {
  const principal = await findPrincipal(database, token);
  if (principal === null) {
    throw new SlipwayError("SLW_HTTP_UNAUTHORIZED", "The token is unknown, expired or revoked.", {
      fix: "Sign in with a token that works: slipway tokens create makes one.",
    });
  }
  if (principal.runId !== null) {
    throw new SlipwayError("SLW_API_FORBIDDEN", "A step's token does not sign in: this needs a token of a user.");
  }
  const secret = randomBytes(32).toString("base64url");
  const { userId, userName, tokenId } = principal;
  const expiresAt = await transaction(database, async (trx) => {
    await sql`DELETE FROM sessions WHERE expires_at <= now() OR used_at <= now() - ${idle}`.execute(trx);
    const { rows } = await sql<{ expires_at: Date }>`
      INSERT INTO sessions (hash, token_id, expires_at)
      SELECT ${hashToken(secret)}, id, least(now() + ${longest}, expires_at) FROM tokens WHERE id = ${tokenId}
      RETURNING expires_at
    `.execute(trx);
    const change = { workspaceId: null, type: "session.created", subject: `user/${userName}`, action: "createSession" };
    await recordChange(trx, { ...change, data: { token: tokenId }, actor: { userId, userName, requestId } });
    return (rows[0] as { expires_at: Date }).expires_at;
  });
  return { principal, expiresAt, secret };
}

/** @returns null where there is no such session any more: ended, idle, or its token or user is no longer good */
export async function findSession(database: Database, secret: string): Promise<Session | null> {
  const hash = hashToken(secret);
  const session = await database
    .selectFrom("sessions")
    .select(["token_id as tokenId", "expires_at as expiresAt"])
    .select(sql<boolean>`used_at < now() - interval '1 minute'`.as("isUseStale"))
    .where("hash", "=", hash)
    .where(sql<boolean>`expires_at > now() AND used_at > now() - ${idle}`)
    .executeTakeFirst();
  if (session === undefined) return null;
  const principal = await readPrincipal(database, (where) => where("tokens.id", "=", session.tokenId));
  if (principal === null) return null;
  if (session.isUseStale) {
    await database
      .updateTable("sessions")
      .set({ used_at: sql`now()` })
      .where("hash", "=", hash)
      .execute();
  }
  return { principal, expiresAt: session.expiresAt };
}

/** Does nothing where there is none. */
export async function endSession(database: Database, secret: string): Promise<void> {
  await database.deleteFrom("sessions").where("hash", "=", hashToken(secret)).execute();
}
