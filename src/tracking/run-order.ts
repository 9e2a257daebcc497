/** What a search of runs is ordered by: the order_by of MLflow, and behind it always the start and the id. */
import { sql, type RawBuilder } from "kysely";
import { filterError, parseIdentifier, parseOrderBy } from "./filter/index.ts";
import type { SortKey } from "./keyset.ts";
import { checkAttribute, textAttributes, timeAttributes } from "./run-filter.ts";

/**
 * A list of runs by what only some of them have comes in parts: first those that have it, then those whose value is
 * NaN, then those that have none. So each part is one range of an index.
 */
export interface RunOrder {
  /** Tells the order from all others. */
  readonly name: string;
  readonly parts: readonly RunPart[];
  /** After FROM runs JOIN experiments: what the keys speak of beyond those tables. */
  readonly joins: RawBuilder<unknown>;
}

export interface RunPart {
  /** Condition for a run to be in this part; joins that come before the other ones. */
  readonly join: RawBuilder<unknown>;
  readonly condition: RawBuilder<unknown>;
  readonly keys: readonly SortKey[];
}

const always = sql`true`;
const nothing = sql``;
const byStart: SortKey = { expression: sql`runs.ordered_at`, descending: true, type: "timestamptz" };
const byId: SortKey = { expression: sql`runs.id`, descending: false, type: "text" };

/** @throws SLW_TRACKING_FILTER */
export function runOrder(workspaceId: string, orderBy: readonly string[]): RunOrder {
  const entries = orderBy.map((text) => readEntry(workspaceId, text));
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw filterError(`\`order_by\` contains duplicate fields: [${orderBy.map((text) => `'${text}'`).join(", ")}]`);
  const tail = names.includes("start_time") ? [byId] : [byStart, byId];
  const [first, ...others] = entries;
  const rest = others.flatMap(({ logged, keys }, index) => (logged ? rankedKeys(logged, `order${index + 2}`) : keys));
  const joins = sql.join(
    others.map(({ logged }, index) => (logged ? leftJoin(logged, `order${index + 2}`) : nothing)),
    sql` `,
  );
  const parts = first ? partsOf(first).map((part) => ({ ...part, keys: [...part.keys, ...rest, ...tail] })) : [];
  return {
    name: JSON.stringify(entries.map(({ name, descending }) => [name, descending])),
    joins: others.length > 0 ? joins : nothing,
    parts: first ? parts : [{ join: nothing, condition: always, keys: tail }],
  };
}

interface Logged {
  readonly table: "latest_metrics" | "run_params" | "run_tags";
  /** After "AS <alias> ON ": which row of the table. */
  readonly on: (alias: string) => RawBuilder<unknown>;
  readonly descending: boolean;
}

interface Entry {
  /** Of the field, all spellings alike. */
  readonly name: string;
  readonly descending: boolean;
  /** Null for an attribute. */
  readonly logged: Logged | null;
  /** Of an attribute. */
  readonly keys: readonly SortKey[];
}

function readEntry(workspaceId: string, text: string): Entry {
  const { identifier, descending } = parseOrderBy(text);
  const { type, key } = parseIdentifier(identifier);
  if (type === "attribute") {
    checkAttribute(key);
    return attributeEntry(key, descending);
  }
  if (type === "dataset") throw filterError(`Invalid identifier type '${type}'`);
  const table = type === "metric" ? "latest_metrics" : type === "tag" ? "run_tags" : "run_params";
  const on = (alias: string): RawBuilder<unknown> => {
    const is = sql`${sql.ref(`${alias}.run_id`)} = runs.id AND ${sql.ref(`${alias}.key`)} = ${key}`;
    return type === "metric"
      ? sql`${is} AND ${sql.ref(`${alias}.workspace_id`)} = ${workspaceId}
          AND ${sql.ref(`${alias}.experiment_id`)} = runs.experiment_id`
      : is;
  };
  return { name: `${type}.${key}`, descending, logged: { table, on, descending }, keys: [] };
}

function attributeEntry(key: string, descending: boolean): Entry {
  const time = timeAttributes[key];
  if (time) {
    const name = key === "end_time" ? key : "start_time";
    const nullable = key === "end_time" ? ({ nullable: true } as const) : {};
    const end: SortKey = { expression: time, descending, type: "timestamptz", ...nullable };
    return { name, descending, logged: null, keys: nullable.nullable ? [isNullKey(time), end] : [end] };
  }
  const name = /^run name$/i.test(key) ? "run_name" : key;
  const expression = sql`(${textAttributes[key] as RawBuilder<unknown>}) COLLATE "C"`;
  return { name, descending, logged: null, keys: [{ expression, descending, type: "text" }] };
}

function isNullKey(expression: RawBuilder<unknown>): SortKey {
  return { expression: sql`(${expression} IS NULL)::int::bigint`, descending: false, type: "bigint" };
}

/** Text is ordered by what the index has, the beginning, and then by the whole. */
function valueKeys({ table, descending }: Logged, alias: string): SortKey[] {
  const value = sql.ref(`${alias}.value`);
  if (table === "latest_metrics") return [{ expression: value, descending, type: "double precision" }];
  return [
    { expression: sql`left(${value}, 200)`, descending, type: "text" },
    { expression: value, descending, type: "text" },
  ];
}

/** Of a field that is not the first: those that have it, then NaN, then those that do not. */
function rankedKeys(logged: Logged, alias: string): SortKey[] {
  const value = sql.ref(`${alias}.value`);
  const keys = valueKeys(logged, alias).map((key) => ({ ...key, nullable: true as const }));
  if (logged.table !== "latest_metrics") return [isNullKey(value), ...keys];
  const rank = sql`CASE WHEN ${value} IS NULL THEN 2 WHEN ${value} = 'NaN' THEN 1 ELSE 0 END::bigint`;
  return [{ expression: rank, descending: false, type: "bigint" }, ...keys];
}

function leftJoin({ table, on }: Logged, alias: string): RawBuilder<unknown> {
  return sql`LEFT JOIN ${sql.table(table)} AS ${sql.id(alias)} ON ${on(alias)}`;
}

function partsOf({ logged, keys }: Entry): RunPart[] {
  if (logged === null) return [{ join: nothing, condition: always, keys }];
  const alias = "order1";
  const value = sql.ref(`${alias}.value`);
  const isMetric = logged.table === "latest_metrics";
  const join = sql`JOIN ${sql.table(logged.table)} AS ${sql.id(alias)} ON ${logged.on(alias)}`;
  const absent = sql`NOT EXISTS (SELECT 1 FROM ${sql.table(logged.table)} AS ${sql.id(alias)} WHERE ${logged.on(alias)})`;
  return [
    { join, condition: isMetric ? sql`${value} < 'NaN'` : always, keys: valueKeys(logged, alias) },
    ...(isMetric ? [{ join, condition: sql`${value} = 'NaN'`, keys: [] }] : []),
    { join: nothing, condition: absent, keys: [] },
  ];
}
