import { operations, type Schedule as ScheduleBody, type ScheduleSlot as SlotBody } from "../../contract/index.ts";
import {
  backfillSchedule,
  checkSchedulable,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  listScheduleSlots,
  previewTrigger,
  runScheduleNow,
  submitScheduled,
  updateSchedule,
  type Schedule,
  type ScheduleSlot,
} from "../../pipelines/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

export function scheduleRoutes({ database }: Services): Route[] {
  return [
    route(operations.listSchedules, async ({ query, workspace }) => {
      const { pipeline, limit = 50, ...page } = query;
      const found = await listSchedules(database, { workspaceId: workspace.id, pipeline }, { ...page, limit });
      return { ...found, items: found.items.map(toBody) };
    }),
    route(operations.createSchedule, async ({ body, workspace, idempotentId, actor }) => {
      const input = { ...body, workspaceId: workspace.id, id: idempotentId, actor };
      return toBody(await createSchedule(database, input, checkSchedulable));
    }),
    route(operations.previewSchedule, async ({ body }) => ({
      nextTimes: previewTrigger(body.trigger, new Date()).map((time) => time.toISOString()),
    })),
    route(operations.getSchedule, async ({ params, workspace }) =>
      toBody(await getSchedule(database, { workspaceId: workspace.id, schedule: params.schedule })),
    ),
    route(operations.updateSchedule, async ({ params, body, workspace, actor }) => {
      const ref = { workspaceId: workspace.id, schedule: params.schedule };
      return toBody(await updateSchedule(database, ref, { changes: body, actor }, checkSchedulable));
    }),
    route(operations.deleteSchedule, async ({ params, workspace, actor }) => {
      await deleteSchedule(database, { workspaceId: workspace.id, schedule: params.schedule }, actor);
      return undefined;
    }),
    ...firingRoutes(database),
  ];
}

function firingRoutes(database: Services["database"]): Route[] {
  return [
    route(operations.runSchedule, async ({ params, workspace, idempotentId, actor }) => {
      const ref = { workspaceId: workspace.id, schedule: params.schedule };
      return toSlotBody(await runScheduleNow(database, ref, { id: idempotentId, actor, submit: submitScheduled }));
    }),
    route(operations.backfillSchedule, async ({ params, body, workspace }) => {
      const ref = { workspaceId: workspace.id, schedule: params.schedule };
      const span = { from: new Date(body.from), to: new Date(body.to), submit: submitScheduled };
      return { slots: (await backfillSchedule(database, ref, span)).map(toSlotBody) };
    }),
    route(operations.listScheduleSlots, async ({ params, query, workspace }) => {
      const { limit = 50, ...page } = query;
      const ref = { workspaceId: workspace.id, schedule: params.schedule };
      const found = await listScheduleSlots(database, ref, { ...page, limit });
      return { ...found, items: found.items.map(toSlotBody) };
    }),
  ];
}

function toBody(schedule: Schedule): ScheduleBody {
  const { id, name, description, pipeline, version, trigger, parameters, experiment, missed, paused, problem } =
    schedule;
  return {
    id,
    name,
    description,
    pipeline,
    version,
    experiment,
    missed,
    paused,
    problem,
    trigger: structuredClone(trigger) as ScheduleBody["trigger"],
    parameters: { ...parameters },
    nextAt: schedule.nextAt?.toISOString() ?? null,
    nextTimes: schedule.nextTimes.map((time) => time.toISOString()),
    createdBy: schedule.createdBy,
    createdAt: schedule.createdAt.toISOString(),
    updatedAt: schedule.updatedAt.toISOString(),
  };
}

function toSlotBody({ slot, dueAt, outcome, runId, reason, createdAt }: ScheduleSlot): SlotBody {
  return { slot, dueAt: dueAt.toISOString(), outcome, run: runId, reason, createdAt: createdAt.toISOString() };
}
