/** A plain decimal number with a point, as text has it: sign, digits, fraction, exponent; blanks around it. */
const pattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** NaN where `text` is not one, or is beyond the doubles. */
export function readDecimal(text: string): number {
  const trimmed = text.trim();
  const value = pattern.test(trimmed) ? Number(trimmed) : NaN;
  return Number.isFinite(value) ? value : NaN;
}
