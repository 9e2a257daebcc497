/** A run's status alone, by one statement: what a worker tells of each run that it computes. */
import { sql } from "kysely";
import { eventsChannel, type Actor, type Queryable } from "../store/index.ts";
import { updateRun } from "./runs.ts";
import { finalStatuses, type RunRef, type RunStatus } from "./types.ts";

export interface StatusChange extends RunRef {
  readonly status: RunStatus;
  readonly statusReason: string | null;
  readonly actor: Actor;
}

/** As updateRun with a status and its reason. @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_INPUT */
export async function changeRunStatus(trx: Queryable, change: StatusChange): Promise<void> {
  const { workspaceId, runId, status, statusReason, actor } = change;
  const { rows } = await sql<{ told: null }>`
    WITH before AS (
      SELECT runs.id, runs.status, experiments.number FROM runs JOIN experiments ON experiments.id = runs.experiment_id
      WHERE runs.id = ${runId} AND runs.workspace_id = ${workspaceId} AND runs.deleted_at IS NULL
      FOR NO KEY UPDATE OF runs
    ), changed AS (
      UPDATE runs SET status = ${status}, status_reason = ${statusReason}, updated_at = clock_timestamp(),
        started_at = coalesce(started_at, CASE WHEN ${status} = 'RUNNING' THEN clock_timestamp() END),
        ended_at = CASE WHEN ${status} = ANY(${finalStatuses}::text[]) THEN coalesce(ended_at, clock_timestamp()) END
      FROM before WHERE runs.id = before.id
      RETURNING 'run/' || runs.id AS subject, jsonb_build_object('id', runs.id, 'experiment', before.number,
        'name', runs.name, 'kind', runs.kind, 'status', runs.status, 'statusReason', runs.status_reason,
        'parentId', runs.parent_id, 'previousStatus', before.status) AS data
    ), audited AS (
      INSERT INTO audit (workspace_id, user_id, user_name, action, subject, request_id, details)
      SELECT ${workspaceId}, ${actor.userId}, ${actor.userName}, 'updateRun', subject, ${actor.requestId}, data FROM changed
    ), recorded AS (
      INSERT INTO events (workspace_id, type, subject, data) SELECT ${workspaceId}, 'run.updated', subject, data FROM changed
    )
    SELECT pg_notify(${eventsChannel}, ${workspaceId}) AS told FROM changed
  `.execute(trx);
  // It says what is wrong.
  if (rows.length === 0) await updateRun(trx, change);
}
