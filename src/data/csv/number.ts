/**
 * What counts as a plain number: `-1`, `+2.50`, `.5`, `1e-3`. Not `007` (an identifier), not `1,000`, not `0x1F`.
 */
const point = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const comma = /^[+-]?(?:(?:0|[1-9]\d*)(?:,\d*)?|,\d+)(?:[eE][+-]?\d+)?$/;
const whole = /^[+-]?\d+$/;
const infinite = /^[+-]?inf(?:inity)?$/i;

/**
 * The value of a trimmed text; NaN when it is no plain number, an infinity when it is one or is too large for a
 * double ("1e309"). Whole numbers beyond 2^53 are no numbers: a double would change them, and they are identifiers.
 */
export function readNumber(text: string, decimal: "." | ","): number {
  if (!(decimal === "." ? point : comma).test(text)) {
    return infinite.test(text) ? (text.startsWith("-") ? -Infinity : Infinity) : NaN;
  }
  const value = Number(decimal === "." ? text : text.replace(",", "."));
  return Math.abs(value) > Number.MAX_SAFE_INTEGER && whole.test(text) ? NaN : value;
}
