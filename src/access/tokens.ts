import { hash, randomBytes } from "node:crypto";
import { newId, SlipwayError } from "../base/index.ts";
import {
  readPage,
  recordChange,
  transaction,
  uniqueViolation,
  type Actor,
  type Database,
  type Page,
  type PageRequest,
  type Queryable,
} from "../store/index.ts";

export interface Token {
  readonly id: string;
  /** What it is for, in the user's words. */
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewToken {
  /** Of the request, so that a repeated one does not make a second token. */
  readonly id?: string;
  readonly userId: string;
  readonly name: string;
  /** Null: works until it is revoked. */
  readonly expiresAt: Date | null;
}

/** A token as it is shown once: "slw_" and 43 characters (256 bits). Only its hash is stored. */
export interface CreatedToken extends Token {
  readonly token: string;
}

export async function createToken(database: Queryable, given: NewToken): Promise<CreatedToken> {
  const { id = newId(), userId, name, expiresAt } = given;
  const token = newTokenText();
  const row = await database
    .insertInto("tokens")
    .values({ id, user_id: userId, name, hash: hashToken(token), expires_at: expiresAt })
    .returning(["id", "created_at as createdAt"])
    .executeTakeFirstOrThrow();
  return { ...row, name, expiresAt, lastUsedAt: null, revokedAt: null, token };
}

export function newTokenText(): string {
  return `slw_${randomBytes(32).toString("base64url")}`;
}

/** SHA-256: a token is random enough that nobody can try them out. */
export function hashToken(token: string): Buffer {
  return hash("sha256", token, "buffer");
}

/** Creates it and tells the audit log. @throws SLW_ACCESS_TOKEN_SHOWN where the same request has made it already */
export function issueToken(
  database: Database,
  given: NewToken & { userName: string },
  actor: Actor,
): Promise<CreatedToken> {
  return transaction(database, async (trx) => {
    const created = await createToken(trx, given);
    await recordTokenChange(trx, "createToken", created.id, given, actor);
    return created;
  }).catch((error: unknown) => {
    if (uniqueViolation(error) !== "tokens_pkey") throw error;
    throw new SlipwayError("SLW_ACCESS_TOKEN_SHOWN", `The token ${given.id} was made and shown before.`, {
      details: { token: given.id },
    });
  });
}

export function listTokens(database: Database, userId: string, page: PageRequest): Promise<Page<Token>> {
  const query = database
    .selectFrom("tokens")
    .select([
      "id",
      "name",
      "created_at as createdAt",
      "expires_at as expiresAt",
      "last_used_at as lastUsedAt",
      "revoked_at as revokedAt",
    ])
    .where("user_id", "=", userId)
    .where("run_id", "is", null);
  const order = { sortable: { created: "created_at" }, byDefault: "-created", unique: "id" };
  return readPage<Token>(query, page, order, ({ createdAt, id }) => [createdAt.toISOString(), id]);
}

/** @throws SLW_ACCESS_TOKEN where the user has no such token */
export function revokeToken(
  database: Database,
  user: { readonly id: string; readonly name: string },
  tokenId: string,
  actor: Actor,
): Promise<void> {
  return transaction(database, async (trx) => {
    const token = await trx
      .updateTable("tokens")
      .set((set) => ({ revoked_at: set.fn.coalesce("revoked_at", set.val(new Date())) }))
      .where("id", "=", tokenId)
      .where("user_id", "=", user.id)
      .returning("name")
      .executeTakeFirst();
    if (!token) {
      throw new SlipwayError("SLW_ACCESS_TOKEN", `The user ${user.name} has no token "${tokenId}".`, {
        details: { token: tokenId },
      });
    }
    await recordTokenChange(trx, "revokeToken", tokenId, { name: token.name, userName: user.name }, actor);
  });
}

function recordTokenChange(
  trx: Queryable,
  action: string,
  tokenId: string,
  { name, userName }: { name: string; userName: string },
  actor: Actor,
): Promise<void> {
  const data = { name, user: userName };
  return recordChange(trx, {
    workspaceId: null,
    type: "token.updated",
    subject: `token/${tokenId}`,
    action,
    data,
    actor,
  });
}
