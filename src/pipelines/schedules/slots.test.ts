/** Times of triggers, against a second enumeration that is slow and looks at every minute. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTrigger, fromAzureRecurrence, toAzureRecurrence } from "./check-trigger.ts";
import { choose } from "./fire-times.ts";
import { nextSlot, parseTime, slotsBetween } from "./slots.ts";
import { frequencies, weekDays, type RecurrenceTrigger, type TimeTrigger, type Trigger } from "./types.ts";
import { localTime, zoneOf } from "./zones.ts";

const created = new Date("2026-01-01T10:15:30Z");

function times(trigger: TimeTrigger, after: string, most: number): string[] {
  return slotsBetween(trigger, { after: new Date(after), until: null, most }, created).map((slot) =>
    slot.toISOString().slice(0, 16),
  );
}

describe("slots", () => {
  const berlin = { timeZone: "Europe/Berlin" } as const;

  test.each<[string, TimeTrigger, string, string[]]>([
    [
      "in the gap of the spring, at the first instant after it",
      { kind: "cron", expression: "30 2 * * *", ...berlin },
      "2026-03-28T12:00:00Z",
      ["2026-03-29T01:00", "2026-03-30T00:30"],
    ],
    [
      "in the gap of the spring, after another of the same day",
      { kind: "cron", expression: "0 0,2 * * *", ...berlin },
      "2026-03-28T12:00:00Z",
      ["2026-03-28T23:00", "2026-03-29T01:00", "2026-03-29T22:00", "2026-03-30T00:00"],
    ],
    [
      "in the hour that comes twice, once",
      { kind: "cron", expression: "30 2 * * *", ...berlin },
      "2026-10-24T12:00:00Z",
      ["2026-10-25T00:30", "2026-10-26T01:30"],
    ],
    [
      "every half hour counts real time through the hour that comes twice",
      { kind: "cron", expression: "*/30 * * * *", ...berlin },
      "2026-10-24T23:59:00Z",
      ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"],
    ],
    [
      "every hour of a recurrence counts real time",
      { kind: "recurrence", frequency: "Hour", interval: 1, startTime: "2026-10-25T01:30:00", ...berlin },
      "2026-10-24T00:00:00Z",
      ["2026-10-24T23:30", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"],
    ],
    [
      "every day of a recurrence keeps its local time",
      { kind: "recurrence", frequency: "Day", hours: [9], ...berlin },
      "2026-03-27T12:00:00Z",
      ["2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"],
    ],
    [
      "months without the day are left out",
      { kind: "recurrence", frequency: "Month", startTime: "2026-01-31T08:00:00Z" },
      "2026-01-01T00:00:00Z",
      ["2026-01-31T08:00", "2026-03-31T08:00", "2026-05-31T08:00"],
    ],
    [
      "the leap day",
      { kind: "recurrence", frequency: "Month", interval: 12, startTime: "2024-02-29T00:00:00Z" },
      "2026-01-01T00:00:00Z",
      ["2028-02-29T00:00", "2032-02-29T00:00"],
    ],
    [
      "every second week, on two days, by Azure's name of the zone",
      {
        kind: "recurrence",
        frequency: "Week",
        interval: 2,
        weekDays: ["Monday", "Thursday"],
        hours: [3],
        minutes: [0, 30],
        timeZone: "W. Europe Standard Time",
        startTime: "2026-01-05T00:00:00",
      },
      "2026-01-01T00:00:00Z",
      ["2026-01-05T02:00", "2026-01-05T02:30", "2026-01-08T02:00", "2026-01-08T02:30", "2026-01-19T02:00"],
    ],
    [
      "names and steps of cron",
      { kind: "cron", expression: "0 3 1-7 * MON" },
      "2026-02-01T00:00:00Z",
      ["2026-02-01T03:00", "2026-02-02T03:00", "2026-02-03T03:00"],
    ],
  ])("%s", (_, trigger, after, expected) => {
    expect(times(trigger, after, expected.length)).toEqual(expected);
  });

  test("end with the end", () => {
    const trigger: TimeTrigger = {
      kind: "recurrence",
      frequency: "Day",
      startTime: "2026-05-01T00:00:00Z",
      endTime: "2026-05-02T12:00:00Z",
    };
    expect(times(trigger, "2026-01-01T00:00:00Z", 9)).toEqual(["2026-05-01T00:00", "2026-05-02T00:00"]);
    expect(nextSlot(trigger, new Date("2026-05-03T00:00:00Z"), created)).toBeNull();
  });
});

const zones = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Africa/Cairo",
  "Pacific/Apia",
  "America/St_Johns",
  "Asia/Tehran",
  "Europe/Dublin",
  "Africa/Casablanca",
);
const someTime = fc
  .integer({ min: Date.UTC(2025, 0, 1) / 60_000, max: Date.UTC(2035, 0, 1) / 60_000 })
  .map((minutes) => new Date(minutes * 60_000));

const calendar = fc.record({
  kind: fc.constant("recurrence" as const),
  frequency: fc.constantFrom("Day" as const, "Week" as const, "Month" as const),
  interval: fc.integer({ min: 1, max: 4 }),
  hours: fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 3 }),
  minutes: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 }),
  timeZone: zones,
  startTime: someTime.map((time) => time.toISOString()),
});

/** Local minutes that were passed over by the clock, and what is there instead. */
function slowSlots(trigger: RecurrenceTrigger, from: Date, minutes: number): string[] {
  const { timeZone = "UTC", hours = [], minutes: wanted = [], frequency, interval = 1, startTime = "" } = trigger;
  const start = new Date(startTime);
  const first = localTime(start, timeZone);
  const slots: string[] = [];
  let previous = localTime(new Date(from.getTime() - 60_000), timeZone);
  const seen = new Set<string>();
  for (let i = 0; i < minutes; i++) {
    const instant = new Date(from.getTime() + i * 60_000);
    const local = localTime(instant, timeZone);
    const minuteOf = ({ days, hour, minute }: typeof local): number => (days * 24 + hour) * 60 + minute;
    const gap = minuteOf(local) - minuteOf(previous);
    // All local minutes since the last instant: one, or those of a gap. Those that come again were there before.
    for (let passed = Math.max(1, gap) - 1; passed >= 0; passed--) {
      const at = minuteOf(local) - passed;
      const day = Math.floor(at / 1440);
      const date = new Date(day * 86_400_000);
      const monday = (date.getUTCDay() + 6) % 7;
      const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + 1;
      const period =
        frequency === "Day"
          ? day - first.days
          : frequency === "Week"
            ? (day - monday - (first.days - first.weekday)) / 7
            : months - (first.year * 12 + first.month);
      const fits =
        period % interval === 0 &&
        (frequency !== "Week" || monday === first.weekday) &&
        (frequency !== "Month" || date.getUTCDate() === first.day) &&
        hours.includes(Math.floor((at % 1440) / 60)) &&
        wanted.includes(at % 60);
      const key = String(at);
      if (fits && !seen.has(key) && instant >= start) slots.push(instant.toISOString());
      if (fits) seen.add(key);
    }
    previous = local;
  }
  return [...new Set(slots)];
}

describe("any trigger", () => {
  test("has the slots that looking at every minute finds", () => {
    // Around the changes of the clocks, and anywhere.
    const around = fc.constantFrom(
      "2026-03-28",
      "2026-10-24",
      "2026-03-07",
      "2026-10-31",
      "2027-04-03",
      "2028-02-28",
      "2026-04-23",
      "2026-10-29",
    );
    fc.assert(
      fc.property(calendar, around, (trigger, day) => {
        const from = new Date(`${day}T00:00:00Z`);
        const shifted = { ...trigger, startTime: `2025-0${1 + (trigger.interval % 9)}-1${trigger.interval}T00:00:00Z` };
        const minutes = 3 * 1440;
        const until = new Date(from.getTime() + (minutes - 1) * 60_000);
        const found = slotsBetween(shifted, { after: new Date(from.getTime() - 1), until, most: 1000 }, created);
        expect(found.map((slot) => slot.toISOString())).toEqual(slowSlots(shifted, from, minutes));
      }),
      { numRuns: 60 },
    );
  });

  test("has strictly later slots, the same from wherever one begins to look", () => {
    const real = fc.record({
      kind: fc.constant("recurrence" as const),
      frequency: fc.constantFrom("Minute" as const, "Hour" as const),
      interval: fc.integer({ min: 1, max: 500 }),
      timeZone: zones,
      startTime: someTime.map((time) => time.toISOString()),
    });
    fc.assert(
      fc.property(fc.oneof(calendar, real), someTime, fc.integer({ min: 0, max: 10 }), (trigger, after, skip) => {
        const slots = slotsBetween(trigger, { after, until: null, most: 12 }, created);
        for (const [i, slot] of slots.entries()) expect(slot > (slots[i - 1] ?? after)).toBe(true);
        const from = slots[skip];
        if (from === undefined) return;
        const rest = slotsBetween(trigger, { after: from, until: null, most: 11 - skip }, created);
        expect(rest).toEqual(slots.slice(skip + 1));
      }),
      { numRuns: 150 },
    );
  });
});

describe("triggers are refused before they are stored", () => {
  const now = new Date("2026-06-01T00:00:00Z");
  test.each<[Trigger, RegExp]>([
    [{ kind: "cron", expression: "61 * * * *" }, /expression.*minute/],
    [{ kind: "cron", expression: "* * * * * *" }, /Seconds are not taken/],
    [{ kind: "cron", expression: "0 0 30 2 *" }, /no slot any more/],
    [{ kind: "cron", expression: "0 3 * * *", timeZone: "Europe/Berln" }, /time zone "Europe\/Berln"/],
    [{ kind: "recurrence", frequency: "Hour", hours: [3] }, /Frequency Hour has no hours/],
    [{ kind: "recurrence", frequency: "Day", weekDays: ["Monday"] }, /only Week has/],
    [{ kind: "recurrence", frequency: "Day", interval: 0 }, /interval/],
    [{ kind: "recurrence", frequency: "Day", startTime: "tomorrow" }, /ISO 8601/],
    [{ kind: "recurrence", frequency: "Day", startTime: "2026-13-45T00:00:00" }, /ISO 8601/],
    [
      { kind: "recurrence", frequency: "Day", startTime: "2026-07-01T00:00:00Z", endTime: "2026-06-01" },
      /end is before/,
    ],
    [{ kind: "data" }, /Either a dataset or a datastore/],
    [{ kind: "data", datastore: "landing" }, /A path of the datastore/],
  ])("%o", (trigger, message) => {
    expect(() => checkTrigger(trigger, now)).toThrow(message);
  });
});

test("Azure ML's recurrence comes and goes as it is", () => {
  const azure = {
    Frequency: "Week",
    Interval: 2,
    StartTime: "2026-01-05T00:00:00",
    TimeZone: "Pacific Standard Time",
    Schedule: { Hours: [3], Minutes: [30], WeekDays: ["Monday", "Friday"] },
  };
  const trigger = fromAzureRecurrence(azure);
  expect(toAzureRecurrence(trigger)).toEqual(azure);
  expect(times(trigger, "2026-01-01T00:00:00Z", 2)).toEqual(["2026-01-05T11:30", "2026-01-09T11:30"]);
  expect(() => fromAzureRecurrence({ Frequency: "Fortnight" })).toThrow(/Minute, Hour, Day, Week, Month/);
  for (const frequency of frequencies) expect(fromAzureRecurrence({ Frequency: frequency }).frequency).toBe(frequency);
  for (const day of weekDays)
    expect(fromAzureRecurrence({ Frequency: "week", Schedule: { WeekDays: [day] } }).weekDays).toEqual([day]);
});

test("what was missed follows the policy", () => {
  const now = new Date("2026-06-01T12:00:10Z");
  const due = ["09:00", "10:00", "11:00", "12:00"].map((time) => new Date(`2026-06-01T${time}:00Z`));
  expect(choose(due, "skip", now)).toEqual({ fire: due.slice(3), skip: due.slice(0, 3) });
  expect(choose(due, "latest", now)).toEqual({ fire: due.slice(3), skip: due.slice(0, 3) });
  expect(choose(due, "all", now)).toEqual({ fire: due, skip: [] });
  const late = new Date("2026-06-01T12:30:00Z");
  expect(choose(due, "skip", late)).toEqual({ fire: [], skip: due });
  expect(choose(due, "latest", late)).toEqual({ fire: due.slice(3), skip: due.slice(0, 3) });
  const many = Array.from({ length: 1500 }, (_, i) => new Date(now.getTime() - (1500 - i) * 120_000));
  expect(choose(many, "all", now).fire).toHaveLength(1000);
});

test("a time without offset is one of the zone", () => {
  expect(parseTime("2026-07-01T08:00:00", "America/New_York", "startTime").toISOString()).toBe(
    "2026-07-01T12:00:00.000Z",
  );
  expect(parseTime("2026-07-01", "UTC", "startTime").toISOString()).toBe("2026-07-01T00:00:00.000Z");
  expect(parseTime("2026-07-01T08:00:00+02:00", "UTC", "startTime").toISOString()).toBe("2026-07-01T06:00:00.000Z");
  expect(zoneOf("Tokyo Standard Time")).toBe("Asia/Tokyo");
  expect(zoneOf("Mars/Olympus")).toBeNull();
});
