/** Lists in pages by key (keyset paging): as fast for the last page as for the first, and steady while rows are added. */
import { sql, type SelectQueryBuilder } from "kysely";
import { SlipwayError } from "../base/index.ts";
import type { Tables } from "./tables/index.ts";

/** What every list of the API takes. */
export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number;
  /** The nextCursor of the page before; absent for the first. */
  readonly cursor?: string | undefined;
  /** Name of a sortable field, with a dash before it for descending order: "-created". */
  readonly sort?: string | undefined;
}

export interface Page<T> {
  readonly items: T[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

export interface PageOrder {
  /** By field: the column or expression as Kysely names it ("runs.created_at"), never null. */
  readonly sortable: Readonly<Record<string, string>>;
  /** Field, with a dash before it for descending order. */
  readonly byDefault: string;
  /** Column that is unique: it decides between equals. */
  readonly unique: string;
}

/**
 * Runs `query` for one page. The query must select the sort columns under the aliases that `keyOf` reads.
 * @param keyOf the values of the sort column and of the unique column in a row, as the database compares them
 * @throws SLW_API_SORT for a field that is not sortable, SLW_API_CURSOR for a cursor of another list or order
 */
export async function readPage<Row>(
  query: SelectQueryBuilder<Tables, keyof Tables, Row>,
  request: PageRequest,
  order: PageOrder,
  keyOf: (row: Row, field: string) => readonly [sort: unknown, unique: unknown],
): Promise<Page<Row>> {
  const { field, descending } = parseSort(request.sort ?? order.byDefault, order);
  const column = sql.ref(order.sortable[field] as string);
  const unique = sql.ref(order.unique);
  const direction = descending ? "desc" : "asc";
  let paged = query
    .orderBy(column, direction)
    .orderBy(unique, direction)
    .limit(request.limit + 1);
  if (request.cursor !== undefined) {
    const [sortValue, uniqueValue] = parseCursor(request.cursor, `${direction}:${field}`);
    const beyond = descending ? sql`<` : sql`>`;
    paged = paged.where(sql<boolean>`(${column}, ${unique}) ${beyond} (${sortValue}, ${uniqueValue})`);
  }
  const rows = (await paged.execute()) as Row[];
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  if (rows.length <= request.limit || last === undefined) return { items };
  const nextCursor = Buffer.from(JSON.stringify([`${direction}:${field}`, ...keyOf(last, field)])).toString(
    "base64url",
  );
  return { items, nextCursor };
}

function parseSort(sort: string, { sortable }: PageOrder): { field: string; descending: boolean } {
  const descending = sort.startsWith("-");
  const field = descending ? sort.slice(1) : sort;
  if (Object.hasOwn(sortable, field)) return { field, descending };
  const names = Object.keys(sortable);
  throw new SlipwayError("SLW_API_SORT", `The list cannot be sorted by "${field}".`, {
    fix: `Sort by ${names.join(", ")}, with a dash before the name for descending order.`,
    details: { expected: names, got: field },
  });
}

function parseCursor(cursor: string, order: string): [unknown, unknown] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(parsed) && parsed.length === 3 && parsed[0] === order && parsed.every(isScalar)) {
      return [parsed[1], parsed[2]];
    }
  } catch {
    // Refused below.
  }
  throw new SlipwayError("SLW_API_CURSOR", "The cursor is not of this list in this order.", {
    details: { got: cursor.slice(0, 200) },
  });
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
