/**
 * Files that MLflow clients put through the server at paths of their own. The bytes are in the artifact store, put
 * there before the row; a path is a name in a table and never touches a file system.
 */
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable } from "../../store/index.ts";
import type { ArtifactEntry, RunArtifact } from "../types.ts";

export interface ProxiedFileRef {
  readonly workspaceId: string;
  /** Checked: with single slashes, none at its beginning or end. */
  readonly path: string;
}

/** Replaces what stands at the path. */
export async function putProxiedFile(
  database: Queryable,
  { workspaceId, path, sha256, size }: ProxiedFileRef & { readonly sha256: string; readonly size: number },
): Promise<void> {
  await database
    .insertInto("proxied_files")
    .values({ workspace_id: workspaceId, path, sha256, size })
    .onConflict((conflict) =>
      conflict.columns(["workspace_id", "path"]).doUpdateSet({ sha256, size, created_at: sql`now()` }),
    )
    .execute();
}

/** @throws SLW_TRACKING_ARTIFACT */
export async function getProxiedFile(database: Queryable, { workspaceId, path }: ProxiedFileRef): Promise<RunArtifact> {
  const row = await database
    .selectFrom("proxied_files")
    .select(["path", "sha256", "size", "created_at as createdAt"])
    .where("workspace_id", "=", workspaceId)
    .where("path", "=", path)
    .executeTakeFirst();
  if (row === undefined) throw noSuchFile(path);
  return row;
}

/** What stands in a folder ("" for the root), by name; empty where there is none. */
export async function listProxiedFiles(
  database: Queryable,
  { workspaceId, folder }: { readonly workspaceId: string; readonly folder: string },
): Promise<ArtifactEntry[]> {
  const prefix = folder === "" ? "" : `${folder}/`;
  // The first step below the folder; a file has no further one.
  const { rows } = await sql<{ name: string; isFolder: boolean; size: number | null }>`
    SELECT name, bool_and(deeper) AS "isFolder", max(size) FILTER (WHERE NOT deeper) AS size
    FROM (
      SELECT split_part(substr(path, ${prefix.length + 1}::int), '/', 1) AS name,
        position('/' IN substr(path, ${prefix.length + 1}::int)) > 0 AS deeper, size
      FROM proxied_files
      WHERE workspace_id = ${workspaceId} AND path >= ${prefix} AND starts_with(path, ${prefix})
    ) AS below
    GROUP BY name ORDER BY name COLLATE "C"`.execute(database);
  return rows.map(({ name, isFolder, size }) => ({ path: `${prefix}${name}`, isFolder, size: isFolder ? null : size }));
}

/** All files below a folder ("" for all), by path. */
export async function findProxiedFiles(
  database: Queryable,
  { workspaceId, folder }: { readonly workspaceId: string; readonly folder: string },
): Promise<RunArtifact[]> {
  const prefix = folder === "" ? "" : `${folder}/`;
  return database
    .selectFrom("proxied_files")
    .select(["path", "sha256", "size", "created_at as createdAt"])
    .where("workspace_id", "=", workspaceId)
    .where("path", ">=", prefix)
    .where(sql<boolean>`starts_with(path, ${prefix})`)
    .orderBy("path")
    .execute();
}

/** A file, or a folder with all below it. @throws SLW_TRACKING_ARTIFACT */
export async function deleteProxiedFiles(database: Queryable, { workspaceId, path }: ProxiedFileRef): Promise<void> {
  const { numDeletedRows } = await database
    .deleteFrom("proxied_files")
    .where("workspace_id", "=", workspaceId)
    .where((where) => where.or([where("path", "=", path), sql<boolean>`starts_with(path, ${`${path}/`})`]))
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw noSuchFile(path);
}

function noSuchFile(path: string): SlipwayError {
  return new SlipwayError("SLW_TRACKING_ARTIFACT", `There is no artifact "${path}".`, { details: { path } });
}
