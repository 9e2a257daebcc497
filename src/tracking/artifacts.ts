/** Artifacts of a run by path. The bytes are in the artifact store: put them there first, then call putRunArtifact. */
import { sql, type Selectable } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { transaction, type Queryable, type Tables } from "../store/index.ts";
import { checkRunExists, holdRun } from "./rows.ts";
import type { ArtifactEntry, RunArtifact, RunRef } from "./types.ts";

/** Replaces what stands at the path. @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_ARTIFACT_PATH */
export async function putRunArtifact(
  database: Queryable,
  input: RunRef & { readonly path: string; readonly sha256: string; readonly size: number },
): Promise<RunArtifact> {
  const { runId, sha256, size } = input;
  const path = checkArtifactPath(input.path);
  return transaction(database, async (trx) => {
    await holdRun(trx, input, "data");
    await checkNoFolderIsFile(trx, runId, path);
    const row = await trx
      .insertInto("run_artifacts")
      .values({ run_id: runId, path, sha256, size })
      .onConflict((conflict) =>
        conflict.columns(["run_id", "path"]).doUpdateSet({ sha256, size, created_at: new Date() }),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
    return toArtifact(row);
  });
}

/** A path is a file or a folder, never both. */
async function checkNoFolderIsFile(trx: Queryable, runId: string, path: string): Promise<void> {
  const parts = path.split("/");
  const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
  const row = await trx
    .selectFrom("run_artifacts")
    .select("path")
    .where("run_id", "=", runId)
    .where((where) => where.or([below(path), ...(above.length > 0 ? [where("path", "in", above)] : [])]))
    .executeTakeFirst();
  if (row === undefined) return;
  const problem = row.path.length < path.length ? `"${row.path}" is a file` : `"${path}" is a folder`;
  throw pathError(path, `${problem}, so that no file can be put at "${path}".`);
}

/** @throws SLW_TRACKING_RUN, SLW_TRACKING_ARTIFACT, SLW_TRACKING_ARTIFACT_PATH */
export async function getRunArtifact(
  database: Queryable,
  ref: RunRef & { readonly path: string },
): Promise<RunArtifact> {
  const path = checkArtifactPath(ref.path);
  await checkRunExists(database, ref);
  const row = await database
    .selectFrom("run_artifacts")
    .selectAll()
    .where("run_id", "=", ref.runId)
    .where("path", "=", path)
    .executeTakeFirst();
  if (row) return toArtifact(row);
  throw notThere(ref.runId, path);
}

/** What stands in a folder ("" for the root), by name; empty where there is none. @throws SLW_TRACKING_RUN, SLW_TRACKING_ARTIFACT_PATH */
export async function listRunArtifacts(
  database: Queryable,
  ref: RunRef & { readonly folder: string },
): Promise<ArtifactEntry[]> {
  const folder = ref.folder === "" ? "" : `${checkArtifactPath(ref.folder)}/`;
  await checkRunExists(database, ref);
  const { rows } = await sql<{ name: string; is_folder: boolean; size: number }>`
    SELECT split_part(rest, '/', 1) AS name, bool_or(position('/' in rest) > 0) AS is_folder, max(size) AS size
    FROM (
      SELECT substr(path, ${folder.length + 1}::int) AS rest, size FROM run_artifacts
      WHERE run_id = ${ref.runId} AND ${folder === "" ? sql`true` : below(folder.slice(0, -1))}
    ) AS files
    GROUP BY name ORDER BY name
  `.execute(database);
  return rows.map(({ name, is_folder, size }) => ({
    path: `${folder}${name}`,
    isFolder: is_folder,
    size: is_folder ? null : size,
  }));
}

/** All files below a folder ("" for all of the run), by path. @throws SLW_TRACKING_RUN, SLW_TRACKING_ARTIFACT_PATH */
export async function findRunArtifacts(
  database: Queryable,
  ref: RunRef & { readonly folder: string },
): Promise<RunArtifact[]> {
  const folder = ref.folder === "" ? "" : checkArtifactPath(ref.folder);
  await checkRunExists(database, ref);
  let query = database.selectFrom("run_artifacts").selectAll().where("run_id", "=", ref.runId).orderBy("path");
  if (folder !== "") query = query.where(below(folder));
  return (await query.execute()).map(toArtifact);
}

/** A file, or a folder with all below it. @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_ARTIFACT, SLW_TRACKING_ARTIFACT_PATH */
export async function deleteRunArtifact(database: Queryable, ref: RunRef & { readonly path: string }): Promise<void> {
  const path = checkArtifactPath(ref.path);
  await transaction(database, async (trx) => {
    await holdRun(trx, ref, "data");
    const { numDeletedRows } = await trx
      .deleteFrom("run_artifacts")
      .where("run_id", "=", ref.runId)
      .where((where) => where.or([where("path", "=", path), below(path)]))
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) throw notThere(ref.runId, path);
  });
}

/** "0" is the character after "/", and paths are compared by their bytes. */
function below(folder: string) {
  return sql<boolean>`(path >= ${`${folder}/`} AND path < ${`${folder}0`})`;
}

function toArtifact({ path, sha256, size, created_at }: Selectable<Tables["run_artifacts"]>): RunArtifact {
  return { path, sha256, size, createdAt: created_at };
}

function notThere(runId: string, path: string): SlipwayError {
  return new SlipwayError("SLW_TRACKING_ARTIFACT", `The run ${runId} has no artifact "${path}".`, {
    details: { runId, path },
  });
}

function pathError(path: string, message: string): SlipwayError {
  return new SlipwayError("SLW_TRACKING_ARTIFACT_PATH", message, { details: { path: path.slice(0, 200) } });
}

/**
 * A path of an artifact, checked. It never becomes a path of the file system here; but clients that download make one
 * of it, so that nothing passes that leads out of a folder under any reading of it, percent-decoded or not.
 * @returns it without a slash at its end
 * @throws SLW_TRACKING_ARTIFACT_PATH
 */
export function checkArtifactPath(path: string): string {
  const trimmed = path.replace(/\/$/, "");
  const problem = problemOf(trimmed);
  if (problem === null) return trimmed;
  throw pathError(path, `The path ${JSON.stringify(path.slice(0, 200))} ${problem}.`);
}

const longestPath = 1000;
const longestName = 250;

function problemOf(path: string): string | null {
  if (path === "") return "is empty";
  if (path.length > longestPath) return `has more than ${longestPath} characters`;
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path) || !path.isWellFormed()) return "has a character that is none of text";
  if (path.includes("\\")) return "has a backslash";
  if (/%[0-9a-f]{2}/i.test(path)) return "has a percent-encoded character";
  if (/^[a-z]:/i.test(path)) return "begins with a drive letter";
  const names = path.split("/");
  if (names.includes("")) return "begins with a slash, or has two in a row";
  if (names.some((name) => /^\.\.?($|;)/.test(name))) return 'has a segment "." or ".."';
  if (names.some((name) => name.length > longestName)) return `has a name of more than ${longestName} characters`;
  return null;
}
