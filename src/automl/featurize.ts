/** From a table to what learners train on: rows without a target left out, columns chosen and turned into features. */
import { SlipwayError, type Column, type StringColumn, type Table } from "../base/index.ts";
import { columnPurpose, profileTable, takeRows, type ColumnProfile } from "../data/index.ts";
import {
  featureValues,
  type DatePart,
  type InputColumn,
  type Label,
  type Task,
  type Transform,
} from "../model/index.ts";
import type { Dataset, Feature } from "./dataset.ts";

export interface Featurized {
  readonly dataset: Dataset;
  readonly labels: readonly Label[];
  readonly inputs: readonly InputColumn[];
  readonly transforms: readonly Transform[];
  /** What was done with each column, and what looks wrong, in words. */
  readonly notes: readonly string[];
}

/** Bins are one byte; rarer categories count as unknown. */
const MAX_CATEGORIES = 254;
/** A numeric target of at most this many whole values is taken for classes. */
const MAX_NUMERIC_CLASSES = 20;

export function featurize(table: Table, target: string, wantedTask: Task | undefined): Featurized {
  const notes: string[] = [];
  const known = dropUnknownTargets(table, target, notes);
  const targetColumn = findColumn(known, target);
  const task = wantedTask ?? inferTask(targetColumn);
  const { labels, values } = task === "classification" ? classes(targetColumn) : numbers(targetColumn);
  const profile = profileTable(known, { target });
  const inputs: InputColumn[] = [];
  const transforms: Transform[] = [];
  for (const column of known.columns) {
    if (column.name === target) continue;
    const columnProfile = profile.columns.find(({ name }) => name === column.name) as ColumnProfile;
    const made = transformsOf(column, columnProfile, notes);
    if (made.length === 0) continue;
    transforms.push(...made);
    inputs.push(describeInput(column, columnProfile));
  }
  if (transforms.length === 0) {
    throw new SlipwayError("SLW_AUTOML_NO_FEATURES", `No column is left to predict "${target}" from.`, {
      details: { notes },
    });
  }
  for (const { message } of [...profile.warnings, ...profile.columns.flatMap(({ warnings }) => warnings)])
    if (!notes.includes(message)) notes.push(message);
  const features = transforms.map((transform) => toFeature(transform, findColumn(known, transform.column)));
  return {
    dataset: { task, rows: known.rows, features, target: values, classes: labels.length },
    labels,
    inputs,
    transforms,
    notes,
  };
}

function findColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw new SlipwayError("SLW_AUTOML_TARGET", `There is no column "${name}".`, {
    fix: `Use one of: ${table.columns.map((candidate) => candidate.name).join(", ")}.`,
    details: { target: name },
  });
}

function isNull(column: Column, row: number): boolean {
  return column.type === "string" ? column.codes[row] < 0 : Number.isNaN(column.values[row]);
}

function dropUnknownTargets(table: Table, target: string, notes: string[]): Table {
  const column = findColumn(table, target);
  const kept = Uint32Array.from({ length: table.rows }, (_, row) => row).filter((row) => !isNull(column, row));
  if (kept.length === 0) {
    throw new SlipwayError("SLW_AUTOML_TARGET", `The target "${target}" is empty in all ${table.rows} rows.`, {
      details: { target, rows: table.rows },
    });
  }
  if (kept.length === table.rows) return table;
  notes.push(`${target}: ${table.rows - kept.length} rows without a value left out.`);
  return takeRows(table, kept);
}

function inferTask(column: Column): Task {
  if (column.type === "string") return "classification";
  if (column.type === "datetime") {
    throw new SlipwayError(
      "SLW_AUTOML_TARGET",
      `The target "${column.name}" is a date; only classes and numbers can be predicted.`,
    );
  }
  return column.integer && new Set(column.values).size <= MAX_NUMERIC_CLASSES ? "classification" : "regression";
}

function classes(column: Column): { labels: Label[]; values: Float64Array } {
  const values = new Float64Array(
    new SharedArrayBuffer((column.type === "string" ? column.codes : column.values).length * 8),
  );
  const labels: Label[] = [];
  if (column.type === "string") {
    const used = new Set(column.codes);
    const position = column.categories.map((category, code) => (used.has(code) ? labels.push(category) - 1 : -1));
    column.codes.forEach((code, row) => (values[row] = position[code]));
  } else {
    const distinct = [...new Set(column.values)].sort((a, b) => a - b);
    const position = new Map(distinct.map((value, k) => [value, k]));
    labels.push(...distinct);
    column.values.forEach((value, row) => (values[row] = position.get(value) as number));
  }
  if (labels.length < 2) throw constantTarget(column, labels[0]);
  if (labels.length > 1_000) {
    throw new SlipwayError(
      "SLW_AUTOML_TARGET",
      `The target "${column.name}" has ${labels.length} different values; classification takes at most 1,000.`,
      { fix: "Choose --task regression for numbers, or another target.", details: { classes: labels.length } },
    );
  }
  return { labels, values };
}

function numbers(column: Column): { labels: Label[]; values: Float64Array } {
  if (column.type !== "numeric") {
    throw new SlipwayError(
      "SLW_AUTOML_TARGET",
      `The target "${column.name}" is not numeric, so it cannot be a regression.`,
      {
        fix: "Choose --task classification, or correct the values that are not numbers.",
        details: { target: column.name, type: column.type },
      },
    );
  }
  if (column.values.every((value) => value === column.values[0])) throw constantTarget(column, column.values[0]);
  const values = new Float64Array(new SharedArrayBuffer(column.values.length * 8));
  values.set(column.values);
  return { labels: [], values };
}

function constantTarget(column: Column, value: Label): SlipwayError {
  return new SlipwayError(
    "SLW_AUTOML_TARGET",
    `The target "${column.name}" has the same value in every row: ${value}.`,
    {
      details: { target: column.name, value },
    },
  );
}

const DATE_PARTS: readonly DatePart[] = ["year", "month", "day", "dayOfWeek", "dayOfYear", "hour", "elapsedDays"];

function transformsOf(column: Column, profile: ColumnProfile, notes: string[]): Transform[] {
  const { purpose, reason } = columnPurpose(column, profile);
  const missing = profile.nulls > 0 ? `, ${profile.nulls} missing` : "";
  switch (purpose) {
    case "Numeric":
      notes.push(`${column.name}: numeric${missing}`);
      return [{ op: "Numeric", column: column.name }];
    case "Categorical": {
      const categories = frequentCategories(column as StringColumn);
      const rare = profile.distinct - categories.length;
      notes.push(
        `${column.name}: ${categories.length} categories${rare > 0 ? `, ${rare} rarer ones as unknown` : ""}${missing}`,
      );
      return [{ op: "Category", column: column.name, categories }];
    }
    case "DateTime": {
      const parts = DATE_PARTS.filter((part) =>
        varies(featureValues({ op: "DatePart", column: column.name, part }, column)),
      );
      notes.push(`${column.name}: date as ${parts.join(", ")}${missing}`);
      return parts.map((part) => ({ op: "DatePart", column: column.name, part }));
    }
    default:
      notes.push(`${column.name}: left out, ${reason}`);
      return [];
  }
}

function varies(values: Float64Array): boolean {
  const first = values.find((value) => !Number.isNaN(value));
  return values.some((value) => !Number.isNaN(value) && value !== first);
}

/** The most frequent categories in code-point order, so that equal tables give equal models. */
function frequentCategories({ codes, categories }: StringColumn): string[] {
  const counts = new Uint32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  return Array.from(counts.keys())
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || compare(categories[a], categories[b]))
    .slice(0, MAX_CATEGORIES)
    .map((code) => categories[code])
    .sort(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toFeature(transform: Transform, column: Column): Feature {
  return {
    name: transform.op === "DatePart" ? `${transform.column} ${transform.part}` : transform.column,
    kind: transform.op === "Category" ? "categorical" : "numeric",
    cardinality: transform.op === "Category" ? transform.categories.length : 0,
    values: featureValues(transform, column),
  };
}

function describeInput(column: Column, profile: ColumnProfile): InputColumn {
  const { min, max, quantiles, topValues, nulls } = profile;
  return {
    name: column.name,
    type: column.type,
    integer: column.type === "numeric" && column.integer,
    nullable: nulls > 0,
    range: column.type === "string" || min === null || max === null ? null : [toNumber(min), toNumber(max)],
    example: quantiles === null ? (topValues[0]?.value ?? null) : medianOf(column, quantiles["0.5"]),
  };
}

/** Dates stand in a profile as ISO 8601 text. */
function toNumber(value: number | string): number {
  return typeof value === "number" ? value : Date.parse(value);
}

/** The median lies between two values where their number is even: whole columns get a whole example. */
function medianOf(column: Column, median: number | string): number | string {
  return column.type === "numeric" && column.integer ? Math.round(median as number) : median;
}
