/** Numbers, names and tables as text for a terminal. */

const wide = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}]/u;
const invisible = /[\p{Mark}\p{Default_Ignorable_Code_Point}]/u;

/** Cells of a terminal that `text` fills. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += invisible.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** Text from a file made safe to print: control characters, which could steer the terminal, become visible. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) =>
    character === "\n" ? "⏎" : character === "\t" ? " " : "�",
  );
}

/** At most `width` cells, the cut marked by "…". */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (textWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Whole numbers with separators: 32950 -> "32,950". */
export function count(value: number): string {
  // By hand: Intl takes 5 ms to load, and every start of the command line writes numbers into its descriptions.
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** About `digits` significant digits, without exponents where that is short. */
export function number(value: number | null | undefined, digits = 5): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(Math.max(0, digits - 2));
  return String(Number(value.toPrecision(digits)));
}

/** Metric values line up when they have the same number of decimals: 0.9481, 12.30. */
export function metric(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return value.toExponential(3);
  return value.toFixed(size >= 100 ? 2 : size >= 10 ? 3 : 5);
}

/** "0.4 s", "12 s", "3 min 20 s". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Left out, last first, where the terminal is too narrow. */
  readonly optional?: true;
  /** Shortened where the terminal is too narrow even then. */
  readonly flexible?: true;
}

/** Lines of a table that fit `width`; the first is the header. Cells are made printable. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const cells = rows.map((row) => row.map(printable));
  const sizes = columns.map(({ title }, i) =>
    Math.max(textWidth(title), ...cells.map((row) => textWidth(row[i] ?? ""))),
  );
  const shown = columns.map((_, i) => i);
  const total = (): number => shown.reduce((sum, i) => sum + (sizes[i] ?? 0) + 2, -2);
  for (let i = columns.length - 1; i >= 0 && total() > width; i--)
    if (columns[i]?.optional) shown.splice(shown.indexOf(i), 1);
  for (const i of shown)
    if (columns[i]?.flexible && total() > width) sizes[i] = Math.max(6, (sizes[i] ?? 0) - (total() - width));
  const show = (row: readonly string[]): string =>
    shown
      .map((i) => pad(cut(row[i] ?? "", sizes[i] ?? 0), sizes[i] ?? 0, columns[i]?.align))
      .join("  ")
      .trimEnd();
  return [show(columns.map(({ title }) => title)), ...cells.map(show)];
}

/** Breaks `text` at spaces so that no line is longer than `width`; every line after the first begins with `indent`. */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
