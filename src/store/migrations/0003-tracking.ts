/** Experiments and runs, with what is logged to them. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createExperiments(db);
  await createRuns(db);
  await createRunValues(db);
  await createRunInputs(db);
  await createRunFiles(db);
}

async function createExperiments(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE experiment_numbers (
      workspace_id text PRIMARY KEY REFERENCES workspaces,
      next integer NOT NULL
    );
    CREATE TABLE experiments (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      number integer NOT NULL,
      name text NOT NULL,
      artifact_location text NOT NULL,
      tags jsonb NOT NULL DEFAULT '{}',
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      deleted_at timestamptz(3),
      CONSTRAINT experiments_number UNIQUE (workspace_id, number),
      CONSTRAINT experiments_name UNIQUE (workspace_id, name)
    );
    CREATE INDEX experiments_created ON experiments (workspace_id, created_at DESC, number DESC);

    -- Every workspace has the experiment 0, "Default". Deferred to the commit, so that a restore, which brings the
    -- experiments in the same transaction as the workspaces, finds nothing left to make.
    CREATE FUNCTION create_default_experiment() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      INSERT INTO experiment_numbers (workspace_id, next) VALUES (NEW.id, 1) ON CONFLICT DO NOTHING;
      INSERT INTO experiments (id, workspace_id, number, name, artifact_location)
      VALUES (replace(gen_random_uuid()::text, '-', ''), NEW.id, 0, 'Default', 'mlflow-artifacts:/0')
      ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER workspaces_default_experiment AFTER INSERT ON workspaces
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION create_default_experiment();
    INSERT INTO experiment_numbers (workspace_id, next) SELECT id, 1 FROM workspaces;
    INSERT INTO experiments (id, workspace_id, number, name, artifact_location)
      SELECT replace(gen_random_uuid()::text, '-', ''), id, 0, 'Default', 'mlflow-artifacts:/0' FROM workspaces;
  `.execute(db);
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE runs (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      experiment_id text NOT NULL REFERENCES experiments,
      parent_id text REFERENCES runs,
      name text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('automl', 'trial', 'mlflow', 'pipeline', 'step', 'command')),
      user_name text NOT NULL,
      status text NOT NULL CHECK (status IN ('QUEUED', 'SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED')),
      status_reason text,
      started_at timestamptz(3),
      ended_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      deleted_at timestamptz(3),
      deleted_with text,
      heartbeat_at timestamptz(3),
      source text,
      source_commit text,
      log_seq bigint NOT NULL DEFAULT 0,
      metrics_told_at timestamptz(3),
      log_told_at timestamptz(3),
      ordered_at timestamptz(3) NOT NULL GENERATED ALWAYS AS (coalesce(started_at, created_at)) STORED
    ) WITH (fillfactor = 80);
    CREATE INDEX runs_experiment ON runs (experiment_id, ordered_at DESC, id);
    CREATE INDEX runs_workspace ON runs (workspace_id, ordered_at DESC, id);
    CREATE INDEX runs_kind ON runs (workspace_id, kind, ordered_at DESC, id);
    CREATE INDEX runs_parent ON runs (parent_id, ordered_at DESC, id) WHERE parent_id IS NOT NULL;
    CREATE INDEX runs_open ON runs (workspace_id, status, ordered_at DESC, id)
      WHERE status IN ('QUEUED', 'SCHEDULED', 'RUNNING');
    CREATE INDEX runs_deleted ON runs (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL;
  `.execute(db);
}

async function createRunValues(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE run_params (
      run_id text NOT NULL REFERENCES runs,
      key text NOT NULL COLLATE "C",
      value text NOT NULL COLLATE "C",
      PRIMARY KEY (run_id, key)
    );
    CREATE INDEX run_params_value ON run_params (key, left(value, 200));
    CREATE TABLE run_tags (
      run_id text NOT NULL REFERENCES runs,
      key text NOT NULL COLLATE "C",
      value text NOT NULL COLLATE "C",
      PRIMARY KEY (run_id, key)
    );
    CREATE INDEX run_tags_value ON run_tags (key, left(value, 200));

    -- Without a foreign key: a writer locks its run once a batch instead of once a row.
    CREATE TABLE metrics (
      run_id text NOT NULL,
      key text NOT NULL COLLATE "C",
      step bigint NOT NULL,
      timestamp bigint NOT NULL,
      value double precision NOT NULL,
      model_id text,
      dataset_name text,
      dataset_digest text,
      PRIMARY KEY (run_id, key, step, timestamp, value)
    );
    CREATE TABLE latest_metrics (
      run_id text NOT NULL REFERENCES runs,
      workspace_id text NOT NULL,
      experiment_id text NOT NULL,
      key text NOT NULL COLLATE "C",
      step bigint NOT NULL,
      timestamp bigint NOT NULL,
      value double precision NOT NULL,
      model_id text,
      dataset_name text,
      dataset_digest text,
      PRIMARY KEY (run_id, key)
    );
    CREATE INDEX latest_metrics_value ON latest_metrics (workspace_id, key, value, run_id);
    CREATE INDEX latest_metrics_experiment_value ON latest_metrics (experiment_id, key, value, run_id);

  `.execute(db);
}

async function createRunInputs(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE logged_datasets (
      id text PRIMARY KEY,
      experiment_id text NOT NULL REFERENCES experiments,
      name text NOT NULL,
      digest text NOT NULL,
      source_type text NOT NULL,
      source text NOT NULL,
      schema text,
      profile text,
      CONSTRAINT logged_datasets_digest UNIQUE (experiment_id, name, digest)
    );
    CREATE TABLE run_datasets (
      run_id text NOT NULL REFERENCES runs,
      dataset_id text NOT NULL REFERENCES logged_datasets,
      tags jsonb NOT NULL DEFAULT '{}',
      PRIMARY KEY (run_id, dataset_id)
    );
    CREATE INDEX run_datasets_dataset ON run_datasets (dataset_id);
    CREATE TABLE run_models (
      run_id text NOT NULL REFERENCES runs,
      direction text NOT NULL CHECK (direction IN ('input', 'output')),
      model_id text NOT NULL,
      step bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (run_id, direction, model_id)
    );
    CREATE INDEX run_models_model ON run_models (model_id);
  `.execute(db);
}

async function createRunFiles(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE run_artifacts (
      run_id text NOT NULL REFERENCES runs,
      path text NOT NULL COLLATE "C",
      sha256 text NOT NULL,
      size bigint NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (run_id, path)
    );
    CREATE INDEX run_artifacts_sha256 ON run_artifacts (sha256);
    CREATE TABLE run_logs (
      run_id text NOT NULL REFERENCES runs,
      seq bigint NOT NULL,
      at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
      text text NOT NULL,
      PRIMARY KEY (run_id, seq)
    );
  `.execute(db);
}
