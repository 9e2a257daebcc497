import fc from "fast-check";
import { expect, test } from "vitest";
import { matching, movedIndex } from "./combo-box-list.ts";

const options = ["bank", "bike", "penguins", "my bank"].map((label) => ({ id: label, label }));

test.each([
  ["", ["bank", "bike", "penguins", "my bank"]],
  ["b", ["bank", "bike", "my bank"]],
  ["BANK", ["bank", "my bank"]],
  ["zebra", []],
])("%j finds %j", (text, labels) => {
  expect(matching(options, text).map(({ label }) => label)).toEqual(labels);
});

test("a description is looked through as well", () => {
  expect(matching([{ id: "a", label: "a", description: "Rows of 2024" }], "2024")).toHaveLength(1);
});

test("keys stay within the list, and lead around its ends", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("next" as const, "previous" as const, "first" as const, "last" as const),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: -1, max: 49 }),
      (move, count, at) => {
        const to = movedIndex(move, Math.min(at, count - 1), count);
        expect(to).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThan(count);
      },
    ),
  );
  expect(movedIndex("next", 2, 3)).toBe(0);
  expect(movedIndex("previous", 0, 3)).toBe(2);
  expect(movedIndex("next", -1, 0)).toBe(-1);
});
