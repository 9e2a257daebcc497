import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointNameFault, endpointNameOf, freeEndpointName } from "./endpoint-name.ts";

const rule = /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/;

test.each([
  ["bank", "bank"],
  ["Bank Marketing 2", "bank-marketing-2"],
  ["2024_churn", "churn"],
  ["Prévision.été", "prevision-ete"],
  ["…", "model"],
  ["a".repeat(31) + "--b", "a".repeat(31)],
])("the endpoint of the model %s is called %s", (model, name) => {
  expect(endpointNameOf(model)).toBe(name);
});

test("every model yields a name that the server takes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (model, count) => {
      const taken: string[] = [];
      for (let index = 0; index <= count; index += 1) taken.push(freeEndpointName(model, taken));
      expect(taken.every((name) => rule.test(name))).toBe(true);
      expect(new Set(taken).size).toBe(taken.length);
    }),
  );
});

describe("a fault is told", () => {
  test("just where the server refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "z", "-", "0", "A", "_"), maxLength: 36 }), (name) => {
        expect(endpointNameFault(name) === null).toBe(rule.test(name));
      }),
    );
  });
});
