import * as fc from "fast-check";
import { expect, test } from "vitest";
import { plainTable, type PlainValue } from "../test-files.ts";
import { createBuilder, finishColumn, type BuildContext } from "./column-builder.ts";
import { createRecordReader } from "./record-reader.ts";

const context: BuildContext = { file: "pieces.csv", decimal: ".", capacity: 1000, isNull: (text) => text === "" };
const layout = {
  delimiter: ",",
  quote: '"',
  decimal: ".",
  header: false,
  names: ["a", "b"],
  dataOffset: 0,
  dataLine: 1,
  warnings: [],
} as const;

/** Reads `content` as it comes in pieces of these sizes, over and over. */
function readPieces(
  content: Buffer,
  sizes: readonly number[],
): { values: Record<string, PlainValue[]>; blank: readonly number[] } {
  const builders = [createBuilder("a", "string", context), createBuilder("b", undefined, context)];
  const reader = createRecordReader(layout, builders, context);
  const block = Buffer.alloc(content.length + 1);
  let length = 0;
  for (let at = 0, i = 0; at < content.length; i++) {
    const end = Math.min(content.length, at + sizes[i % sizes.length]!);
    length += content.copy(block, length, at, end);
    at = end;
    const done = reader.read(block, 0, length, at === content.length);
    block.copy(block, 0, done, length);
    length -= done;
  }
  const columns = builders.map((builder) => finishColumn(builder, reader.rows(), context));
  return { values: plainTable({ rows: reader.rows(), columns }), blank: reader.blankLines() };
}

test("the pieces in which the text comes change nothing", () => {
  const field = fc.string({ unit: fc.constantFrom("x", "7", "é", '"', ",", "\n", "\r", "\r\n", " "), maxLength: 6 });
  const rows = fc.array(
    fc.tuple(field, fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), fc.boolean()),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.constantFrom("\n", "\r\n", "\r"), sizes, (table, lineEnd, pieces) => {
      const lines = table.map(
        ([text, number, blank]) => `"${text.replaceAll('"', '""')}",${number}${lineEnd}${blank ? ` ${lineEnd}` : ""}`,
      );
      const content = Buffer.from(lines.join(""));
      const whole = readPieces(content, [content.length]);
      expect(whole.values["a"]).toEqual(table.map(([text]) => (text.trim() === "" ? null : text)));
      expect(readPieces(content, pieces)).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});

test("a number is the double that JavaScript reads", () => {
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{0,24})?([eE][+-]?\d{1,2})?$/);
  const tidy = digits.filter((text) => !/^-?\d{16,}$/.test(text));
  fc.assert(
    fc.property(fc.array(tidy, { minLength: 1, maxLength: 20 }), (texts) => {
      const { values } = readPieces(Buffer.from(texts.map((text) => `x,${text}\n`).join("")), [4096]);
      expect(values["b"]).toEqual(texts.map(Number));
    }),
    { numRuns: 1000 },
  );
});
