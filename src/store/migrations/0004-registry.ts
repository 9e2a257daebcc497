/** Registered models, versions with files and aliases, what uses them; webhooks. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createModels(db);
  await createVersions(db);
  await createVersionParts(db);
  await createWebhooks(db);
}

async function createModels(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE registered_models (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      description text NOT NULL DEFAULT '',
      tags jsonb NOT NULL,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      archived_at timestamptz(3),
      last_version integer NOT NULL DEFAULT 0,
      CONSTRAINT registered_models_name UNIQUE (workspace_id, name)
    );
    CREATE INDEX registered_models_created ON registered_models (workspace_id, created_at, id);
    CREATE INDEX registered_models_updated ON registered_models (workspace_id, updated_at, id);
  `.execute(db);
}

async function createVersions(db: Kysely<unknown>): Promise<void> {
  // What files say is json, not jsonb, which refuses texts with a NUL.
  await sql`
    CREATE TABLE model_versions (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      model_id text NOT NULL REFERENCES registered_models ON DELETE CASCADE,
      version integer NOT NULL CHECK (version >= 1),
      description text NOT NULL,
      tags jsonb NOT NULL,
      stage text NOT NULL DEFAULT 'None' CHECK (stage IN ('None', 'Staging', 'Production', 'Archived')),
      status text NOT NULL CHECK (status IN ('PENDING_REGISTRATION', 'READY', 'FAILED_REGISTRATION')),
      status_message text NOT NULL DEFAULT '',
      kind text NOT NULL CHECK (kind IN ('slipway', 'onnx', 'mlflow')),
      algorithm text NOT NULL,
      task text CHECK (task IN ('classification', 'regression')),
      target text,
      primary_metric text,
      metrics jsonb NOT NULL,
      params jsonb NOT NULL,
      contents json NOT NULL,
      primary_sha256 text,
      size bigint NOT NULL,
      source_uri text NOT NULL,
      run_id text,
      artifact_path text,
      logged_model_id text,
      run_link text,
      dataset_name text,
      dataset_version integer,
      code_commit text,
      registered_by text NOT NULL,
      restriction text CHECK (restriction IN ('stale', 'revoked')),
      restriction_reason text,
      restricted_by text,
      restricted_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT model_versions_number UNIQUE (model_id, version)
    );
    CREATE INDEX model_versions_created ON model_versions (workspace_id, created_at, id);
    CREATE INDEX model_versions_updated ON model_versions (workspace_id, updated_at, id);
    CREATE INDEX model_versions_run ON model_versions (workspace_id, run_id);
  `.execute(db);
}

async function createVersionParts(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE model_version_files (
      version_id text NOT NULL REFERENCES model_versions ON DELETE CASCADE,
      path text NOT NULL,
      sha256 text NOT NULL,
      size bigint NOT NULL,
      PRIMARY KEY (version_id, path)
    );
    CREATE INDEX model_version_files_sha256 ON model_version_files (sha256);

    CREATE TABLE model_aliases (
      model_id text NOT NULL REFERENCES registered_models ON DELETE CASCADE,
      alias text NOT NULL,
      version_id text NOT NULL REFERENCES model_versions ON DELETE CASCADE,
      PRIMARY KEY (model_id, alias)
    );
    CREATE INDEX model_aliases_version ON model_aliases (version_id);

    CREATE TABLE model_uses (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      version_id text NOT NULL REFERENCES model_versions,
      kind text NOT NULL,
      name text NOT NULL,
      since timestamptz(3) NOT NULL DEFAULT now(),
      CONSTRAINT model_uses_name UNIQUE (version_id, kind, name)
    );
    CREATE INDEX model_uses_workspace ON model_uses (workspace_id, kind, name);
  `.execute(db);
}

async function createWebhooks(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE webhooks (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      description text NOT NULL,
      url text NOT NULL,
      types text[] NOT NULL,
      secret bytea NOT NULL,
      state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
      disabled_reason text,
      created_by text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      cursor text NOT NULL,
      failures integer NOT NULL DEFAULT 0,
      failing_since timestamptz(3),
      next_attempt_at timestamptz(3) NOT NULL DEFAULT now(),
      lease text,
      leased_until timestamptz(3),
      CONSTRAINT webhooks_name UNIQUE (workspace_id, name)
    );
    CREATE INDEX webhooks_due ON webhooks (next_attempt_at) WHERE state = 'active';

    CREATE TABLE webhook_deliveries (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      webhook_id text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
      at timestamptz(3) NOT NULL DEFAULT now(),
      event_id text NOT NULL,
      event_type text NOT NULL,
      attempt integer NOT NULL,
      status integer,
      error text,
      milliseconds integer NOT NULL
    );
    CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, seq DESC);
  `.execute(db);
}
