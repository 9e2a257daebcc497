import fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "./line-diff.ts";

const signs = { same: " ", removed: "-", added: "+" } as const;
const diff = (before: string, after: string): string[] =>
  diffLines(before, after).map(({ kind, text }) => signs[kind] + text);

test.each<[string, string, string[]]>([
  ["a\nb\nc", "a\nb\nc", [" a", " b", " c"]],
  ["a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]],
  ["a\nc", "a\nb\nc", [" a", "+b", " c"]],
  ["a\nb\nc\nd", "b\nd\ne", ["-a", " b", "-c", " d", "+e"]],
])("%j to %j", (before, after, expected) => {
  expect(diff(before, after)).toEqual(expected);
});

test("both texts, and the numbers of their lines, can be read from it", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const old = lines.filter(({ kind }) => kind !== "added");
      const now = lines.filter(({ kind }) => kind !== "removed");
      expect(old.map((line) => line.text).join("\n")).toBe(before);
      expect(now.map((line) => line.text).join("\n")).toBe(after);
      expect(old.map((line) => line.before)).toEqual(old.map((_line, index) => index + 1));
      expect(now.map((line) => line.after)).toEqual(now.map((_line, index) => index + 1));
    }),
  );
});

test("texts of many thousand lines are compared as well", () => {
  const many = (word: string): string => Array.from({ length: 5000 }, (_line, index) => `${word} ${index}`).join("\n");
  expect(diffLines(`top\n${many("a")}\nend`, `top\n${many("b")}\nend`)).toHaveLength(10_002);
});
