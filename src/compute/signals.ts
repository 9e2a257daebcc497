/** What servers tell each other by PostgreSQL's notifications: look at the queue, look at a worker. They may be lost. */
import { sql, type RawBuilder } from "kysely";
import type { Queryable } from "../store/index.ts";

export const jobsChannel = "slipway_jobs";

export type JobSignal =
  /** Something waits for the target. */
  | { readonly target: string }
  /** Something about the worker's job has changed. */
  | { readonly worker: string };

/** For a statement that does it beside its own; heard once a transaction, when it commits. */
export function signal(what: JobSignal): RawBuilder<null> {
  return sql<null>`pg_notify(${jobsChannel}, ${JSON.stringify(what)})`;
}

export async function tellQueued(trx: Queryable, target: string): Promise<void> {
  await sql`SELECT ${signal({ target })}`.execute(trx);
}

export async function tellWorker(trx: Queryable, worker: string): Promise<void> {
  await sql`SELECT ${signal({ worker })}`.execute(trx);
}
