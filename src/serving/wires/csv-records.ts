/** A strict reader of CSV: RFC 4180 with commas, line ends CRLF or LF, and every record as wide as the first. */
import { SlipwayError } from "../../base/index.ts";

export interface CsvRecord {
  /** From 1: the line on which it begins. */
  readonly line: number;
  readonly values: readonly string[];
}

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * All records in order. Blank lines at the end are none.
 * @throws SLW_SCORE_DATA with the line
 */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  let width = 0;
  while (at < text.length) {
    const { values, end, lines } = readRecord(text, at, line);
    if (values.length === 1 && values[0] === "" && text.charCodeAt(at) !== quote) {
      if (isBlank(text, end)) return;
      throw broken(line, "a row", "a blank line", "Take the blank line out.");
    }
    width ||= values.length;
    if (values.length !== width) {
      throw broken(
        line,
        `${width} values, as in the header`,
        `${values.length}`,
        'Quote values that hold commas: "a,b".',
      );
    }
    yield { line, values };
    line += lines;
    at = end;
  }
}

function isBlank(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== lineFeed && code !== carriageReturn) return false;
  }
  return true;
}

/** From `start` to the character after its line end; `lines`: how many line ends it has. */
function readRecord(text: string, start: number, line: number): { values: string[]; end: number; lines: number } {
  const values: string[] = [];
  let lines = 1;
  let at = start;
  for (;;) {
    let value: string;
    if (text.charCodeAt(at) === quote) {
      const end = endOfQuoted(text, at, line + lines - 1);
      value = text.slice(at + 1, end).replaceAll('""', '"');
      lines += lineFeedsIn(value);
      at = end + 1;
    } else {
      const end = endOfPlain(text, at, line + lines - 1);
      value = text.slice(at, end);
      at = end;
    }
    if (values.push(value) > mostColumns) {
      throw broken(line, `at most ${mostColumns} values`, "more", "Send the columns that the model knows.");
    }
    const next = text.charCodeAt(at);
    if (next === comma) at++;
    else if (Number.isNaN(next)) return { values, end: at, lines };
    else if (next === lineFeed) return { values, end: at + 1, lines };
    else if (next === carriageReturn && text.charCodeAt(at + 1) === lineFeed) return { values, end: at + 2, lines };
    else
      throw broken(line + lines - 1, "a comma or the end of the line after a quoted value", shown(text, at), quoting);
  }
}

/** Of a record: a body of commas alone would take seconds. */
const mostColumns = 10_000;

const quoting = 'Write a value with quotes in it as "5"" pipe".';

/** Of a value that begins with a quote at `start`: where its last quote is. */
function endOfQuoted(text: string, start: number, line: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== quote) return at;
  }
  throw broken(line, "the quote that ends a value", "the end of the body", quoting);
}

function endOfPlain(text: string, start: number, line: number): number {
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code === comma || code === lineFeed || Number.isNaN(code)) return at;
    if (code === quote)
      throw broken(line, "no quote inside a value that has none around it", shown(text, start), quoting);
    if (code === carriageReturn) {
      if (text.charCodeAt(at + 1) === lineFeed) return at;
      throw broken(line, "line ends of LF or CRLF", "a carriage return alone", "Write the file with LF or CRLF.");
    }
    if (code === 0) throw broken(line, "text", "a NUL character", "Send text in UTF-8.");
  }
}

function lineFeedsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function shown(text: string, at: number): string {
  return JSON.stringify(text.slice(at, at + 40));
}

function broken(line: number, expected: string, got: string, fix: string): SlipwayError {
  return new SlipwayError("SLW_SCORE_DATA", `Line ${line} of the CSV: expected ${expected}, got ${got}.`, {
    fix,
    details: { line, expected, got },
  });
}
