/** The event log: written in the transaction of the change it tells of, read in order by any number of readers. */
import { sql } from "kysely";
import type { Queryable } from "./database.ts";

/** NOTIFY channel that wakes readers; its payload is the workspace's id. */
export const eventsChannel = "slipway_events";

export interface NewEvent {
  readonly workspaceId: string;
  /** What changed, then how: "dataset.created", "run.updated", "model.version.created". */
  readonly type: string;
  /** "dataset/bank", "run/0190…". */
  readonly subject: string;
  /** Without secrets: webhooks carry it outside. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface StoredEvent extends NewEvent {
  /** Position in the log: where a reader goes on. */
  readonly cursor: EventCursor;
  readonly seq: number;
  readonly at: Date;
}

/** Opaque to clients; compares by transaction first, then by row. */
export type EventCursor = string;

/** Call it with the transaction that makes the change, so that there is neither a change without event nor an event without change. */
export async function recordEvent(transaction: Queryable, event: NewEvent): Promise<void> {
  const { workspaceId, type, subject, data } = event;
  await transaction
    .insertInto("events")
    .values({ workspace_id: workspaceId, type, subject, data: JSON.stringify(data) })
    .execute();
  await sql`SELECT pg_notify(${eventsChannel}, ${workspaceId})`.execute(transaction);
}

/**
 * Events after `after`, oldest first, at most `limit`. Numbers of an identity column are given before their
 * transaction commits, so that a reader by number alone would pass by rows that commit late: rows are read in the order
 * of their transactions, and only those that no running transaction can still precede.
 * @param after of the last event that was read; null from the beginning
 */
export async function readEvents(
  database: Queryable,
  { workspaceId, after, limit }: { workspaceId: string | null; after: EventCursor | null; limit: number },
): Promise<StoredEvent[]> {
  const horizon = await settledBelow(database);
  let query = database
    .selectFrom("events")
    .select(["seq", "xid", "workspace_id", "at", "type", "subject", "data"])
    .where(sql<boolean>`xid < ${horizon}::xid8`)
    .orderBy("xid")
    .orderBy("seq")
    .limit(limit);
  if (workspaceId !== null) query = query.where("workspace_id", "=", workspaceId);
  if (after !== null) {
    const [xid, seq] = parseCursor(after);
    query = query.where(sql<boolean>`(xid, seq) > (${xid}::xid8, ${seq}::bigint)`);
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    cursor: `${row.xid}-${row.seq}`,
    seq: row.seq,
    at: row.at,
    workspaceId: row.workspace_id,
    type: row.type,
    subject: row.subject,
    data: row.data,
  }));
}

/**
 * Every transaction with a smaller number has ended, and a statement after this one sees what it wrote. A snapshot's
 * own xmin would do, but it waits for transactions of all databases of the server, however long they run; here only
 * those of this database count. The number that is returned may be too small, never too large: ages are counted from a
 * moment after the snapshot.
 */
async function settledBelow(database: Queryable): Promise<string> {
  const { rows } = await sql<{ horizon: string }>`
    SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - coalesce(max(greatest(age(backend_xid), 0)), 0))::text
      AS horizon
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL
  `.execute(database);
  return (rows[0] as { horizon: string }).horizon;
}

/** Where the log ends now: a reader that starts here sees what comes, and perhaps the last of what was. */
export async function eventsEnd(database: Queryable): Promise<EventCursor> {
  return `${await settledBelow(database)}-0`;
}

export function isEventCursor(text: string): boolean {
  return /^\d{1,20}-\d{1,15}$/.test(text);
}

function parseCursor(cursor: EventCursor): [string, string] {
  const [xid = "0", seq = "0"] = cursor.split("-");
  return [xid, seq];
}
