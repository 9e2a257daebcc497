export { previewTrigger } from "./preview-trigger.ts";
export { fromAzureRecurrence, toAzureRecurrence, type AzureRecurrence } from "./check-trigger.ts";
export type { PathState, ReadPath } from "./fire-data.ts";
export { createPathReader } from "./read-path.ts";
export {
  backfillSchedule,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  listScheduleSlots,
  runScheduleNow,
  updateSchedule,
  type CheckPipeline,
  type NewSchedule,
  type ScheduleChanges,
} from "./schedules.ts";
export { checkSchedulable, createFileTaker, submitScheduled } from "./submit-scheduled.ts";
export { startSchedules, type Schedules, type SchedulesOptions } from "./start-schedules.ts";
export type { Schedule, ScheduleRef, ScheduleSlot, SubmitRun, Trigger } from "./types.ts";
