/** Jobs and the workers that compute them. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createWorkers(db);
  await createJobs(db);
}

async function createWorkers(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE workers (
      id text PRIMARY KEY,
      target text NOT NULL,
      server_id text NOT NULL,
      host text NOT NULL,
      pid integer NOT NULL,
      process_start text NOT NULL,
      memory_limit_bytes bigint NOT NULL,
      started_at timestamptz(3) NOT NULL DEFAULT now(),
      heartbeat_at timestamptz(3) NOT NULL DEFAULT now(),
      cpu_seconds double precision NOT NULL DEFAULT 0,
      peak_memory_bytes bigint NOT NULL DEFAULT 0,
      ended_at timestamptz(3),
      exit_code integer,
      exit_signal text,
      end_reason text,
      recovered boolean NOT NULL DEFAULT false
    );
    CREATE INDEX workers_alive ON workers (target, heartbeat_at) WHERE ended_at IS NULL;
    CREATE INDEX workers_ended ON workers (ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX workers_to_recover ON workers (target) WHERE ended_at IS NOT NULL AND NOT recovered;
  `.execute(db);
}

async function createJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE jobs (
      run_id text PRIMARY KEY,
      workspace_id text NOT NULL REFERENCES workspaces,
      kind text NOT NULL,
      target text NOT NULL,
      spec jsonb NOT NULL,
      state text NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED')),
      attempt integer NOT NULL DEFAULT 0,
      retries_left integer NOT NULL DEFAULT 1,
      workflow_id text NOT NULL,
      enqueued boolean NOT NULL DEFAULT false,
      worker_id text REFERENCES workers ON DELETE SET NULL,
      reason text,
      user_id text,
      user_name text NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      queued_at timestamptz(3) NOT NULL DEFAULT now(),
      started_at timestamptz(3),
      ended_at timestamptz(3),
      run_seconds double precision NOT NULL CHECK (run_seconds > 0),
      deadline_at timestamptz(3) NOT NULL,
      cancel_requested_at timestamptz(3),
      cancel_requested_by text,
      CHECK (state <> 'RUNNING' OR worker_id IS NOT NULL),
      CHECK ((state IN ('QUEUED', 'RUNNING')) = (ended_at IS NULL))
    );
    CREATE INDEX jobs_open ON jobs (target, queued_at, run_id) WHERE state IN ('QUEUED', 'RUNNING');
    CREATE INDEX jobs_worker ON jobs (worker_id) WHERE worker_id IS NOT NULL;
    CREATE INDEX jobs_workspace ON jobs (workspace_id, created_at DESC);
  `.execute(db);
}
