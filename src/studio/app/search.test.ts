import fc from "fast-check";
import { expect, test } from "vitest";
import {
  parseSearch,
  searchChoice,
  searchFlag,
  searchList,
  searchNumber,
  searchSort,
  stringifySearch,
} from "./search.ts";

test("what is written into an address is read back", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
      (text, list) => {
        const raw = parseSearch(stringifySearch({ text, list, none: undefined, flag: true }));
        expect(raw["text"] ?? "").toBe(text);
        expect(searchList(raw["list"])).toEqual(list);
        expect(searchFlag(raw["flag"])).toBe(true);
        expect("none" in raw).toBe(false);
      },
    ),
  );
});

test.each([
  [{}, ""],
  [{ tab: "logs", sel: ["a", "b"] }, "?tab=logs&sel=a,b"],
  [{ path: "models/a.json", q: "a b" }, "?path=models/a.json&q=a+b"],
])("%j is written as %j", (search, text) => {
  expect(stringifySearch(search)).toBe(text);
});

test("what is not valid is left out", () => {
  expect(searchChoice("x", ["a", "b"])).toBeUndefined();
  expect(searchSort("-name", ["name"])).toBe("-name");
  expect(searchSort("-other", ["name"])).toBeUndefined();
  expect(searchNumber("12", { max: 10 })).toBeUndefined();
  expect(searchNumber("abc")).toBeUndefined();
  expect(searchNumber("0.5")).toBe(0.5);
  expect(searchList("")).toBeUndefined();
});
