/** Jobs are claimed from their table: what they need, what came out, and the pools of workers that compute them. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await changeJobs(db);
  await changeWorkers(db);
  await createPools(db);
  await createClaim(db);
  await dropQueueOfBefore(db);
}

async function changeJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE jobs
      DROP COLUMN workflow_id,
      DROP COLUMN enqueued,
      ADD cores double precision NOT NULL DEFAULT 1 CHECK (cores > 0),
      ADD memory_bytes bigint CHECK (memory_bytes > 0),
      ADD labels text[] NOT NULL DEFAULT '{}',
      ADD result jsonb,
      ADD cpu_seconds double precision,
      ADD peak_memory_bytes bigint,
      ADD exit_code integer,
      ADD exit_signal text;
    DROP INDEX jobs_open;
    CREATE INDEX jobs_queue ON jobs (target, queued_at, run_id) WHERE state = 'QUEUED';
    CREATE INDEX jobs_running ON jobs (worker_id) WHERE state = 'RUNNING';
    CREATE INDEX jobs_deadline ON jobs (deadline_at) WHERE state IN ('QUEUED', 'RUNNING');
  `.execute(db);
}

async function changeWorkers(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE workers DROP COLUMN recovered;
    ALTER TABLE workers RENAME COLUMN server_id TO pool_id;
    ALTER TABLE workers
      ALTER pid DROP NOT NULL,
      ALTER process_start DROP NOT NULL,
      ADD kind text NOT NULL DEFAULT 'local' CHECK (kind IN ('local', 'remote')),
      ADD workspace_id text REFERENCES workspaces,
      ADD name text,
      ADD cores double precision NOT NULL DEFAULT 1 CHECK (cores > 0),
      ADD labels text[] NOT NULL DEFAULT '{}',
      ADD version text,
      ADD user_id text,
      ADD user_name text,
      ADD CHECK (kind = 'local' OR (workspace_id IS NOT NULL AND name IS NOT NULL)),
      ADD CHECK (kind = 'remote' OR (pid IS NOT NULL AND process_start IS NOT NULL));
    CREATE INDEX workers_pool ON workers (pool_id);
    CREATE UNIQUE INDEX workers_name ON workers (workspace_id, name) WHERE kind = 'remote' AND ended_at IS NULL;
  `.execute(db);
}

async function createPools(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE compute_pools (
      id text PRIMARY KEY,
      target text NOT NULL,
      host text NOT NULL,
      max_workers integer NOT NULL,
      cores double precision NOT NULL,
      memory_bytes bigint NOT NULL,
      heartbeat_at timestamptz(3) NOT NULL DEFAULT now()
    );
  `.execute(db);
}

/**
 * A worker takes the next job (src/compute/claim.ts says by which rules). A function, as it is what workers do most:
 * PostgreSQL keeps its plans, and lock and claim are one round trip. The lock comes first and in a statement of its own,
 * so that the claim sees what the one before it took.
 */
async function createClaim(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION claim_job(
      claimant text, claimed_target text, pool text, pool_cores double precision, pool_memory bigint,
      claimant_labels text[], only_workspace text, passed text[], reserve_seconds double precision
    ) RETURNS SETOF jobs LANGUAGE plpgsql AS $$
    DECLARE
      free_cores double precision;
      free_memory bigint;
      first record;
      chosen text;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended(pool, 0));
      PERFORM FROM workers WHERE id = claimant AND ended_at IS NULL;
      IF NOT FOUND THEN RETURN; END IF;

      SELECT pool_cores - coalesce(sum(j.cores), 0), pool_memory - coalesce(sum(j.memory_bytes), 0)
        INTO free_cores, free_memory
        FROM jobs AS j JOIN workers AS w ON w.id = j.worker_id WHERE j.state = 'RUNNING' AND w.pool_id = pool;

      -- Of all that the pool could ever compute, what has waited longest.
      SELECT j.cores <= free_cores AND coalesce(j.memory_bytes, 0) <= free_memory AS fits,
          j.queued_at < now() - reserve_seconds * interval '1 second' AS reserves
        INTO first FROM jobs AS j
        WHERE j.target = claimed_target AND j.state = 'QUEUED' AND j.labels <@ claimant_labels
          AND j.cores <= pool_cores AND coalesce(j.memory_bytes, 0) <= pool_memory
          AND (only_workspace IS NULL OR j.workspace_id = only_workspace) AND j.run_id <> ALL (passed)
        ORDER BY j.queued_at, j.run_id LIMIT 1;
      IF NOT FOUND OR (first.reserves AND NOT first.fits) THEN RETURN; END IF;

      SELECT j.run_id INTO chosen FROM jobs AS j
        WHERE j.target = claimed_target AND j.state = 'QUEUED' AND j.labels <@ claimant_labels
          AND j.cores <= free_cores AND coalesce(j.memory_bytes, 0) <= free_memory
          AND (only_workspace IS NULL OR j.workspace_id = only_workspace) AND j.run_id <> ALL (passed)
        ORDER BY j.queued_at, j.run_id LIMIT 1 FOR UPDATE SKIP LOCKED;
      IF NOT FOUND THEN RETURN; END IF;

      RETURN QUERY UPDATE jobs SET state = 'RUNNING', attempt = attempt + 1, worker_id = claimant, reason = NULL,
          started_at = now(), deadline_at = now() + run_seconds * interval '1 second'
        WHERE run_id = chosen RETURNING *;
    END $$
  `.execute(db);
}

/**
 * The library that carried jobs to workers before kept a schema of its own; what was to be run stands in jobs. Another
 * application may use the same library in the same database: where there is anything but our jobs, it stays.
 */
async function dropQueueOfBefore(db: Kysely<unknown>): Promise<void> {
  await sql`
    DO $$
    DECLARE foreign_rows boolean;
    BEGIN
      IF to_regclass('dbos.workflow_status') IS NULL THEN RETURN; END IF;
      EXECUTE 'SELECT EXISTS (SELECT FROM dbos.workflow_status
        WHERE name IS DISTINCT FROM ''job'' OR queue_name IS DISTINCT FROM ''local'')' INTO foreign_rows;
      IF NOT foreign_rows THEN DROP SCHEMA dbos CASCADE; END IF;
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END $$
  `.execute(db);
}
