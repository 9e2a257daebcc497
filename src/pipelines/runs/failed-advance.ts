/** A run that could not be advanced: it says so in its page and its log, and is looked at later, later each time. */
import { sql } from "kysely";
import type { Log } from "../../base/index.ts";
import { serverActor, transaction, type Database } from "../../store/index.ts";
import { appendRunLog, changeRunStatus } from "../../tracking/index.ts";
import { giveUpRun } from "./give-up.ts";

interface FailureOptions {
  readonly database: Database;
  readonly log: Log;
  /** Milliseconds until it is looked at again; twice as long each time. Default 1,000. */
  readonly firstPause?: number;
}

/** In a row; counted in the run's row, so that a server that begins anew goes on counting. */
const mostFailures = 10;
const longestPause = 300_000;

/** Never throws. @returns milliseconds until it is looked at again; null where it is not */
export async function recordFailure(options: FailureOptions, runId: string, error: unknown): Promise<number | null> {
  const { database, log } = options;
  try {
    const postponed = await postpone(options, runId);
    const times = postponed?.times;
    log.error({ err: error, run: runId, times }, "a run of a pipeline could not be advanced; others go on");
    if (postponed === undefined) return null;
    if (postponed.times < mostFailures) await tell(database, runId, postponed, error);
    else await giveUpRun(database, runId, error);
    return postponed.seconds * 1000;
  } catch (failure) {
    log.error({ err: error, run: runId, failure }, "a run of a pipeline could not be advanced, nor say so");
    return null;
  }
}

interface Postponed {
  /** Failures in a row. */
  readonly times: number;
  readonly workspaceId: string;
  /** Until it is looked at again. */
  readonly seconds: number;
}

/** @returns undefined where it has ended */
async function postpone(
  { database, firstPause = 1_000 }: FailureOptions,
  runId: string,
): Promise<Postponed | undefined> {
  const { rows } = await sql<Postponed>`
    UPDATE pipeline_runs SET advance_failures = advance_failures + 1,
      advance_at = clock_timestamp()
        + least(${longestPause}::float8, ${firstPause}::float8 * 2 ^ advance_failures) * interval '1 millisecond'
    WHERE run_id = ${runId} AND ended_at IS NULL
    RETURNING advance_failures AS times, workspace_id AS "workspaceId",
      extract(epoch FROM advance_at - clock_timestamp())::float8 AS seconds`.execute(database);
  return rows[0];
}

async function tell(
  database: Database,
  runId: string,
  { times, workspaceId, seconds }: Postponed,
  error: unknown,
): Promise<void> {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 1_000);
  const next = `attempt ${times} of ${mostFailures}, the next in ${Math.max(1, Math.round(seconds))} s`;
  const statusReason = `the server cannot go on with it (${next}): ${message}`;
  await transaction(database, async (trx) => {
    await changeRunStatus(trx, { workspaceId, runId, status: "RUNNING", statusReason, actor: serverActor });
    await appendRunLog(trx, { workspaceId, runId, text: `${new Date().toISOString()} ${statusReason}\n` });
  });
}
