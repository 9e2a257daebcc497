/** Old events go; the newest of them stays in their place, so that a reader who needed them can be told. */
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import type { Database, Queryable } from "./database.ts";
import type { EventCursor } from "./events.ts";

/** Type of the event that stands where older ones were; a reader that meets it has missed some. */
export const eventsPurged = "events.purged";

export interface EventPurge {
  readonly workspaceId: string;
  /** Those that are older. */
  readonly before: Date;
  readonly signal: AbortSignal;
}

const batch = 10_000;

/**
 * Leaves what an active webhook has not delivered yet, however old it is.
 * @returns how many went
 */
export async function purgeEvents(database: Database, { workspaceId, before, signal }: EventPurge): Promise<number> {
  // First the mark, then the rows: a reader that begins in between is refused rather than given a part.
  const { rows } = await sql<{ xid: string; seq: number }>`
    UPDATE events SET type = ${eventsPurged}, subject = 'events', data = jsonb_build_object('before', ${before.toISOString()}::text)
    WHERE (workspace_id, xid, seq) = (
      SELECT workspace_id, xid, seq FROM events
      WHERE workspace_id = ${workspaceId} AND at < ${before}
        AND NOT EXISTS (
          SELECT 1 FROM webhooks
          WHERE webhooks.workspace_id = events.workspace_id AND state = 'active'
            AND (split_part(cursor, '-', 1)::xid8, split_part(cursor, '-', 2)::bigint) < (events.xid, events.seq))
      ORDER BY xid DESC, seq DESC LIMIT 1)
    RETURNING xid::text, seq`.execute(database);
  const mark = rows[0];
  if (mark === undefined) return 0;
  let removed = 0;
  for (;;) {
    signal.throwIfAborted();
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM events WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM events
        WHERE workspace_id = ${workspaceId} AND (xid, seq) < (${mark.xid}::xid8, ${mark.seq}::bigint) AND at < ${before}
        LIMIT ${batch}))`.execute(database);
    removed += Number(numAffectedRows);
    if (numAffectedRows < BigInt(batch)) return removed;
  }
}

/** @throws SLW_EVENT_CURSOR where events after the cursor are not kept any more */
export async function refusePurgedCursor(database: Queryable, workspaceId: string, cursor: EventCursor): Promise<void> {
  const [xid = "0", seq = "0"] = cursor.split("-");
  const { rows } = await sql<{ at: Date }>`
    SELECT at FROM events
    WHERE workspace_id = ${workspaceId} AND type = ${eventsPurged} AND (xid, seq) > (${xid}::xid8, ${seq}::bigint)
    ORDER BY xid, seq LIMIT 1`.execute(database);
  if (rows[0] === undefined) return;
  throw new SlipwayError(
    "SLW_EVENT_CURSOR",
    `Events after ${cursor} are not kept any more; those up to ${rows[0].at.toISOString()} are gone.`,
    { details: { cursor, purgedUpTo: rows[0].at.toISOString() } },
  );
}
