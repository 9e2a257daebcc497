import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, duration, metric, number, pad, printable, table, textWidth, wrap } from "./text.ts";

test.each([
  [0, "0"],
  [32950, "32950"],
  [0.1234567, "0.12346"],
  [1234.5678, "1234.6"],
  [1e-9, "1.000e-9"],
  [3.2e12, "3200000000000"],
  [3.25e-12, "3.250e-12"],
  [NaN, "–"],
  [null, "–"],
])("number %d is %s", (value, text) => expect(number(value)).toBe(text));

test.each([
  [0.948123, "0.94812"],
  [12.3456, "12.346"],
  [-3079.98765, "-3079.99"],
  [NaN, "–"],
])("metric %d is %s", (value, text) => expect(metric(value)).toBe(text));

test.each([
  [0.04, "0.0 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [59.6, "1 min 0 s"],
  [200, "3 min 20 s"],
])("duration %d is %s", (seconds, text) => expect(duration(seconds)).toBe(text));

test("printable text cannot steer a terminal", () => {
  expect(printable("a\u001b[31mred\u0007\r\nb\u202etxt")).toBe("a�[31mred��⏎b�txt");
});

test("text of two cells a sign is measured so", () => {
  expect(textWidth("東京")).toBe(4);
  expect(textWidth("e\u0301")).toBe(1);
  expect(pad("東", 4)).toBe("東  ");
  expect(cut("東京都", 5)).toBe("東京…");
});

describe("properties", () => {
  const cells = fc.string({ unit: "grapheme", maxLength: 30 });

  test("cut text fits", () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 20 }), (text, width) => textWidth(cut(text, width)) <= width),
    );
  });

  test("a table fits its width whenever the columns that must stay do", () => {
    const columns = [{ title: "#" }, { title: "name", flexible: true }, { title: "more", optional: true }] as const;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constant("1"), cells, cells)),
        fc.integer({ min: 12, max: 100 }),
        (rows, width) => {
          const lines = table(columns, rows, width);
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test("wrapped text keeps its words and fits", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (list, width) => {
        const text = wrap(list.join(" "), width, "  ");
        expect(text.split(/\s+/)).toEqual(list);
        for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
