/** Places in a text, as a server names them: lines and columns from 1 on. */

/** Offset of a place; the end of the line, or of the text, where there is no such one. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  return Math.min(start + Math.max(0, column - 1), end < 0 ? text.length : end);
}

/** Line of the first key of that name that is indented, from 1 on; null where there is none. */
export function lineOfStep(text: string, name: string): number | null {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => /^\s*["']?steps["']?\s*:/.test(line));
  const at = lines.findIndex(
    (line, index) => index > from && line.trimStart().replaceAll(/["']/g, "").startsWith(`${name}:`),
  );
  return at < 0 ? null : at + 1;
}
