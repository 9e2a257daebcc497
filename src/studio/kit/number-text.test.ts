import fc from "fast-check";
import { expect, test } from "vitest";
import { numberOf, stepped, within } from "./number-text.ts";

test.each([
  ["12", 12],
  ["1,234.5", 1234.5],
  ["-.5", -0.5],
  ["1e-3", 0.001],
  ["", null],
  ["  ", null],
  ["-", undefined],
  ["1.2.3", undefined],
  ["12 px", undefined],
  ["1e999", undefined],
])("%j is %j", (text, number) => {
  expect(numberOf(text)).toBe(number);
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(numberOf(String(number))).toBe(number === 0 ? 0 + number : number);
    }),
  );
});

test("steps stay within the limits and leave no dust", () => {
  expect(stepped(0.1, 2, { step: 0.1 })).toBe(0.3);
  expect(stepped(9, 10, { step: 1, max: 12 })).toBe(12);
  expect(stepped(null, 1, { step: 1, min: 5 })).toBe(5);
  expect(within(-3, { min: 0 })).toBe(0);
});
