/** From columns to features: the same functions for training and for scoring, so that both see the same numbers. */
import type { Column, ColumnType, Table } from "../base/index.ts";
import { SlipwayError } from "../base/index.ts";
import type { DatePart, Transform } from "./types.ts";

const millisecondsPerDay = 86_400_000;

/**
 * One feature of all rows of `column`, on a SharedArrayBuffer: what training reads. NaN where unknown.
 * @throws SLW_SCORE_COLUMN_TYPE when the transform does not take columns of that type.
 */
export function featureValues(transform: Transform, column: Column): Float64Array {
  const rows = column.type === "string" ? column.codes.length : column.values.length;
  const values = new Float64Array(new SharedArrayBuffer(rows * Float64Array.BYTES_PER_ELEMENT));
  writeFeature(transform, column, values, 0, 1);
  return values;
}

/**
 * All features of all rows, row-major: rows x transforms. What scoring reads.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE
 */
export function featureRows(transforms: readonly Transform[], table: Table): Float64Array {
  const width = transforms.length;
  const features = new Float64Array(table.rows * width);
  const columns = new Map<string, Column>();
  for (const column of table.columns) columns.set(column.name, column);
  for (let index = 0; index < width; index++) {
    const transform = transforms[index] as Transform;
    const column = columns.get(transform.column);
    if (!column) {
      throw new SlipwayError(
        "SLW_SCORE_COLUMN_MISSING",
        `The model needs the column "${transform.column}"; it is not there.`,
        {
          details: { column: transform.column },
        },
      );
    }
    writeFeature(transform, column, features, index, width);
  }
  return features;
}

/** Writes the feature of row r to target[start + r * stride]. */
function writeFeature(transform: Transform, column: Column, target: Float64Array, start: number, stride: number): void {
  switch (transform.op) {
    case "Numeric": {
      if (column.type !== "numeric") throw wrongType(column, ["numeric"], transform);
      const { values } = column;
      for (let row = 0, i = start; row < values.length; row++, i += stride) target[i] = values[row];
      return;
    }
    case "Category":
      writeCategory(transform.categories, column, target, start, stride, transform);
      return;
    case "DatePart": {
      if (column.type !== "datetime") throw wrongType(column, ["datetime"], transform);
      const { values } = column;
      for (let row = 0, i = start; row < values.length; row++, i += stride) {
        target[i] = datePart(transform.part, values[row]);
      }
    }
  }
}

/** A numeric column may serve as a category too: its values are then compared by their shortest text. */
function writeCategory(
  categories: readonly string[],
  column: Column,
  target: Float64Array,
  start: number,
  stride: number,
  transform: Transform,
): void {
  const positions = categoryPositions(categories);
  if (column.type === "string") {
    const { codes } = column;
    const position = new Float64Array(column.categories.length);
    for (let code = 0; code < position.length; code++) {
      position[code] = positions.get(column.categories[code] as string) ?? NaN;
    }
    for (let row = 0, i = start; row < codes.length; row++, i += stride) {
      const code = codes[row];
      target[i] = code < 0 ? NaN : position[code];
    }
  } else if (column.type === "numeric") {
    const { values } = column;
    for (let row = 0, i = start; row < values.length; row++, i += stride) {
      target[i] = positions.get(String(values[row])) ?? NaN;
    }
  } else {
    throw wrongType(column, ["string", "numeric"], transform);
  }
}

const positionsOfCategories = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Kept between calls: a scoring request of one row must not pay for a thousand categories. */
export function categoryPositions(categories: readonly string[]): ReadonlyMap<string, number> {
  let positions = positionsOfCategories.get(categories);
  if (!positions) {
    positions = new Map(categories.map((category, position) => [category, position]));
    positionsOfCategories.set(categories, positions);
  }
  return positions;
}

/** From 1. Not by Date.UTC, which takes the years 0 to 99 for 1900 to 1999. */
function dayOfYear(milliseconds: number): number {
  const newYear = new Date(milliseconds).setUTCMonth(0, 1);
  return Math.floor(milliseconds / millisecondsPerDay) - Math.floor(newYear / millisecondsPerDay) + 1;
}

/** `milliseconds` since 1970-01-01T00:00:00Z; NaN gives NaN. */
function datePart(part: DatePart, milliseconds: number): number {
  if (part === "elapsedDays") return milliseconds / millisecondsPerDay;
  const date = new Date(milliseconds);
  switch (part) {
    case "year":
      return date.getUTCFullYear();
    case "month":
      return date.getUTCMonth() + 1;
    case "day":
      return date.getUTCDate();
    case "dayOfWeek":
      return date.getUTCDay();
    case "dayOfYear":
      return dayOfYear(milliseconds);
    case "hour":
      return date.getUTCHours();
    case "minute":
      return date.getUTCMinutes();
  }
}

function wrongType(column: Column, expected: readonly ColumnType[], transform: Transform): SlipwayError {
  return new SlipwayError(
    "SLW_SCORE_COLUMN_TYPE",
    `Column "${column.name}" is ${column.type}; ${transform.op} takes a ${expected.join(" or ")} column.`,
    { details: { column: column.name, expected, got: column.type } },
  );
}
