/**
 * Keeps runs of pipelines going, in every server: those that are due are advanced, several at a time. A run whose rows
 * make no sense does not hold up the others: it is named, looked at later and later, and at last given up.
 */
import { sql } from "kysely";
import type { Log } from "../../base/index.ts";
import { listen, isConnectionFailure, openDatabase, type Database } from "../../store/index.ts";
import { pipelinesChannel } from "../jobs/run-status.ts";
import { advance } from "./advance.ts";
import { cancelParts } from "./cancel.ts";
import { recordFailure } from "./failed-advance.ts";

export interface PipelineRunsOptions {
  readonly database: Database;
  /** postgresql:// of the same database, for the connection that listens. */
  readonly url: string;
  readonly log: Log;
  /** Milliseconds between two looks at all though nobody has called and nothing is due; default 1,000. */
  readonly interval?: number;
  /** Milliseconds until a run that could not be advanced is looked at again; twice as long each time. Default 1,000. */
  readonly firstPause?: number;
}

export interface PipelineRuns {
  poke(): void;
  /** Resolves when nothing is under way and nothing will be. */
  close(): Promise<void>;
}

/** Transactions that advance runs at a time: more would only leave each with fewer of them. */
const atATime = 2;
/** Runs that one of them advances at most. */
const mostTogether = 20;
/** Due runs that are read at a time. */
const pageSize = 200;

export function startPipelineRuns(options: PipelineRunsOptions): PipelineRuns {
  const { database, url, log, interval = 1_000 } = options;
  const advancing = openDatabase({
    url,
    applicationName: "slipway pipeline runs",
    connections: atATime,
    byKeys: true,
    log,
  });
  const closed = new AbortController();
  const alarm = createAlarm(() => poke());
  const queue = createQueue(async (runIds) => {
    const soonest = await look({ ...options, advancing }, runIds);
    if (soonest !== null) alarm.setNoLater(soonest);
  }, closed.signal);
  let looking: Promise<void> | null = null;
  const lookForDue = async (): Promise<void> => {
    try {
      const { runIds, soonest } = await findDue(database);
      if (soonest !== null) alarm.setNoLater(soonest);
      runIds.forEach(queue.add);
    } catch (error) {
      log.warn({ err: error }, "runs of pipelines could not be looked for");
    }
  };
  const poke = (): void => {
    if (!closed.signal.aborted) looking ??= lookForDue().finally(() => (looking = null));
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
      alarm.end();
      await listening;
      await advancing.destroy();
    },
  };
}

interface Queue {
  add(runId: string): void;
  /** Nothing is under way. */
  settled(): Promise<void>;
}

/** Several runs at a time, each by one at a time; one that is called while it is looked at is looked at once more. */
function createQueue(lookAt: (runIds: readonly string[]) => Promise<void>, end: AbortSignal): Queue {
  const due = new Set<string>();
  const busy = new Set<string>();
  const again = new Set<string>();
  const workers = new Set<Promise<void>>();

  async function work(): Promise<void> {
    // What was called in this moment is worth waiting for: several calls of one run are one look.
    await Promise.resolve();
    for (;;) {
      const runIds = [...due].slice(0, mostTogether);
      if (runIds.length === 0 || end.aborted) return;
      for (const runId of runIds) {
        due.delete(runId);
        busy.add(runId);
      }
      await lookAt(runIds);
      for (const runId of runIds) {
        busy.delete(runId);
        if (again.delete(runId)) due.add(runId);
      }
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

interface Due {
  readonly runIds: readonly string[];
  /** Milliseconds until the next of the others is due; null where none will be. */
  readonly soonest: number | null;
}

async function findDue(database: Database): Promise<Due> {
  const { rows } = await sql<Due>`
    SELECT ARRAY(
      SELECT run_id FROM pipeline_runs WHERE ended_at IS NULL AND advance_at <= clock_timestamp()
      ORDER BY advance_at LIMIT ${pageSize}
    ) AS "runIds", 1000 * extract(epoch FROM (
      SELECT min(advance_at) FROM pipeline_runs WHERE ended_at IS NULL AND advance_at > clock_timestamp()
    ) - clock_timestamp())::float8 AS soonest`.execute(database);
  return rows[0] as Due;
}

interface Alarm {
  /** Goes off then, unless it does so before; in milliseconds. */
  setNoLater(milliseconds: number): void;
  end(): void;
}

/** What setTimeout takes. */
const longestTimer = 2 ** 31 - 1;

/** A time that has come is looked at then, and not at the next look of all. */
function createAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let rings = Infinity;
  const stop = (): void => {
    clearTimeout(timer);
    rings = Infinity;
  };
  return {
    setNoLater(milliseconds) {
      // The database counts whole milliseconds, and rounds.
      const wait = Math.max(1, Math.ceil(milliseconds) + 1);
      const at = performance.now() + wait;
      if (at >= rings || wait > longestTimer) return;
      stop();
      rings = at;
      timer = setTimeout(() => {
        stop();
        ring();
      }, wait);
    },
    end: stop,
  };
}

interface Looking extends PipelineRunsOptions {
  /** Connections for advance alone. */
  readonly advancing: Database;
}

/** Never throws. @returns milliseconds until the first of them is due again, as far as that is known */
async function look(options: Looking, runIds: readonly string[]): Promise<number | null> {
  const { database, advancing, log } = options;
  let soonest = Infinity;
  try {
    const advanced = await advance(advancing, runIds);
    for (const each of advanced.values()) {
      soonest = Math.min(soonest, each.wait ?? Infinity);
      await cancelParts(database, each, each.cancel);
    }
    if (runIds.length > 1) {
      // Steps of other runs among them.
      const others = runIds.filter((runId) => !advanced.has(runId));
      soonest = Math.min(soonest, await lookEach(options, others));
    }
  } catch (error) {
    const [runId] = runIds;
    if (isConnectionFailure(error)) log.warn({ err: error, runs: runIds }, "runs of pipelines wait for the database");
    else if (runIds.length > 1) soonest = await lookEach(options, runIds);
    else if (runId !== undefined) soonest = (await recordFailure(options, runId, error)) ?? Infinity;
  }
  return Number.isFinite(soonest) ? soonest : null;
}

async function lookEach(options: Looking, runIds: readonly string[]): Promise<number> {
  let soonest = Infinity;
  for (const runId of runIds) soonest = Math.min(soonest, (await look(options, [runId])) ?? Infinity);
  return soonest;
}
