/** From columns to features: the same functions for training and for scoring, so that both see the same numbers. */
import type { Column, ColumnType, StringColumn, Table } from "../base/index.ts";
import { SlipwayError } from "../base/index.ts";
import { datePart, parseIsoDate } from "./dates.ts";
import { readDecimal } from "./decimal.ts";
import type { Sink } from "./sink.ts";
import { createTextEncoder, writeTextFeatures, type TextEncoder } from "./text-features.ts";
import type { CategoryStatistic, TextTransform, Transform } from "./types.ts";

const millisecondsPerDay = 86_400_000;

/**
 * Each feature of all rows, on a SharedArrayBuffer: what training reads. NaN where unknown. A numeric column that is
 * such a feature already is not copied.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE
 */
export function featureColumns(transforms: readonly Transform[], table: Table): Float64Array[] {
  const columns = columnsOf(table);
  const features = transforms.map((transform) => {
    const column = findColumn(columns, transform.column);
    if (transform.op === "Numeric" && transform.fill === undefined && column.type === "numeric") {
      if (column.values.buffer instanceof SharedArrayBuffer) return column.values;
    }
    return new Float64Array(new SharedArrayBuffer(table.rows * Float64Array.BYTES_PER_ELEMENT));
  });
  writeFeatures(transforms, columns, (index) => {
    const values = features[index] as Float64Array;
    return { values, start: 0, stride: 1 };
  });
  return features;
}

/** A table that was read for these transforms: it has their features already, rows x transforms, row-major. */
export interface FeaturedTable extends Table {
  readonly features: { readonly transforms: readonly Transform[]; readonly values: Float64Array };
}

/**
 * All features of all rows, row-major: rows x transforms. What scoring reads.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE
 */
export function featureRows(transforms: readonly Transform[], table: Table | FeaturedTable): Float64Array {
  if ("features" in table && table.features.transforms === transforms) return table.features.values;
  const width = transforms.length;
  const values = new Float64Array(table.rows * width);
  writeFeatures(transforms, columnsOf(table), (index) => ({ values, start: index, stride: width }));
  return values;
}

/** Writes feature i of every row to place places[i] of that row in `values`, rows x width. */
export function writeFeatureRows(
  transforms: readonly Transform[],
  table: Table,
  places: readonly number[],
  values: Float64Array,
  width: number,
): void {
  writeFeatures(transforms, columnsOf(table), (index) => ({ values, start: places[index] as number, stride: width }));
}

type Columns = ReadonlyMap<string, Column>;

function columnsOf(table: Table): Columns {
  const columns = new Map<string, Column>();
  for (const column of table.columns) columns.set(column.name, column);
  return columns;
}

function findColumn(columns: Columns, name: string): Column {
  const column = columns.get(name);
  if (column) return column;
  throw new SlipwayError("SLW_SCORE_COLUMN_MISSING", `The model needs the column "${name}"; it is not there.`, {
    details: { column: name },
  });
}

function writeFeatures(transforms: readonly Transform[], columns: Columns, sinkOf: (index: number) => Sink): void {
  const plan = planOf(transforms);
  for (const index of plan.single) writeFeature(transforms[index] as SingleTransform, columns, sinkOf(index));
  for (const { column: name, indices, encode } of plan.texts) {
    const column = findColumn(columns, name);
    if (column.type !== "string") throw wrongType(column, ["string"], transforms[indices[0] as number] as Transform);
    writeTextFeatures(encode, column, indices.map(sinkOf));
  }
}

type SingleTransform = Exclude<Transform, TextTransform>;

/** The features of one column of text are written together. */
interface Plan {
  readonly single: readonly number[];
  readonly texts: readonly { readonly column: string; readonly indices: number[]; readonly encode: TextEncoder }[];
}

const plans = new WeakMap<readonly Transform[], Plan>();

/** Kept between calls: a scoring request of one row must not pay for a hundred terms. */
function planOf(transforms: readonly Transform[]): Plan {
  let plan = plans.get(transforms);
  if (!plan) {
    const single: number[] = [];
    const texts = new Map<string, number[]>();
    transforms.forEach((transform, index) => {
      if (!isText(transform)) single.push(index);
      else texts.set(transform.column, [...(texts.get(transform.column) ?? []), index]);
    });
    plan = {
      single,
      texts: Array.from(texts, ([column, indices]) => {
        const encode = createTextEncoder(indices.map((index) => transforms[index] as TextTransform));
        return { column, indices, encode };
      }),
    };
    plans.set(transforms, plan);
  }
  return plan;
}

export function isText(transform: Transform): transform is TextTransform {
  return transform.op === "TermWeight" || transform.op === "TextLength" || transform.op === "TextScore";
}

function writeFeature(transform: SingleTransform, columns: Columns, sink: Sink): void {
  const column = findColumn(columns, transform.column);
  switch (transform.op) {
    case "Numeric":
      return writeNumbers(numbersOf(column, transform), transform.fill ?? NaN, sink);
    case "Category": {
      const positions = categoryPositions(transform.categories);
      const fill = transform.fill === undefined ? undefined : positions.get(transform.fill);
      return writeCategory(column, (value) => positions.get(value) ?? NaN, fill ?? NaN, sink, transform);
    }
    case "CategoryStatistic":
      return writeCategory(column, statisticOf(transform), transform.missing, sink, transform);
    case "DatePart": {
      const times = timesOf(column, transform);
      for (let row = 0, i = sink.start; row < times.length; row++, i += sink.stride) {
        sink.values[i] = datePart(transform.part, times[row]);
      }
      return;
    }
    case "DaysBetween": {
      const times = timesOf(column, transform);
      const from = timesOf(findColumn(columns, transform.from), transform);
      for (let row = 0, i = sink.start; row < times.length; row++, i += sink.stride) {
        sink.values[i] = (times[row] - from[row]) / millisecondsPerDay;
      }
    }
  }
}

function writeNumbers(numbers: Float64Array, fill: number, { values, start, stride }: Sink): void {
  if (numbers === values) return;
  if (Number.isNaN(fill)) {
    for (let row = 0, i = start; row < numbers.length; row++, i += stride) values[i] = numbers[row];
    return;
  }
  for (let row = 0, i = start; row < numbers.length; row++, i += stride) {
    values[i] = Number.isNaN(numbers[row]) ? fill : numbers[row];
  }
}

function numbersOf(column: Column, transform: Transform): Float64Array {
  if (column.type === "numeric") return column.values;
  if (column.type === "string") return perText(column, readDecimal);
  throw wrongType(column, ["numeric", "string"], transform);
}

/** Milliseconds since 1970; text is read as a scoring request's dates are. */
function timesOf(column: Column, transform: Transform): Float64Array {
  if (column.type === "datetime") return column.values;
  if (column.type === "string") return perText(column, parseIsoDate);
  throw wrongType(column, ["datetime", "string"], transform);
}

function perText({ codes, categories }: StringColumn, read: (text: string) => number): Float64Array {
  const numbers = Float64Array.from(categories, read);
  const values = new Float64Array(codes.length);
  for (let row = 0; row < values.length; row++) values[row] = codes[row] < 0 ? NaN : numbers[codes[row]];
  return values;
}

function statisticOf({ categories, values, unknown }: CategoryStatistic): (value: string) => number {
  const positions = categoryPositions(categories);
  return (value) => {
    const position = positions.get(value);
    return position === undefined ? unknown : (values[position] as number);
  };
}

/** A numeric column may serve as a category too: its values are then compared by their shortest text. */
function writeCategory(
  column: Column,
  valueOf: (category: string) => number,
  missing: number,
  { values: target, start, stride }: Sink,
  transform: Transform,
): void {
  if (column.type === "string") {
    const { codes } = column;
    const known = Float64Array.from(column.categories, valueOf);
    for (let row = 0, i = start; row < codes.length; row++, i += stride) {
      const code = codes[row];
      target[i] = code < 0 ? missing : known[code];
    }
  } else if (column.type === "numeric") {
    const { values } = column;
    for (let row = 0, i = start; row < values.length; row++, i += stride) {
      target[i] = Number.isNaN(values[row]) ? missing : valueOf(String(values[row]));
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

function wrongType(column: Column, expected: readonly ColumnType[], transform: Transform): SlipwayError {
  return new SlipwayError(
    "SLW_SCORE_COLUMN_TYPE",
    `Column "${column.name}" is ${column.type}; ${transform.op} takes a ${expected.join(" or ")} column.`,
    { details: { column: column.name, expected, got: column.type } },
  );
}
