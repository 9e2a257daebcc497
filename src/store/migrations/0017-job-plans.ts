/** What is done at each step of each run finds its rows by their keys, however small the tables were when it was planned. */
import { sql, type Kysely } from "kysely";

/**
 * Plans of functions are kept while tables grow a hundredfold within a minute: one that was made for ten rows reads all
 * of them one after the other. So the two functions that every job goes through may not.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await claimInOrder(db);
  await keepJobRunByKeys(db);
}

/**
 * What waits is read in the order of its index, jobs_queue, of which the first is enough: PostgreSQL may take another index
 * for small tables, read all jobs that have not ended, and sort them, at each claim.
 */
async function claimInOrder(db: Kysely<unknown>): Promise<void> {
  for (const setting of ["enable_seqscan = off", "enable_sort = off", "plan_cache_mode = force_generic_plan"]) {
    await sql`
      ALTER FUNCTION claim_job(
        text, text, text, double precision, bigint, text[], text, text[], double precision
      ) SET ${sql.raw(setting)}
    `.execute(db);
  }
}

/** As that of the migration "0015-job-runs", but that it looks up one row after the other, each by its key. */
async function keepJobRunByKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE OR REPLACE FUNCTION keep_job_run(job jobs) RETURNS void LANGUAGE plpgsql
    SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
      known record;
      told jsonb;
      about text := 'run/' || job.run_id;
      pipeline_run text;
    BEGIN
      SELECT runs.status, runs.workspace_id, runs.deleted_at, experiments.number INTO known
        FROM runs JOIN experiments ON experiments.id = runs.experiment_id
        WHERE runs.id = job.run_id FOR NO KEY UPDATE OF runs;
      IF NOT FOUND OR known.workspace_id <> job.workspace_id OR known.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'the run % of a job is gone', job.run_id;
      END IF;

      UPDATE runs SET status = job.state, status_reason = left(job.reason, 2000), updated_at = clock_timestamp(),
          started_at = coalesce(started_at, CASE WHEN job.state = 'RUNNING' THEN clock_timestamp() END),
          ended_at = CASE WHEN job.state IN ('FINISHED', 'FAILED', 'KILLED')
            THEN coalesce(ended_at, clock_timestamp()) END
        WHERE id = job.run_id
        RETURNING jsonb_build_object('id', id, 'experiment', known.number, 'name', name, 'kind', kind, 'status', status,
          'statusReason', status_reason, 'parentId', parent_id, 'previousStatus', known.status) INTO told;
      INSERT INTO audit (workspace_id, user_id, user_name, action, subject, request_id, details)
        VALUES (job.workspace_id, job.user_id, job.user_name, 'updateRun', about, NULL, told);
      INSERT INTO events (workspace_id, type, subject, data) VALUES (job.workspace_id, 'run.updated', about, told);
      PERFORM pg_notify('slipway_events', job.workspace_id);

      IF job.state IN ('QUEUED', 'RUNNING') THEN
        UPDATE pipeline_steps SET state = job.state, reason = left(job.reason, 2000),
            started_at = CASE WHEN job.state = 'RUNNING' THEN clock_timestamp() ELSE started_at END
          WHERE run_id = job.run_id AND state IN ('QUEUED', 'RUNNING')
          RETURNING json_build_object('workspaceId', workspace_id, 'type', 'run.steps',
            'subject', 'run/' || pipeline_run_id) INTO told;
        IF FOUND THEN PERFORM pg_notify('slipway_activity', told::text); END IF;
      ELSE
        SELECT pipeline_run_id INTO pipeline_run FROM pipeline_steps WHERE run_id = job.run_id;
        IF NOT FOUND THEN RETURN; END IF;
        -- Not "IS NULL", by which the index of all open runs would do as well for PostgreSQL as the one of keys.
        UPDATE pipeline_runs SET advance_at = now() WHERE run_id = pipeline_run AND num_nulls(ended_at) = 1;
        IF FOUND THEN PERFORM pg_notify('slipway_pipelines', pipeline_run); END IF;
      END IF;
    END $$
  `.execute(db);
}
