/** Pipelines, their versions, runs and steps, and what starts them. Definitions are json, not jsonb: it keeps the order of steps. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createPipelines(db);
  await createRuns(db);
  await createSteps(db);
  await createSchedules(db);
}

async function createPipelines(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE pipelines (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      description text NOT NULL DEFAULT '',
      default_version integer NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      archived_at timestamptz(3),
      UNIQUE (workspace_id, name)
    );
    CREATE TABLE pipeline_versions (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      pipeline_id text NOT NULL REFERENCES pipelines ON DELETE CASCADE,
      version integer NOT NULL CHECK (version > 0),
      status text NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
      definition json NOT NULL,
      sha256 text NOT NULL,
      description text NOT NULL DEFAULT '',
      user_name text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      UNIQUE (pipeline_id, version)
    );
  `.execute(db);
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE pipeline_runs (
      run_id text PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
      workspace_id text NOT NULL REFERENCES workspaces,
      pipeline_version_id text REFERENCES pipeline_versions ON DELETE SET NULL,
      definition json NOT NULL,
      parameters json NOT NULL,
      reuse boolean NOT NULL,
      continue_on_step_failure boolean NOT NULL,
      schedule_id text,
      parent_run_id text,
      parent_step text,
      depth integer NOT NULL DEFAULT 0,
      submission jsonb NOT NULL DEFAULT '{}',
      outputs jsonb,
      user_id text,
      user_name text NOT NULL,
      deadline_at timestamptz(3) NOT NULL,
      cancel_requested_at timestamptz(3),
      cancel_requested_by text,
      cancel_forced boolean NOT NULL DEFAULT false,
      advance_at timestamptz(3),
      ended_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now()
    );
    CREATE INDEX pipeline_runs_due ON pipeline_runs (advance_at) WHERE ended_at IS NULL AND advance_at IS NOT NULL;
    CREATE INDEX pipeline_runs_open ON pipeline_runs (deadline_at) WHERE ended_at IS NULL;
    CREATE INDEX pipeline_runs_version ON pipeline_runs (pipeline_version_id, created_at DESC);
    CREATE INDEX pipeline_runs_parent ON pipeline_runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
    CREATE INDEX pipeline_runs_schedule ON pipeline_runs (schedule_id) WHERE schedule_id IS NOT NULL;
  `.execute(db);
}

async function createSteps(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE pipeline_steps (
      pipeline_run_id text NOT NULL REFERENCES pipeline_runs ON DELETE CASCADE,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      step text NOT NULL,
      position integer NOT NULL,
      item jsonb,
      state text NOT NULL CHECK (state IN
        ('WAITING', 'QUEUED', 'RUNNING', 'APPROVAL', 'FINISHED', 'FAILED', 'KILLED', 'SKIPPED')),
      run_id text,
      earlier_runs text[] NOT NULL DEFAULT '{}',
      retries_left integer NOT NULL DEFAULT 0,
      fingerprint text,
      fingerprint_parts jsonb,
      reused_from text,
      outputs jsonb,
      reason text,
      decision jsonb,
      not_before timestamptz(3),
      deadline_at timestamptz(3),
      queued_at timestamptz(3),
      started_at timestamptz(3),
      ended_at timestamptz(3),
      PRIMARY KEY (pipeline_run_id, name),
      CHECK ((state IN ('FINISHED', 'FAILED', 'KILLED', 'SKIPPED')) = (ended_at IS NOT NULL))
    );
    CREATE UNIQUE INDEX pipeline_steps_run ON pipeline_steps (run_id) WHERE run_id IS NOT NULL;
    CREATE TABLE pipeline_code_files (
      pipeline_version_id text REFERENCES pipeline_versions ON DELETE CASCADE,
      run_id text REFERENCES pipeline_runs ON DELETE CASCADE,
      sha256 text NOT NULL,
      CHECK (num_nonnulls(pipeline_version_id, run_id) = 1)
    );
    CREATE INDEX pipeline_code_files_version ON pipeline_code_files (pipeline_version_id);
    CREATE INDEX pipeline_code_files_run ON pipeline_code_files (run_id) WHERE run_id IS NOT NULL;
    CREATE INDEX pipeline_code_files_sha256 ON pipeline_code_files (sha256);

    CREATE INDEX pipeline_steps_reuse ON pipeline_steps (workspace_id, fingerprint, ended_at DESC)
      WHERE state = 'FINISHED' AND fingerprint IS NOT NULL;
  `.execute(db);
}

async function createSchedules(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE schedules (
      id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      name text NOT NULL,
      description text NOT NULL DEFAULT '',
      pipeline_id text NOT NULL REFERENCES pipelines ON DELETE CASCADE,
      pipeline_version integer,
      kind text NOT NULL CHECK (kind IN ('cron', 'recurrence', 'data', 'event')),
      trigger jsonb NOT NULL,
      parameters jsonb NOT NULL DEFAULT '{}',
      experiment text,
      missed text NOT NULL CHECK (missed IN ('skip', 'latest', 'all')),
      user_id text,
      user_name text NOT NULL,
      paused_at timestamptz(3),
      next_at timestamptz(3),
      position jsonb,
      problem text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      UNIQUE (workspace_id, name)
    );
    CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;

    CREATE TABLE schedule_slots (
      schedule_id text NOT NULL REFERENCES schedules ON DELETE CASCADE,
      slot text NOT NULL,
      due_at timestamptz(3) NOT NULL,
      outcome text NOT NULL CHECK (outcome IN ('FIRED', 'SKIPPED', 'FAILED')),
      run_id text,
      reason text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (schedule_id, slot)
    );
    CREATE INDEX schedule_slots_recent ON schedule_slots (schedule_id, due_at DESC);
  `.execute(db);
}
