import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createShare, createTraffic } from "./traffic.ts";

/** Whole percentages of 1 to 5 deployments that sum to 100. */
const shares = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 4 }).map((cuts) => {
  const sorted = [0, ...cuts.toSorted((a, b) => a - b), 100];
  return sorted.slice(1).map((cut, i) => cut - (sorted[i] as number));
});

test("every 100 requests go by percent, and any run of them is within a request of its share for each", () => {
  fc.assert(
    fc.property(shares, fc.integer({ min: 1, max: 250 }), (percents, requests) => {
      const next = createTraffic(percents);
      const counts = percents.map(() => 0);
      for (let i = 1; i <= requests; i++) {
        const index = next();
        counts[index] = (counts[index] as number) + 1;
        if (i % 100 === 0) expect(counts).toEqual(percents.map((percent) => (percent * i) / 100));
      }
      counts.forEach((count, i) => {
        expect(Math.abs(count - ((percents[i] as number) * requests) / 100)).toBeLessThan(percents.length);
      });
    }),
  );
});

test("no traffic at all", () => {
  expect([createTraffic([])(), createTraffic([0, 0])()]).toEqual([-1, -1]);
});

test("a share of n percent is n of every 100, evenly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
      const takesNext = createShare(percent);
      let taken = 0;
      for (let i = 1; i <= 200; i++) {
        if (takesNext()) taken++;
        expect(taken).toBe(Math.floor((percent * i) / 100));
      }
    }),
  );
});
