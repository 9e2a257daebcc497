/** Endpoints, their deployments and keys, and what their processes tell. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createEndpoints(db);
  await createEndpointParts(db);
  await createRecords(db);
  await createStoredFiles(db);
}

async function createEndpoints(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE endpoints (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      description text NOT NULL,
      tags jsonb NOT NULL,
      compute_type text NOT NULL CHECK (compute_type IN ('quick', 'production')),
      desired text NOT NULL DEFAULT 'started' CHECK (desired IN ('started', 'stopped', 'deleted')),
      state text NOT NULL DEFAULT 'Transitioning'
        CHECK (state IN ('Transitioning', 'Healthy', 'Unhealthy', 'Failed', 'Stopped')),
      state_reason text,
      auth_mode text NOT NULL CHECK (auth_mode IN ('key', 'token', 'none')),
      token_key bytea,
      settings jsonb NOT NULL,
      host text NOT NULL,
      port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
      home text NOT NULL,
      revision integer NOT NULL DEFAULT 1,
      applied_revision integer NOT NULL DEFAULT 0,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      last_request_at timestamptz(3),
      CONSTRAINT endpoints_port UNIQUE (home, port)
    );
    CREATE UNIQUE INDEX endpoints_name ON endpoints (workspace_id, name) WHERE desired <> 'deleted';
    CREATE INDEX endpoints_created ON endpoints (workspace_id, created_at, id);
    CREATE INDEX endpoints_updated ON endpoints (workspace_id, updated_at, id);
  `.execute(db);
}

async function createEndpointParts(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE deployments (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      endpoint_id text NOT NULL REFERENCES endpoints ON DELETE CASCADE,
      name text NOT NULL,
      version_id text NOT NULL REFERENCES model_versions,
      state text NOT NULL DEFAULT 'Transitioning' CHECK (state IN ('Transitioning', 'Healthy', 'Failed')),
      state_reason text,
      problem jsonb,
      requested_traffic integer NOT NULL CHECK (requested_traffic BETWEEN 0 AND 100),
      traffic integer NOT NULL DEFAULT 0 CHECK (traffic BETWEEN 0 AND 100),
      previous_traffic integer NOT NULL DEFAULT 0 CHECK (previous_traffic BETWEEN 0 AND 100),
      mirror integer NOT NULL DEFAULT 0 CHECK (mirror BETWEEN 0 AND 100),
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT deployments_name UNIQUE (endpoint_id, name)
    );
    CREATE INDEX deployments_version ON deployments (version_id);

    CREATE TABLE endpoint_keys (
      endpoint_id text NOT NULL REFERENCES endpoints ON DELETE CASCADE,
      name text NOT NULL CHECK (name IN ('primary', 'secondary')),
      sealed bytea NOT NULL,
      sha256 text NOT NULL,
      request_id text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      expires_at timestamptz(3),
      last_used_at timestamptz(3),
      PRIMARY KEY (endpoint_id, name)
    );
  `.execute(db);
}

async function createRecords(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE endpoint_metrics (
      endpoint_id text NOT NULL REFERENCES endpoints ON DELETE CASCADE,
      minute timestamptz(3) NOT NULL,
      deployment text NOT NULL,
      outcome text NOT NULL,
      mirrored boolean NOT NULL,
      requests bigint NOT NULL,
      rows bigint NOT NULL,
      milliseconds double precision NOT NULL,
      buckets bigint[] NOT NULL,
      collected bigint NOT NULL,
      dropped bigint NOT NULL,
      PRIMARY KEY (endpoint_id, minute, deployment, outcome, mirrored)
    );

    CREATE TABLE endpoint_files (
      endpoint_id text NOT NULL REFERENCES endpoints ON DELETE CASCADE,
      kind text NOT NULL,
      file text NOT NULL,
      position bigint NOT NULL,
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (endpoint_id, kind, file)
    );

  `.execute(db);
}

async function createStoredFiles(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE endpoint_log_segments (
      id text PRIMARY KEY,
      endpoint_id text NOT NULL REFERENCES endpoints ON DELETE CASCADE,
      first_at timestamptz(3) NOT NULL,
      last_at timestamptz(3) NOT NULL,
      lines integer NOT NULL,
      sha256 text NOT NULL,
      size bigint NOT NULL
    );
    CREATE INDEX endpoint_log_segments_last ON endpoint_log_segments (endpoint_id, last_at DESC);

    CREATE TABLE collected_files (
      id text PRIMARY KEY,
      endpoint_id text NOT NULL REFERENCES endpoints ON DELETE CASCADE,
      deployment text NOT NULL,
      model text NOT NULL,
      model_version integer NOT NULL,
      designation text NOT NULL CHECK (designation IN ('inputs', 'labels')),
      hour timestamptz(3) NOT NULL,
      path text NOT NULL,
      rows bigint NOT NULL,
      sha256 text NOT NULL,
      size bigint NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT collected_files_path UNIQUE (endpoint_id, path)
    );
    CREATE INDEX collected_files_hour ON collected_files (endpoint_id, designation, hour);
  `.execute(db);
}
