import fc from "fast-check";
import { expect, test } from "vitest";
import { sharesText, withShare } from "./traffic.ts";

test.each([
  [{ blue: 100, green: 0 }, "green", 10, { blue: 90, green: 10 }],
  [{ blue: 90, green: 10 }, "green", 100, { blue: 0, green: 100 }],
  [{ blue: 100, green: 0 }, "blue", 40, { blue: 40, green: 60 }],
  [{ blue: 60, green: 30, yellow: 10 }, "yellow", 40, { blue: 40, green: 20, yellow: 40 }],
  [{ blue: 100 }, "blue", 20, { blue: 100 }],
])("%j with %s at %d is %j", (shares, name, percent, expected) => {
  expect(withShare(shares, name, percent)).toEqual(expected);
});

test("shares are whole numbers that are 100 together, whatever is moved", () => {
  const move = fc.tuple(fc.nat(5), fc.integer({ min: 0, max: 100 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(move, { maxLength: 20 }), (count, moves) => {
      let shares: Record<string, number> = Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`d${at}`, at === 0 ? 100 : 0]),
      );
      for (const [at, percent] of moves) {
        const name = `d${at % count}`;
        shares = withShare(shares, name, percent);
        if (count > 1) expect(shares[name]).toBe(percent);
        const values = Object.values(shares);
        expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= 100)).toBe(true);
        expect(values.reduce((sum, value) => sum + value, 0)).toBe(100);
        expect(Object.keys(shares)).toHaveLength(count);
      }
    }),
  );
});

test("the command's form", () => {
  expect(sharesText({ blue: 90, green: 10 })).toBe("blue=90,green=10");
});
