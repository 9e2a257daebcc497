import { newId, SlipwayError } from "../base/index.ts";
import {
  readPage,
  recordChange,
  transaction,
  type Actor,
  type Database,
  type Page,
  type PageRequest,
} from "../store/index.ts";
import type { Principal } from "./principal.ts";

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
}

const columns = ["id", "name", "description", "created_at as createdAt"] as const;

/** Those in which the principal has a role. */
export function listWorkspaces(database: Database, principal: Principal, page: PageRequest): Promise<Page<Workspace>> {
  let query = database.selectFrom("workspaces").select(columns).where("archived_at", "is", null);
  if (!principal.isAdmin) query = query.where("id", "in", ["", ...principal.roles.keys()]);
  const order = { sortable: { name: "name" }, byDefault: "name", unique: "id" };
  return readPage<Workspace>(query, page, order, ({ name, id }) => [name, id]);
}

export function getWorkspace(database: Database, id: string): Promise<Workspace> {
  return database.selectFrom("workspaces").select(columns).where("id", "=", id).executeTakeFirstOrThrow();
}

export interface NewWorkspace {
  /** Of the request: a repeated one finds the workspace that is there. */
  readonly id?: string;
  readonly name: string;
  readonly description: string;
}

/** @throws SLW_ACCESS_EXISTS */
export function createWorkspace(database: Database, given: NewWorkspace, actor: Actor): Promise<Workspace> {
  const { id = newId(), name, description } = given;
  return transaction(database, async (trx) => {
    const inserted = await trx
      .insertInto("workspaces")
      .values({ id, name, description })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    // A name that is taken may be that of the same request, sent twice at once: its id tells.
    const workspace = await trx.selectFrom("workspaces").select(columns).where("id", "=", id).executeTakeFirst();
    if (workspace === undefined) {
      throw new SlipwayError("SLW_ACCESS_EXISTS", `There is a workspace "${name}" already.`, { details: { name } });
    }
    if (inserted.numInsertedOrUpdatedRows) {
      if (actor.userId !== null) {
        await trx
          .insertInto("role_assignments")
          .values({ workspace_id: id, user_id: actor.userId, role: "owner" })
          .execute();
      }
      const subject = `workspace/${name}`;
      const action = "createWorkspace";
      await recordChange(trx, { workspaceId: id, type: "workspace.created", subject, action, data: {}, actor });
    }
    return workspace;
  });
}

export function describeWorkspace(
  database: Database,
  { id, name, description }: NewWorkspace & { id: string },
  actor: Actor,
): Promise<Workspace> {
  return transaction(database, async (trx) => {
    const row = await trx
      .updateTable("workspaces")
      .set({ description })
      .where("id", "=", id)
      .returning(columns)
      .executeTakeFirstOrThrow();
    const subject = `workspace/${name}`;
    const action = "updateWorkspace";
    await recordChange(trx, { workspaceId: id, type: "workspace.updated", subject, action, data: {}, actor });
    return row;
  });
}
