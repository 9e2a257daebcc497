/**
 * The times of a trigger, in order. In a gap of daylight saving a slot is at the first instant after it; in an hour that
 * comes twice, at its first; Minute, Hour and a cron of every hour count real time. Months without the day are left out.
 */
import { Cron } from "croner";
import { SlipwayError } from "../../base/index.ts";
import { weekDays, type CronTrigger, type RecurrenceTrigger, type TimeTrigger } from "./types.ts";
import { clockOf, instantOf, localTime, zoneOf, type LocalTime } from "./zones.ts";

/**
 * The first slot after an instant; null where there is none any more.
 * @param createdAt from where a recurrence without start counts
 */
export function nextSlot(trigger: TimeTrigger, after: Date, createdAt: Date): Date | null {
  return slotsOf(trigger, createdAt)(after);
}

/** @returns at most `most` slots after an instant, and not after another */
export function slotsBetween(
  trigger: TimeTrigger,
  { after, until, most }: { readonly after: Date; readonly until: Date | null; readonly most: number },
  createdAt: Date,
): Date[] {
  const next = slotsOf(trigger, createdAt);
  const slots: Date[] = [];
  for (let slot = next(after); slot !== null && slots.length < most; slot = next(slot)) {
    if (until !== null && slot > until) break;
    slots.push(slot);
  }
  return slots;
}

type Next = (after: Date) => Date | null;

function slotsOf(trigger: TimeTrigger, createdAt: Date): Next {
  return trigger.kind === "cron" ? cronSlots(trigger) : recurrenceSlots(trigger, createdAt);
}

function cronSlots({ expression, timeZone = "UTC" }: CronTrigger): Next {
  const zone = zoneOf(timeZone) ?? "UTC";
  const [, hour = ""] = expression.trim().split(/\s+/);
  if (!hour.startsWith("*")) return clockSlots(expression, zone);
  // Every hour counts real time, as in crontab(5): also in the hour that comes twice.
  const cron = new Cron(expression, { timezone: zone, paused: true, mode: "5-part" });
  return (after) => cron.nextRun(after);
}

/**
 * Cron is asked for times of the wall clock, as if it never changed, and each is looked up in the zone here: in its own
 * zones it leaves out a time within a gap that is not the first of its day.
 */
function clockSlots(expression: string, zone: string): Next {
  const cron = new Cron(expression, { timezone: "UTC", paused: true, mode: "5-part" });
  return (after) => {
    for (let clock = cron.nextRun(clockOf(after, zone)); clock !== null; clock = cron.nextRun(clock)) {
      const slot = instantOf(clock, zone);
      // A time that comes twice was a slot when it came first.
      if (slot > after) return slot;
    }
    return null;
  };
}

/** @throws SLW_SCHEDULE_TRIGGER where it is no time */
export function parseTime(text: string, zone: string, field: string): Date {
  const local = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(text);
  if (local) {
    const [, day = "", time = ""] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?/.exec(text) ?? [];
    const whole = `${day}T${time === "" ? "00:00:00" : time.length === 5 ? `${time}:00` : time}`;
    try {
      const found = new Cron(whole, { timezone: zone, paused: true }).nextRun(new Date(0));
      if (found !== null) return found;
    } catch {
      // Said below.
    }
  } else if (/^\d{4}-\d\d-\d\dT/.test(text)) {
    const found = new Date(text);
    if (!Number.isNaN(found.getTime())) return found;
  }
  throw new SlipwayError("SLW_SCHEDULE_TRIGGER", `trigger.${field} must be a time in ISO 8601, got "${text}".`, {
    fix: 'Give it like this: "2026-11-01T03:00:00", or with an offset: "2026-11-01T03:00:00Z".',
    details: { field, got: text },
  });
}

function recurrenceSlots(trigger: RecurrenceTrigger, createdAt: Date): Next {
  const zone = zoneOf(trigger.timeZone ?? "UTC") ?? "UTC";
  const start =
    trigger.startTime === undefined ? wholeMinute(createdAt) : parseTime(trigger.startTime, zone, "startTime");
  const end = trigger.endTime === undefined ? null : parseTime(trigger.endTime, zone, "endTime");
  const next = isRealTime(trigger) ? realTimeSlots(trigger, start) : calendarSlots(trigger, start, zone);
  return (after) => {
    const slot = next(after);
    return slot === null || (end !== null && slot > end) ? null : slot;
  };
}

function wholeMinute(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 60_000) * 60_000);
}

function isRealTime({ frequency }: RecurrenceTrigger): boolean {
  return frequency === "Minute" || frequency === "Hour";
}

function realTimeSlots({ frequency, interval = 1 }: RecurrenceTrigger, start: Date): Next {
  const step = interval * (frequency === "Hour" ? 3_600_000 : 60_000);
  return (after) => {
    const passed = Math.floor((after.getTime() - start.getTime()) / step);
    return new Date(start.getTime() + Math.max(0, passed + 1) * step);
  };
}

/** Years after which there surely is no slot: the 29th of February every 12 months, over a century without one. */
const furthestYears = 110;

/** Slots of every period, by cron, without the periods that the interval leaves out. */
function calendarSlots(trigger: RecurrenceTrigger, start: Date, zone: string): Next {
  const first = localTime(start, zone);
  const nextOfAnyPeriod = clockSlots(cronOf(trigger, first), zone);
  const periodsUntil = periodCounter(trigger, first);
  return (after) => {
    const last = new Date(Math.max(after.getTime(), start.getTime()) + furthestYears * 366 * 86_400_000);
    let from = after < start ? new Date(start.getTime() - 1) : after;
    for (let slot = nextOfAnyPeriod(from); slot !== null && slot < last; slot = nextOfAnyPeriod(from)) {
      const periods = periodsUntil(localTime(slot, zone));
      if (periods === 0) return slot;
      // Not further than the beginning of the period that counts, whatever the lengths of those between.
      from = new Date(slot.getTime() + (periods - 1) * shortest[trigger.frequency]);
    }
    return null;
  };
}

/** Milliseconds that a period has at least: days in which the clock goes forward, and February. */
const shortest = {
  Minute: 60_000,
  Hour: 3_600_000,
  Day: 22 * 3_600_000,
  Week: 7 * 86_400_000 - 7_200_000,
  Month: 28 * 86_400_000 - 7_200_000,
} as const;

function cronOf({ frequency, hours, minutes, weekDays: days }: RecurrenceTrigger, first: LocalTime): string {
  const hour = hours && hours.length > 0 ? hours.join(",") : String(first.hour);
  const byDefault = hours && hours.length > 0 ? 0 : first.minute;
  const minute = minutes && minutes.length > 0 ? minutes.join(",") : String(byDefault);
  if (frequency === "Month") return `${minute} ${hour} ${first.day} * *`;
  if (frequency === "Day") return `${minute} ${hour} * * *`;
  const chosen = days && days.length > 0 ? days.map((day) => weekDays.indexOf(day)) : [first.weekday];
  // Cron's Sunday is 0.
  return `${minute} ${hour} * * ${chosen.map((day) => (day + 1) % 7).join(",")}`;
}

/** Periods from that of a day to the next that counts: every so many days, weeks from Monday, or months since the first. */
function periodCounter({ frequency, interval = 1 }: RecurrenceTrigger, first: LocalTime): (day: LocalTime) => number {
  const period = ({ days, weekday, year, month }: LocalTime): number =>
    frequency === "Day" ? days : frequency === "Week" ? (days - weekday) / 7 : year * 12 + month;
  const origin = period(first);
  return (day) => {
    const beyond = (period(day) - origin) % interval;
    return beyond === 0 ? 0 : interval - beyond;
  };
}
