/** The run beside a job, and the step that it may be, follow it in the statement that changes the job. */
import { sql, type Kysely } from "kysely";

/**
 * Called with a job as it is now (src/pipelines/jobs/run-status.ts says by which rules): a function, so that a claim and
 * an end are one statement each, whatever they tell. As changeRunStatus of src/tracking, in the name of who asked for
 * the job. Raises where the run is gone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE pipeline_runs ADD advance_failures integer NOT NULL DEFAULT 0;
    CREATE FUNCTION keep_job_run(job jobs) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      known record;
      told jsonb;
      about text := 'run/' || job.run_id;
      pipeline_run text;
    BEGIN
      SELECT runs.status, experiments.number INTO known
        FROM runs JOIN experiments ON experiments.id = runs.experiment_id
        WHERE runs.id = job.run_id AND runs.workspace_id = job.workspace_id AND runs.deleted_at IS NULL
        FOR NO KEY UPDATE OF runs;
      IF NOT FOUND THEN RAISE EXCEPTION 'the run % of a job is gone', job.run_id; END IF;

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
        UPDATE pipeline_runs SET advance_at = now() FROM pipeline_steps
          WHERE pipeline_steps.run_id = job.run_id AND pipeline_runs.run_id = pipeline_steps.pipeline_run_id
            AND pipeline_runs.ended_at IS NULL
          RETURNING pipeline_runs.run_id INTO pipeline_run;
        IF FOUND THEN PERFORM pg_notify('slipway_pipelines', pipeline_run); END IF;
      END IF;
    END $$
  `.execute(db);
}
