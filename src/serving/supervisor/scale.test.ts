import fc from "fast-check";
import { expect, test } from "vitest";
import type { Autoscale } from "../config/index.ts";
import { nextReplicas, replicasFor } from "./scale.ts";

const autoscale: Autoscale = {
  enabled: true,
  minReplicas: 2,
  maxReplicas: 5,
  targetUtilization: 70,
  refreshSeconds: 1,
};

test.each([
  [0, 2],
  [1.4, 2],
  [1.41, 3],
  [2.1, 3],
  [2.8, 4],
  [3.5, 5],
  [60, 5],
])("%d busy replicas need %d", (busy, replicas) => {
  expect(replicasFor(busy, autoscale)).toBe(replicas);
});

const samplesOf = (...busy: number[]) => busy.map((each, at) => ({ at, busy: each }));

test.each([
  ["more at once", 2, samplesOf(0, 3.5), 5],
  ["as many while one sample needs them", 4, samplesOf(2.8, 0, 0), 4],
  ["one less when none does", 5, samplesOf(1, 0), 4],
  ["never less than the minimum", 2, samplesOf(0), 2],
  ["within the maximum, which may be new", 9, samplesOf(9, 0), 5],
  ["what there is before the first sample", 3, [], 3],
])("%s", (_name, now, samples, replicas) => {
  expect(nextReplicas(now, samples, autoscale)).toBe(replicas);
});

test("the bounds hold, and it goes down by one at a time", () => {
  const load = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(load, fc.integer({ min: 2, max: 5 }), (busy, now) => {
      const next = nextReplicas(now, samplesOf(...busy), autoscale);
      expect(next).toBeGreaterThanOrEqual(Math.max(autoscale.minReplicas, now - 1));
      expect(next).toBeLessThanOrEqual(autoscale.maxReplicas);
      expect(next).toBeGreaterThanOrEqual(replicasFor(busy.at(-1) ?? 0, autoscale));
    }),
  );
});
