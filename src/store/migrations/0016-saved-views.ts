/** Views of lists that a user has given a name. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE saved_views (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces ON DELETE CASCADE,
      user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
      page text NOT NULL,
      name text NOT NULL,
      search text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      UNIQUE (workspace_id, user_id, page, name)
    );
  `.execute(db);
}
