/** MLflow's search of the registry: its filter and order_by as SQL; the texts of errors are MLflow's. */
import { sql, type RawBuilder, type SelectQueryBuilder } from "kysely";
import type { Tables } from "../../store/index.ts";
import { filterError, parseFilter, parseOrderBy, pythonSet, type Clause, type Value } from "../../tracking/index.ts";
import type { SearchPage, SearchRequest } from "../types.ts";
import type { Attribute, SearchFields } from "./fields.ts";

/**
 * One page of `query`.
 * @throws SLW_TRACKING_FILTER
 */
export async function search<Row>(
  query: SelectQueryBuilder<Tables, keyof Tables, Row>,
  { filter = "", orderBy = [], maxResults, pageToken }: SearchRequest,
  fields: SearchFields,
): Promise<SearchPage<Row>> {
  const clauses = parseFilter(filter);
  let paged = query.limit(maxResults + 1);
  for (const clause of clauses) paged = paged.where(condition(clause, fields));
  if (!clauses.some(({ identifier }) => identifier.includes(promptTag))) paged = paged.where(isNoPrompt(fields));
  for (const order of orderings(orderBy, fields)) paged = paged.orderBy(order);
  const offset = parseToken(pageToken);
  const rows = (await paged.offset(offset).execute()) as Row[];
  if (rows.length <= maxResults) return { items: rows };
  const nextPageToken = Buffer.from(JSON.stringify({ offset: offset + maxResults })).toString("base64");
  return { items: rows.slice(0, maxResults), nextPageToken };
}

function parseToken(token: string | undefined): number {
  if (token === undefined || token === "") return 0;
  try {
    const { offset } = JSON.parse(Buffer.from(token, "base64").toString("utf8")) as { offset?: unknown };
    if (Number.isSafeInteger(offset) && (offset as number) >= 0) return offset as number;
  } catch {
    // Refused below.
  }
  throw filterError("Invalid page token, could not base64-decode");
}

/** MLflow keeps prompts as registered models with this tag; they show only where a filter asks for them. */
const promptTag = "mlflow.prompt.is_prompt";

function isNoPrompt({ tags }: SearchFields): RawBuilder<boolean> {
  return sql<boolean>`coalesce(${sql.ref(tags)} ->> ${promptTag}, 'false') != 'true'`;
}

function condition({ identifier, comparator, value }: Clause, fields: SearchFields): RawBuilder<boolean> {
  const { isTag, key } = parseKey(identifier, fields);
  if (!isTag) return compareAttribute(fields.attributes[key] as Attribute, key, comparator, value);
  if (!["=", "!=", "LIKE", "ILIKE"].includes(comparator))
    throw filterError(`Invalid comparator for tag: ${comparator}`);
  const tag = sql<string>`(${sql.ref(fields.tags)} ->> ${key})`;
  return compare(key === promptTag ? sql<string>`coalesce(${tag}, 'false')` : tag, comparator, textOf(value, "tag"));
}

function parseKey(identifier: string, fields: SearchFields): { isTag: boolean; key: string } {
  const dot = identifier.indexOf(".");
  const entity = dot < 0 ? "attribute" : identifier.slice(0, dot);
  const key = identifier.slice(dot + 1).replace(/^([`"'])(.*)\1$/s, "$2");
  if (!["attribute", "tag", "tags"].includes(entity)) {
    throw filterError(`Invalid entity type '${entity}'. Valid entity types are ('attribute', 'tag', 'tags')`);
  }
  if (entity !== "attribute") return { isTag: true, key };
  if (Object.hasOwn(fields.attributes, key)) return { isTag: false, key };
  const valid = pythonSet(Object.keys(fields.attributes));
  throw filterError(`Invalid attribute key '${key}' specified. Valid keys are '${valid}'`);
}

function compareAttribute(
  attribute: Attribute,
  key: string,
  comparator: string,
  value: Value | null,
): RawBuilder<boolean> {
  const column = sql.ref<string>(attribute.column);
  if (attribute.type === "number") {
    if (!["=", "!=", "<", "<=", ">", ">="].includes(comparator)) {
      throw filterError(`Invalid comparator for attribute ${key}: ${comparator}`);
    }
    return compare(column, comparator, wholeNumber(value, key));
  }
  if (comparator === "IN" || comparator === "NOT IN") {
    if (!attribute.list || value?.kind !== "list") {
      throw filterError(
        "Only the 'name' and 'run_id' attributes support comparison with a list of quoted string values.",
      );
    }
    const list = sql.join(value.items);
    return comparator === "IN" ? sql<boolean>`${column} IN (${list})` : sql<boolean>`${column} NOT IN (${list})`;
  }
  if (!["=", "!=", "LIKE", "ILIKE"].includes(comparator)) {
    throw filterError(`Invalid comparator for attribute: ${comparator}`);
  }
  return compare(column, comparator, textOf(value, "attribute"));
}

/** @param comparator one of those that were checked: it stands in the SQL as it is */
function compare(left: RawBuilder<string>, comparator: string, right: string | number): RawBuilder<boolean> {
  return sql<boolean>`${left} ${sql.raw(comparator)} ${right}`;
}

function textOf(value: Value | null, type: "tag" | "attribute"): string {
  if (value?.kind === "text") return value.text;
  const expected =
    type === "tag"
      ? "Expected a quoted string value for tag (e.g. 'my-value')."
      : "Expected a quoted string value or a list of quoted string values for attributes.";
  throw filterError(`${expected} Got value ${value?.raw ?? ""}`);
}

function wholeNumber(value: Value | null, key: string): number {
  const text = value?.kind === "text" ? value.text : value?.kind === "number" ? value.raw : "";
  if (/^[-+]?\d{1,9}$/.test(text)) return Number(text);
  throw filterError(`Expected a whole number for ${key}. Got value ${value?.raw ?? ""}`);
}

function orderings(orderBy: readonly string[], fields: SearchFields): RawBuilder<unknown>[] {
  const columns = orderBy.map((text) => orderColumn(text, fields));
  const names = columns.map((column) => column.replace(/^-/, ""));
  if (new Set(names).size < names.length) {
    throw filterError(`\`order_by\` contains duplicate fields: ${pythonSet(orderBy)}`);
  }
  const all = [...(columns.length > 0 ? columns : fields.byDefault), ...fields.unique];
  return all.map((column) => {
    const descending = column.startsWith("-");
    const ref = sql.ref(descending ? column.slice(1) : column);
    return descending ? sql`${ref} DESC` : sql`${ref} ASC`;
  });
}

function orderColumn(text: string, { order }: SearchFields): string {
  const { identifier, descending } = parseOrderBy(text);
  const key = identifier.replace(/^(attribute|attributes|attr|run)\./, "").replace(/^([`"'])(.*)\1$/s, "$2");
  const column = Object.hasOwn(order, key) ? order[key] : undefined;
  if (column === undefined) {
    throw filterError(`Invalid order by key '${key}' specified. Valid keys are '${pythonSet(Object.keys(order))}'`);
  }
  return descending ? `-${column}` : column;
}
