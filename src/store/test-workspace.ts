/** For tests: a workspace to put rows in. */
import { newId } from "../base/index.ts";
import type { Database } from "./database.ts";

export async function ensureWorkspace(database: Database): Promise<string> {
  const id = newId();
  await database
    .insertInto("workspaces")
    .values({ id, name: `test-${id}` })
    .execute();
  return id;
}
