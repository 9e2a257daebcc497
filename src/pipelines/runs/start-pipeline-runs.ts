/**
 * Keeps runs of pipelines going, in every server: those that are due are advanced, several at a time. A run whose rows
 * make no sense does not hold up the others: it is named, looked at later and later, and at last given up.
 */
import { sql } from "kysely";
import type { Log } from "../../base/index.ts";
import { listen, isConnectionFailure, type Database } from "../../store/index.ts";
import { pipelinesChannel } from "../jobs/run-status.ts";
import { advance } from "./advance.ts";
import { cancelParts } from "./cancel.ts";
import { giveUpRun } from "./give-up.ts";

export interface PipelineRunsOptions {
  readonly database: Database;
  /** postgresql:// of the same database, for the connection that listens. */
  readonly url: string;
  readonly log: Log;
  /** Milliseconds between two looks though nobody has called; default 1,000. */
  readonly interval?: number;
  /** Milliseconds until a run that could not be advanced is looked at again; twice as long each time. Default 1,000. */
  readonly firstPause?: number;
}

export interface PipelineRuns {
  poke(): void;
  /** Resolves when nothing is under way and nothing will be. */
  close(): Promise<void>;
}

/** Runs that are advanced at a time. */
const atATime = 4;
/** Due runs that are read at a time. */
const pageSize = 200;
const mostFailures = 10;
const longestPause = 300_000;

export function startPipelineRuns(options: PipelineRunsOptions): PipelineRuns {
  const { database, url, log, interval = 1_000 } = options;
  const closed = new AbortController();
  const failures = new Map<string, number>();
  const queue = createQueue((runId) => look(options, runId, failures), closed.signal);
  let looking: Promise<void> | null = null;
  const poke = (): void => {
    if (closed.signal.aborted) return;
    looking ??= findDue(database)
      .then((found) => found.forEach(queue.add))
      .catch((error: unknown) => log.warn({ err: error }, "runs of pipelines could not be looked for"))
      .finally(() => (looking = null));
  };
  const timer = setInterval(poke, interval);
  const channels = { [pipelinesChannel]: queue.add };
  const listening = listen({ url, subject: "pipelines", log, end: closed.signal, onConnected: poke, channels });
  return {
    poke,
    async close() {
      closed.abort();
      clearInterval(timer);
      await looking;
      await queue.settled();
      await listening;
    },
  };
}

interface Queue {
  add(runId: string): void;
  /** Nothing is under way. */
  settled(): Promise<void>;
}

/** Several runs at a time, each by one at a time; one that is called while it is looked at is looked at once more. */
function createQueue(lookAt: (runId: string) => Promise<void>, end: AbortSignal): Queue {
  const due = new Set<string>();
  const busy = new Set<string>();
  const again = new Set<string>();
  const workers = new Set<Promise<void>>();

  async function work(): Promise<void> {
    // What was called in this moment is worth waiting for: several calls of one run are one look.
    await Promise.resolve();
    for (;;) {
      const [runId] = due;
      if (runId === undefined || end.aborted) return;
      due.delete(runId);
      busy.add(runId);
      await lookAt(runId);
      busy.delete(runId);
      if (again.delete(runId)) due.add(runId);
    }
  }

  return {
    add(runId) {
      if (end.aborted) return;
      if (busy.has(runId)) again.add(runId);
      else due.add(runId);
      if (workers.size >= atATime) return;
      const worker: Promise<void> = work().finally(() => workers.delete(worker));
      workers.add(worker);
    },
    settled: async () => void (await Promise.all(workers)),
  };
}

async function findDue(database: Database): Promise<string[]> {
  const rows = await database
    .selectFrom("pipeline_runs")
    .select("run_id")
    .where("ended_at", "is", null)
    .where("advance_at", "<=", sql<Date>`clock_timestamp()`)
    .orderBy("advance_at")
    .limit(pageSize)
    .execute();
  return rows.map((row) => row.run_id);
}

/** Never throws. */
async function look(options: PipelineRunsOptions, runId: string, failures: Map<string, number>): Promise<void> {
  const { database, log } = options;
  try {
    const advanced = await advance(database, runId);
    failures.delete(runId);
    if (advanced !== null) await cancelParts(database, advanced, advanced.cancel);
  } catch (error) {
    if (isConnectionFailure(error)) {
      log.warn({ err: error, run: runId }, "a run of a pipeline waits for the database");
      return;
    }
    const count = (failures.get(runId) ?? 0) + 1;
    failures.set(runId, count);
    log.error({ err: error, run: runId, times: count }, "a run of a pipeline could not be advanced; others go on");
    await postpone(options, { runId, count, error }).catch((failure: unknown) =>
      log.warn({ err: failure, run: runId }, "a run of a pipeline could not be postponed"),
    );
    if (count >= mostFailures) failures.delete(runId);
  }
}

async function postpone(
  { database, firstPause = 1_000 }: PipelineRunsOptions,
  { runId, count, error }: { readonly runId: string; readonly count: number; readonly error: unknown },
): Promise<void> {
  if (count >= mostFailures) return giveUpRun(database, runId, error);
  const seconds = Math.min(longestPause, firstPause * 2 ** (count - 1)) / 1000;
  await sql`
    UPDATE pipeline_runs SET advance_at = clock_timestamp() + ${seconds} * interval '1 second'
    WHERE run_id = ${runId} AND ended_at IS NULL
  `.execute(database);
}
