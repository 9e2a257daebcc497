/** Environments of users' code, and their versions. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE environments (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      description text NOT NULL DEFAULT '',
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      archived_at timestamptz(3),
      last_version integer NOT NULL DEFAULT 0,
      CONSTRAINT environments_name UNIQUE (workspace_id, name)
    );
    CREATE TABLE environment_versions (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      environment_id text NOT NULL REFERENCES environments,
      version integer NOT NULL CHECK (version >= 1),
      spec jsonb NOT NULL,
      sha256 text NOT NULL,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT environment_versions_number UNIQUE (environment_id, version),
      CONSTRAINT environment_versions_spec UNIQUE (environment_id, sha256)
    );
  `.execute(db);
}
