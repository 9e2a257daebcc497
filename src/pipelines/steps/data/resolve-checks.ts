/** From the checks of a definition to checks with their values read. Whatever is wrong with them is said before any row is read. */
import { nearest, SlipwayError } from "../../../base/index.ts";
import type { Check, Template } from "../../../definition/index.ts";
import type { Bound, ExpectedType, ReferenceTable, TableCheck } from "./messages.ts";
import { numberOf, readCheckNumber, wrongCheck } from "./number-value.ts";

/**
 * Jensen-Shannon distance beyond which a column counts as drifted, where a check says nothing else: the default of Azure
 * ML's data drift signal and of Evidently for this distance.
 */
export const defaultMaxDistance = 0.1;

/** Names that a column's type is known by. */
const typeNames: Readonly<Record<string, ExpectedType>> = {
  numeric: "numeric",
  number: "numeric",
  float: "numeric",
  integer: "integer",
  int: "integer",
  string: "string",
  text: "string",
  datetime: "datetime",
  date: "datetime",
};

/**
 * @param references the versions that distributions are compared with, by number of the check
 * @throws SLW_STEP_CHECK with the place: "checks[2].max_share"
 */
export function resolveChecks(checks: readonly Check[], references: ReadonlyMap<number, ReferenceTable>): TableCheck[] {
  return checks.map((check, index) => resolveCheck(check, `checks[${index}]`, references.get(index)));
}

function resolveCheck(check: Check, place: string, reference: ReferenceTable | undefined): TableCheck {
  const name = nameOf(check);
  switch (check.check) {
    case "columns":
      return { ...check, name, columns: readTypes(check.columns, place), allowOthers: check.allow_others ?? false };
    case "row_count":
      return { check: "row_count", name, ...readCounts(check, place) };
    case "nulls": {
      const maxShare = readCheckNumber(check.max_share ?? 0, `${place}.max_share`, { min: 0, max: 1 });
      return { check: "nulls", name, columns: check.columns, maxShare };
    }
    case "range":
      return { check: "range", name, columns: check.columns, ...readBounds(check, place) };
    case "allowed_values":
      return { ...check, name, values: check.values.map((value, i) => readAllowed(value, `${place}.values[${i}]`)) };
    case "unique":
      return { ...check, name };
    case "pattern":
      return { ...check, name, pattern: readPattern(check.pattern, place) };
    case "distribution": {
      if (reference === undefined) throw wrongCheck(`${place}.reference`, "a dataset", check.reference);
      const range = { min: 0, max: 1 };
      const maxDistance = readCheckNumber(check.max_distance ?? defaultMaxDistance, `${place}.max_distance`, range);
      return { check: "distribution", name, reference, columns: check.columns ?? null, maxDistance };
    }
    case "sql": {
      const maxRows = readCheckNumber(check.max_rows ?? 0, `${place}.max_rows`, { min: 0, whole: true });
      return { check: "sql", name, query: check.query, maxRows };
    }
  }
}

/** What reports call it: short, and unlike the others'. */
function nameOf(check: Check): string {
  if (check.check === "sql") return check.name;
  if (check.check === "columns" || check.check === "row_count") return check.check;
  const columns = "column" in check ? [check.column] : (check.columns ?? []);
  const listed = columns.length > 3 ? [...columns.slice(0, 3), `${columns.length - 3} more`] : columns;
  return [check.check, listed.join(", ")].join(" ").trimEnd();
}

function readTypes(columns: Readonly<Record<string, string>>, place: string): Record<string, ExpectedType> {
  const read = Object.entries(columns).map(([name, written]): [string, ExpectedType] => {
    const type = String(written).trim().toLowerCase();
    if (Object.hasOwn(typeNames, type)) return [name, typeNames[type]!];
    const near = nearest(type, Object.keys(typeNames));
    throw new SlipwayError("SLW_STEP_CHECK", `${place}.columns.${name}: there is no type ${JSON.stringify(written)}.`, {
      fix: near === null ? "The types are numeric, integer, string and datetime." : `Did you mean "${near}"?`,
      details: { place: `${place}.columns.${name}`, got: written, nearest: near },
    });
  });
  return Object.fromEntries(read);
}

interface Limits {
  readonly min?: Template;
  readonly max?: Template;
}

function readCounts(check: Limits, place: string): { min: number | null; max: number | null } {
  const read = (side: "min" | "max"): number | null =>
    check[side] === undefined ? null : readCheckNumber(check[side], `${place}.${side}`, { min: 0, whole: true });
  return ordered({ min: read("min"), max: read("max") }, place);
}

function readBounds(check: Limits, place: string): { min: Bound | null; max: Bound | null } {
  const read = (side: "min" | "max"): Bound | null => {
    const value = check[side];
    if (value === undefined) return null;
    const number = numberOf(value);
    if (Number.isFinite(number)) return number;
    if (typeof value === "string" && isDate(value)) return value.trim();
    throw wrongCheck(`${place}.${side}`, "a number, or a date of ISO 8601", value);
  };
  return ordered({ min: read("min"), max: read("max") }, place);
}

function isDate(text: string): boolean {
  const form = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
  return form.test(text.trim()) && !Number.isNaN(Date.parse(text.trim()));
}

/** A check that no row can pass is a slip. */
function ordered<T extends Bound>(
  limits: { min: T | null; max: T | null },
  place: string,
): { min: T | null; max: T | null } {
  const { min, max } = limits;
  if (min === null && max === null) throw wrongCheck(place, "min, max or both", undefined);
  if (min !== null && max !== null && typeof min !== typeof max)
    throw wrongCheck(`${place}.max`, typeof min === "number" ? "a number, as min is" : "a date, as min is", max);
  if (min !== null && max !== null && min > max) throw wrongCheck(`${place}.max`, `at least ${min}, which is min`, max);
  return limits;
}

function readAllowed(value: Template, place: string): string | number {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return String(value);
  throw wrongCheck(place, "a text or a number", value);
}

function readPattern(pattern: string, place: string): string {
  try {
    compilePattern(pattern);
    return pattern;
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, "");
    throw new SlipwayError("SLW_STEP_CHECK", `${place}.pattern: no regular expression: ${reason}.`, {
      details: { place: `${place}.pattern`, got: pattern },
    });
  }
}

/** The whole of a value has to match: a pattern without anchors must not let pass what it never meant. */
export function compilePattern(pattern: string): RegExp {
  // By itself first: "a)(b" is no pattern, but would be one within the parentheses.
  const { source } = new RegExp(pattern, "u");
  return new RegExp(`^(?:${source})$`, "u");
}
