import { expect, test } from "vitest";
import { previewTrigger } from "./preview-trigger.ts";

const now = new Date("2026-03-28T12:00:00Z");

test("the next five times, over a change of the clock", () => {
  const times = previewTrigger({ kind: "cron", expression: "30 2 * * *", timeZone: "Europe/Berlin" }, now);
  expect(times.map((time) => time.toISOString().slice(0, 16))).toEqual([
    "2026-03-29T01:00",
    "2026-03-30T00:30",
    "2026-03-31T00:30",
    "2026-04-01T00:30",
    "2026-04-02T00:30",
  ]);
});

test("none for what does not go by time, and a refusal of what never comes", () => {
  expect(previewTrigger({ kind: "event", type: "model.created" } as never, now)).toEqual([]);
  expect(() => previewTrigger({ kind: "cron", expression: "0 0 30 2 *" }, now)).toThrow(/no slot any more/);
});
