/** What a fresh store begins with: the workspace "default" and one administrator, whose token is shown once. */
import { sql } from "kysely";
import { newId } from "../base/index.ts";
import { transaction, type Database } from "../store/index.ts";
import { createToken } from "./tokens.ts";

/** Name of the workspace that is there from the start. */
export const defaultWorkspace = "default";

/** @returns the administrator's token where there was no user yet; null at every later start */
export function ensureAdmin(database: Database): Promise<string | null> {
  return transaction(database, async (trx) => {
    // Two servers that start in the same moment: the second waits here, and then sees the first one's administrator.
    await sql`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
    const user = await trx.selectFrom("users").select("id").limit(1).executeTakeFirst();
    if (user !== undefined) return null;
    await trx.insertInto("workspaces").values({ id: newId(), name: defaultWorkspace }).execute();
    const userId = newId();
    await trx.insertInto("users").values({ id: userId, name: "admin", is_admin: true }).execute();
    const { token } = await createToken(trx, { userId, name: "first start", expiresAt: null });
    return token;
  });
}
