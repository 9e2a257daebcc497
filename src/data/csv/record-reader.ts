import { SlipwayError } from "../../base/index.ts";
import { noteWritten, numeric, putValue, text, type BuildContext, type ColumnBuilder } from "./column-builder.ts";
import { quoteFault, type CsvLayout } from "./dialect.ts";
import { hashStart } from "./dictionary.ts";

/** Reads records from blocks of UTF-8 into columns, strictly by RFC 4180 with the layout's delimiter and quote. */
export interface RecordReader {
  /**
   * Reads the complete records of bytes[start, end) and returns where the first incomplete one begins. bytes[end] must
   * be writable: a NUL is put there as a sentinel. `final`: nothing follows (the last byte must then be a line end).
   */
  read(bytes: Buffer, start: number, end: number, final: boolean): number;
  rows(): number;
  /** Lines of blank rows between rows of data; those at the end are not among them. */
  blankLines(): readonly number[];
}

const newline = 10;
const carriageReturn = 13;
/** 10^0 to 10^22: powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Up to 15 digits a decimal text survives the way to a double and back, so it is String(value) when it is tidy. */
const fifteenDigits = 1e15;

export function createRecordReader(
  layout: CsvLayout,
  builders: readonly ColumnBuilder[],
  context: BuildContext,
): RecordReader {
  const delimiter = layout.delimiter.charCodeAt(0);
  const quote = layout.quote.charCodeAt(0);
  const point = layout.decimal.charCodeAt(0);
  /** A tab is a blank unless it delimits. */
  const blankTab = delimiter === 9 ? 32 : 9;
  const width = builders.length;
  const { file } = context;
  const blank: number[] = [];
  let pendingBlank: number[] = [];
  let row = 0;
  let line = layout.dataLine;
  let scratch: Buffer = Buffer.allocUnsafe(1 << 12);

  /** The field that `scanField` found: its bytes, and where what ends it stands. */
  let fieldBytes: Buffer = scratch;
  let fieldStart = 0;
  let fieldEnd = 0;
  let fieldBreaks = 0;

  /** Returns the position of the byte that ends the field at `start`, or -1 when the sentinel came first. */
  function scanField(bytes: Buffer, start: number, end: number, column: number, firstLine: number): number {
    fieldBreaks = 0;
    if (bytes[start] === quote) return scanQuoted(bytes, start, end, column, firstLine);
    let p = start;
    for (;;) {
      const byte = bytes[p]!;
      if (byte === delimiter || byte === newline || byte === carriageReturn) break;
      if (byte === quote)
        throw quoteFault(file, { line: firstLine, column: nameOf(column), quote: "bare" }, layout.quote);
      if (byte === 0 && p === end) return -1;
      p++;
    }
    fieldBytes = bytes;
    fieldStart = start;
    fieldEnd = p;
    return p;
  }

  function scanQuoted(bytes: Buffer, start: number, end: number, column: number, firstLine: number): number {
    let doubled = false;
    let p = start + 1;
    for (;;) {
      const byte = bytes[p]!;
      if (byte === quote) {
        if (bytes[p + 1] !== quote || p + 1 >= end) break;
        doubled = true;
        p++;
      } else if (byte === newline) fieldBreaks++;
      else if (byte === carriageReturn && bytes[p + 1] !== newline) fieldBreaks++;
      else if (byte === 0 && p === end) return -1;
      p++;
    }
    const after = p + 1;
    // A closing quote at the end of the block may be the first half of a doubled one.
    if (after >= end) return -1;
    const next = bytes[after]!;
    if (next !== delimiter && next !== newline && next !== carriageReturn) {
      throw quoteFault(file, { line: firstLine, column: nameOf(column), quote: "after" }, layout.quote);
    }
    if (doubled) unescape(bytes, start + 1, p);
    else {
      fieldBytes = bytes;
      fieldStart = start + 1;
      fieldEnd = p;
    }
    return after;
  }

  function unescape(bytes: Buffer, start: number, end: number): void {
    if (scratch.length < end - start) scratch = Buffer.allocUnsafe((end - start) * 2);
    let length = 0;
    for (let p = start; p < end; p++) {
      scratch[length++] = bytes[p]!;
      if (bytes[p] === quote) p++;
    }
    fieldBytes = scratch;
    fieldStart = 0;
    fieldEnd = length;
  }

  function nameOf(column: number): string | number {
    return column < width ? builders[column]!.name : column + 1;
  }

  /** The position behind a blank line that begins at `start`; -1 when the line is not blank or not complete. */
  function skipBlank(bytes: Buffer, start: number): number {
    let p = start;
    while (bytes[p] === 32 || bytes[p] === blankTab) p++;
    if (bytes[p] === newline) return p + 1;
    if (bytes[p] === carriageReturn) return bytes[p + 1] === newline ? p + 2 : p + 1;
    return -1;
  }

  /** Is the text of a number surely String(number)? `tail` counts the bytes from the decimal point on. */
  function isTidy(digits: number, fraction: number, tail: number, negative: boolean, last: number): boolean {
    if (digits >= fifteenDigits) return false;
    if (tail === 0) return digits !== 0 || !negative;
    // Below a millionth String() writes an exponent.
    return layout.decimal === "." && fraction > 0 && last !== 48 && digits >= 1e-6 * powersOfTen[fraction]!;
  }

  function raggedRow(bytes: Buffer, start: number, end: number, got: number): SlipwayError | null {
    let fields = got;
    let p = start;
    while (bytes[p] === delimiter) {
      p = scanField(bytes, p + 1, end, fields, line);
      if (p < 0) return null;
      fields++;
    }
    const missing = fields < width ? `; ${JSON.stringify(builders[fields]!.name)} is the first without one` : "";
    return new SlipwayError(
      "SLW_DATA_RAGGED_ROW",
      `${file}, line ${line}: ${count(fields, "value")} for ${count(width, "column")}${missing}.`,
      {
        details: {
          file,
          line,
          column: fields < width ? builders[fields]!.name : width + 1,
          expected: width,
          got: fields,
        },
      },
    );
  }

  /** The hot loop, alone in its function and long: a call for every value would cost more than the value. */
  function read(bytes: Buffer, start: number, end: number, final: boolean): number {
    bytes[end] = 0;
    let recordStart = start;
    while (recordStart < end) {
      let p = recordStart;
      const first = bytes[p]!;
      // A carriage return that ends the block may have its newline in the next.
      if (first === newline || first === carriageReturn || first === 32 || first === 9) {
        const behind = skipBlank(bytes, p);
        if (behind >= end && !final && bytes[end - 1] === carriageReturn) return recordStart;
        if (behind > 0) {
          pendingBlank.push(line++);
          recordStart = behind;
          continue;
        }
      }
      if (row >= context.capacity) throw changed(file);
      let breaks = 0;
      for (let c = 0; c < width; c++) {
        const builder = builders[c]!;
        const kind = builder.kind;
        let byte = bytes[p]!;
        let q = p;
        parse: {
          if (kind === numeric) {
            const negative = byte === 45;
            if (negative) byte = bytes[++q]!;
            const digits = q;
            let value = 0;
            while ((byte ^ 48) <= 9) {
              value = value * 10 + (byte ^ 48);
              byte = bytes[++q]!;
            }
            const whole = q - digits;
            let fraction = 0;
            if (byte === point && point !== delimiter) {
              byte = bytes[++q]!;
              const from = q;
              while ((byte ^ 48) <= 9) {
                value = value * 10 + (byte ^ 48);
                byte = bytes[++q]!;
              }
              fraction = q - from;
            }
            const ends = byte === delimiter || byte === newline || byte === carriageReturn;
            // Clinger's fast path: an exact integer divided by an exact power of ten is rounded once, so correctly.
            if (
              ends &&
              whole > 0 &&
              value <= Number.MAX_SAFE_INTEGER &&
              fraction <= 22 &&
              (whole === 1 || bytes[digits] !== 48)
            ) {
              const number = (negative ? -value : value) / powersOfTen[fraction]!;
              builder.values[row] = number;
              if (builder.written !== null && !isTidy(value, fraction, q - digits - whole, negative, bytes[q - 1]!)) {
                noteWritten(builder, number, bytes.toString("latin1", p, q));
              }
              break parse;
            }
            if (ends && q === p) {
              builder.values[row] = NaN;
              break parse;
            }
          } else if (kind === text && byte !== quote) {
            let hash = hashStart;
            while (byte !== delimiter && byte !== newline && byte !== carriageReturn && byte !== quote && byte !== 0) {
              hash = Math.imul(hash ^ byte, 0x01000193);
              byte = bytes[++q]!;
            }
            if (byte !== quote && byte !== 0) {
              builder.codes[row] = builder.dictionary!.code(bytes, p, q, hash);
              break parse;
            }
          }
          q = scanField(bytes, p, end, c, line + breaks);
          if (q < 0) {
            if (final)
              throw quoteFault(file, { line: line + breaks, column: builder.name, quote: "unclosed" }, layout.quote);
            return recordStart;
          }
          putValue(builder, row, line + breaks, fieldBytes, fieldStart, fieldEnd, context);
          breaks += fieldBreaks;
          byte = bytes[q]!;
        }
        if (c === width - 1 ? byte === delimiter : byte !== delimiter) {
          const fault = raggedRow(bytes, q, end, c + 1);
          if (fault === null) {
            if (final) throw quoteFault(file, { line, column: width + 1, quote: "unclosed" }, layout.quote);
            return recordStart;
          }
          throw fault;
        }
        p = q + 1;
      }
      // p stands behind the line end's first byte.
      if (bytes[p - 1] === carriageReturn) {
        if (p === end && !final) return recordStart;
        if (bytes[p] === newline) p++;
      }
      if (pendingBlank.length > 0) {
        for (const number of pendingBlank) blank.push(number);
        pendingBlank = [];
      }
      row++;
      line += 1 + breaks;
      recordStart = p;
    }
    return recordStart;
  }

  return { read, rows: () => row, blankLines: () => blank };
}

export function changed(file: string): SlipwayError {
  return new SlipwayError("SLW_DATA_CHANGED", `${file} changed while it was read.`, { details: { file } });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
