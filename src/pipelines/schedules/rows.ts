/** Rows of schedules, as others know them. */
import type { Selectable } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable, Tables } from "../../store/index.ts";
import { slotsBetween } from "./slots.ts";
import { isTimeTrigger, type Schedule, type ScheduleRef, type ScheduleSlot, type Trigger } from "./types.ts";

export type ScheduleRow = Selectable<Tables["schedules"]> & { readonly pipeline: string };

export function selectSchedules(database: Queryable) {
  return database
    .selectFrom("schedules")
    .innerJoin("pipelines", "pipelines.id", "schedules.pipeline_id")
    .selectAll("schedules")
    .select("pipelines.name as pipeline");
}

/** @throws SLW_SCHEDULE_UNKNOWN */
export async function findRow(database: Queryable, { workspaceId, schedule }: ScheduleRef): Promise<ScheduleRow> {
  const row = await selectSchedules(database)
    .where("schedules.workspace_id", "=", workspaceId)
    .where((eb) => eb.or([eb("schedules.name", "=", schedule), eb("schedules.id", "=", schedule)]))
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new SlipwayError("SLW_SCHEDULE_UNKNOWN", `There is no schedule "${schedule}".`, { details: { schedule } });
}

const shownTimes = 5;

export function toSchedule(row: ScheduleRow, now: Date = new Date()): Schedule {
  const trigger = row.trigger as unknown as Trigger;
  const paused = row.paused_at !== null;
  const span = { after: now, until: null, most: shownTimes };
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    description: row.description,
    pipeline: row.pipeline,
    pipelineId: row.pipeline_id,
    version: row.pipeline_version,
    trigger,
    parameters: row.parameters,
    experiment: row.experiment,
    missed: row.missed,
    paused,
    nextAt: row.next_at,
    nextTimes: isTimeTrigger(trigger) ? slotsBetween(trigger, span, row.created_at) : [],
    problem: row.problem,
    createdBy: row.user_name,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toSlot(row: Selectable<Tables["schedule_slots"]>): ScheduleSlot {
  return {
    scheduleId: row.schedule_id,
    slot: row.slot,
    dueAt: row.due_at,
    outcome: row.outcome,
    runId: row.run_id,
    reason: row.reason,
    createdAt: row.created_at,
  };
}
