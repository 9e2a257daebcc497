/** Tags of a run; some of them are also columns of the run, as MLflow's clients send them. */
import { sql } from "kysely";
import type { Queryable } from "../store/index.ts";
import type { TagValues } from "./types.ts";

export const nameTag = "mlflow.runName";
export const parentTag = "mlflow.parentRunId";
export const sourceTag = "mlflow.source.name";
export const commitTag = "mlflow.source.git.commit";

/** Sets the tags, and the columns that some of them stand for. */
export async function setRunTags(trx: Queryable, workspaceId: string, runId: string, tags: TagValues): Promise<void> {
  const keys = Object.keys(tags).sort();
  if (keys.length === 0) return;
  await sql`
    INSERT INTO run_tags (run_id, key, value)
    SELECT ${runId}, key, value FROM unnest(${keys}::text[], ${keys.map((key) => tags[key])}::text[]) AS given (key, value)
    ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value
  `.execute(trx);
  const { [nameTag]: name, [parentTag]: parent, [sourceTag]: source, [commitTag]: commit } = tags;
  const columns = {
    ...(name && { name }),
    ...(source !== undefined && { source }),
    ...(commit !== undefined && { source_commit: commit }),
    ...(parent !== undefined && { parent_id: parentInWorkspace(workspaceId, parent) }),
  };
  if (Object.keys(columns).length === 0) return;
  await trx
    .updateTable("runs")
    .set({ ...columns, updated_at: new Date() })
    .where("id", "=", runId)
    .execute();
}

/** Null where the tag names no run of the workspace. */
export function parentInWorkspace(workspaceId: string, parentId: string) {
  return sql<string | null>`(SELECT id FROM runs WHERE id = ${parentId} AND workspace_id = ${workspaceId})`;
}
