/** Searches of logged models, in MLflow's filter grammar. */
import { sql, type ExpressionWrapper, type RawBuilder, type SqlBool } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import type { Page, Queryable } from "../../store/index.ts";
import { filterError, parseFilter, type Clause, type Value } from "../filter/index.ts";
import { selectModels, withMetrics } from "./rows.ts";
import type { LoggedModel } from "./types.ts";

/** Models with metrics on this data. */
export interface DatasetFilter {
  readonly name: string;
  readonly digest?: string | undefined;
}

export interface LoggedModelOrder {
  /** "creation_timestamp", "name", …, or "metrics.NAME" for its latest value. */
  readonly field: string;
  readonly descending: boolean;
  /** For metrics: only values on this data. */
  readonly dataset?: DatasetFilter | undefined;
}

export interface LoggedModelSearch {
  readonly workspaceId: string;
  /** Numbers of experiments. */
  readonly experiments: readonly number[];
  /** "metrics.loss < 0.1 AND params.lr = '0.01' AND name LIKE 'bank%'". */
  readonly filter?: string | undefined;
  /** Metrics in the filter count only on one of these; without such, models with any metric on one of these. */
  readonly datasets?: readonly DatasetFilter[];
  /** Default: newest first. */
  readonly orderBy?: readonly LoggedModelOrder[];
  readonly limit: number;
  /** nextCursor of the page before. */
  readonly cursor?: string | undefined;
}

/** @throws SLW_TRACKING_FILTER (MLflow's texts), SLW_API_CURSOR */
export async function searchLoggedModels(database: Queryable, search: LoggedModelSearch): Promise<Page<LoggedModel>> {
  const { workspaceId, experiments, filter, datasets = [], orderBy = [], limit, cursor } = search;
  const offset = readCursor(cursor, search);
  const conditions = parseFilter(filter ?? "").map((clause) => toCondition(clause, datasets));
  const hasMetric = conditions.some(({ metric }) => metric);
  if (datasets.length > 0 && !hasMetric) conditions.push({ metric: true, where: hasMetrics(sql`true`, datasets) });
  if (experiments.length === 0) return { items: [] };
  let query = selectModels(database, workspaceId)
    .where("experiments.number", "in", [...experiments])
    .where("logged_models.deleted_at", "is", null);
  for (const { where } of conditions) query = query.where(where);
  for (const { expression, descending } of toOrder(orderBy)) {
    query = query.orderBy(expression, (order) => (descending ? order.desc() : order.asc()).nullsLast());
  }
  const rows = await query
    .offset(offset)
    .limit(limit + 1)
    .execute();
  const items = await withMetrics(database, workspaceId, rows.slice(0, limit));
  return rows.length <= limit ? { items } : { items, nextCursor: writeCursor(offset + limit, search) };
}

/** Columns of attributes by MLflow's names for them. */
const attributes: Readonly<Record<string, { readonly column: string; readonly numeric: boolean }>> = {
  model_id: { column: "logged_models.id", numeric: false },
  name: { column: "logged_models.name", numeric: false },
  model_type: { column: "logged_models.model_type", numeric: false },
  source_run_id: { column: "logged_models.source_run_id", numeric: false },
  status: { column: "logged_models.status", numeric: false },
  artifact_location: { column: "logged_models.artifact_uri", numeric: false },
  experiment_id: { column: "experiments.number", numeric: false },
  creation_time: { column: "logged_models.created_at", numeric: true },
  creation_timestamp: { column: "logged_models.created_at", numeric: true },
  creation_timestamp_ms: { column: "logged_models.created_at", numeric: true },
  last_updated_timestamp: { column: "logged_models.updated_at", numeric: true },
  last_updated_timestamp_ms: { column: "logged_models.updated_at", numeric: true },
};

interface Condition {
  /** Is it about a metric? */
  readonly metric: boolean;
  readonly where: RawBuilder<SqlBool> | ExpressionWrapper<never, never, SqlBool>;
}

const numericComparators = ["<", "<=", ">", ">=", "=", "!="];
const textComparators = ["=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"];

function toCondition({ identifier, comparator, value }: Clause, datasets: readonly DatasetFilter[]): Condition {
  const dot = identifier.indexOf(".");
  const entity = dot < 0 ? "attributes" : identifier.slice(0, dot);
  const key = unquoteName(identifier.slice(dot + 1));
  if (!["attributes", "metrics", "params", "tags"].includes(entity)) {
    throw filterError(`Invalid entity type: '${entity}'. Expected one of ['attributes', 'metrics', 'params', 'tags'].`);
  }
  const attribute = entity === "attributes" ? findAttribute(key, identifier) : null;
  const numeric = entity === "metrics" || (attribute?.numeric ?? false);
  const allowed = numeric ? numericComparators : textComparators;
  if (!allowed.includes(comparator) || value === null) {
    const expected = allowed.map((name) => `'${name}'`).join(", ");
    throw filterError(
      `Invalid comparison operator for ${entity}.${key}: '${comparator}'. Expected one of (${expected}).`,
    );
  }
  if (entity === "metrics") {
    const compared = sql`m.key = ${key} AND ${compareNumber(sql`m.value`, comparator, value)}`;
    return { metric: true, where: hasMetrics(compared, datasets) };
  }
  if (numeric) {
    const time = sql`(extract(epoch FROM ${sql.ref(attribute?.column ?? "")}) * 1000)`;
    return { metric: false, where: compareNumber(time, comparator, value) };
  }
  const document = entity === "params" ? "logged_models.params" : "logged_models.tags";
  const left = attribute ? sql`${sql.ref(attribute.column)}::text` : sql`(${sql.ref(document)} ->> ${key})`;
  return { metric: false, where: compareText(left, comparator, value) };
}

function findAttribute(key: string, identifier: string): { readonly column: string; readonly numeric: boolean } {
  const found = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (found) return found;
  throw filterError(
    `Invalid attribute key '${identifier}' specified. Valid keys are ${Object.keys(attributes).join(", ")}.`,
  );
}

function unquoteName(name: string): string {
  return /^`.+`$|^".+"$/.test(name) ? name.slice(1, -1) : name;
}

function compareNumber(left: RawBuilder<unknown>, comparator: string, value: Value): RawBuilder<SqlBool> {
  const number = value.kind === "number" ? Number(value.raw) : Number(textOf(value));
  if (Number.isNaN(number)) throw filterError(`could not convert string to float: ${value.raw}`);
  return sql<SqlBool>`${left} ${sql.raw(comparator)} ${number}::double precision`;
}

function compareText(left: RawBuilder<unknown>, comparator: string, value: Value): RawBuilder<SqlBool> {
  if (comparator === "IN" || comparator === "NOT IN") {
    const items = value.kind === "list" ? value.items : [];
    return sql<SqlBool>`${left} ${sql.raw(comparator === "IN" ? "= ANY" : "<> ALL")} (${items})`;
  }
  return sql<SqlBool>`${left} ${sql.raw(comparator)} ${textOf(value)}`;
}

function textOf(value: Value): string {
  return value.kind === "text" ? value.text : value.raw;
}

/** Only runs of the model's own workspace count. */
function hasMetrics(condition: RawBuilder<unknown>, datasets: readonly DatasetFilter[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`EXISTS (
    SELECT FROM metrics AS m JOIN runs AS r ON r.id = m.run_id AND r.workspace_id = logged_models.workspace_id
    WHERE m.model_id = logged_models.id AND ${condition} AND ${onDatasets(datasets)})`;
}

function onDatasets(datasets: readonly DatasetFilter[]): RawBuilder<SqlBool> {
  if (datasets.length === 0) return sql<SqlBool>`true`;
  const each = datasets.map(({ name, digest }) =>
    digest === undefined
      ? sql`m.dataset_name = ${name}`
      : sql`(m.dataset_name = ${name} AND m.dataset_digest = ${digest})`,
  );
  return sql<SqlBool>`(${sql.join(each, sql` OR `)})`;
}

interface Order {
  readonly expression: RawBuilder<unknown>;
  readonly descending: boolean;
}

/** By time of creation, newest first, and by id between equals, where these are not among the wishes. */
function toOrder(orderBy: readonly LoggedModelOrder[]): Order[] {
  const orders = orderBy.map(({ field, descending, dataset }) => ({
    expression: orderExpression(field, dataset),
    descending,
  }));
  const byTime = orderBy.some(({ field }) => attributes[field]?.column === "logged_models.created_at");
  if (!byTime) orders.push({ expression: sql.ref("logged_models.created_at"), descending: true });
  return [...orders, { expression: sql.ref("logged_models.id"), descending: false }];
}

function orderExpression(field: string, dataset: DatasetFilter | undefined): RawBuilder<unknown> {
  const dot = field.indexOf(".");
  if (dot < 0) {
    if (Object.hasOwn(attributes, field)) return sql.ref((attributes[field] as { column: string }).column);
    throw filterError(`Invalid order by field name: ${field}`);
  }
  if (field.slice(0, dot) !== "metrics") {
    throw filterError(`Invalid order by field name: ${field}. Only metrics are supported.`);
  }
  return sql`(
    SELECT m.value FROM metrics AS m JOIN runs AS r ON r.id = m.run_id AND r.workspace_id = logged_models.workspace_id
    WHERE m.model_id = logged_models.id AND m.key = ${unquoteName(field.slice(dot + 1))}
      AND ${onDatasets(dataset ? [dataset] : [])}
    ORDER BY m.timestamp DESC, m.step DESC, m.run_id LIMIT 1)`;
}

/** What a page token belongs to. */
function subjectOf({ experiments, filter = "", orderBy = [] }: LoggedModelSearch): string {
  return JSON.stringify([experiments, filter, orderBy]);
}

function writeCursor(offset: number, search: LoggedModelSearch): string {
  return Buffer.from(JSON.stringify([offset, subjectOf(search)])).toString("base64url");
}

function readCursor(cursor: string | undefined, search: LoggedModelSearch): number {
  if (cursor === undefined) return 0;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(parsed) && Number.isSafeInteger(parsed[0]) && parsed[1] === subjectOf(search)) {
      return parsed[0] as number;
    }
  } catch {
    // Refused below.
  }
  throw new SlipwayError("SLW_API_CURSOR", "The page token is not of this search.", {
    details: { got: cursor.slice(0, 200) },
  });
}
