/** Event triggers: what happened in the workspace since the last look. */
import { isOfType } from "../../registry/index.ts";
import {
  eventsEnd,
  readEvents,
  refusePurgedCursor,
  transaction,
  type Database,
  type EventCursor,
  type StoredEvent,
} from "../../store/index.ts";
import { SlipwayError } from "../../base/index.ts";
import { fireSlot } from "./fire.ts";
import { selectSchedules, type ScheduleRow } from "./rows.ts";
import type { EventTrigger, SubmitRun } from "./types.ts";

const most = 500;

export async function fireEvents(database: Database, submit: SubmitRun): Promise<void> {
  const schedules = await selectSchedules(database)
    .where("schedules.kind", "=", "event")
    .where("schedules.paused_at", "is", null)
    .execute();
  for (const { id } of schedules) while (await fireNext(database, id, submit));
}

/** @returns whether there may be more */
function fireNext(database: Database, id: string, submit: SubmitRun): Promise<boolean> {
  return transaction(database, async (trx) => {
    const schedule = await selectSchedules(trx)
      .where("schedules.id", "=", id)
      .where("schedules.paused_at", "is", null)
      .forUpdate("schedules")
      .skipLocked()
      .executeTakeFirst();
    if (schedule === undefined) return false;
    const { workspace_id: workspaceId } = schedule;
    const after = (schedule.position?.["cursor"] ?? null) as EventCursor | null;
    try {
      if (after !== null) await refusePurgedCursor(trx, workspaceId, after);
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      const problem = `${error.message} The schedule goes on with what happens from now on.`;
      await move(trx, id, { cursor: await eventsEnd(trx), problem });
      return false;
    }
    const events = await readEvents(trx, { workspaceId, after, limit: most });
    const last = events.at(-1);
    if (last === undefined) return false;
    for (const event of events.filter((each) => isWanted(schedule, each))) {
      const parameters = fill(schedule.parameters, event);
      await fireSlot(trx, schedule, { slot: event.cursor, dueAt: event.at, parameters }, submit);
    }
    await move(trx, id, { cursor: last.cursor });
    return events.length === most;
  });
}

async function move(
  trx: Parameters<Parameters<typeof transaction>[1]>[0],
  id: string,
  { cursor, problem }: { readonly cursor: EventCursor; readonly problem?: string },
): Promise<void> {
  await trx
    .updateTable("schedules")
    .set({ position: JSON.stringify({ cursor }), ...(problem !== undefined && { problem }) })
    .where("id", "=", id)
    .execute();
}

function isWanted({ trigger, id }: ScheduleRow, event: StoredEvent): boolean {
  const { type, subject, data = {} } = trigger as unknown as EventTrigger;
  // A schedule that started itself by what it started would never end.
  if (event.data["schedule"] === id) return false;
  if (!isOfType(event, [type])) return false;
  if (subject !== undefined && event.subject !== subject && !event.subject.startsWith(`${subject}/`)) return false;
  return Object.entries(data).every(([field, value]) => JSON.stringify(event.data[field]) === JSON.stringify(value));
}

/** "${event.data.model}", "${event.subject}" and "${event.type}" in a parameter stand for what they name. */
function fill(parameters: Readonly<Record<string, unknown>>, event: StoredEvent): Record<string, unknown> {
  const known: Readonly<Record<string, unknown>> = {
    subject: event.subject,
    type: event.type,
    ...Object.fromEntries(Object.entries(event.data).map(([name, value]) => [`data.${name}`, value])),
  };
  const valueOf = (name: string): unknown => (Object.hasOwn(known, name) ? known[name] : undefined);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (typeof value !== "string") return [name, value];
      const [, alone] = /^\$\{event\.([\w.]+)\}$/.exec(value) ?? [];
      if (alone !== undefined) return [name, valueOf(alone) ?? value];
      return [name, value.replace(/\$\{event\.([\w.]+)\}/g, (text, key: string) => String(valueOf(key) ?? text))];
    }),
  );
}
