/** Workspaces, users, tokens, roles; audit log, events. */
import { sql, type Kysely } from "kysely";

const tables = sql`
  CREATE TABLE workspaces (
    id text PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    archived_at timestamptz(3),
    CONSTRAINT workspaces_name UNIQUE (name)
  );
  CREATE TABLE users (
    id text PRIMARY KEY,
    name text NOT NULL,
    is_admin boolean NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    disabled_at timestamptz(3)
  );
  CREATE UNIQUE INDEX users_name ON users (lower(name));
  CREATE TABLE tokens (
    id text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users,
    name text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3),
    last_used_at timestamptz(3),
    revoked_at timestamptz(3),
    CONSTRAINT tokens_hash UNIQUE (hash)
  );
  CREATE INDEX tokens_user ON tokens (user_id);
  CREATE TABLE role_assignments (
    workspace_id text NOT NULL REFERENCES workspaces,
    user_id text NOT NULL REFERENCES users,
    role text NOT NULL CHECK (role IN ('reader', 'scorer', 'contributor', 'owner')),
    PRIMARY KEY (workspace_id, user_id)
  );
  CREATE INDEX role_assignments_user ON role_assignments (user_id);
  CREATE TABLE audit (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz(3) NOT NULL DEFAULT now(),
    workspace_id text REFERENCES workspaces,
    user_id text,
    user_name text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    request_id text,
    details jsonb NOT NULL DEFAULT '{}'
  );
  CREATE INDEX audit_workspace ON audit (workspace_id, seq DESC);
  CREATE TABLE events (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    workspace_id text NOT NULL REFERENCES workspaces,
    at timestamptz(3) NOT NULL DEFAULT now(),
    type text NOT NULL,
    subject text NOT NULL,
    data jsonb NOT NULL
  );
  CREATE INDEX events_order ON events (xid, seq);
  CREATE INDEX events_workspace ON events (workspace_id, xid, seq);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await tables.execute(db);
}
