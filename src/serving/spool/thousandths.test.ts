import * as fc from "fast-check";
import { expect, test } from "vitest";
import { thousandths } from "./thousandths.ts";

test("three digits, rounded; JSON", () => {
  expect([0, 0.0004, 0.0123, 0.1, 1, 12.3456, 60_000.9999].map(thousandths)).toEqual([
    "0.000",
    "0.000",
    "0.012",
    "0.100",
    "1.000",
    "12.346",
    "60001.000",
  ]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
      expect(thousandths(value)).toMatch(/^(0|[1-9]\d*)\.\d{3}$/);
      expect(JSON.parse(thousandths(value))).toBe(Math.round(value * 1000) / 1000);
    }),
  );
});
