import { afterAll, describe, expect, test } from "vitest";
import { SlipwayError } from "../../base/index.ts";
import { createTestFolder, plainTable, type PlainValue } from "../test-files.ts";
import { readCsv, type CsvOptions } from "./read-csv.ts";

const folder = createTestFolder(afterAll);
const silent = (): void => undefined;

function utf16(text: string, order: "le" | "be", mark: boolean): Buffer {
  const bytes = Buffer.from((mark ? "\ufeff" : "") + text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

function concat(...parts: (string | number[])[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

interface Accepted {
  readonly name: string;
  readonly content: string | Buffer;
  readonly options?: CsvOptions;
  readonly columns: Record<string, PlainValue[]>;
  readonly dialect?: Record<string, unknown>;
  readonly warning?: RegExp;
  readonly blankLines?: number[];
}

const ab = { a: [1, 3], b: [2, 4] };

const accepted: Accepted[] = [
  {
    name: "comma",
    content: "a,b\n1,2\n3,4\n",
    columns: ab,
    dialect: { delimiter: ",", header: true, decimal: ".", encoding: "utf-8" },
  },
  { name: "semicolon", content: "a;b\n1;2\n3;4\n", columns: ab, dialect: { delimiter: ";" } },
  { name: "tab", content: "a\tb\n1\t2\n3\t4\n", columns: ab, dialect: { delimiter: "\t" } },
  { name: "bar", content: "a|b\n1|2\n3|4\n", columns: ab, dialect: { delimiter: "|" } },
  { name: "given delimiter", content: "a:b\n1:2\n3:4\n", options: { delimiter: ":" }, columns: ab },
  { name: "carriage returns and line feeds", content: "a,b\r\n1,2\r\n3,4\r\n", columns: ab },
  { name: "carriage returns only", content: "a,b\r1,2\r3,4", columns: ab },
  { name: "no line end at the end", content: "a,b\n1,2\n3,4", columns: ab },
  { name: "blank lines at the end", content: "a,b\n1,2\n3,4\n\n  \n\r\n", columns: ab, blankLines: [] },
  { name: "blank lines between rows", content: "a,b\n1,2\n\n  \n3,4\n\n", columns: ab, blankLines: [3, 4] },
  { name: "blank lines before the header", content: "\n\na,b\n1,2\n3,4\n", columns: ab },
  { name: "byte order mark", content: "\ufeffa,b\n1,2\n3,4\n", columns: ab, dialect: { encoding: "utf-8" } },
  {
    name: "UTF-16 LE with a mark",
    content: utf16("a,é\nü,1\nx,2\n", "le", true),
    columns: { a: ["ü", "x"], é: [1, 2] },
    dialect: { encoding: "utf-16le" },
  },
  {
    name: "UTF-16 BE with a mark",
    content: utf16("a,é\nü,1\nx,2\n", "be", true),
    columns: { a: ["ü", "x"], é: [1, 2] },
    dialect: { encoding: "utf-16be" },
  },
  {
    name: "UTF-16 LE without a mark",
    content: utf16("a,b\n1,2\n3,4\n", "le", false),
    columns: ab,
    dialect: { encoding: "utf-16le" },
  },
  {
    name: "UTF-16 BE without a mark",
    content: utf16("a,b\n1,2\n3,4\n", "be", false),
    columns: ab,
    dialect: { encoding: "utf-16be" },
  },
  {
    name: "Latin-1",
    content: Buffer.from("name,n\ncafé,1\nniño,2\n", "latin1"),
    columns: { name: ["café", "niño"], n: [1, 2] },
    dialect: { encoding: "latin1" },
  },
  {
    name: "Windows-1252",
    content: concat("name,n\n", [0x80], "5,1\n", [0x93], "x", [0x94], ",2\n"),
    columns: { name: ["€5", "“x”"], n: [1, 2] },
    dialect: { encoding: "windows-1252" },
  },
  { name: "emoji and right-to-left text", content: "t,n\n🚢,1\nשלום,2\n", columns: { t: ["🚢", "שלום"], n: [1, 2] } },
  {
    name: "decimal comma",
    content: "x;y\n1,5;2\n-0,25;3\n",
    columns: { x: [1.5, -0.25], y: [2, 3] },
    dialect: { delimiter: ";", decimal: "," },
  },
  {
    name: "decimal comma without a header",
    content: "1,5;2,5\n3,5;4,5\n",
    columns: { column_1: [1.5, 3.5], column_2: [2.5, 4.5] },
    dialect: { delimiter: ";", header: false },
    warning: /column_1/,
  },
  {
    name: "decimal comma that comes late",
    content: `x;y\n${"1;2\n".repeat(20_000)}1,5;3\n`,
    options: { asWritten: ["y"] },
    columns: { x: [...Array<number>(20_000).fill(1), 1.5], y: [...Array<string>(20_000).fill("2"), "3"] },
    dialect: { decimal: "," },
  },
  {
    name: "thousands separators are text",
    content: "x;y\n1,234;2\n5,678;3\n",
    columns: { x: ["1,234", "5,678"], y: [2, 3] },
    dialect: { decimal: "." },
  },
  {
    name: "thousands and decimals are text",
    content: 'x,y\n"1,234.5",2\n"5,678.5",3\n',
    columns: { x: ["1,234.5", "5,678.5"], y: [2, 3] },
  },
  {
    name: "no header",
    content: "1,x\n2,y\n3,x\n",
    columns: { column_1: [1, 2, 3], column_2: ["x", "y", "x"] },
    dialect: { header: false },
    warning: /column_1/,
  },
  {
    name: "text without a header, said so",
    content: "x,y\nu,v\n",
    options: { header: false },
    columns: { column_1: ["x", "u"], column_2: ["y", "v"] },
  },
  {
    name: "years as a header, said so",
    content: "2019,2020\n1,2\n",
    options: { header: true },
    columns: { 2019: [1], 2020: [2] },
  },
  {
    name: "a header that a schema knows",
    content: "1,2\n3,4\n",
    options: { types: { 1: "numeric" } },
    columns: { 1: [3], 2: [4] },
  },
  {
    name: "only text",
    content: "city,colour\nRome,red\nOslo,blue\n",
    columns: { city: ["Rome", "Oslo"], colour: ["red", "blue"] },
  },
  { name: "header names are trimmed", content: " a , b\n1,2\n", columns: { a: [1], b: [2] } },
  { name: "one column", content: "a\n1\n2\n", columns: { a: [1, 2] } },
  { name: "one column with a null", content: 'a\n1\n""\n2\n', columns: { a: [1, null, 2] } },
  { name: "quotes around everything", content: '"a","b"\n"1","2"\n"3","4"\n', columns: ab },
  {
    name: "delimiters, quotes and line breaks in quotes",
    content: 'a,b\n"x, ""y""",1\n"two\nlines",2\n"three\r\n\r\nlines",3\n',
    columns: { a: ['x, "y"', "two\nlines", "three\r\n\r\nlines"], b: [1, 2, 3] },
  },
  { name: "a row of empty quotes", content: 'a,b\n"",""\nx,1\n', columns: { a: [null, "x"], b: [null, 1] } },
  {
    name: "single quotes",
    content: "a,b\n'x, y',1\n'it''s',2\n",
    columns: { a: ["x, y", "it's"], b: [1, 2] },
    dialect: { quote: "'" },
  },
  {
    name: "apostrophes are no quotes",
    content: "a,b\nit's,1\n'tis,2\n",
    columns: { a: ["it's", "'tis"], b: [1, 2] },
    dialect: { quote: '"' },
  },
  {
    name: "a semicolon in a comma file",
    content: "a,b\nx;y,1\nz;w,2\n",
    columns: { a: ["x;y", "z;w"], b: [1, 2] },
    dialect: { delimiter: "," },
  },
  {
    name: "nulls in all spellings",
    content: "a,b\n?,x\nNA,?\nn/a,NULL\nNaN,nan\n,\n  , \n7,z\n",
    columns: { a: [null, null, null, null, null, null, 7], b: ["x", null, null, null, null, null, "z"] },
  },
  { name: "none is a category", content: "a,b\nnone,1\nNone,2\n", columns: { a: ["none", "None"], b: [1, 2] } },
  {
    name: "other nulls",
    content: "a,b\n-99,x\n1,NA\n",
    options: { nulls: ["-99"] },
    columns: { a: [null, 1], b: ["x", "NA"] },
  },
  { name: "a column of nulls", content: "a,b\n,1\nNA,2\n", columns: { a: [null, null], b: [1, 2] } },
  {
    name: "nulls before the first text",
    content: "a,b\n,1\n,2\nx,3\n",
    columns: { a: [null, null, "x"], b: [1, 2, 3] },
  },
  {
    name: "labels stay as written",
    content: "y,t,f\nyes,true,T\nno,FALSE,F\n",
    columns: { y: ["yes", "no"], t: ["true", "FALSE"], f: ["T", "F"] },
  },
  {
    name: "leading zeros are identifiers",
    content: "zip,n\n00501,1\n10001,2\n",
    columns: { zip: ["00501", "10001"], n: [1, 2] },
  },
  {
    name: "a leading zero that comes late",
    content: "zip,n\n10001,1\n00501,2\n",
    columns: { zip: ["10001", "00501"], n: [1, 2] },
  },
  {
    name: "whole numbers beyond 2^53 are identifiers",
    content: "id,n\n9007199254740993,1\n9007199254740992,2\n",
    columns: { id: ["9007199254740993", "9007199254740992"], n: [1, 2] },
  },
  {
    name: "the largest exact whole number",
    content: "n,m\n9007199254740991,1\n-9007199254740991,2\n",
    columns: { n: [9007199254740991, -9007199254740991], m: [1, 2] },
  },
  {
    name: "numbers in all spellings",
    content: "n,m\n+1,1\n-2.50,2\n.5,3\n4.,4\n1e3,5\n-1.5E-3,6\n 7 ,7\n0.1000000000000000055511151231257827,8\n",
    columns: { n: [1, -2.5, 0.5, 4, 1000, -0.0015, 7, 0.1], m: [1, 2, 3, 4, 5, 6, 7, 8] },
  },
  {
    name: "what is no number is text",
    content: "a,b,c\n1_000,0x1F,5%\n2_000,0x2F,6%\n",
    columns: { a: ["1_000", "2_000"], b: ["0x1F", "0x2F"], c: ["5%", "6%"] },
  },
  {
    name: "infinite values are null",
    content: "n,m\n1,1\ninf,2\n-Infinity,3\n1e309,4\n",
    columns: { n: [1, null, null, null], m: [1, 2, 3, 4] },
    warning: /3 infinite .*"inf" in line 3/,
  },
  {
    name: "as written",
    content: "y,n\n1.0,1\n0,2\n 2,3\nNA,4\n",
    options: { asWritten: ["y"] },
    columns: { y: ["1.0", "0", " 2", null], n: [1, 2, 3, 4] },
  },
  { name: "text keeps its blanks", content: "a,b\n x,1\nx ,2\n", columns: { a: [" x", "x "], b: [1, 2] } },
  {
    name: "ISO dates",
    content: "d,n\n2024-02-29,1\n2024-03-01T12:30:00+01:00,2\n,3\n2024-03-01 12:30:15.25,4\n",
    columns: {
      d: ["@2024-02-29T00:00:00.000Z", "@2024-03-01T11:30:00.000Z", null, "@2024-03-01T12:30:15.250Z"],
      n: [1, 2, 3, 4],
    },
  },
  {
    name: "month first, known late",
    content: "d,n\n1/2/2011,1\n1/13/2011,2\n",
    columns: { d: ["@2011-01-02T00:00:00.000Z", "@2011-01-13T00:00:00.000Z"], n: [1, 2] },
  },
  {
    name: "day first, known late",
    content: "d,n\n1/2/2011 10:30,1\n,2\n13/1/2011,3\n",
    columns: { d: ["@2011-02-01T10:30:00.000Z", null, "@2011-01-13T00:00:00.000Z"], n: [1, 2, 3] },
  },
  {
    name: "day or month first",
    content: "d,n\n1/2/2011,1\n3/4/2011,2\n",
    columns: { d: ["@2011-01-02T00:00:00.000Z", "@2011-03-04T00:00:00.000Z"], n: [1, 2] },
    warning: /month\/day\/year/,
  },
  {
    name: "day and month at odds are text",
    content: "d,n\n13/1/2011,1\n1/13/2011,2\n",
    columns: { d: ["13/1/2011", "1/13/2011"], n: [1, 2] },
  },
  {
    name: "a date that does not exist is text",
    content: "d,n\n2023-02-28,1\n2023-02-29,2\n",
    columns: { d: ["2023-02-28", "2023-02-29"], n: [1, 2] },
  },
  {
    name: "nearly numbers",
    content: `x,n\n${Array.from({ length: 30 }, (_, i) => `${i},${i}`).join("\n")}\nabc,30\n`,
    columns: {
      x: [...Array.from({ length: 30 }, (_, i) => String(i)), "abc"],
      n: Array.from({ length: 31 }, (_, i) => i),
    },
    warning: /"x" is text, though 96\.8% .*line 32 holds "abc"/,
  },
  {
    name: "a name that looks like code",
    content: '"__proto__","a""; DROP TABLE x; --"\n1,2\n',
    columns: Object.fromEntries([
      ["__proto__", [1]],
      ['a"; DROP TABLE x; --', [2]],
    ]),
  },
  {
    name: "forced types",
    content: "a,b,c\n1,2,2024-01-02\n,3,NA\n",
    options: { types: { a: "numeric", b: "string", c: "datetime" } },
    columns: { a: [1, null], b: ["2", "3"], c: ["@2024-01-02T00:00:00.000Z", null] },
  },
];

describe("files that are read", () => {
  test.each(accepted)("$name", ({ name, content, options = {}, columns, dialect, warning, blankLines = [] }) => {
    const result = readCsv(folder.write(`${name}.csv`, content), options, silent);
    expect(plainTable(result.table)).toEqual(columns);
    expect(result.dialect).toMatchObject(dialect ?? {});
    expect(result.rows.read).toBe(result.rows.kept + result.rows.reported.length);
    expect(result.rows.kept).toBe(result.table.rows);
    expect(result.rows.reported.map(({ line }) => line)).toEqual(blankLines);
    expect(result.warnings.join("\n")).toMatch(warning ?? /^$/);
  });
});

interface Refused {
  readonly name: string;
  readonly content: string | Buffer;
  readonly options?: CsvOptions;
  readonly code: string;
  readonly line?: number;
  readonly column?: string | number;
  readonly message?: RegExp;
}

const refused: Refused[] = [
  { name: "empty", content: "", code: "SLW_DATA_EMPTY" },
  { name: "only a byte order mark", content: "\ufeff", code: "SLW_DATA_EMPTY" },
  { name: "only blank lines", content: "\n \n\r\n", code: "SLW_DATA_EMPTY" },
  { name: "only a header", content: "a,b\n", code: "SLW_DATA_NO_ROWS" },
  { name: "only a header and blank lines", content: "a,b\n\n\n", code: "SLW_DATA_NO_ROWS" },
  {
    name: "a short row",
    content: "a,b,c\n1,2,3\n4,5\n",
    code: "SLW_DATA_RAGGED_ROW",
    line: 3,
    column: "c",
    message: /2 values for 3 columns/,
  },
  {
    name: "a long row",
    content: "a,b\n1,2\n3,4\n5,6,7,8\n",
    code: "SLW_DATA_RAGGED_ROW",
    line: 4,
    column: 3,
    message: /4 values for 2 columns/,
  },
  { name: "a header shorter than the rows", content: "a\n1,2\n3,4\n", code: "SLW_DATA_RAGGED_ROW", line: 2 },
  {
    name: "a header longer than the rows",
    content: "a,b,c\n1,2\n3,4\n",
    code: "SLW_DATA_RAGGED_ROW",
    line: 2,
    column: "c",
  },
  { name: "a delimiter too many at the end", content: "a,b\n1,2,\n3,4,\n", code: "SLW_DATA_RAGGED_ROW", line: 2 },
  { name: "a title above the header", content: "Sales report\na,b\n1,2\n3,4\n", code: "SLW_DATA_RAGGED_ROW", line: 2 },
  { name: "a footer", content: "a,b\n1,2\n3,4\nTotal: 10\n", code: "SLW_DATA_RAGGED_ROW", line: 4, column: "b" },
  {
    name: "a ragged row behind line breaks in quotes",
    content: 'a,b\n"x\ny\r\nz",1\n\n2\n',
    code: "SLW_DATA_RAGGED_ROW",
    line: 6,
  },
  { name: "a semicolon header above comma rows", content: "a;b\n1,2\n3,4\n", code: "SLW_DATA_RAGGED_ROW", line: 2 },
  {
    name: "prose",
    content: "Dear all,\nplease find attached, as promised, the figures.\nRegards\n",
    code: "SLW_DATA_HEADER_EMPTY",
    line: 1,
  },
  { name: "a quote inside a value", content: 'a,b\n5" pipe,1\n', code: "SLW_DATA_QUOTE", line: 2, column: "a" },
  { name: "text after a closing quote", content: 'a,b\n1,"x"y\n', code: "SLW_DATA_QUOTE", line: 2, column: "b" },
  {
    name: "a quote that is never closed",
    content: 'a,b\n1,2\n3,"x\n4,5\n',
    code: "SLW_DATA_QUOTE",
    line: 3,
    column: "b",
    message: /never closed/,
  },
  {
    name: "a quote that is never closed, far down",
    content: `a,b\n${"1,2\n".repeat(300_000)}3,"x\n${"4,5\n".repeat(300_000)}`,
    code: "SLW_DATA_QUOTE",
    line: 300_002,
    column: "b",
  },
  { name: "backslash for a quote", content: 'a,b\n"x\\"y",1\n', code: "SLW_DATA_QUOTE", line: 2, column: "a" },
  { name: "a blank before a quote", content: 'a,b\n1, "x, y"\n', code: "SLW_DATA_QUOTE", line: 2, column: "b" },
  { name: "a broken quote in the header", content: 'a,"b\n1,2\n', code: "SLW_DATA_QUOTE", line: 1 },
  { name: "one name twice", content: "a,b,a\n1,2,3\n", code: "SLW_DATA_HEADER_DUPLICATE", line: 1, column: "a" },
  {
    name: "one name twice after trimming",
    content: "a,b, a \n1,2,3\n",
    code: "SLW_DATA_HEADER_DUPLICATE",
    line: 1,
    column: "a",
  },
  { name: "an empty name", content: "a,,c\n1,2,3\n", code: "SLW_DATA_HEADER_EMPTY", line: 1, column: 2 },
  {
    name: "an exported index without a name",
    content: ",a,b\n0,1,2\n1,3,4\n",
    code: "SLW_DATA_HEADER_EMPTY",
    line: 1,
    column: 1,
  },
  { name: "a NUL byte", content: concat("a,b\n1,2\n3,", [0], "\n"), code: "SLW_DATA_NUL_BYTE", line: 3 },
  { name: "a JSON array", content: '[{"a": 1, "b": 2},\n {"a": 3, "b": 4}]', code: "SLW_DATA_FORMAT", message: /JSON/ },
  { name: "a JSON object", content: '{\n  "a": [1, 2]\n}', code: "SLW_DATA_FORMAT", message: /JSON/ },
  { name: "JSON lines", content: '{"a":1}\n{"a":2}\n', code: "SLW_DATA_FORMAT", message: /JSON/ },
  {
    name: "HTML",
    content: "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
    code: "SLW_DATA_FORMAT",
    message: /HTML/,
  },
  { name: "XML", content: '<?xml version="1.0"?><rows><row/></rows>', code: "SLW_DATA_FORMAT", message: /XML/ },
  { name: "Excel", content: concat([0x50, 0x4b, 3, 4, 20, 0, 6, 0]), code: "SLW_DATA_FORMAT", message: /Excel/ },
  {
    name: "old Excel",
    content: concat([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    code: "SLW_DATA_FORMAT",
    message: /Excel/,
  },
  { name: "gzip", content: concat([0x1f, 0x8b, 8, 0]), code: "SLW_DATA_FORMAT", message: /gzip/ },
  { name: "bytes of a program", content: concat([0x7f], "ELF", [2, 1, 1, 0]), code: "SLW_DATA_FORMAT" },
  {
    name: "control characters",
    content: concat("a,b\n", [1, 2, 3, 4, 5, 6, 7, 8]),
    code: "SLW_DATA_FORMAT",
    message: /binary/,
  },
  {
    name: "one bad byte in UTF-8",
    content: concat("a,b\né,ü\nñ,", [0xff], "\n"),
    code: "SLW_DATA_ENCODING",
    line: 3,
    message: /byte FF.*UTF-8.*Latin-1/,
  },
  {
    name: "a bad byte behind a byte order mark",
    content: concat([0xef, 0xbb, 0xbf], "a,b\n1,", [0xe9], "\n"),
    code: "SLW_DATA_ENCODING",
    line: 2,
  },
  {
    name: "bytes that Windows-1252 lacks",
    content: concat("a,b\n1,", [0x81, 0x8d], "\n"),
    code: "SLW_DATA_ENCODING",
    line: 2,
  },
  { name: "UTF-16 cut in half", content: utf16("a,b\n1,2\n", "le", true).subarray(0, 15), code: "SLW_DATA_ENCODING" },
  { name: "UTF-32", content: concat([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), code: "SLW_DATA_ENCODING", message: /UTF-32/ },
  {
    name: "a text in a column of numbers",
    content: "a,b\n1,2\n3,x\n",
    options: { types: { b: "numeric" } },
    code: "SLW_DATA_VALUE_TYPE",
    line: 3,
    column: "b",
    message: /expected a number, got "x"/,
  },
  {
    name: "an infinity in a column of numbers",
    content: "a,b\n1,2\n3,inf\n",
    options: { types: { b: "numeric" } },
    code: "SLW_DATA_VALUE_TYPE",
    line: 3,
    column: "b",
  },
  {
    name: "a number in a column of dates",
    content: "a,d\n1,2024-01-01\n3,17\n",
    options: { types: { d: "datetime" } },
    code: "SLW_DATA_VALUE_TYPE",
    line: 3,
    column: "d",
    message: /expected a date, got "17"/,
  },
  {
    name: "a column that is not there",
    content: "a,b\n1,2\n",
    options: { types: { c: "numeric" } },
    code: "SLW_DATA_COLUMN_MISSING",
    column: "c",
    message: /a, b/,
  },
  {
    name: "a label column that is not there",
    content: "a,b\n1,2\n",
    options: { asWritten: ["B"] },
    code: "SLW_DATA_COLUMN_MISSING",
    column: "B",
  },
];

describe("files that are refused", () => {
  test.each(refused)("$name", ({ name, content, options = {}, code, line, column, message }) => {
    const file = folder.write(`${name}.csv`, content);
    const details = { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    const read = (): unknown => readCsv(file, options, silent);
    expect(read).toThrow(SlipwayError);
    expect(read).toThrow(file);
    expect(read).toThrow(message ?? "");
    expect(read).toThrow(expect.objectContaining({ code, details: expect.objectContaining(details) }));
  });
});

describe("how numbers were written", () => {
  test("is kept where it differs from String(value)", () => {
    const { table } = readCsv(folder.write("written.csv", "a,b,c\n1.0,1,1e2\n2.50,2.5,-0\n1.0,,3\n"), {}, silent);
    const written = table.columns.map((column) => (column.type === "numeric" ? column.written : null));
    expect(written).toEqual([
      new Map([
        [1, "1.0"],
        [2.5, "2.50"],
      ]),
      undefined,
      new Map([
        [100, "1e2"],
        [0, "-0"],
      ]),
    ]);
  });

  test("is forgotten above 100 distinct values", () => {
    const rows = Array.from({ length: 101 }, (_, i) => `${i}.0,${i < 50 ? "1.0" : i}`);
    const { table } = readCsv(folder.write("many.csv", `a,b\n${rows.join("\n")}\n`), {}, silent);
    expect(table.columns[0]).not.toHaveProperty("written");
    expect(table.columns[1]).toHaveProperty("written", new Map([[1, "1.0"]]));
  });
});

test("columns stand on shared memory and hold their rows only", () => {
  const { table } = readCsv(folder.write("shared.csv", "a,b,d\n1,x,2024-01-01\n\n2,y,2024-01-02\n\n\n"), {}, silent);
  for (const column of table.columns) {
    const values = column.type === "string" ? column.codes : column.values;
    expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(values).toHaveLength(2);
  }
});

test("a record may be longer than a block and cross its borders anywhere", () => {
  const long = `${"x".repeat(3 << 20)}"",\r\n`;
  const rows = Array.from({ length: 5 }, (_, i) => `${i},"${long}${i}"\r\n`);
  const { table } = readCsv(folder.write("long.csv", `n,t\r\n${rows.join("")}`), {}, silent);
  expect(table.rows).toBe(5);
  expect(plainTable(table)["t"]).toEqual([0, 1, 2, 3, 4].map((i) => `${"x".repeat(3 << 20)}",\r\n${i}`));
});

test("a column may turn out to be text anywhere in the file", () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => `${i},${i % 10},2024-01-01,c${i % 3}`);
  rows.push("300000,x,not yet,c0");
  const { table } = readCsv(folder.write("late.csv", `n,late,day,c\n${rows.join("\n")}\n`), {}, silent);
  expect(table.columns.map(({ type }) => type)).toEqual(["numeric", "string", "string", "string"]);
  expect(table.columns[1]).toMatchObject({ categories: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "x"] });
  const lines = rows.map((row) => row.split(","));
  const values = plainTable(table);
  expect(values["n"]).toEqual(lines.map(([n]) => Number(n)));
  expect(values["late"]).toEqual(lines.map(([, late]) => late));
  expect(values["day"]).toEqual(lines.map(([, , day]) => day));
});

test("a decimal comma may come anywhere in the file", () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => `${i};${i % 10}`);
  const result = readCsv(folder.write("comma.csv", `n;x\n${rows.join("\n")}\n300000;2,5\n`), {}, silent);
  expect(result.dialect.decimal).toBe(",");
  expect(result.warnings).toEqual([]);
  expect(plainTable(result.table)["x"]!.slice(-2)).toEqual([9, 2.5]);
});
