import { expect, test } from "vitest";
import { areaPath, linePath } from "./path.ts";

test.each([
  [[], ""],
  [[[1, 2]], "M1,2"],
  [
    [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
    "M0,1L2,3L4,5",
  ],
  [[null, [0, 1], null, null, [2, 3], [4, 5]], "M0,1M2,3L4,5"],
] as const)("the line through %j", (points, path) => expect(linePath(points)).toBe(path));

test("an area goes there and back", () => {
  expect(areaPath([[0, 1]], [[0, 9]])).toBe("M0,1L0,9Z");
  expect(areaPath([], [])).toBe("");
});
