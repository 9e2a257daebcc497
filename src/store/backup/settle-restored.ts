/** What in restored rows belongs to the server that they came from, made fit for this one. */
import { sql } from "kysely";
import { transaction, type Database } from "../database.ts";

/**
 * Transaction numbers of the old server mean nothing here. Events keep the order of their numbers; a webhook may deliver some of the last ones again, as it says it may.
 */
export async function settleRestored(database: Database): Promise<void> {
  await transaction(database, async (trx) => {
    await sql`
      UPDATE webhooks SET cursor = '3-' || coalesce(
        (SELECT min(events.seq) - 1 FROM events
         WHERE events.workspace_id = webhooks.workspace_id
           AND (events.xid, events.seq) > (split_part(cursor, '-', 1)::xid8, split_part(cursor, '-', 2)::bigint)),
        (SELECT max(events.seq) FROM events),
        0)
    `.execute(trx);
    // 3 is the first number that a transaction can have.
    await sql`UPDATE events SET xid = '3'`.execute(trx);
    // Their processes are those of the old server: the first one that starts here adopts the rows (serving/endpoints).
    const unadopted = { home: sql<string>`'restored/' || id`, applied_revision: 0, state: "Transitioning" } as const;
    await trx.updateTable("endpoints").set(unadopted).where("home", "not like", "wanted/%").execute();
  });
}
