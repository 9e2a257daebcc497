/**
 * A slot fires once: its row, and the run that it starts, are there with one transaction or not at all. Whoever inserts
 * the row fires it; the id of the run comes from the slot.
 */
import { sql, type Transaction } from "kysely";
import { idOf, SlipwayError } from "../../base/index.ts";
import type { Tables } from "../../store/index.ts";
import { toSlot, type ScheduleRow } from "./rows.ts";
import type { ScheduleSlot, SubmitRun } from "./types.ts";

export interface Firing {
  readonly slot: string;
  readonly dueAt: Date;
  /** What the pipeline gets beside the schedule's own parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** @returns null where it has fired, or was skipped, before */
export async function fireSlot(
  trx: Transaction<Tables>,
  schedule: ScheduleRow,
  { slot, dueAt, parameters = {} }: Firing,
  submit: SubmitRun,
): Promise<ScheduleSlot | null> {
  const id = idOf(`schedule ${schedule.id} ${slot}`);
  const row = await insertSlot(trx, { schedule_id: schedule.id, slot, due_at: dueAt, outcome: "FIRED", run_id: id });
  if (row === null) return null;
  const { pipeline, pipeline_version: version } = schedule;
  const reason = await attempt(trx, () =>
    submit(trx, {
      workspaceId: schedule.workspace_id,
      id,
      pipeline: version === null ? pipeline : `${pipeline}@${version}`,
      parameters: { ...schedule.parameters, ...parameters },
      experiment: schedule.experiment,
      scheduleId: schedule.id,
      actor: { userId: schedule.user_id, userName: schedule.user_name, requestId: null },
    }),
  );
  await trx.updateTable("schedules").set({ problem: reason }).where("id", "=", schedule.id).execute();
  if (reason === null) return row;
  return toSlot(
    await trx
      .updateTable("schedule_slots")
      .set({ outcome: "FAILED", run_id: null, reason })
      .where("schedule_id", "=", schedule.id)
      .where("slot", "=", slot)
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
}

export async function skipSlots(
  trx: Transaction<Tables>,
  schedule: ScheduleRow,
  slots: readonly Date[],
  reason: string,
): Promise<void> {
  if (slots.length === 0) return;
  await trx
    .insertInto("schedule_slots")
    .values(
      slots.map((due) => ({
        schedule_id: schedule.id,
        slot: due.toISOString(),
        due_at: due,
        outcome: "SKIPPED" as const,
        reason,
      })),
    )
    .onConflict((conflict) => conflict.columns(["schedule_id", "slot"]).doNothing())
    .execute();
}

async function insertSlot(
  trx: Transaction<Tables>,
  values: { schedule_id: string; slot: string; due_at: Date; outcome: "FIRED"; run_id: string },
): Promise<ScheduleSlot | null> {
  const row = await trx
    .insertInto("schedule_slots")
    .values(values)
    .onConflict((conflict) => conflict.columns(["schedule_id", "slot"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toSlot(row);
}

/** What a user can mend is the reason that the slot failed; anything else is for the next attempt. */
async function attempt(trx: Transaction<Tables>, work: () => Promise<void>): Promise<string | null> {
  await sql`SAVEPOINT slot`.execute(trx);
  try {
    await work();
    await sql`RELEASE SAVEPOINT slot`.execute(trx);
    return null;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.status >= 500) throw error;
    await sql`ROLLBACK TO SAVEPOINT slot`.execute(trx);
    return `${error.message} (${error.code})`;
  }
}
