/** Steady pages in any order: a page begins after the values that the last row of the page before was ordered by. */
import { createHash } from "node:crypto";
import { sql, type RawBuilder } from "kysely";
import { SlipwayError } from "../base/index.ts";

/** One expression that a list is ordered by. */
export interface SortKey {
  readonly expression: RawBuilder<unknown>;
  readonly descending: boolean;
  readonly type: "text" | "bigint" | "double precision" | "timestamptz";
  /** May be null; such rows stand where `rank` puts them, and are equal among themselves. */
  readonly nullable?: true;
}

/** Values of the sort keys of a row as PostgreSQL writes them, by selectKeys. */
export type KeyValues = readonly (string | null)[];

export function orderBy(keys: readonly SortKey[]): RawBuilder<unknown> {
  return sql.join(
    keys.map(({ expression, descending }) => (descending ? sql`${expression} DESC` : sql`${expression} ASC`)),
  );
}

/** The row's key values, to be read by keyValues. */
export function selectKeys(keys: readonly SortKey[]): RawBuilder<unknown> {
  return sql`ARRAY[${sql.join(keys.map(({ expression }) => sql`(${expression})::text`))}] AS sort_keys`;
}

/** Is the row after the one with these values? The first key is also compared alone, for its index to be used. */
export function isAfter(keys: readonly SortKey[], values: KeyValues): RawBuilder<boolean> {
  const alternatives = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((before, at) => isEqual(before, values[at] ?? null));
    return sql`(${sql.join([...equal, isBeyond(key, values[index] ?? null)], sql` AND `)})`;
  });
  const [first] = keys;
  const any = sql<boolean>`(${sql.join(alternatives, sql` OR `)})`;
  if (first === undefined || first.nullable || values[0] === null) return any;
  const bound = first.descending ? sql`<=` : sql`>=`;
  return sql<boolean>`(${first.expression} ${bound} ${cast(first, values[0] as string)} AND ${any})`;
}

function cast({ type }: SortKey, value: string): RawBuilder<unknown> {
  return sql`${value}::${sql.raw(type)}`;
}

function isEqual(key: SortKey, value: string | null): RawBuilder<unknown> {
  return value === null ? sql`${key.expression} IS NULL` : sql`${key.expression} = ${cast(key, value)}`;
}

function isBeyond(key: SortKey, value: string | null): RawBuilder<unknown> {
  if (value === null) return sql`false`;
  return sql`${key.expression} ${key.descending ? sql`<` : sql`>`} ${cast(key, value)}`;
}

/** Where a list goes on: which part of it (see search-runs.ts), after which row. */
export interface ListPosition {
  readonly part: number;
  readonly after: KeyValues;
}

/** @param order text that tells one list and its order from all others */
export function writeCursor(order: string, { part, after }: ListPosition): string {
  return Buffer.from(JSON.stringify([digest(order), part, ...after])).toString("base64url");
}

/**
 * @param keyCounts how many keys each part of the list has
 * @throws SLW_API_CURSOR where it is not of this order
 */
export function readCursor(order: string, keyCounts: readonly number[], cursor: string): ListPosition {
  try {
    const [of, part, ...after] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
    const fits = of === digest(order) && after.length === keyCounts[part as number];
    const isKey = (value: unknown): boolean => value === null || (typeof value === "string" && !value.includes("\0"));
    if (fits && after.every(isKey)) return { part: part as number, after: after as KeyValues };
  } catch {
    // Refused below.
  }
  throw new SlipwayError("SLW_API_CURSOR", "The cursor is not of this list in this order.", {
    details: { got: cursor.slice(0, 200) },
  });
}

function digest(order: string): string {
  return createHash("sha256").update(order).digest("base64url").slice(0, 8);
}
