/** The records of a sample under one dialect; the slow and simple reader that finding the dialect needs. */
export interface Split {
  readonly records: readonly SampleRecord[];
  /** Why splitting stopped before the end: a quote that RFC 4180 does not allow. */
  readonly problem: {
    readonly line: number;
    readonly column: number;
    readonly quote: "bare" | "after" | "unclosed";
  } | null;
}

export interface SampleRecord {
  readonly fields: readonly string[];
  /** Was any field in quotes? */
  readonly quoted: boolean;
  /** Line of its first character, from 1. */
  readonly line: number;
  /** Offset in the sample behind its line end, and the line number there. */
  readonly end: number;
  readonly nextLine: number;
}

/** Splits up to `limit` records; blank lines are left out. The last record counts only where `complete` (end of file). */
export function splitSample(text: string, delimiter: string, quote: string, limit: number, complete: boolean): Split {
  const records: SampleRecord[] = [];
  let position = 0;
  let line = 1;
  while (position < text.length && records.length < limit) {
    const fields: string[] = [];
    const firstLine = line;
    let quoted = false;
    for (;;) {
      const field = splitField(text, position, delimiter, quote);
      if (field.fault) {
        if (field.fault === "unclosed" && !complete) return { records, problem: null };
        return { records, problem: { line, column: fields.length + 1, quote: field.fault } };
      }
      fields.push(field.value);
      quoted ||= field.quoted;
      line += field.breaks;
      position = field.end;
      if (text[position] !== delimiter) break;
      position++;
    }
    if (position >= text.length && !complete) break;
    if (text[position] === "\r" && text[position + 1] === "\n") position++;
    position++;
    line++;
    const blank = fields.length === 1 && !quoted && fields[0]!.trim() === "";
    if (!blank) records.push({ fields, quoted, line: firstLine, end: position, nextLine: line });
  }
  return { records, problem: null };
}

interface Field {
  readonly value: string;
  readonly quoted: boolean;
  /** Offset of what ends the field: a delimiter, a line end, or the end of the sample. */
  readonly end: number;
  /** Line breaks inside it. */
  readonly breaks: number;
  readonly fault: "bare" | "after" | "unclosed" | null;
}

function splitField(text: string, start: number, delimiter: string, quote: string): Field {
  if (text[start] !== quote) {
    let end = start;
    while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") {
      if (text[end] === quote) return { value: "", quoted: false, end, breaks: 0, fault: "bare" };
      end++;
    }
    return { value: text.slice(start, end), quoted: false, end, breaks: 0, fault: null };
  }
  let end = start + 1;
  for (;;) {
    end = text.indexOf(quote, end);
    if (end < 0) return { value: "", quoted: true, end: text.length, breaks: 0, fault: "unclosed" };
    if (text[end + 1] !== quote) break;
    end += 2;
  }
  const inner = text.slice(start + 1, end);
  const next = text[end + 1];
  const closed = next === undefined || next === delimiter || next === "\n" || next === "\r";
  return {
    value: inner.replaceAll(quote + quote, quote),
    quoted: true,
    end: end + 1,
    breaks: (inner.match(/\r\n|\n|\r/g) ?? []).length,
    fault: closed ? null : "after",
  };
}
