import { sql } from "kysely";
import { newId, SlipwayError } from "../base/index.ts";
import {
  readPage,
  recordChange,
  transaction,
  type Actor,
  type Database,
  type Page,
  type PageRequest,
  type Queryable,
} from "../store/index.ts";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly createdAt: Date;
  /** Since then no token of theirs works; null where they may work. */
  readonly disabledAt: Date | null;
}

const columns = ["id", "name", "is_admin as isAdmin", "created_at as createdAt", "disabled_at as disabledAt"] as const;

export function listUsers(database: Database, page: PageRequest): Promise<Page<User>> {
  const order = { sortable: { name: "name", created: "created_at" }, byDefault: "name", unique: "id" };
  return readPage<User>(database.selectFrom("users").select(columns), page, order, (user, field) => [
    field === "name" ? user.name : user.createdAt.toISOString(),
    user.id,
  ]);
}

/** @throws SLW_ACCESS_USER */
export async function findUser(database: Queryable, name: string): Promise<User> {
  const user = await database
    .selectFrom("users")
    .select(columns)
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .executeTakeFirst();
  if (user) return user;
  throw new SlipwayError("SLW_ACCESS_USER", `There is no user "${name}".`, { details: { user: name } });
}

export interface NewUser {
  /** Of the request: a repeated one finds the user that is there. */
  readonly id?: string;
  readonly name: string;
  readonly isAdmin: boolean;
}

/** @throws SLW_ACCESS_EXISTS */
export function createUser(database: Database, { id = newId(), name, isAdmin }: NewUser, actor: Actor): Promise<User> {
  return transaction(database, async (trx) => {
    const inserted = await trx
      .insertInto("users")
      .values({ id, name, is_admin: isAdmin })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    // A name that is taken may be that of the same request, sent twice at once: its id tells.
    const user = await trx.selectFrom("users").select(columns).where("id", "=", id).executeTakeFirst();
    if (user === undefined) {
      throw new SlipwayError("SLW_ACCESS_EXISTS", `There is a user "${name}" already.`, { details: { user: name } });
    }
    if (inserted.numInsertedOrUpdatedRows) {
      await recordChange(trx, {
        workspaceId: null,
        type: "user.created",
        subject: `user/${name}`,
        action: "createUser",
        data: { isAdmin },
        actor,
      });
    }
    return user;
  });
}

export interface UserChange {
  readonly disabled?: boolean;
  readonly isAdmin?: boolean;
}

/** @throws SLW_ACCESS_USER, SLW_ACCESS_LAST_ADMIN */
export function updateUser(database: Database, name: string, change: UserChange, actor: Actor): Promise<User> {
  return transaction(database, async (trx) => {
    // Two administrators who take each other's rights in the same moment: one of them waits here.
    await sql`LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
    const user = await findUser(trx, name);
    const disabledAt = change.disabled === undefined ? user.disabledAt : change.disabled ? new Date() : null;
    const isAdmin = change.isAdmin ?? user.isAdmin;
    await trx
      .updateTable("users")
      .set({ disabled_at: disabledAt, is_admin: isAdmin })
      .where("id", "=", user.id)
      .execute();
    const { admins } = await trx
      .selectFrom("users")
      .select((select) => select.fn.countAll<number>().as("admins"))
      .where("is_admin", "=", true)
      .where("disabled_at", "is", null)
      .executeTakeFirstOrThrow();
    if (admins === 0) throw new SlipwayError("SLW_ACCESS_LAST_ADMIN", `"${name}" is the last administrator.`);
    await recordChange(trx, {
      workspaceId: null,
      type: "user.updated",
      subject: `user/${user.name}`,
      action: "updateUser",
      data: { ...change },
      actor,
    });
    return { ...user, disabledAt, isAdmin };
  });
}
