import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeTicks } from "./time.ts";

const at = (text: string) => new Date(text).getTime();

describe("ticks of time", () => {
  test("rise, lie in the window and are no more than asked for, for spans from a second to decades", () => {
    const spans = fc.double({ min: 3, max: 12, noNaN: true }).map((power) => 10 ** power);
    const starts = fc.integer({ min: 1e12, max: 2e12 });
    fc.assert(
      fc.property(starts, spans, fc.integer({ min: 1, max: 12 }), (from, span, count) => {
        const ticks = timeTicks(from, from + span, count);
        expect(ticks.length).toBeLessThanOrEqual(count);
        const values = ticks.map(({ value }) => value);
        expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b));
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(from);
          expect(value).toBeLessThanOrEqual(from + span);
        }
      }),
    );
  });

  test.each([
    ["an hour", "2026-03-02T10:07:00", "2026-03-02T11:07:00", 4, ["10:15", "10:30", "10:45", "11:00"]],
    ["a night", "2026-03-02T20:00:00", "2026-03-03T08:00:00", 5, ["21:00", "3 Mar", "03:00", "06:00"]],
    ["seconds", "2026-03-02T10:00:01", "2026-03-02T10:00:15", 3, ["10:00:05", "10:00:10", "10:00:15"]],
    ["a week", "2026-03-02T12:00:00", "2026-03-09T12:00:00", 8, 7],
    ["months", "2026-01-15T00:00:00", "2026-12-20T00:00:00", 4, ["Apr 2026", "Jul 2026", "Oct 2026"]],
  ] as const)("of %s stand at round moments", (_name, from, to, count, expected) => {
    const labels = timeTicks(at(from), at(to), count).map(({ label }) => label);
    if (typeof expected === "number") expect(labels).toHaveLength(expected);
    else expect(labels).toEqual(expected);
  });
});
