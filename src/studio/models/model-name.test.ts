import fc from "fast-check";
import { expect, test } from "vitest";
import { modelNameOf } from "./model-name.ts";

test.each([
  ["penguins.slipway", "penguins"],
  ["Kredit Prüfung.onnx", "Kredit-Prufung"],
  [".slipway", "model"],
  ["a.b.onnx", "a.b"],
])("the model of %s is called %s", (file, name) => {
  expect(modelNameOf(file)).toBe(name);
});

test("every file yields a name that the server takes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (file) => {
      expect(modelNameOf(file)).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/);
    }),
  );
});
