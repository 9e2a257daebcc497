import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimate, mostPoints, type LinePoint } from "./decimate.ts";

const values = fc.array(fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { freq: 50 }), {
  minLength: mostPoints + 1,
  maxLength: mostPoints + 2000,
});

describe("decimation", () => {
  test("leaves short lines alone", () => {
    const points: LinePoint[] = Array.from({ length: mostPoints }, (_, x) => [x, x]);
    expect(decimate(points, 100)).toBe(points);
  });

  test("keeps order, both ends, the extremes and at most four points a column and gap", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 10, max: 300 }), (ys, columns) => {
        const points = ys.map((y, x): LinePoint => [x, y]);
        const kept = decimate(points, columns);
        const all = new Set(points);
        expect(kept.every((point) => all.has(point))).toBe(true);
        const xs = kept.map(([x]) => x);
        expect(xs).toEqual(xs.toSorted((a, b) => a - b));
        const real = points.filter(([, y]) => y !== null);
        const keptReal = kept.filter(([, y]) => y !== null);
        expect(keptReal[0]).toBe(real[0]);
        expect(keptReal.at(-1)).toBe(real.at(-1));
        const heights = (some: readonly LinePoint[]) => some.map(([, y]) => y as number);
        expect(Math.max(...heights(keptReal))).toBe(Math.max(...heights(real)));
        expect(Math.min(...heights(keptReal))).toBe(Math.min(...heights(real)));
        const gaps = ys.filter((y) => y === null).length;
        expect(keptReal.length).toBeLessThanOrEqual(4 * (columns + gaps));
      }),
      { numRuns: 30 },
    );
  });

  test("keeps a gap in the middle", () => {
    const points = Array.from({ length: 5000 }, (_, x): LinePoint => [x, x > 2000 && x < 2100 ? null : 1]);
    const kept = decimate(points, 200);
    expect(kept.filter(([, y]) => y === null)).toHaveLength(1);
  });
});
