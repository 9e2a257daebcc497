/** Where points and bars go: swarms, fronts and timelines. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paretoFront } from "./pareto.ts";
import { swarm } from "./swarm.ts";
import { timelineBatches, type TimelineRun } from "./timeline.ts";

describe("a swarm", () => {
  test("stays in its row, and one point stays on the line", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 600, noNaN: true }), { maxLength: 500 }), (xs) => {
        const offsets = swarm(xs, 3, 16);
        expect(offsets).toHaveLength(xs.length);
        for (const offset of offsets) expect(Math.abs(offset)).toBeLessThanOrEqual(16 + 1e-9);
      }),
    );
    expect(swarm([10], 3, 16)).toEqual([0]);
  });

  test("lays points of one place to both sides, so that none covers another while there is room", () => {
    expect(swarm([5, 5, 5, 5, 5], 3, 16)).toEqual([0, 6, -6, 12, -12].map((offset) => expect.closeTo(offset)));
  });
});

describe("the Pareto front", () => {
  const items = fc.array(fc.record({ cost: fc.integer({ min: 0, max: 12 }), gain: fc.integer({ min: 0, max: 12 }) }), {
    maxLength: 40,
  });

  test("holds exactly what no other beats", () => {
    fc.assert(
      fc.property(items, (all) => {
        const expected = all.flatMap((own, index) => {
          const isBeaten = all.some(
            (other) =>
              other.cost <= own.cost && other.gain >= own.gain && (other.cost < own.cost || other.gain > own.gain),
          );
          return isBeaten ? [] : [index];
        });
        const front = paretoFront(all);
        expect(front.toSorted((a, b) => a - b)).toEqual(expected);
        const costs = front.map((index) => all[index]?.cost ?? 0);
        expect(costs).toEqual(costs.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe("a timeline", () => {
  const run = (id: string, startedAt: number, endedAt: number | null, status: TimelineRun["status"] = "FINISHED") => ({
    id,
    lane: "a",
    label: id,
    status,
    startedAt,
    endedAt,
  });

  test("joins runs that would cover each other, and shows what needs a look first", () => {
    const runs = [run("c", 50, 60), run("a", 0, 10), run("b", 8, 20, "FAILED"), run("d", 61, null, "RUNNING")];
    const batches = timelineBatches(runs, (at) => at * 2, 100, 6);
    expect(
      batches.map(({ runs: own, from, to, status }) => [own.map(({ id }) => id).join(""), from, to, status]),
    ).toEqual([
      ["ab", 0, 40, "FAILED"],
      ["c", 100, 120, "FINISHED"],
      ["d", 122, 200, "RUNNING"],
    ]);
  });

  test("loses no run, and no bar is too narrow or touches the next", () => {
    const times = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 90 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(times, (all) => {
        const runs = all.map(([start, length], index) => run(String(index), start, start + length));
        const batches = timelineBatches(runs, (at) => at, 600, 5);
        expect(batches.flatMap((batch) => batch.runs)).toHaveLength(runs.length);
        for (const [index, { from, to }] of batches.entries()) {
          expect(to - from).toBeGreaterThanOrEqual(5);
          expect(from).toBeGreaterThan(batches[index - 1]?.to ?? -1);
        }
      }),
    );
  });
});
