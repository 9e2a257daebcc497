import fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatBytes,
  formatDate,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  formatRelativeTime,
  formatUtc,
  timeOf,
} from "./format.ts";

test.each([
  [null, "–"],
  [undefined, "–"],
  [0, "0"],
  [-0, "0"],
  [1234, "1,234"],
  [-1234.5, "−1,235"],
  [0.94781234, "0.9478"],
  [0.1 + 0.2, "0.3"],
  [123.456, "123.5"],
  [12345.678, "12,346"],
  [0.00012345, "0.0001235"],
  [0.000012345, "1.234e-5"],
  [1e21, "1.000e21"],
  [Number.NaN, "NaN"],
  [-Infinity, "−∞"],
])("number %s is %s", (value, expected) => {
  expect(formatNumber(value)).toBe(expected);
});

test("a compact number begins at 10,000", () => {
  expect(formatNumber(9999, { compact: true })).toBe("9,999");
  expect(formatNumber(12_345, { compact: true })).toBe("12.3K");
});

test("a number that is written can be read again, within its digits", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e14, max: 1e14 }), (value) => {
      const read = Number(formatNumber(value).replaceAll(",", "").replace("−", "-"));
      expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 5.1e-4);
    }),
  );
});

test.each([
  [0, "0 %"],
  [0.1234, "12.3 %"],
  [0.00123, "0.12 %"],
  [1, "100 %"],
  [-0.5, "−50 %"],
  [null, "–"],
])("share %s is %s", (value, expected) => {
  expect(formatPercent(value)).toBe(expected);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 KB"],
  [1536, "1.54 KB"],
  [999_999, "1 MB"],
  [4_871_234, "4.87 MB"],
  [2.5e15, "2.5 PB"],
  [null, "–"],
])("%s bytes are %s", (value, expected) => {
  expect(formatBytes(value)).toBe(expected);
});

test.each([
  [0, "0 ms"],
  [0.0421, "42.1 µs"],
  [0.4, "400 µs"],
  [480, "480 ms"],
  [999.6, "1.0 s"],
  [3249, "3.2 s"],
  [59_949, "59.9 s"],
  [59_960, "1 min"],
  [65_000, "1 min 5 s"],
  [3_599_600, "1 h"],
  [7_980_000, "2 h 13 min"],
  [86_399_000, "1 d"],
  [352_800_000, "4 d 2 h"],
  [-65_000, "−1 min 5 s"],
  [null, "–"],
])("%s ms are %s", (value, expected) => {
  expect(formatDuration(value)).toBe(expected);
});

const now = Date.parse("2026-09-04T12:00:00Z");

test.each([
  ["2026-09-04T11:59:58Z", "just now"],
  ["2026-09-04T11:59:18Z", "42 s ago"],
  ["2026-09-04T11:55:00Z", "5 min ago"],
  ["2026-09-04T09:30:00Z", "2 h ago"],
  ["2026-09-01T12:00:00Z", "3 d ago"],
  ["2026-09-04T14:00:00Z", "in 2 h"],
  ["2026-07-01T23:30:00Z", "2026-07-02"],
  ["nonsense", "–"],
  [null, "–"],
])("%s is %s", (at, expected) => {
  expect(formatRelativeTime(at, now, "Europe/Berlin")).toBe(expected);
});

test("dates are those of the zone, and of UTC in the title", () => {
  const at = "2026-09-04T23:03:59.400Z";
  expect(formatDateTime(at, "Europe/Berlin")).toBe("2026-09-05 01:03:59");
  expect(formatDate(at, "Europe/Berlin")).toBe("2026-09-05");
  expect(formatUtc(at)).toBe("2026-09-04 23:03:59 UTC");
  expect(formatUtc(null)).toBe("–");
});

test("the viewer's zone, and UTC, are those of Intl", () => {
  const intl = (at: number, timeZone?: string): string =>
    new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", ...(timeZone && { timeZone }) }).format(
      at,
    );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.parse("2200-01-01") }), (at) => {
      expect(formatDateTime(at)).toBe(intl(at));
      expect(formatDateTime(at, "UTC")).toBe(intl(at, "UTC"));
    }),
  );
});

test("a point in time is text, milliseconds or a Date", () => {
  expect([timeOf(new Date(now)), timeOf(now), timeOf("2026-09-04T12:00:00Z")]).toEqual([now, now, now]);
  expect([timeOf(""), timeOf(null), timeOf(Number.NaN)]).toEqual([null, null, null]);
});
