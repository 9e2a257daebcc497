/** Slots of time triggers that are due, by the clock of the database. */
import { sql } from "kysely";
import { transaction, type Database, type Queryable } from "../../store/index.ts";
import { fireSlot, skipSlots } from "./fire.ts";
import { selectSchedules, type ScheduleRow } from "./rows.ts";
import { nextSlot, slotsBetween } from "./slots.ts";
import type { MissedPolicy, SubmitRun, TimeTrigger } from "./types.ts";

/** A slot that is later than this has been missed: no server was there. */
export const missedAfterMilliseconds = 60_000;
/** Slots that the policy "all" makes good at most, and that are recorded as skipped. */
const mostMissed = 1_000;
/** Days that are looked back for slots. */
const mostDays = 366;

/** Fires what is due of one schedule that no other server is at. @returns its id; null where there is none */
export async function fireDueTimes(
  database: Database,
  submit: SubmitRun,
  { except, at }: { readonly except: readonly string[]; readonly at?: Date },
): Promise<string | null> {
  return transaction(database, async (trx) => {
    const now = at ?? (await databaseTime(trx));
    const schedule = await selectSchedules(trx)
      .where("schedules.kind", "in", ["cron", "recurrence"])
      .where("schedules.paused_at", "is", null)
      .where("schedules.next_at", "<=", now)
      .$if(except.length > 0, (query) => query.where("schedules.id", "not in", except))
      .orderBy("schedules.next_at")
      .limit(1)
      .forUpdate("schedules")
      .skipLocked()
      .executeTakeFirst();
    if (schedule === undefined) return null;
    const trigger = schedule.trigger as unknown as TimeTrigger;
    const { fire, skip } = choose(dueSlots(trigger, schedule, now), schedule.missed, now);
    await skipSlots(trx, schedule, skip, "no server was there when it was due");
    for (const due of fire) await fireSlot(trx, schedule, { slot: due.toISOString(), dueAt: due }, submit);
    await trx
      .updateTable("schedules")
      .set({ next_at: nextSlot(trigger, now, schedule.created_at) })
      .where("id", "=", schedule.id)
      .execute();
    return schedule.id;
  });
}

/** The oldest first. */
function dueSlots(trigger: TimeTrigger, { next_at: nextAt, created_at: createdAt }: ScheduleRow, now: Date): Date[] {
  const first = Math.max((nextAt ?? now).getTime() - 1, now.getTime() - mostDays * 86_400_000);
  return slotsBetween(trigger, { after: new Date(first), until: now, most: Infinity }, createdAt);
}

/** Which of the due slots fire. */
export function choose(
  due: readonly Date[],
  policy: MissedPolicy,
  now: Date,
): { readonly fire: readonly Date[]; readonly skip: readonly Date[] } {
  if (policy === "latest") return { fire: due.slice(-1), skip: due.slice(0, -1).slice(-mostMissed) };
  const missed = due.filter((slot) => now.getTime() - slot.getTime() > missedAfterMilliseconds);
  const inTime = due.slice(missed.length);
  if (policy === "skip") return { fire: inTime, skip: missed.slice(-mostMissed) };
  const kept = missed.slice(-mostMissed);
  return { fire: [...kept, ...inTime], skip: missed.slice(0, missed.length - kept.length).slice(-mostMissed) };
}

export async function databaseTime(database: Queryable): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`SELECT clock_timestamp() AS now`.execute(database);
  return (rows[0] as { now: Date }).now;
}
