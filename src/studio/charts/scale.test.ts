import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bandScale, linearScale, logScale } from "./scale.ts";

describe("a linear scale", () => {
  test("goes there and back", () => {
    const ends = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(ends, fc.double({ min: 0, max: 1, noNaN: true }), ([low, span], share) => {
        const scale = linearScale([low, low + span], [40, 400]);
        expect(scale(scale.invert(40 + share * 360))).toBeCloseTo(40 + share * 360, 4);
      }),
    );
  });

  test("has rising ticks within its domain", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true }),
        fc.double({ noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (a, b, count) => {
          const scale = linearScale([Math.min(a, b), Math.max(a, b)], [0, 100]);
          const ticks = scale.ticks(count);
          expect(ticks).toEqual(ticks.toSorted((x, y) => x - y));
          expect(new Set(ticks).size).toBe(ticks.length);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(scale.domain[0]);
            expect(tick).toBeLessThanOrEqual(scale.domain[1]);
          }
        },
      ),
    );
  });

  test.each([
    ["one value in the middle", [5, 5] as const, 0, [4.5, 5.5]],
    ["zero alone", [0, 0] as const, 0, [-0.5, 0.5]],
    ["no values", [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const, 0, [0, 1]],
    ["rounded ends", [0.13, 9.7] as const, 5, [0, 10]],
  ])("takes %s", (_name, domain, nice, expected) => {
    expect(linearScale(domain, [0, 1], nice).domain).toEqual(expected);
  });
});

describe("a logarithmic scale", () => {
  test("puts decades at equal distances, and what has no logarithm at the low end", () => {
    const scale = logScale([1, 1000], [0, 300]);
    expect([1, 10, 100, 1000, 0, -5].map(scale)).toEqual([0, 100, 200, 300, 0, 0].map((at) => expect.closeTo(at, 9)));
    expect(scale.invert(150)).toBeCloseTo(Math.sqrt(1000));
  });

  test.each([
    [[1, 1000], 4, [1, 10, 100, 1000]],
    [[1, 10], 6, [1, 2, 5, 10]],
    [[0.001, 1e6], 4, [0.001, 1, 1000, 1e6]],
  ] as const)("of %j has ticks at round numbers", ([low, high], count, expected) => {
    expect(logScale([low, high], [0, 1]).ticks(count)).toEqual(expected);
  });
});

test("bands lie side by side and are found again", () => {
  const scale = bandScale(4, [0, 100], 0.2);
  expect([scale(0), scale(3), scale.width]).toEqual([2.5, 77.5, 20]);
  expect([-10, 0, 26, 99, 500].map(scale.invert)).toEqual([0, 0, 1, 3, 3]);
});
