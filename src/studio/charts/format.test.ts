import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clipText,
  formatAlike,
  formatDuration,
  formatLogTicks,
  formatPercent,
  formatTicks,
  formatValue,
  textWidth,
} from "./format.ts";

describe("numbers as text", () => {
  test.each([
    [0.123456, "0.1235"],
    [-2.5, "−2.5"],
    [1234567, "1,234,567"],
    [41188, "41,188"],
    [0.0000123, "1.23e−5"],
    [0, "0"],
    [null, "none"],
    [Number.NaN, "NaN"],
  ])("%s", (value, text) => expect(formatValue(value)).toBe(text));

  test("shares", () =>
    expect([0.125, 1, 0.00091, -0.5].map(formatPercent)).toEqual(["12.5%", "100%", "0.091%", "−50%"]));

  test("values beside each other", () => {
    expect([0.2051, 0.04821, -0.0001].map(formatAlike([0.2051, 0.04821, -0.0001]))).toEqual([
      "0.205",
      "0.048",
      "0.000",
    ]);
    expect([1200, 7].map(formatAlike([1200, 7]))).toEqual(["1,200", "7"]);
    expect(formatAlike([])(3)).toBe("3");
  });

  test.each([
    [12, "12 ms"],
    [59_400, "59 s"],
    [59_600, "1 min"],
    [245_000, "4 min 5 s"],
    [7_800_000, "2 h 10 min"],
  ])("%s ms", (value, text) => expect(formatDuration(value)).toBe(text));
});

describe("ticks as text", () => {
  test.each([
    [
      [0, 0.25, 0.5],
      ["0.00", "0.25", "0.50"],
    ],
    [
      [0, 5, 10],
      ["0", "5", "10"],
    ],
    [
      [0, 20_000, 40_000],
      ["0", "20K", "40K"],
    ],
    [
      [41_180, 41_185, 41_190],
      ["41,180", "41,185", "41,190"],
    ],
    [
      [-2, 0, 2],
      ["−2", "0", "2"],
    ],
    [
      [0, 0.0002, 0.0004],
      ["0", "2.0e−4", "4.0e−4"],
    ],
    [[7], ["7"]],
    [[], []],
  ])("%j", (values, texts) => expect(formatTicks(values)).toEqual(texts));

  test("logarithmic", () => expect(formatLogTicks([0.001, 1, 20_000])).toEqual(["0.001", "1", "20K"]));
});

describe("text in its room", () => {
  test("is clipped to what fits, never to nothing", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 300 }),
        (text, width) => {
          const clipped = clipText(text, width);
          expect(clipped.length).toBeGreaterThan(0);
          if (textWidth(text) <= width) expect(clipped).toBe(text);
          else {
            expect(clipped.endsWith("…")).toBe(true);
            if ([...clipped].length > 2) expect(textWidth(clipped)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });

  test("wide letters are wider", () => expect(textWidth("数据")).toBeGreaterThan(textWidth("ii") * 2));
});
