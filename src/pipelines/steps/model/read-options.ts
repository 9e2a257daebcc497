/** Options of a step as a definition writes them, in the types that they have: texts come from parameters. */
import { nearest, SlipwayError } from "../../../base/index.ts";
import type { Template } from "../../../definition/index.ts";

/** What an option takes. */
export type OptionType =
  | { readonly type: "text"; readonly oneOf?: readonly string[] }
  /** Bounds are inclusive. */
  | { readonly type: "number" | "integer"; readonly min?: number; readonly max?: number }
  | { readonly type: "boolean" }
  /** Of texts; a text is its members with commas between them. */
  | { readonly type: "list" }
  /** Any object. */
  | { readonly type: "object" }
  | { readonly type: "group"; readonly options: OptionTable };

/** By name in camelCase; in snake_case they are known too. */
export type OptionTable = Readonly<Record<string, OptionType>>;

/**
 * By name in camelCase. What is null or an empty text is left out: parameters have no other way to say "none".
 * @param place where they stand, for messages: "options"
 * @throws SLW_STEP_OPTION with the option's name as it was written
 */
export function readOptions(
  given: Readonly<Record<string, Template>>,
  table: OptionTable,
  place: string,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [written, value] of Object.entries(given)) {
    const name = camelCase(written);
    if (!Object.hasOwn(table, name)) throw unknownOption(written, table, place);
    if (Object.hasOwn(found, name)) throw optionError(`${place}.${written}`, "to be given once", "it twice");
    if (value === null || value === "") continue;
    found[name] = readOption(value, table[name] as OptionType, `${place}.${written}`);
  }
  return found;
}

/** @throws SLW_STEP_OPTION */
export function readOption(value: Template, option: OptionType, place: string): unknown {
  switch (option.type) {
    case "text":
      return readText(value, option.oneOf, place);
    case "number":
    case "integer":
      return readNumber(value, option, place);
    case "boolean":
      if (value === true || value === "true") return true;
      if (value === false || value === "false") return false;
      throw optionError(place, "true or false", shown(value));
    case "list":
      return readList(value, place);
    case "object":
      if (isObject(value)) return value;
      throw optionError(place, "an object", shown(value));
    case "group":
      if (isObject(value)) return readOptions(value, option.options, place);
      throw optionError(place, "an object", shown(value));
  }
}

function readText(value: Template, oneOf: readonly string[] | undefined, place: string): string {
  if (typeof value === "object" || typeof value === "boolean") throw optionError(place, "text", shown(value));
  const text = String(value);
  if (oneOf === undefined || oneOf.includes(text)) return text;
  throw optionError(place, `one of ${oneOf.join(", ")}`, shown(value));
}

interface Bounds {
  readonly type: "number" | "integer";
  readonly min?: number;
  readonly max?: number;
}

function readNumber(value: Template, { type, min, max }: Bounds, place: string): number {
  const number = typeof value === "string" && decimal.test(value.trim()) ? Number(value) : value;
  const fits =
    typeof number === "number" &&
    Number.isFinite(number) &&
    (type === "number" || Number.isInteger(number)) &&
    number >= (min ?? -Infinity) &&
    number <= (max ?? Infinity);
  if (fits) return number;
  const kind = type === "integer" ? "a whole number" : "a number";
  const above = min === undefined ? "" : ` from ${min}`;
  throw optionError(place, `${kind}${above}${max === undefined ? "" : ` to ${max}`}`, shown(value));
}

/** As JSON and YAML write it; Number would also take "" and "0x10". */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readList(value: Template, place: string): string[] {
  if (typeof value === "string") {
    const members = value.split(",").map((member) => member.trim());
    return members.filter((member) => member !== "");
  }
  if (!Array.isArray(value)) throw optionError(place, "a list, or a text with commas", shown(value));
  return (value as readonly Template[]).map((member, i) => readText(member, undefined, `${place}[${i}]`));
}

function isObject(value: Template): value is { readonly [key: string]: Template } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function camelCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function unknownOption(written: string, table: OptionTable, place: string): SlipwayError {
  const names = Object.keys(table);
  const near = nearest(camelCase(written), names);
  return new SlipwayError("SLW_STEP_OPTION", `${place}: there is no option "${written}".`, {
    fix: near === null ? `The options are: ${names.join(", ")}.` : `Did you mean "${near}"?`,
    details: { option: written, nearest: near },
  });
}

/** @param place with the name: "options.time_limit" */
export function optionError(place: string, expected: string, got: string): SlipwayError {
  return new SlipwayError("SLW_STEP_OPTION", `${place}: expected ${expected}, got ${got}.`, {
    details: { option: place, expected, got },
  });
}

function shown(value: Template): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
