// oxlint-disable no-control-regex -- Control characters are what it is about.
/** Log text as lines: split, freed of control sequences, with a level, filtered. Pure. */

export type LogLevel = "error" | "warn" | "none";

/**
 * Sequences that colour and move in a terminal: CSI (ESC [ … letter), OSC (ESC ] … BEL or ESC \), other two-character
 * escapes, and the remaining control characters but tab (ECMA-48).
 */
const control =
  /\u001B\[[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\u001B[@-Z\\^_]?|[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F]/g;

export function stripControl(text: string): string {
  return text.replace(control, "");
}

/** The lines of a text, without the empty one after its last line break; `\r\n` and `\n` end a line. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map(finalForm);
}

/** What a terminal would show of a line: bars of progress write themselves again after a carriage return. */
function finalForm(line: string): string {
  const bare = line.endsWith("\r") ? line.slice(0, -1) : line;
  return stripControl(bare.slice(bare.lastIndexOf("\r") + 1));
}

const errors = /\b(?:error|fatal|critical|panic|exception|traceback|failed)\b|"level":(?:50|60|"error"|"fatal")/i;
const warnings = /\bwarn(?:ing)?\b|"level":(?:40|"warn")/i;
/** Classes of Python, Java and JavaScript: ValueError, UserWarning. */
const errorClass = /\b[A-Z]\w*(?:Error|Exception)\b/;
const warningClass = /\b[A-Z]\w*Warning\b/;

/** By the words in it: loggers agree on those, not on where they stand. */
export function levelOf(line: string): LogLevel {
  if (errors.test(line) || errorClass.test(line)) return "error";
  return warnings.test(line) || warningClass.test(line) ? "warn" : "none";
}

/** Indexes of the lines that hold `filter` (any case) and are of `level` or worse; null: all lines. */
export function matchingLines(lines: readonly string[], filter: string, level: LogLevel = "none"): number[] | null {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "" && level === "none") return null;
  const found: number[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (wanted !== "" && !line.toLowerCase().includes(wanted)) continue;
    if (level === "none" || isAtLeast(levelOf(line), level)) found.push(index);
  }
  return found;
}

function isAtLeast(level: LogLevel, wanted: LogLevel): boolean {
  return level === "error" || level === wanted;
}
