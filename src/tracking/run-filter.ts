/** From a filter on runs to a condition in SQL. */
import { sql, type RawBuilder } from "kysely";
import {
  filterError,
  parseFilter,
  parseIdentifier,
  pythonSet,
  type Clause,
  type EntityType,
  type Value,
} from "./filter/index.ts";

type Condition = RawBuilder<boolean>;

const comparisons = [">", ">=", "!=", "=", "<", "<="];
const textComparisons = ["!=", "=", "LIKE", "ILIKE"];
const allowed: Readonly<Record<EntityType | "number", readonly string[]>> = {
  metric: comparisons,
  number: comparisons,
  parameter: [...textComparisons, "IS NULL", "IS NOT NULL"],
  tag: [...textComparisons, "IS NULL", "IS NOT NULL"],
  attribute: [...textComparisons, "IN", "NOT IN"],
  dataset: [...textComparisons, "IN", "NOT IN"],
};

const startTime = sql`runs.ordered_at`;
const runName = sql`runs.name`;

/** Attributes by MLflow's names. */
export const textAttributes: Readonly<Record<string, RawBuilder<unknown>>> = {
  run_id: sql`runs.id`,
  run_name: runName,
  "run name": runName,
  "Run name": runName,
  "Run Name": runName,
  user_id: sql`runs.user_name`,
  status: sql`runs.status`,
  artifact_uri: sql`rtrim(experiments.artifact_location, '/') || '/' || runs.id || '/artifacts'`,
};

export const timeAttributes: Readonly<Record<string, RawBuilder<unknown>>> = {
  start_time: startTime,
  created: startTime,
  Created: startTime,
  end_time: sql`runs.ended_at`,
};

const datasetColumns = {
  name: sql`logged_datasets.name`,
  digest: sql`logged_datasets.digest`,
  context: sql`run_datasets.tags ->> 'mlflow.data.context'`,
} as const;

/** One condition for each clause; runs and experiments are the tables that they speak of. @throws SLW_TRACKING_FILTER */
export function runConditions(workspaceId: string, filter: string): Condition[] {
  return parseFilter(filter).map((clause) => condition(workspaceId, clause));
}

function condition(workspaceId: string, clause: Clause): Condition {
  const { type, key } = parseIdentifier(clause.identifier);
  if (type === "attribute") checkAttribute(key);
  if (type === "dataset" && !Object.hasOwn(datasetColumns, key)) {
    throw filterError(
      `Invalid dataset key '${key}' specified. Valid keys are '${pythonSet(Object.keys(datasetColumns))}'`,
    );
  }
  if (clause.value === null) return presence(type, key, clause.comparator);
  const isTime = type === "attribute" && Object.hasOwn(timeAttributes, key);
  const value = checkValue(type, key, isTime, clause.value);
  checkComparator(clause.comparator, allowed[isTime ? "number" : type]);
  if (type === "metric") return metricCondition(workspaceId, key, clause.comparator, Number(value));
  if (type === "parameter") return valueCondition("run_params", key, clause.comparator, value as string);
  if (type === "tag") return valueCondition("run_tags", key, clause.comparator, value as string);
  if (type === "dataset") return datasetCondition(key as keyof typeof datasetColumns, clause.comparator, value);
  if (isTime) return timeCondition(timeAttributes[key] as RawBuilder<unknown>, clause.comparator, Number(value));
  return compareText(textAttributes[key] as RawBuilder<unknown>, clause.comparator, value);
}

/** @throws SLW_TRACKING_FILTER */
export function checkAttribute(key: string): void {
  if (Object.hasOwn(textAttributes, key) || Object.hasOwn(timeAttributes, key)) return;
  const valid = pythonSet([...Object.keys(textAttributes), ...Object.keys(timeAttributes)]);
  throw filterError(`Invalid attribute key '${key}' specified. Valid keys are '${valid}'`);
}

function checkComparator(comparator: string, valid: readonly string[]): void {
  if (valid.includes(comparator)) return;
  throw filterError(`Invalid comparator '${comparator}' not one of '${pythonSet(valid)}'`);
}

/** The value, where it is of the type that the identifier takes. */
function checkValue(type: EntityType, key: string, isTime: boolean, value: Value): string | readonly string[] {
  if (type === "metric" || isTime) {
    if (value.kind === "number") return value.raw;
    const what = isTime ? `numeric attribute: ${key}` : "metric";
    throw filterError(`Expected numeric value type for ${what}. Found ${value.raw}`);
  }
  if (value.kind === "text") return value.text;
  if (value.kind === "name") {
    throw filterError(
      `Parameter value is either not quoted or unidentified quote types used for string value ${value.raw}. ` +
        "Use either single or double quotes.",
    );
  }
  if (value.kind === "list" && (type === "dataset" || (type === "attribute" && key === "run_id"))) return value.items;
  if (value.kind === "list" && type === "attribute") {
    throw filterError("Only ['run_id'] attributes support comparison with a list of quoted string values.");
  }
  if (type === "attribute") throw filterError(`Expected a quoted string value for attributes. Got value ${value.raw}`);
  if (type === "dataset")
    throw filterError(`Expected a quoted string value for dataset attributes. Got value ${value.raw}`);
  throw filterError(`Expected a quoted string value for ${type} (e.g. 'my-value'). Got value ${value.raw}`);
}

function presence(type: EntityType, key: string, comparator: string): Condition {
  if (type !== "tag" && type !== "parameter") {
    throw filterError(`IS NULL / IS NOT NULL is only supported for tags and params, not for '${type}' '${key}'`);
  }
  const table = sql.table(type === "tag" ? "run_tags" : "run_params");
  const exists = sql<boolean>`EXISTS (SELECT 1 FROM ${table} AS logged WHERE logged.run_id = runs.id AND logged.key = ${key})`;
  return comparator === "IS NULL" ? sql<boolean>`NOT ${exists}` : exists;
}

/** PostgreSQL takes NaN for the greatest number; here no comparison with it is true but "!=". */
function metricCondition(workspaceId: string, key: string, comparator: string, value: number): Condition {
  const notNan = comparator.startsWith(">") ? sql`AND logged.value < 'NaN'` : sql``;
  return sql<boolean>`EXISTS (
    SELECT 1 FROM latest_metrics AS logged
    WHERE logged.run_id = runs.id AND logged.workspace_id = ${workspaceId}
      AND logged.experiment_id = runs.experiment_id AND logged.key = ${key}
      AND logged.value ${sql.raw(comparator)} ${value}::double precision ${notNan}
  )`;
}

/** The beginning of the value is compared, too: that is what the index has. */
function valueCondition(table: string, key: string, comparator: string, value: string): Condition {
  const byIndex = comparator === "=" ? sql`AND left(logged.value, 200) = left(${value}, 200)` : sql``;
  return sql<boolean>`EXISTS (
    SELECT 1 FROM ${sql.table(table)} AS logged
    WHERE logged.run_id = runs.id AND logged.key = ${key} AND ${compareText(sql`logged.value`, comparator, value)} ${byIndex}
  )`;
}

function datasetCondition(
  key: keyof typeof datasetColumns,
  comparator: string,
  value: string | readonly string[],
): Condition {
  return sql<boolean>`EXISTS (
    SELECT 1 FROM run_datasets JOIN logged_datasets ON logged_datasets.id = run_datasets.dataset_id
    WHERE run_datasets.run_id = runs.id AND ${compareText(datasetColumns[key], comparator, value)}
  )`;
}

/** Milliseconds since 1970. */
function timeCondition(column: RawBuilder<unknown>, comparator: string, value: number): Condition {
  return sql<boolean>`(extract(epoch FROM ${column}) * 1000)::double precision ${sql.raw(comparator)} ${value}::double precision`;
}

/** LIKE without an escape character, as MLflow's clients write patterns. */
export function compareText(
  left: RawBuilder<unknown>,
  comparator: string,
  value: string | readonly string[],
): Condition {
  if (typeof value !== "string") {
    const isIn = sql<boolean>`${left} = ANY(${value}::text[])`;
    return comparator === "IN" ? isIn : sql<boolean>`NOT ${isIn}`;
  }
  if (value.includes("\0")) return comparator === "!=" ? sql<boolean>`true` : sql<boolean>`false`;
  if (comparator.endsWith("LIKE")) return sql<boolean>`${left} ${sql.raw(comparator)} ${value} ESCAPE ''`;
  return sql<boolean>`${left} ${sql.raw(comparator)} ${value}`;
}
