/** Numbers and names as text on charts. */

const plain = lazyFormat({ maximumSignificantDigits: 4 });
const whole = lazyFormat({ maximumFractionDigits: 0 });
const compact = lazyFormat({ notation: "compact", maximumSignificantDigits: 3 });
const minus = (text: string) => text.replace("-", "−");

/** A value in words on a chart: four significant digits, and all of a whole number's below 10^15. */
export function formatValue(value: number | null | undefined): string {
  if (value === null || value === undefined) return "none";
  if (!Number.isFinite(value)) return minus(String(value));
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return minus(value.toExponential(2));
  return minus((size >= 1000 ? whole : plain).format(value));
}

/** 0.125 as 12.5%. */
export const formatPercent = (share: number): string => minus(`${plain.format(Number((share * 100).toPrecision(3)))}%`);

/** For values beside each other: as many digits after the point as give the greatest of them three. */
export function formatAlike(values: readonly number[]): (value: number) => string {
  const most = Math.max(0, ...values.map(Math.abs).filter(Number.isFinite));
  const decimals = most === 0 ? 0 : Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(most))));
  return (value) => minus(grouped(value, values.every(Number.isInteger) ? 0 : decimals).replace(/^-(0(\.0+)?)$/, "$1"));
}

/** Texts of an axis' ticks: all with as many digits as tell them apart. */
export function formatTicks(values: readonly number[]): string[] {
  const most = Math.max(0, ...values.map(Math.abs));
  const gaps = values.slice(1).map((value, index) => Math.abs(value - (values[index] as number)));
  const step = Math.min(...gaps.filter((gap) => gap > 0), Number.MAX_VALUE);
  if (most >= 1e4 && step >= most / 500) return values.map((value) => minus(compact.format(value)));
  if (most > 0 && most < 1e-3) return values.map((value) => (value === 0 ? "0" : minus(value.toExponential(1))));
  const exact = step === Number.MAX_VALUE ? 4 : Math.min(8, Math.max(0, decimalsOf(step)));
  return values.map((value) => minus(step === Number.MAX_VALUE ? formatValue(value) : grouped(value, exact)));
}

const grouped = (value: number, decimals: number) =>
  value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** How many digits after the point a round step has: 0.25 has 2. */
function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 8; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled)) return decimals;
  }
  return 8;
}

/** Ticks of a logarithmic axis, each with its own digits. */
export const formatLogTicks = (values: readonly number[]): string[] =>
  values.map((value) => (value >= 1e4 ? compact.format(value) : formatValue(value)));

/** Milliseconds as 850 ms, 12 s, 4 min 5 s, 2 h 10 min. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const [unit, small, smallName, name] = seconds < 3600 ? [60, 1, "s", "min"] : [3600, 60, "min", "h"];
  const rest = Math.floor((seconds % unit) / small);
  return `${Math.floor(seconds / unit)} ${name}${rest > 0 ? ` ${rest} ${smallName}` : ""}`;
}

/** About how wide a text is in the charts' font, in pixels: on the safe side, for where nothing can be measured. */
export function textWidth(text: string, fontSize = 11): number {
  let width = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) as number;
    if (code >= 0x1100) width += 1.05;
    else if ("iljtf.,:;'|!()[] ".includes(letter)) width += 0.38;
    else width += letter >= "A" && letter <= "Z" ? 0.72 : "mw%@—".includes(letter) ? 0.94 : 0.62;
  }
  return width * fontSize;
}

/** The text, or its start with … where it is wider than `width` pixels. */
export function clipText(text: string, width: number, fontSize = 11): string {
  if (textWidth(text, fontSize) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, fontSize) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/** Made at its first use: the file is loaded with pages that have no chart, and a format costs a millisecond. */
function lazyFormat(options: Intl.NumberFormatOptions): { readonly format: (value: number) => string } {
  let made: Intl.NumberFormat | undefined;
  return { format: (value) => (made ??= new Intl.NumberFormat("en", options)).format(value) };
}
