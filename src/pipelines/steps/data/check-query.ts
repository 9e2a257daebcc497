/**
 * Is a query one SELECT over the tables that it was given? DuckDB's own parser says what is in it. That it opens no file
 * and no address does not hang on this alone: its database cannot (query-database.ts). But functions with effects, such
 * as enable_logging, are tables to SQL, and a name that is no table would be taken for a file.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { nearest, SlipwayError } from "../../../base/index.ts";
import { lineAndColumn, queryError } from "./query-error.ts";

/** Functions that are tables and do nothing but compute. */
const allowedTableFunctions = new Set([
  "generate_series",
  "json_each",
  "json_tree",
  "range",
  "repeat",
  "repeat_row",
  "unnest",
]);

/** Functions that tell of the machine or of the database itself, or that write to its log. */
const refusedFunctions = new Set([
  "current_setting",
  "getvariable",
  "json_serialize_plan",
  "json_execute_serialized_sql",
  "nextval",
  "currval",
  "setseed",
  "write_log",
]);

/** Bytes of a query. */
const longestQuery = 64 * 1024;

interface Syntax {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly unknown[];
}

/**
 * @param tables names that it may read
 * @throws SLW_STEP_QUERY where it cannot be parsed or names another table, SLW_STEP_QUERY_REFUSED
 */
export async function checkQuery(
  connection: DuckDBConnection,
  query: string,
  tables: readonly string[],
): Promise<void> {
  if (Buffer.byteLength(query) > longestQuery) throw refused(query, "it is longer than 64 KiB");
  const { statements = [], ...syntax } = await parse(connection, query);
  if (syntax.error) {
    if (syntax.error_type !== "parser") throw refused(query, "it is no SELECT");
    const { error_message: exception_message, position } = syntax;
    throw queryError(query, new Error(JSON.stringify({ exception_message, position })));
  }
  if (statements.length !== 1) throw refused(query, `it has ${statements.length} statements, and one is run`);
  const names = new Set([...tables, ...expressionTables(statements)].map((name) => name.toLowerCase()));
  for (const node of nodesOf(statements)) checkNode(query, node, names, tables);
}

async function parse(connection: DuckDBConnection, query: string): Promise<Syntax> {
  try {
    const reader = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [query]);
    return JSON.parse(String(reader.getRows()[0]![0])) as Syntax;
  } catch (error) {
    throw queryError(query, error);
  }
}

type SyntaxNode = Readonly<Record<string, unknown>>;

function* nodesOf(value: unknown): Generator<SyntaxNode> {
  const waiting: unknown[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) yield next as SyntaxNode;
    for (const child of Object.values(next)) if (typeof child === "object" && child !== null) waiting.push(child);
  }
}

/** Names that the query gives to tables of its own: WITH name AS (…). */
function* expressionTables(statements: readonly unknown[]): Generator<string> {
  for (const node of nodesOf(statements)) {
    const map = (node["cte_map"] as { readonly map?: readonly { readonly key: string }[] } | undefined)?.map;
    for (const { key } of map ?? []) yield key;
  }
}

function checkNode(query: string, node: SyntaxNode, names: ReadonlySet<string>, tables: readonly string[]): void {
  switch (node["type"]) {
    case "TABLE_FUNCTION": {
      const { function_name: name } = node["function"] as { readonly function_name: string };
      if (!allowedTableFunctions.has(name))
        throw refused(query, `it reads ${name}(…), which is no table of the step`, node);
      return;
    }
    case "SHOW_REF":
      throw refused(query, "it is no SELECT", node);
    case "BASE_TABLE": {
      const [catalog, schema, name] = ["catalog_name", "schema_name", "table_name"].map((key) =>
        String(node[key] ?? ""),
      );
      if (catalog === "" && schema === "" && names.has(name!.toLowerCase())) return;
      throw unknownTable(query, node, [catalog, schema, name].filter(Boolean).join("."), tables);
    }
    case "FUNCTION": {
      const name = String(node["function_name"]).toLowerCase();
      if (refusedFunctions.has(name)) throw refused(query, `${name}(…) is not for queries of steps`, node);
    }
  }
}

function placeOf(query: string, node?: SyntaxNode): { readonly text: string; readonly at: object } {
  const at = lineAndColumn(query, Number(node?.["query_location"] ?? NaN));
  return { text: at === null ? "" : `, line ${at.line}, column ${at.column}`, at: at ?? {} };
}

function refused(query: string, reason: string, node?: SyntaxNode): SlipwayError {
  const { text, at } = placeOf(query, node);
  return new SlipwayError("SLW_STEP_QUERY_REFUSED", `The query is refused${text}: ${reason}.`, {
    details: { ...at, reason },
  });
}

function unknownTable(query: string, node: SyntaxNode, name: string, tables: readonly string[]): SlipwayError {
  const { text, at } = placeOf(query, node);
  const near = nearest(name, tables);
  return new SlipwayError(
    "SLW_STEP_QUERY",
    `The query${text}: there is no table "${name}"; the step gives ${tables.join(", ") || "none"}.`,
    {
      ...(near !== null && { fix: `Did you mean "${near}"?` }),
      details: { ...at, table: name, tables, nearest: near },
    },
  );
}
