import { expect, test } from "vitest";
import { logarithms, pointsOf } from "./metric-points.ts";

const history = { steps: [2, 0, 1], timestamps: [3000, 1000, 2500], values: [4, 2, "NaN" as const] };

test.each([
  [
    "step",
    [
      [0, 2],
      [1, null],
      [2, 4],
    ],
  ],
  [
    "time",
    [
      [1000, 2],
      [2500, null],
      [3000, 4],
    ],
  ],
  [
    "relative",
    [
      [0, 2],
      [1.5, null],
      [2, 4],
    ],
  ],
] as const)("by %s points rise, and what is no number is a gap", (axis, expected) => {
  expect(pointsOf(history, axis, 0)).toEqual(expected);
});

test("smoothing begins at the first value, passes gaps by, and weighs what came before", () => {
  const [first, gap, last] = pointsOf(history, "step", 0.5);
  expect(first).toEqual([0, 2]);
  expect(gap).toEqual([1, null]);
  expect(last?.[1]).toBeCloseTo((0.5 * 1 + 0.5 * 4) / 0.75, 12);
});

test("a constant stays one, however it is smoothed", () => {
  const constant = { steps: [0, 1, 2], timestamps: [0, 1, 2], values: [7, 7, 7] };
  for (const [, value] of pointsOf(constant, "step", 0.9)) expect(value).toBeCloseTo(7, 12);
});

test("logarithms leave out what is not above zero", () => {
  expect(
    logarithms([
      [0, 100],
      [1, 0],
      [2, -1],
      [3, null],
    ]),
  ).toEqual([
    [0, 2],
    [1, null],
    [2, null],
    [3, null],
  ]);
});
