/** Triggers are refused before they are stored, by field. */
import { Cron } from "croner";
import { nearest, SlipwayError } from "../../base/index.ts";
import { nextSlot, parseTime } from "./slots.ts";
import {
  frequencies,
  isTimeTrigger,
  weekDays,
  type DataTrigger,
  type Frequency,
  type RecurrenceTrigger,
  type Trigger,
  type WeekDay,
} from "./types.ts";
import { zoneOf } from "./zones.ts";

/** @throws SLW_SCHEDULE_TRIGGER naming the field */
export function checkTrigger(trigger: Trigger, now: Date): void {
  if (isTimeTrigger(trigger)) {
    if (trigger.timeZone !== undefined) checkZone(trigger.timeZone);
    if (trigger.kind === "cron") checkCron(trigger.expression);
    else checkRecurrence(trigger);
    if (nextSlot(trigger, now, now) === null) {
      throw invalid("trigger", "a time that comes", "none", "The trigger has no slot any more.");
    }
    return;
  }
  if (trigger.kind === "data") checkData(trigger);
}

function checkZone(name: string): void {
  if (zoneOf(name) !== null) return;
  const near = nearest(name, Intl.supportedValuesOf("timeZone"));
  throw invalid("timeZone", "a time zone", name, `There is no time zone "${name}".`, near);
}

function checkCron(expression: string): void {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 6) {
    throw invalid(
      "expression",
      "five fields",
      expression,
      "Seconds are not taken: give minute, hour, day, month, weekday.",
    );
  }
  try {
    new Cron(expression, { paused: true, mode: "5-part" }).stop();
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^\w+: /, "");
    throw invalid("expression", "minute, hour, day, month, weekday", expression, `"${expression}": ${reason}`);
  }
}

function checkRecurrence(trigger: RecurrenceTrigger): void {
  const { frequency, interval = 1, hours, minutes, weekDays: days, startTime, endTime, timeZone = "UTC" } = trigger;
  if (!Number.isInteger(interval) || interval < 1) {
    throw invalid("interval", "a whole number from 1 on", interval, `The interval is ${interval}.`);
  }
  const zone = zoneOf(timeZone) ?? "UTC";
  const start = startTime === undefined ? null : parseTime(startTime, zone, "startTime");
  const end = endTime === undefined ? null : parseTime(endTime, zone, "endTime");
  if (start !== null && end !== null && end < start) {
    throw invalid("endTime", "a time after startTime", endTime, "The end is before the start.");
  }
  const ofDays = frequency === "Day" || frequency === "Week" || frequency === "Month";
  for (const [field, values] of [["hours", hours] as const, ["minutes", minutes] as const]) {
    if (values && values.length > 0 && !ofDays) {
      throw invalid(field, "nothing", values, `Frequency ${frequency} has no ${field}: it counts from startTime.`);
    }
  }
  if (days && days.length > 0 && frequency !== "Week") {
    throw invalid("weekDays", "nothing", days, `Frequency ${frequency} has no weekDays; only Week has.`);
  }
}

function checkData({ dataset, datastore, path }: DataTrigger): void {
  if ((dataset === undefined) === (datastore === undefined)) {
    throw invalid(
      "dataset",
      "a dataset or a datastore",
      null,
      "Either a dataset or a datastore says where new data come.",
    );
  }
  if (datastore !== undefined && path === undefined) {
    throw invalid("path", "a path of the datastore", null, "A path of the datastore is needed.");
  }
}

function invalid(
  field: string,
  expected: string,
  got: unknown,
  message: string,
  near: string | null = null,
): SlipwayError {
  return new SlipwayError("SLW_SCHEDULE_TRIGGER", `trigger.${field}: ${message}`, {
    ...(near !== null && { fix: `Did you mean "${near}"?` }),
    details: { field: `trigger.${field}`, expected, got, nearest: near },
  });
}

/** {"Frequency": …, "Interval": …, "StartTime": …, "TimeZone": …, "Schedule": {"Hours": …, "Minutes": …, "WeekDays": …}} */
export interface AzureRecurrence {
  readonly Frequency: string;
  readonly Interval?: number | null | undefined;
  readonly StartTime?: string | null | undefined;
  readonly TimeZone?: string | null | undefined;
  readonly Schedule?:
    | {
        readonly Hours?: readonly number[] | null | undefined;
        readonly Minutes?: readonly number[] | null | undefined;
        readonly WeekDays?: readonly string[] | null | undefined;
      }
    | null
    | undefined;
}

/** @throws SLW_SCHEDULE_TRIGGER */
export function fromAzureRecurrence(given: AzureRecurrence): RecurrenceTrigger {
  const { Interval, StartTime, TimeZone, Schedule } = given;
  const days = Schedule?.WeekDays?.map((day) => choice("weekDays", day, weekDays)) as WeekDay[] | undefined;
  return {
    kind: "recurrence",
    frequency: choice("frequency", given.Frequency, frequencies) as Frequency,
    ...(Interval && { interval: Interval }),
    ...(StartTime && { startTime: StartTime }),
    ...(TimeZone && { timeZone: TimeZone }),
    ...(Schedule?.Hours && { hours: Schedule.Hours }),
    ...(Schedule?.Minutes && { minutes: Schedule.Minutes }),
    ...(days && { weekDays: days }),
  };
}

export function toAzureRecurrence(trigger: RecurrenceTrigger): AzureRecurrence {
  const { frequency, interval = 1, startTime, timeZone, hours, minutes, weekDays: days } = trigger;
  return {
    Frequency: frequency,
    Interval: interval,
    StartTime: startTime ?? null,
    TimeZone: timeZone ?? "UTC",
    Schedule: { Hours: hours ?? [], Minutes: minutes ?? [], WeekDays: days ?? [] },
  };
}

function choice(field: string, given: string, choices: readonly string[]): string {
  const found = choices.find((name) => name.toLowerCase() === given.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(
    field,
    choices.join(", "),
    given,
    `"${given}" is none of ${choices.join(", ")}.`,
    nearest(given, choices),
  );
}
