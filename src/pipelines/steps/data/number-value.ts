/** Values of a check as definitions write them: numbers, or texts that are numbers since parameters became texts. */
import { SlipwayError } from "../../../base/index.ts";
import type { Template } from "../../../definition/index.ts";

/** As JSON and YAML write numbers; Number would also take "" and "0x10". */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** NaN for what is no number. */
export function numberOf(value: Template): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && decimal.test(value.trim()) ? Number(value) : NaN;
}

interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/**
 * @param place for messages: "checks[2].max_share"
 * @throws SLW_STEP_CHECK for what is no number, or none of the range
 */
export function readCheckNumber(value: Template, place: string, { min, max = Infinity, whole }: NumberRange): number {
  const number = numberOf(value);
  if (number >= min && number <= max && Number.isFinite(number) && (!whole || Number.isInteger(number))) return number;
  const upTo = max === Infinity ? ` of at least ${min}` : ` from ${min} to ${max}`;
  throw wrongCheck(place, `${whole ? "a whole number" : "a number"}${min === -Infinity ? "" : upTo}`, value);
}

export function wrongCheck(place: string, expected: string, got: Template | undefined): SlipwayError {
  const shown = got === undefined ? "nothing" : JSON.stringify(got).slice(0, 100);
  return new SlipwayError("SLW_STEP_CHECK", `${place}: expected ${expected}, got ${shown}.`, {
    details: { place, expected, got: shown },
  });
}
