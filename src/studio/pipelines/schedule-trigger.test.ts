import fc from "fast-check";
import { expect, test } from "vitest";
import type { ScheduleTrigger } from "../../contract/index.ts";
import {
  draftOfTrigger,
  emptyTrigger,
  parseTrigger,
  triggerText,
  triggerWords,
  type TriggerDraft,
} from "./schedule-trigger.ts";

const triggers: readonly [ScheduleTrigger, string, string][] = [
  [
    { kind: "cron", expression: "0 3 * * 1-5", timeZone: "Europe/Berlin" },
    "Cron 0 3 * * 1-5 (Europe/Berlin)",
    "--cron 0 3 * * 1-5 --time-zone Europe/Berlin",
  ],
  [
    {
      kind: "recurrence",
      frequency: "Week",
      interval: 2,
      timeZone: "UTC",
      hours: [3, 15],
      minutes: [5],
      weekDays: ["Monday", "Friday"],
    },
    "Every 2 weeks on Monday, Friday at 03:05, 15:05 (UTC)",
    "--every Week --interval 2 --hours 3,15 --minutes 5 --week-days Monday,Friday --time-zone UTC",
  ],
  [
    { kind: "recurrence", frequency: "Minute", interval: 15, startTime: "2026-01-01T00:00:00", timeZone: "UTC" },
    "Every 15 minutes, from 2026-01-01T00:00:00 (UTC)",
    "--every Minute --interval 15 --start 2026-01-01T00:00:00 --time-zone UTC",
  ],
  [
    { kind: "data", dataset: "bank", parameter: "data" },
    "A new version of bank",
    "--on-data bank --data-parameter data",
  ],
  [
    { kind: "data", datastore: "landing", path: "in/", pollingInterval: 5 },
    "Something new at landing:in/",
    "--on-path landing:in/ --polling 5",
  ],
  [
    { kind: "event", type: "model.version.created", subject: "model/bank" },
    "Event model.version.created of model/bank",
    "--on-event model.version.created --subject model/bank",
  ],
];

test.each(triggers)("%j is typed, said and given on the command line", (trigger, text, words) => {
  expect(parseTrigger(draftOfTrigger(trigger, "UTC"))).toEqual({ trigger });
  expect(triggerText(trigger)).toBe(text);
  expect(triggerWords(trigger).join(" ")).toBe(words);
});

test.each<[Partial<TriggerDraft>, keyof TriggerDraft]>([
  [{ kind: "cron", expression: "* * * *" }, "expression"],
  [{ interval: "0" }, "interval"],
  [{ interval: "1.5" }, "interval"],
  [{ hours: "3, 24" }, "hours"],
  [{ minutes: "a" }, "minutes"],
  [{ kind: "dataset", dataset: " " }, "dataset"],
  [{ kind: "path", datastore: "", path: "a" }, "datastore"],
  [{ kind: "path", datastore: "a", path: "b", polling: "" }, "polling"],
  [{ kind: "event", type: "" }, "type"],
])("%j has its problem at %s", (change, field) => {
  const parsed = parseTrigger({ ...emptyTrigger("UTC"), ...change });
  expect(Object.keys("problems" in parsed ? parsed.problems : {})).toEqual([field]);
});

test("what does not belong to a frequency is not sent", () => {
  const draft = { ...emptyTrigger("UTC"), frequency: "Hour", weekDays: ["Monday"] } as const;
  expect(parseTrigger(draft)).toEqual({ trigger: { kind: "recurrence", frequency: "Hour", timeZone: "UTC" } });
});

test("a recurrence that can be sent is what the fields show again", () => {
  const times = fc.uniqueArray(fc.nat(23), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      times,
      times,
      fc.constantFrom("Day", "Week", "Month"),
      fc.integer({ min: 2, max: 1000 }),
      (hours, minutes, frequency, interval) => {
        const trigger: ScheduleTrigger = { kind: "recurrence", frequency, interval, timeZone: "UTC", hours, minutes };
        expect(parseTrigger(draftOfTrigger(trigger, "Europe/Berlin"))).toEqual({ trigger });
      },
    ),
  );
});
