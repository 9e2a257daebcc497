import {
  readPage,
  recordChange,
  transaction,
  type Actor,
  type Database,
  type Page,
  type PageRequest,
  type RoleName,
} from "../store/index.ts";
import { findUser } from "./users.ts";

export interface RoleAssignment {
  /** Name of the user. */
  readonly user: string;
  readonly role: RoleName;
}

export function listRoles(database: Database, workspaceId: string, page: PageRequest): Promise<Page<RoleAssignment>> {
  const query = database
    .selectFrom("role_assignments")
    .innerJoin("users", "users.id", "role_assignments.user_id")
    .select(["users.name as user", "role_assignments.role as role"])
    .where("workspace_id", "=", workspaceId);
  const order = { sortable: { user: "users.name" }, byDefault: "user", unique: "users.name" };
  return readPage<RoleAssignment>(query, page, order, ({ user }) => [user, user]);
}

/** @throws SLW_ACCESS_USER */
export function assignRole(
  database: Database,
  workspaceId: string,
  { user: name, role }: RoleAssignment,
  actor: Actor,
): Promise<RoleAssignment> {
  return transaction(database, async (trx) => {
    const user = await findUser(trx, name);
    await trx
      .insertInto("role_assignments")
      .values({ workspace_id: workspaceId, user_id: user.id, role })
      .onConflict((conflict) => conflict.columns(["workspace_id", "user_id"]).doUpdateSet({ role }))
      .execute();
    const subject = `user/${user.name}`;
    await recordChange(trx, {
      workspaceId,
      type: "role.updated",
      subject,
      action: "assignRole",
      data: { role },
      actor,
    });
    return { user: user.name, role };
  });
}

/** Does nothing where there is no role. @throws SLW_ACCESS_USER */
export function removeRole(database: Database, workspaceId: string, name: string, actor: Actor): Promise<void> {
  return transaction(database, async (trx) => {
    const user = await findUser(trx, name);
    const removed = await trx
      .deleteFrom("role_assignments")
      .where("workspace_id", "=", workspaceId)
      .where("user_id", "=", user.id)
      .executeTakeFirst();
    if (removed.numDeletedRows === 0n) return;
    const subject = `user/${user.name}`;
    await recordChange(trx, { workspaceId, type: "role.deleted", subject, action: "removeRole", data: {}, actor });
  });
}
