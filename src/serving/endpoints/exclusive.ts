/** One piece of work on an endpoint at a time, among all servers of a database. */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../store/index.ts";

/** Each holds a connection of the pool for as long as it works. */
const parallel = 6;
/** Milliseconds between two looks at a lock that another server holds. */
const pause = 200;

export interface Exclusive {
  /** Waits for those that came before with the same id. @param signal ends the waiting */
  run(id: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>;
}

export function createExclusive(database: Database): Exclusive {
  const last = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < parallel) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };
  const runAlone = async (id: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> => {
    await enter();
    try {
      signal.throwIfAborted();
      await locked(database, id, signal, work);
    } finally {
      leave();
    }
  };
  return {
    run(id, signal, work) {
      const before = last.get(id) ?? Promise.resolve();
      const mine = before.then(() => runAlone(id, signal, work));
      const settled: Promise<void> = mine
        .catch(() => {})
        .finally(() => {
          if (last.get(id) === settled) last.delete(id);
        });
      last.set(id, settled);
      return mine;
    },
  };
}

/** A lock of a connection, which PostgreSQL frees when its holder dies, however it dies. */
function locked(database: Database, id: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const key = sql`hashtextextended(${`endpoint/${id}`}, 0)`;
  return database.connection().execute(async (connection) => {
    for (;;) {
      const { rows } = await sql<{ ours: boolean }>`SELECT pg_try_advisory_lock(${key}) AS ours`.execute(connection);
      if (rows[0]?.ours === true) break;
      await sleep(pause, undefined, { signal });
    }
    try {
      await work();
    } finally {
      // Where the connection broke the lock is gone with it.
      await sql`SELECT pg_advisory_unlock(${key})`.execute(connection).catch(() => {});
    }
  });
}
