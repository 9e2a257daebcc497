/** Browsers that are signed in: each by a token, whose end is theirs. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE sessions (
      hash bytea PRIMARY KEY,
      token_id text NOT NULL REFERENCES tokens ON DELETE CASCADE,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      used_at timestamptz(3) NOT NULL DEFAULT now(),
      expires_at timestamptz(3) NOT NULL
    );
    CREATE INDEX sessions_token ON sessions (token_id);
  `.execute(db);
}
