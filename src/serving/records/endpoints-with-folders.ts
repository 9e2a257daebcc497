import { readdir } from "node:fs/promises";
import type { Queryable } from "../../store/index.ts";
import { isAbsent } from "../spool/index.ts";

export interface EndpointWithFolder {
  readonly id: string;
  readonly name: string;
  /** Name of its workspace. */
  readonly workspace: string;
}

/** Endpoints that have both a row and a folder here: a folder without a row is of one that was deleted. */
export async function endpointsWithFolders(
  database: Queryable,
  endpointsFolder: string,
): Promise<EndpointWithFolder[]> {
  const names = await readdir(endpointsFolder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const ids = names.filter((name) => /^[0-9a-f]{32}$/.test(name));
  if (ids.length === 0) return [];
  return database
    .selectFrom("endpoints")
    .innerJoin("workspaces", "workspaces.id", "endpoints.workspace_id")
    .select(["endpoints.id", "endpoints.name", "workspaces.name as workspace"])
    .where("endpoints.id", "in", ids)
    .orderBy("endpoints.id")
    .execute();
}
