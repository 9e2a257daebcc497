/** Datastores, uploads, datasets and their versions. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createDatastores(db);
  await createUploads(db);
  await createDatasets(db);
  await createVersions(db);
}

async function createDatastores(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE datastores (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('disk', 's3', 'postgres', 'https')),
      description text NOT NULL,
      settings jsonb NOT NULL,
      credentials bytea,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT datastores_name UNIQUE (workspace_id, name)
    );
    CREATE INDEX datastores_created ON datastores (workspace_id, created_at, id);
  `.execute(db);
}

async function createUploads(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE uploads (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      state text NOT NULL CHECK (state IN ('receiving', 'stored', 'failed')),
      file_name text NOT NULL,
      expected_size bigint,
      received bigint NOT NULL DEFAULT 0,
      sha256 text,
      error text,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      CHECK ((state = 'stored') = (sha256 IS NOT NULL))
    );
    CREATE INDEX uploads_workspace ON uploads (workspace_id, created_at, id);
    CREATE INDEX uploads_updated ON uploads (updated_at);
    CREATE INDEX uploads_sha256 ON uploads (sha256) WHERE sha256 IS NOT NULL;
  `.execute(db);
}

async function createDatasets(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE datasets (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      description text NOT NULL,
      tags jsonb NOT NULL,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      archived_at timestamptz(3),
      last_version integer NOT NULL DEFAULT 0,
      CONSTRAINT datasets_name UNIQUE (workspace_id, name)
    );
    CREATE INDEX datasets_created ON datasets (workspace_id, created_at, id);
    CREATE INDEX datasets_updated ON datasets (workspace_id, updated_at, id);
  `.execute(db);
}

/** What comes out of files is json, not jsonb, which refuses texts with a NUL. */
async function createVersions(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE dataset_versions (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      dataset_id text NOT NULL REFERENCES datasets,
      version integer NOT NULL CHECK (version >= 1),
      description text NOT NULL,
      tags jsonb NOT NULL,
      sha256 text NOT NULL,
      size bigint NOT NULL,
      file_name text NOT NULL,
      options jsonb NOT NULL,
      options_hash text NOT NULL,
      dialect json NOT NULL,
      columns json NOT NULL,
      rows bigint NOT NULL CHECK (rows >= 1),
      reported json NOT NULL,
      reported_count bigint NOT NULL,
      warnings json NOT NULL,
      profile json NOT NULL,
      head json NOT NULL,
      source json NOT NULL,
      run_id text,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT dataset_versions_number UNIQUE (dataset_id, version),
      CONSTRAINT dataset_versions_content UNIQUE (dataset_id, sha256, options_hash)
    );
    CREATE INDEX dataset_versions_created ON dataset_versions (dataset_id, created_at, id);
    CREATE INDEX dataset_versions_workspace ON dataset_versions (workspace_id);
    CREATE INDEX dataset_versions_sha256 ON dataset_versions (sha256);
    CREATE INDEX dataset_versions_run ON dataset_versions (run_id) WHERE run_id IS NOT NULL;

    CREATE TABLE dataset_version_inputs (
      version_id text NOT NULL REFERENCES dataset_versions,
      input_id text NOT NULL REFERENCES dataset_versions,
      PRIMARY KEY (version_id, input_id)
    );
    CREATE INDEX dataset_version_inputs_input ON dataset_version_inputs (input_id);
  `.execute(db);
}
