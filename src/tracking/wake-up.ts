/**
 * Those who watch a run are woken when something was logged to it, at most twice a second for each run however much is
 * logged: no row, no audit entry. Whoever hears of it waits wakeUpMilliseconds before it looks, so that what was logged
 * since is seen, too, without a wake-up of its own.
 */
import { sql, type RawBuilder } from "kysely";
import { activityChannel, activityPayload, wakeUpMilliseconds, type Queryable } from "../store/index.ts";

const columns = { "run.metrics": "metrics_told_at", "run.logs": "log_told_at" } as const;

/** The statement, for those who make it a part of theirs. Who does not get the row at once leaves it to the one who has it. */
export function wokenBy(workspaceId: string, runId: string, type: keyof typeof columns): RawBuilder<unknown> {
  const column = sql.ref(columns[type]);
  return sql`
    UPDATE runs SET ${column} = clock_timestamp()
    WHERE id = (
      SELECT id FROM runs
      WHERE id = ${runId} AND workspace_id = ${workspaceId} AND deleted_at IS NULL
        AND (${column} IS NULL OR ${column} < clock_timestamp() - ${wakeUpMilliseconds} * interval '1 ms')
      FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING pg_notify(${activityChannel}, ${activityPayload({ workspaceId, type, subject: `run/${runId}` })})
  `;
}

/** Call it last in the transaction. */
export async function wakeWatchers(
  trx: Queryable,
  workspaceId: string,
  runId: string,
  type: keyof typeof columns,
): Promise<void> {
  await wokenBy(workspaceId, runId, type).execute(trx);
}
