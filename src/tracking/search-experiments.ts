/** Searches of experiments, in MLflow's filter grammar, in steady pages. */
import { sql, type RawBuilder } from "kysely";
import type { Page, Queryable } from "../store/index.ts";
import {
  filterError,
  parseFilter,
  parseIdentifier,
  parseOrderBy,
  pythonSet,
  type Clause,
  type Value,
} from "./filter/index.ts";
import { isAfter, orderBy, readCursor, selectKeys, writeCursor, type KeyValues, type SortKey } from "./keyset.ts";
import { toExperiment, type ExperimentRow } from "./rows.ts";
import { compareText } from "./run-filter.ts";
import type { Experiment, LifecycleFilter } from "./types.ts";

export interface ExperimentSearch {
  readonly workspaceId: string;
  /** MLflow's grammar: "name LIKE 'bank%' AND tags.team = 'risk'". */
  readonly filter?: string;
  /** "name ASC", "creation_time DESC", "last_update_time", "experiment_id". Default: newest first. */
  readonly orderBy?: readonly string[];
  /** Default: active. */
  readonly lifecycle?: LifecycleFilter;
  readonly limit: number;
  /** nextCursor of the page before. */
  readonly cursor?: string;
}

type Condition = RawBuilder<unknown>;

const attributes: Readonly<
  Record<string, { readonly expression: RawBuilder<unknown>; readonly type: SortKey["type"] }>
> = {
  name: { expression: sql`name COLLATE "C"`, type: "text" },
  experiment_id: { expression: sql`number`, type: "bigint" },
  creation_time: { expression: sql`created_at`, type: "timestamptz" },
  last_update_time: { expression: sql`updated_at`, type: "timestamptz" },
};

/** @throws SLW_TRACKING_FILTER, SLW_API_CURSOR */
export async function searchExperiments(database: Queryable, search: ExperimentSearch): Promise<Page<Experiment>> {
  const { workspaceId, filter, lifecycle = "active", limit, cursor } = search;
  const keys = sortKeys(search.orderBy?.length ? search.orderBy : ["creation_time DESC"]);
  const name = `experiments ${(search.orderBy ?? []).join()}`;
  const conditions: Condition[] = [
    sql`workspace_id = ${workspaceId}`,
    ...(lifecycle === "all" ? [] : [lifecycle === "active" ? sql`deleted_at IS NULL` : sql`deleted_at IS NOT NULL`]),
    ...(filter === undefined || filter.trim() === "" ? [] : parseFilter(filter).map(condition)),
    ...(cursor === undefined ? [] : [isAfter(keys, readCursor(name, [keys.length], cursor).after)]),
  ];
  const { rows } = await sql<ExperimentRow & { readonly sort_keys: KeyValues }>`
    SELECT *, ${selectKeys(keys)} FROM experiments WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY ${orderBy(keys)} LIMIT ${limit + 1}
  `.execute(database);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toExperiment),
    ...(rows.length > limit && last && { nextCursor: writeCursor(name, { part: 0, after: last.sort_keys }) }),
  };
}

function sortKeys(entries: readonly string[]): SortKey[] {
  const keys = entries.map((text) => {
    const { identifier, descending } = parseOrderBy(text);
    const { type, key } = parseExperimentIdentifier(identifier);
    if (type !== "attribute") throw filterError(`Invalid order_by entity: ${type}`);
    return { ...(attributes[key] as (typeof attributes)[string]), descending };
  });
  // Between equals the newest comes first.
  return [...keys, { expression: sql`number`, type: "bigint", descending: true }];
}

function parseExperimentIdentifier(identifier: string): { readonly type: "attribute" | "tag"; readonly key: string } {
  const { type, key } = parseIdentifier(identifier);
  if (type !== "attribute" && type !== "tag") {
    throw filterError(
      `Invalid entity type '${identifier.split(".", 1)[0]}'. Valid entity types are ('attribute', 'tag', 'tags')`,
    );
  }
  if (type === "attribute" && !Object.hasOwn(attributes, key)) {
    throw filterError(
      `Invalid attribute key '${key}' specified. Valid keys are '${pythonSet(Object.keys(attributes))}'`,
    );
  }
  return { type, key };
}

function condition(clause: Clause): Condition {
  const { type, key } = parseExperimentIdentifier(clause.identifier);
  if (type === "tag") return tagCondition(key, clause);
  if (clause.value === null) {
    throw filterError(`IS NULL / IS NOT NULL is only supported for tags, not for attribute '${key}'`);
  }
  if (key === "experiment_id") return numberCondition(clause.comparator, clause.value);
  if (key === "name") return textCondition(sql`name`, "string attribute", clause.comparator, clause.value);
  return timeCondition(key, clause.comparator, clause.value);
}

function tagCondition(key: string, { comparator, value }: Clause): Condition {
  const tag = sql`tags ->> ${key}::text`;
  if (value === null) return comparator === "IS NULL" ? sql`(${tag}) IS NULL` : sql`(${tag}) IS NOT NULL`;
  return textCondition(sql`(${tag})`, "tag", comparator, value);
}

function textCondition(left: RawBuilder<unknown>, what: string, comparator: string, value: Value): Condition {
  if (!["=", "!=", "LIKE", "ILIKE"].includes(comparator))
    throw filterError(`Invalid comparator for ${what}: ${comparator}`);
  if (value.kind !== "text") {
    const needed = what === "tag" ? "tag (e.g. 'my-value')" : "attributes";
    throw filterError(`Expected a quoted string value for ${needed}. Got value ${value.raw}`);
  }
  return compareText(left, comparator, value.text);
}

function timeCondition(key: string, comparator: string, value: Value): Condition {
  if (!["=", "!=", "<", "<=", ">", ">="].includes(comparator)) {
    throw filterError(`Invalid comparator for numeric attribute: ${comparator}`);
  }
  if (value.kind !== "number" || !/^[-+]?\d+$/.test(value.raw)) {
    throw filterError(`Invalid value for numeric attribute '${key}': '${value.raw}'`);
  }
  const column = (attributes[key] as (typeof attributes)[string]).expression;
  return sql`(extract(epoch FROM ${column}) * 1000)::double precision ${sql.raw(comparator)} ${Number(value.raw)}::double precision`;
}

function numberCondition(comparator: string, value: Value): Condition {
  if (!["=", "!=", "IN", "NOT IN"].includes(comparator))
    throw filterError(`Invalid comparator for experiment_id: ${comparator}`);
  const texts = value.kind === "list" ? value.items : value.kind === "text" ? [value.text] : null;
  if (texts === null) throw filterError(`Expected a quoted string value for attributes. Got value ${value.raw}`);
  const numbers = texts.map((text) => {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw filterError(`Invalid experiment ID '${text}'. Experiment ID must be a valid integer.`);
  });
  const isIn = sql`number = ANY(${numbers}::bigint[])`;
  return comparator === "=" || comparator === "IN" ? isIn : sql`NOT ${isIn}`;
}
