import fc from "fast-check";
import { expect, test } from "vitest";
import { sharesWith } from "./traffic.ts";
import type { Deployment } from "./types.ts";

const deployment = (name: string, traffic: number): Deployment => ({ name, traffic }) as Deployment;

test.each([
  [{ blue: 100, green: 0 }, 10, { blue: 90, green: 10 }],
  [{ blue: 100, green: 0 }, 100, { blue: 0, green: 100 }],
  [{ blue: 50, red: 50, green: 0 }, 33, { blue: 34, red: 33, green: 33 }],
  [{ blue: 0, green: 0 }, 10, { green: 100 }],
  [{ green: 0 }, 0, { green: 100 }],
  [{ blue: 90, red: 10, green: 0 }, 50, { blue: 45, red: 5, green: 50 }],
])("of %j green gets %i", (before, percent, after) => {
  const deployments = Object.entries(before).map(([name, traffic]) => deployment(name, traffic));
  expect(sharesWith(deployments, "green", percent)).toEqual(after);
});

test("is always 100 in whole percents, green has its share, and who had more keeps at least as much", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 100 }), (others, percent) => {
      const deployments = [deployment("green", 0), ...others.map((traffic, i) => deployment(`d${i}`, traffic))];
      const shares = sharesWith(deployments, "green", percent);
      const values = Object.values(shares);
      expect(values.reduce((sum, share) => sum + share, 0)).toBe(100);
      expect(values.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
      if (others.some((traffic) => traffic > 0)) expect(shares["green"]).toBe(percent);
      const sorted = deployments.slice(1).toSorted((a, b) => b.traffic - a.traffic);
      const kept = sorted.map(({ name }) => shares[name] ?? 0);
      kept.forEach((share, i) => {
        if (sorted[i]?.traffic !== sorted[i + 1]?.traffic) expect(share).toBeGreaterThanOrEqual(kept[i + 1] ?? 0);
      });
    }),
  );
});
