import type { NumericColumn, StringColumn } from "../base/index.ts";
import { readNumber } from "./csv/number.ts";

const maxWritten = 100;

/**
 * The numbers of a text column whose every value is a plain number with a decimal point (no leading zeros, no
 * thousands separators), or null when one is not. How numbers were written is kept for up to 100 distinct values.
 */
export function toNumeric(column: StringColumn): NumericColumn | null {
  const numbers = new Float64Array(column.categories.length);
  for (let code = 0; code < numbers.length; code++) {
    numbers[code] = readNumber(column.categories[code]!.trim(), ".");
    if (!Number.isFinite(numbers[code]!)) return null;
  }
  const values = new Float64Array(new SharedArrayBuffer(column.codes.length * 8));
  for (let row = 0; row < values.length; row++) {
    const code = column.codes[row]!;
    values[row] = code < 0 ? NaN : numbers[code]!;
  }
  const numeric = { name: column.name, type: "numeric" as const, values, integer: numbers.every(Number.isInteger) };
  if (new Set(numbers).size > maxWritten) return numeric;
  const written = new Map<number, string>();
  numbers.forEach((number, code) => {
    const text = column.categories[code]!.trim();
    if (text !== String(number) && !written.has(number)) written.set(number, text);
  });
  return written.size > 0 ? { ...numeric, written } : numeric;
}
