/** What the first page of a workspace asks for, and the list of pipeline runs. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX runs_ended ON runs (workspace_id, ended_at DESC) WHERE parent_id IS NULL AND ended_at IS NOT NULL;
    CREATE INDEX pipeline_runs_recent ON pipeline_runs (workspace_id, created_at DESC, run_id DESC)
      WHERE parent_run_id IS NULL;
  `.execute(db);
}
