import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { SlipwayError } from "../../base/index.ts";
import { defaultNulls } from "../read-options.ts";
import { createTestFolder, plainTable, type PlainValue } from "../test-files.ts";
import { readCsv } from "./read-csv.ts";

const folder = createTestFolder(afterAll);
const silent = (): void => undefined;

interface Written {
  readonly delimiter: string;
  readonly lineEnd: string;
  readonly encoding: "utf8" | "utf8 with mark" | "utf16le" | "utf16be" | "latin1";
  readonly quoteAll: boolean;
  readonly header: boolean;
  readonly lastLineEnd: boolean;
}

const dialects: fc.Arbitrary<Written> = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
  encoding: fc.constantFrom("utf8", "utf8 with mark", "utf16le", "utf16be", "latin1"),
  quoteAll: fc.boolean(),
  header: fc.boolean(),
  lastLineEnd: fc.boolean(),
});

function write(names: readonly string[], rows: readonly (readonly string[])[], dialect: Written): Buffer {
  const field = (text: string): string =>
    dialect.quoteAll ||
    /["\n\r]/.test(text) ||
    text.includes(dialect.delimiter) ||
    (names.length === 1 && text.trim() === "")
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const lines = [...(dialect.header ? [names] : []), ...rows].map((row) => row.map(field).join(dialect.delimiter));
  const text = lines.join(dialect.lineEnd) + (dialect.lastLineEnd ? dialect.lineEnd : "");
  if (dialect.encoding === "latin1") return Buffer.from(text, "latin1");
  if (dialect.encoding === "utf8") return Buffer.from(text);
  if (dialect.encoding === "utf8 with mark") return Buffer.from(`\ufeff${text}`);
  const wide = Buffer.from(`\ufeff${text}`, "utf16le");
  return dialect.encoding === "utf16le" ? wide : wide.swap16();
}

/** Text with every sign that has a meaning in some dialect; only what Latin-1 has, when that is the encoding. */
function texts(encoding: Written["encoding"]): fc.Arbitrary<string> {
  // Bytes from E0 on never make valid UTF-8 without bytes below C0, so such a file cannot be taken for UTF-8.
  const wide = encoding === "latin1" ? ["é", "ÿ", "à"] : ["é", "שלום", "🚢", "\u2028", "\ue000", "\u0080"];
  const unit = fc.constantFrom(
    "a",
    "B",
    "0",
    "1",
    ".",
    "-",
    " ",
    ",",
    ";",
    "\t",
    "|",
    '"',
    "'",
    "\n",
    "\r",
    "\r\n",
    ...wide,
  );
  return fc.string({ unit, maxLength: 8 });
}

const nulls = new Set(defaultNulls.map((text) => text.toLowerCase()));

function asRead(text: string): string | null {
  return text.trim() === "" || nulls.has(text.trim().toLowerCase()) ? null : text;
}

test("any text in any dialect reads back as it was", () => {
  const tables = dialects.chain((dialect) =>
    fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.record({
        dialect: fc.constant(dialect),
        rows: fc.array(fc.array(texts(dialect.encoding), { minLength: width, maxLength: width }), {
          minLength: 1,
          maxLength: 12,
        }),
      }),
    ),
  );
  fc.assert(
    fc.property(tables, ({ dialect, rows }) => {
      const names = rows[0]!.map((_, column) =>
        dialect.header ? `n"${column}${dialect.delimiter}n` : `column_${column + 1}`,
      );
      const file = folder.write("text.csv", write(names, rows, dialect));
      const { table, rows: counted } = readCsv(
        file,
        { delimiter: dialect.delimiter, header: dialect.header, asWritten: names },
        silent,
      );
      expect(counted).toEqual({ read: rows.length, kept: rows.length, reported: [] });
      expect(plainTable(table)).toEqual(
        Object.fromEntries(names.map((name, column) => [name, rows.map((row) => asRead(row[column]!))])),
      );
    }),
    { numRuns: 300 },
  );
});

/** A column of one type: the texts of a file, and what must come out. */
interface TypedColumn {
  readonly texts: readonly string[];
  readonly values: readonly PlainValue[];
}

function typedColumns(rows: number, decimal: "." | ","): fc.Arbitrary<TypedColumn[]> {
  const column = <T>(
    value: fc.Arbitrary<T>,
    text: (value: T) => string,
    plain: (value: T) => PlainValue,
  ): fc.Arbitrary<TypedColumn> =>
    // The first value is never null: with nothing but nulls there is no type to find.
    fc
      .tuple(value, fc.array(fc.option(value, { freq: 8 }), { minLength: rows - 1, maxLength: rows - 1 }))
      .map(([first, rest]) => ({
        texts: [first, ...rest].map((item) => (item === null ? "NA" : text(item))),
        values: [first, ...rest].map((item) => (item === null ? null : plain(item))),
      }));
  const number = (value: number): string => String(value).replace(".", decimal);
  const words = fc
    .string({ unit: fc.constantFrom("x", "y", "é", '"', "\n"), minLength: 1, maxLength: 6 })
    .filter((text) => text.trim() !== "");
  const date = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  const finite = fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((value) => Math.abs(value) <= 2 ** 53 || !/^-?\d+$/.test(String(value)));
  return fc.array(
    fc.oneof(
      column(finite, number, (value) => value + 0),
      column(
        fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => Math.round(value * 100) / 100),
        number,
        (value) => value + 0,
      ),
      column(fc.integer(), String, (value) => value),
      column(
        date,
        (value) => value.toISOString(),
        (value) => `@${value.toISOString()}`,
      ),
      column(
        words,
        (value) => value,
        (value) => value,
      ),
    ),
    { minLength: 2, maxLength: 5 },
  );
}

test("numbers, dates and words in any dialect are found to be what they are", () => {
  const tables = fc
    .record({ dialect: dialects, rows: fc.integer({ min: 1, max: 15 }), comma: fc.boolean() })
    .chain(({ dialect, rows, comma }) => {
      const decimal = comma && dialect.delimiter !== "," ? "," : ".";
      return fc.record({
        dialect: fc.constant(dialect),
        columns: typedColumns(rows, decimal),
        decimal: fc.constant(decimal),
      });
    });
  fc.assert(
    fc.property(tables, ({ dialect, columns, decimal }) => {
      // A number with a comma proves the decimal comma, wherever in the file it stands.
      const proof = { texts: columns[0]!.texts.map(() => `0${decimal}5`), values: columns[0]!.values.map(() => 0.5) };
      const all = [proof, ...columns];
      const names = all.map((_, index) => (dialect.header ? `name ${index}` : `column_${index + 1}`));
      const rows = proof.texts.map((_, row) => all.map((column) => column.texts[row]!));
      const file = folder.write("typed.csv", write(names, rows, dialect));
      const result = readCsv(file, { header: dialect.header }, silent);
      expect(result.dialect).toMatchObject({ delimiter: dialect.delimiter, decimal });
      const plain = Object.fromEntries(
        Object.entries(plainTable(result.table)).map(([name, values]) => [
          name,
          values.map((value) => (value === 0 ? 0 : value)),
        ]),
      );
      expect(plain).toEqual(Object.fromEntries(names.map((name, index) => [name, all[index]!.values])));
    }),
    { numRuns: 300 },
  );
});

function outcome(file: string): string {
  try {
    const { table, rows } = readCsv(file, {}, silent);
    const whole = rows.kept === table.rows && rows.read === rows.kept + rows.reported.length;
    return whole ? "every row is accounted for" : JSON.stringify(rows);
  } catch (error) {
    return error instanceof SlipwayError ? error.code : String(error);
  }
}

test("no bytes make the reader fail otherwise than by an error of its own", () => {
  const unit = fc.constantFrom(
    "a",
    "1",
    ",",
    ";",
    '"',
    "'",
    "\n",
    "\r",
    " ",
    "\t",
    "{",
    "[",
    "<",
    "é",
    "\ufeff",
    "1/2/2020",
    "1,5",
  );
  const contents = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit, maxLength: 80 }));
  fc.assert(
    fc.property(contents, (content) => {
      const file = folder.write("bytes.csv", content);
      expect(outcome(file)).toMatch(/^SLW_DATA_|^every row is accounted for$/);
    }),
    { numRuns: 1000 },
  );
});
