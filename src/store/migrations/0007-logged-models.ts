/** MLflow's logged models, and the files that its clients put anywhere but into a run. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE logged_models (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      experiment_id text NOT NULL REFERENCES experiments,
      name text NOT NULL,
      model_type text,
      source_run_id text,
      status text NOT NULL CHECK (status IN ('PENDING', 'READY', 'FAILED')),
      artifact_uri text NOT NULL,
      params jsonb NOT NULL DEFAULT '{}',
      tags jsonb NOT NULL DEFAULT '{}',
      created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
      updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
      deleted_at timestamptz(3)
    );
    CREATE INDEX logged_models_experiment ON logged_models (experiment_id, created_at DESC, id);
    CREATE INDEX logged_models_workspace ON logged_models (workspace_id);
    CREATE INDEX logged_models_source_run ON logged_models (source_run_id) WHERE source_run_id IS NOT NULL;
    CREATE INDEX metrics_model ON metrics (model_id, key) WHERE model_id IS NOT NULL;

    CREATE TABLE proxied_files (
      workspace_id text NOT NULL REFERENCES workspaces,
      path text NOT NULL COLLATE "C",
      sha256 text NOT NULL,
      size bigint NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (workspace_id, path)
    );
    CREATE INDEX proxied_files_sha256 ON proxied_files (sha256);
    CREATE TABLE proxied_uploads (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      path text NOT NULL,
      parts integer NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now()
    );
    CREATE INDEX proxied_uploads_workspace ON proxied_uploads (workspace_id);
    CREATE INDEX proxied_uploads_created ON proxied_uploads (created_at);
    CREATE TABLE proxied_upload_parts (
      upload_id text NOT NULL REFERENCES proxied_uploads ON DELETE CASCADE,
      number integer NOT NULL,
      sha256 text NOT NULL,
      size bigint NOT NULL,
      PRIMARY KEY (upload_id, number)
    );
    CREATE INDEX proxied_upload_parts_sha256 ON proxied_upload_parts (sha256);
  `.execute(db);
}
