import fc from "fast-check";
import { expect, test } from "vitest";
import { timelineOf } from "./step-timeline.ts";

const at = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1000).toISOString();
const step = (queued: number | null, started: number | null, ended: number | null) => ({
  queuedAt: at(queued),
  startedAt: at(started),
  endedAt: at(ended),
});

test("waiting, running and ended steps, as shares of the whole", () => {
  expect(timelineOf([step(0, 2, 4), step(4, null, null), step(null, 4, null), step(null, null, 3)], 8000)).toEqual([
    { waitStart: 0, start: 0.25, end: 0.5 },
    { waitStart: 0.5, start: 1, end: 1 },
    { waitStart: 0.5, start: 0.5, end: 1 },
    null,
  ]);
});

test("bars never leave the line, whatever clocks say", () => {
  const second = fc.option(fc.integer({ min: 0, max: 1000 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(second, second, second)), fc.integer({ min: 0, max: 1_000_000 }), (times, now) => {
      for (const bar of timelineOf(
        times.map((each) => step(...each)),
        now,
      )) {
        if (bar === null) continue;
        expect(bar.waitStart).toBeGreaterThanOrEqual(0);
        expect(bar.end).toBeLessThanOrEqual(1);
        expect(bar.start).toBeLessThanOrEqual(bar.end);
      }
    }),
  );
});
