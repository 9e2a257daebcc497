/** Tokens of steps: they reach one workspace, and live no longer than the attempt that they were issued for. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE tokens ADD COLUMN workspace_id text REFERENCES workspaces;
    ALTER TABLE tokens ADD COLUMN run_id text;
    ALTER TABLE tokens ADD COLUMN attempt integer;
    ALTER TABLE tokens ADD CONSTRAINT tokens_of_run
      CHECK (num_nonnulls(workspace_id, run_id, attempt) IN (0, 3) AND (run_id IS NULL OR expires_at IS NOT NULL));
    CREATE INDEX tokens_run ON tokens (run_id) WHERE run_id IS NOT NULL;
  `.execute(db);
}
