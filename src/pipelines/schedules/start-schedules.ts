/** Fires what is due, in every server process: who is first fires it. */
import { sql } from "kysely";
import type { Log } from "../../base/index.ts";
import { eventsChannel, listen, type Database } from "../../store/index.ts";
import { fireNewPaths, fireNewVersions, type ReadPath, type TakeFile } from "./fire-data.ts";
import { fireEvents } from "./fire-events.ts";
import { databaseTime, fireDueTimes } from "./fire-times.ts";
import type { SubmitRun } from "./types.ts";

export interface SchedulesOptions {
  readonly database: Database;
  /** postgresql:// of the same database. */
  readonly url: string;
  readonly submit: SubmitRun;
  readonly readPath: ReadPath;
  readonly takeFile: TakeFile;
  /** Called when something may have been started. */
  readonly onFired: () => void;
  readonly log: Log;
}

export interface Schedules {
  /** Ends after what is under way. */
  close(): Promise<void>;
}

/** NOTIFY channel of changed schedules. */
export const schedulesChannel = "slipway_schedules";

/** Milliseconds after which it looks again though nothing was heard. */
const longestSleep = 10_000;
/** Milliseconds between two looks where something happens all the time. */
const shortestSleep = 20;
/** Milliseconds before a schedule that could not be fired is tried again. */
const pause = 5_000;

export function startSchedules({ database, url, log, ...options }: SchedulesOptions): Schedules {
  const end = new AbortController();
  const poisoned = new Map<string, number>();
  let wake = (): void => {};
  let woken = true;
  const poke = (): void => {
    woken = true;
    wake();
  };
  const listening = listen({
    url,
    subject: "schedules",
    log,
    end: end.signal,
    onConnected: poke,
    channels: { [schedulesChannel]: poke, [eventsChannel]: poke },
  });

  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      woken = false;
      const sleep = await look(database, options, poisoned, log).catch((error: unknown) => {
        log.warn({ err: error }, "the schedules could not be looked at");
        return pause;
      });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(shortestSleep, sleep));
        wake = () => {
          clearTimeout(timer);
          setTimeout(resolve, shortestSleep);
        };
        if (woken || end.signal.aborted) wake();
      });
    }
  };
  const running = run();
  return {
    async close() {
      end.abort();
      wake();
      await Promise.all([running, listening]);
    },
  };
}

/** @returns milliseconds until the next look */
async function look(
  database: Database,
  { submit, readPath, takeFile, onFired }: Pick<SchedulesOptions, "submit" | "readPath" | "takeFile" | "onFired">,
  poisoned: Map<string, number>,
  log: Log,
): Promise<number> {
  let fired = false;
  const told: SubmitRun = async (trx, run) => {
    fired = true;
    await submit(trx, run);
  };
  try {
    await fireAllTimes(database, told, poisoned, log);
    await fireNewVersions(database, told);
    await fireNewPaths(database, told, { readPath, takeFile, at: await databaseTime(database) });
    await fireEvents(database, told);
  } finally {
    if (fired) onFired();
  }
  return untilNext(database);
}

/** One schedule that cannot be fired stops no other: it is named, and passed by for a while. */
async function fireAllTimes(
  database: Database,
  submit: SubmitRun,
  poisoned: Map<string, number>,
  log: Log,
): Promise<void> {
  for (const [id, until] of poisoned) if (performance.now() >= until) poisoned.delete(id);
  for (;;) {
    let at = "";
    try {
      const named: SubmitRun = (trx, run) => {
        at = run.scheduleId;
        return submit(trx, run);
      };
      if ((await fireDueTimes(database, named, { except: [...poisoned.keys()] })) === null) return;
    } catch (error) {
      if (at === "") throw error;
      log.error({ err: error, schedule: at }, "a schedule could not be fired; it is tried again");
      poisoned.set(at, performance.now() + pause);
    }
  }
}

async function untilNext(database: Database): Promise<number> {
  const { rows } = await sql<{ milliseconds: number | null }>`
    SELECT extract(epoch FROM min(next_at) - clock_timestamp())::double precision * 1000 AS milliseconds
    FROM schedules WHERE next_at IS NOT NULL AND paused_at IS NULL
  `.execute(database);
  return Math.min(longestSleep, rows[0]?.milliseconds ?? longestSleep);
}
