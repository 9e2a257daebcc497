/** Which server delivers which webhook, for how long: taken, kept and given back in single statements. */
import { sql, type Selectable } from "kysely";
import { newId } from "../../base/index.ts";
import type { Database, EventCursor, Queryable, Tables } from "../../store/index.ts";

export type WebhookRow = Selectable<Tables["webhooks"]>;

/** A webhook that is ours until the lease ends. */
export interface LeasedWebhook {
  readonly row: WebhookRow;
  readonly lease: string;
  /** How long each prolongation lasts. */
  readonly seconds: number;
}

function leaseEnd(seconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`;
}

/**
 * One that is due, has events to come and is nobody's; null where there is none.
 * @param seconds more than one attempt may take, so that no other server begins with the same event meanwhile
 */
export async function leaseWebhook(database: Database, seconds: number): Promise<LeasedWebhook | null> {
  const lease = newId();
  const due = database
    .selectFrom("webhooks")
    .select("id")
    .where("state", "=", "active")
    .where("next_attempt_at", "<=", sql<Date>`clock_timestamp()`)
    .where((where) =>
      where.or([where("leased_until", "is", null), where("leased_until", "<", sql<Date>`clock_timestamp()`)]),
    )
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("events")
          .select("events.seq")
          .whereRef("events.workspace_id", "=", "webhooks.workspace_id")
          .where(
            sql<boolean>`(events.xid, events.seq) > (split_part(webhooks.cursor, '-', 1)::xid8, split_part(webhooks.cursor, '-', 2)::bigint)`,
          ),
      ),
    )
    .orderBy("next_attempt_at")
    .limit(1)
    .forUpdate()
    .skipLocked();
  const row = await database
    .updateTable("webhooks")
    .set({ lease, leased_until: leaseEnd(seconds) })
    .where("id", "=", due)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : { row, lease, seconds };
}

export interface Progress {
  readonly cursor?: EventCursor;
  readonly failures?: number;
  readonly failing_since?: Date | null;
  readonly next_attempt_at?: Date;
  readonly state?: "disabled";
  readonly disabled_reason?: string;
}

/**
 * Writes how far it came, and goes on with the lease or gives it back.
 * @returns whether the lease was ours still; otherwise, or where the webhook was disabled or deleted, nothing more is
 *   to be sent
 */
export async function saveProgress(
  database: Queryable,
  { row, lease, seconds }: LeasedWebhook,
  progress: Progress,
  keep: boolean,
): Promise<boolean> {
  const saved = await database
    .updateTable("webhooks")
    .set({ ...progress, lease: keep ? lease : null, leased_until: keep ? leaseEnd(seconds) : null })
    .where("id", "=", row.id)
    .where("lease", "=", lease)
    .returning("state")
    .executeTakeFirst();
  return saved?.state === "active";
}
