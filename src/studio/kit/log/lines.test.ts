import fc from "fast-check";
import { expect, test } from "vitest";
import { levelOf, linesOf, matchingLines, stripControl } from "./lines.ts";

const esc = "\u001B";

test.each([
  ["colours", `${esc}[1;32mINFO${esc}[0m ok`, "INFO ok"],
  ["cursor movement", `a${esc}[2Kb${esc}[10;20Hc`, "abc"],
  ["links", `${esc}]8;;http://x${esc}\\text${esc}]8;;\u0007`, "text"],
  ["a lone escape", `a${esc}`, "a"],
  ["control characters", "a\u0000b\u0008c\u009Bd", "abcd"],
  ["tabs stay", "a\tb", "a\tb"],
  ["markup stays text", "<b>x</b> &amp;", "<b>x</b> &amp;"],
])("control sequences: %s", (_name, text, expected) => {
  expect(stripControl(text)).toBe(expected);
});

test("nothing that is left of any text can be a control sequence", () => {
  const piece = fc.constantFrom(esc, "[", "]", "31m", "m", "\u0007", "\\", "x", "\u009B", "\r", "é", "😀");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(stripControl(pieces.join(""))).not.toMatch(/[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/);
    }),
  );
});

test.each([
  ["nothing", "", []],
  ["one line", "a", ["a"]],
  ["its end", "a\nb\n", ["a", "b"]],
  ["empty lines", "a\n\nb\r\n", ["a", "", "b"]],
  ["bars of progress", "10%\r50%\r100%\nend", ["100%", "end"]],
  ["a carriage return at the end", "50%\r", ["50%"]],
])("lines: %s", (_name, text, expected) => {
  expect(linesOf(text)).toEqual(expected);
});

test.each([
  ["2026-09-04 ERROR it broke", "error"],
  ["ValueError: could not convert", "error"],
  ["Traceback (most recent call last):", "error"],
  ['{"level":50,"msg":"x"}', "error"],
  ['{"level":"warn","msg":"x"}', "warn"],
  ["UserWarning: old", "warn"],
  ["Warning: old", "warn"],
  ["INFO terror and warning-free", "warn"],
  ["INFO terrors", "none"],
])("level of %s is %s", (line, expected) => {
  expect(levelOf(line)).toBe(expected);
});

test("a filter finds text in any case, and levels at least as bad", () => {
  const lines = ["INFO Start", "WARN slow start", "ERROR start failed", "INFO end"];
  expect(matchingLines(lines, "")).toBeNull();
  expect(matchingLines(lines, " START ")).toEqual([0, 1, 2]);
  expect(matchingLines(lines, "", "warn")).toEqual([1, 2]);
  expect(matchingLines(lines, "slow", "error")).toEqual([]);
});
