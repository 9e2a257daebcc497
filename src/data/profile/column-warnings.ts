import type { Column, NumericColumn, StringColumn } from "../../base/index.ts";
import { readNumber } from "../csv/number.ts";
import { categoryCounts } from "./text-summary.ts";
import type { Summary } from "./number-summary.ts";
import type { ProfileWarning } from "./types.ts";

/** Below so many values everything is distinct by chance. */
const fewestForIds = 20;
const nearlyAll = 0.95;
const manyCategories = 100;
const mostlyNull = 0.5;
const mixedShare = 0.9;

/** What looks wrong in a column by itself. */
export function columnWarnings(column: Column, summary: Summary): ProfileWarning[] {
  const name = JSON.stringify(column.name);
  const rows = column.type === "string" ? column.codes.length : column.values.length;
  const present = rows - summary.nulls;
  if (present === 0) return [{ id: "all-null", message: `Column ${name} has no value at all.` }];
  const warnings: ProfileWarning[] = [];
  if (summary.distinct === 1 && summary.nulls === 0) {
    warnings.push({ id: "constant", message: `Column ${name} has the same value in every row.` });
  }
  if (summary.nulls / rows >= mostlyNull) {
    warnings.push({
      id: "mostly-null",
      message: `Column ${name} is null in ${percent(summary.nulls / rows)} of its rows.`,
    });
  }
  if (column.type === "numeric") warnings.push(...idLikeNumbers(column, summary, present));
  if (column.type === "string") warnings.push(...textWarnings(column, summary, present));
  return warnings;
}

function idLikeNumbers(column: NumericColumn, summary: Summary, present: number): ProfileWarning[] {
  const { distinct, min, max } = summary;
  if (!column.integer || present < fewestForIds || distinct < nearlyAll * present) return [];
  const name = JSON.stringify(column.name);
  const unique = distinct === present;
  if (unique && isMonotone(column.values)) {
    return [{ id: "id-like", message: `Column ${name} goes up or down by row like a row counter.` }];
  }
  const dense = unique && Number(max) - Number(min) < 2 * present;
  const oneWidth = unique && Number(min) >= 1e6 && String(min).length === String(max).length;
  if (!dense && !oneWidth && !namedLikeId(column.name)) return [];
  return [
    {
      id: "id-like",
      message: `Column ${name} has a different whole number in ${percent(distinct / present)} of its rows, like an identifier.`,
    },
  ];
}

function isMonotone(values: Float64Array): boolean {
  let previous = NaN;
  let direction = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(previous)) {
      const step = Math.sign(value - previous);
      if (step === 0 || (direction !== 0 && step !== direction)) return false;
      direction = step;
    }
    previous = value;
  }
  return direction !== 0;
}

function namedLikeId(name: string): boolean {
  return /(?:^|[^a-z])(?:id|uuid|guid|key)$/i.test(name) || /[a-z]I[dD]$/.test(name);
}

function textWarnings(column: StringColumn, summary: Summary, present: number): ProfileWarning[] {
  const name = JSON.stringify(column.name);
  const { distinct } = summary;
  const ratio = distinct / present;
  const warnings = mixedLooking(column, present);
  if (present >= fewestForIds && isFreeText(column, ratio)) {
    warnings.push({
      id: "free-text",
      message: `Column ${name} holds sentences: ${distinct} different texts in ${present} rows.`,
    });
  } else if (present >= fewestForIds && ratio >= nearlyAll) {
    warnings.push({
      id: "id-like",
      message: `Column ${name} has a different text in ${percent(ratio)} of its rows, like an identifier.`,
    });
  } else if (distinct > manyCategories) {
    warnings.push({ id: "high-cardinality", message: `Column ${name} has ${distinct} categories.` });
  }
  return warnings;
}

/** Several words a value, most values different. */
function isFreeText(column: StringColumn, ratio: number): boolean {
  if (ratio < 0.5) return false;
  const step = Math.max(1, Math.floor(column.categories.length / 1000));
  let words = 0;
  let texts = 0;
  for (let i = 0; i < column.categories.length; i += step) {
    words += column.categories[i]!.trim().split(/\s+/).length;
    texts++;
  }
  return words / texts >= 3;
}

/** A text column of which nearly all values are numbers: the few others are named with their rows. */
function mixedLooking(column: StringColumn, present: number): ProfileWarning[] {
  const counts = categoryCounts(column);
  let numbers = 0;
  const others: number[] = [];
  column.categories.forEach((category, code) => {
    if (!Number.isNaN(readNumber(category.trim(), "."))) numbers += counts[code]!;
    else if (counts[code]! > 0 && others.length < 3) others.push(code);
  });
  if (others.length === 0 || numbers <= mixedShare * present) return [];
  const examples = others.map(
    (code) => `${JSON.stringify(column.categories[code])} in row ${column.codes.indexOf(code) + 1}`,
  );
  return [
    {
      id: "mixed-looking",
      message: `Column ${JSON.stringify(column.name)} is text, though ${percent(numbers / present)} of its values are numbers; not ${examples.join(", ")}.`,
    },
  ];
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0.999 && share < 1 ? 2 : 1).replace(/\.0+$/, "")}%`;
}
