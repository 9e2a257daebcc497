/** Views of lists that a user has given a name. They are theirs: neither events nor the audit log tell of them. */
import { sql } from "kysely";
import { newId, SlipwayError } from "../base/index.ts";
import type { Database } from "../store/index.ts";

export interface SavedView {
  readonly id: string;
  readonly name: string;
  /** Of the studio, below the workspace: "jobs". */
  readonly page: string;
  /** Its search parameters, from the question mark on; empty: none. */
  readonly search: string;
  readonly createdAt: Date;
}

/** Whose views. */
export interface ViewOwner {
  readonly workspaceId: string;
  readonly userId: string;
}

/** A user's in a workspace: a menu of more finds nothing. */
const mostViews = 200;

const columns = ["id", "name", "page", "search", "created_at as createdAt"] as const;

/** All of the user's in the workspace, by page and name. */
export function listSavedViews(database: Database, { workspaceId, userId }: ViewOwner): Promise<SavedView[]> {
  return database
    .selectFrom("saved_views")
    .select(columns)
    .where("workspace_id", "=", workspaceId)
    .where("user_id", "=", userId)
    .orderBy("page")
    .orderBy("name")
    .limit(mostViews)
    .execute();
}

export interface NewSavedView extends ViewOwner, Pick<SavedView, "name" | "page" | "search"> {
  /** Of the request: a repeated one makes no second view. */
  readonly id?: string;
}

/**
 * Makes it, or changes what the view of this name shows.
 * @throws SLW_ACCESS_VIEWS where the user has as many as there can be
 */
export async function saveView(database: Database, given: NewSavedView): Promise<SavedView> {
  const { id = newId(), workspaceId, userId, page, name, search } = given;
  // Two at once may both pass the count: it keeps a list short, nothing hangs on the number.
  const { rows } = await sql<SavedView>`
    INSERT INTO saved_views (id, workspace_id, user_id, page, name, search)
    SELECT ${id}, ${workspaceId}, ${userId}, ${page}, ${name}, ${search}
      WHERE (SELECT count(*) FROM saved_views WHERE workspace_id = ${workspaceId} AND user_id = ${userId}
        AND (page, name) <> (${page}, ${name})) < ${mostViews}
    ON CONFLICT (workspace_id, user_id, page, name) DO UPDATE SET search = excluded.search
    RETURNING id, name, page, search, created_at AS "createdAt"
  `.execute(database);
  const [view] = rows;
  if (view === undefined)
    throw new SlipwayError("SLW_ACCESS_VIEWS", `You have ${mostViews} saved views in this workspace, the most.`, {
      details: { most: mostViews },
    });
  return view;
}

/** @throws SLW_ACCESS_VIEW where the user has none of this id */
export async function deleteSavedView(
  database: Database,
  { workspaceId, userId }: ViewOwner,
  id: string,
): Promise<void> {
  const { numDeletedRows } = await database
    .deleteFrom("saved_views")
    .where("id", "=", id)
    .where("workspace_id", "=", workspaceId)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  if (numDeletedRows === 0n)
    throw new SlipwayError("SLW_ACCESS_VIEW", `You have no saved view ${id} in this workspace.`, { details: { id } });
}
