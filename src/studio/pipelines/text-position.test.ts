import fc from "fast-check";
import { expect, test } from "vitest";
import { lineOfStep, offsetOf } from "./text-position.ts";

test.each<[string, number, number, number]>([
  ["ab\ncd\n", 1, 1, 0],
  ["ab\ncd\n", 2, 2, 4],
  ["ab\ncd\n", 1, 9, 2],
  ["ab\ncd", 2, 9, 5],
  ["ab", 7, 1, 2],
  ["", 1, 1, 0],
])("%j, line %d, column %d", (text, line, column, expected) => {
  expect(offsetOf(text, line, column)).toBe(expected);
});

test("a place lies on its line", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("a", " ") }), { minLength: 1 }),
      fc.nat(),
      fc.nat(5),
      (lines, at, column) => {
        const line = at % lines.length;
        const offset = offsetOf(lines.join("\n"), line + 1, column);
        expect(lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0)).toBeLessThanOrEqual(offset);
        expect(lines.slice(0, line + 1).join("\n").length).toBeGreaterThanOrEqual(offset);
      },
    ),
  );
});

test("a step is found below steps, in YAML and JSON", () => {
  expect(lineOfStep("parameters:\n  train: 1\nsteps:\n  train:\n", "train")).toBe(4);
  expect(lineOfStep('{\n"steps": {\n  "train": {}}}', "train")).toBe(3);
  expect(lineOfStep("steps:\n  a:\n", "b")).toBeNull();
});
