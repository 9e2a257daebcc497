/**
 * `{"data": [{…}, …]}` whose rows have exactly the model's columns in the order of the request before: what a client
 * sends all day. Where its keys stand is known, so its values are read straight into lists, for half of what JSON.parse
 * and the checks of what it made cost. Whatever is not so, down to an escaped letter, is left to those.
 */
import type { ScoringSchema } from "../backends/types.ts";
import { readText } from "./parts.ts";
import type { WireRequest } from "./types.ts";

interface Layout {
  /** Keys as JSON, in the order of the rows. */
  readonly keys: readonly string[];
  /** Of each its place among the model's columns. */
  readonly places: readonly number[];
}

/** Of the last request that was read the other way. */
const layouts = new WeakMap<ScoringSchema["columns"], Layout>();

/** Remembers the order of the keys, where they are exactly the model's columns. @param rows objects or lists, as parsed */
export function rememberKeys({ columns }: ScoringSchema, rows: readonly unknown[]): void {
  const row = rows[0];
  if (typeof row !== "object" || row === null || Array.isArray(row) || columns.length === 0) return;
  const names = Object.keys(row);
  if (names.length !== columns.length) return;
  const places = names.map((key) => columns.findIndex(({ name }) => name === key));
  if (!places.includes(-1)) layouts.set(columns, { keys: names.map((name) => JSON.stringify(name)), places });
}

/**
 * @returns lists in the order of the model's columns; null for a body that is to be read the other way
 * @throws SLW_HTTP_BODY_EMPTY, SLW_HTTP_UTF8
 */
export function readUsualRows({ body, schema }: Pick<WireRequest, "body" | "schema">): unknown[][] | null {
  const layout = layouts.get(schema.columns);
  return layout === undefined ? null : parseRows({ text: readText(body), at: 0 }, layout);
}

/** How far a text is read. */
interface Cursor {
  readonly text: string;
  at: number;
}

function parseRows(cursor: Cursor, layout: Layout): unknown[][] | null {
  if (!(take(cursor, "{") && take(cursor, '"data"') && take(cursor, ":") && take(cursor, "["))) return null;
  const rows: unknown[][] = [];
  do {
    const row = readRow(cursor, layout);
    if (row === null) return null;
    rows.push(row);
  } while (take(cursor, ","));
  if (!(take(cursor, "]") && take(cursor, "}"))) return null;
  skipBlanks(cursor);
  return cursor.at === cursor.text.length ? rows : null;
}

function readRow(cursor: Cursor, { keys, places }: Layout): unknown[] | null {
  if (!take(cursor, "{")) return null;
  const row = new Array<unknown>(keys.length);
  for (let i = 0; i < keys.length; i++) {
    if (i > 0 && !take(cursor, ",")) return null;
    if (!(take(cursor, keys[i] as string) && take(cursor, ":"))) return null;
    skipBlanks(cursor);
    const value = readValue(cursor);
    if (value === undefined) return null;
    row[places[i] as number] = value;
  }
  return take(cursor, "}") ? row : null;
}

const space = 0x20;
const quote = 0x22;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const backslash = 0x5c;

/** Spaces only, as programs write them. */
function skipBlanks(cursor: Cursor): void {
  while (cursor.text.charCodeAt(cursor.at) === space) cursor.at++;
}

function take(cursor: Cursor, token: string): boolean {
  skipBlanks(cursor);
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

/** Undefined for what is read the other way: true, false, lists, objects, and what is no JSON. */
function readValue(cursor: Cursor): string | number | null | undefined {
  const first = cursor.text.charCodeAt(cursor.at);
  if (first === quote) return readString(cursor);
  if (first === minus || isDigit(first)) return readNumber(cursor);
  return take(cursor, "null") ? null : undefined;
}

/** Without escapes. */
function readString(cursor: Cursor): string | undefined {
  const { text } = cursor;
  const start = cursor.at + 1;
  for (let end = start; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === quote) {
      cursor.at = end + 1;
      return text.slice(start, end);
    }
    if (code < space || code === backslash) return undefined;
  }
  return undefined;
}

/** Digits whose number, and powers of ten, are exact as doubles: then so is their quotient, to the nearest (IEEE 754). */
const mostDigits = 15;
const powers = Array.from({ length: mostDigits + 1 }, (_, exponent) => 10 ** exponent);

/** Without an exponent, of at most 15 digits: the number that JSON.parse reads. */
function readNumber(cursor: Cursor): number | undefined {
  const { text } = cursor;
  const isNegative = text.charCodeAt(cursor.at) === minus;
  const start = isNegative ? cursor.at + 1 : cursor.at;
  let at = start;
  let digits = 0;
  let code = text.charCodeAt(at);
  for (; isDigit(code); code = text.charCodeAt(++at)) digits = digits * 10 + (code - zero);
  const whole = at - start;
  if (whole === 0 || (whole > 1 && text.charCodeAt(start) === zero)) return undefined;
  let places = 0;
  if (code === point) {
    const from = ++at;
    for (code = text.charCodeAt(at); isDigit(code); code = text.charCodeAt(++at)) digits = digits * 10 + (code - zero);
    places = at - from;
    if (places === 0) return undefined;
  }
  // An exponent, or what is no end of a number, is seen by whoever reads on: neither is a comma nor an end.
  if (whole + places > mostDigits) return undefined;
  cursor.at = at;
  const value = digits / (powers[places] as number);
  return isNegative ? -value : value;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}
