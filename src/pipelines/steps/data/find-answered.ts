/** Rows that a query answers, which are those that are wrong. Only for the data process. */
import type { DuckDBValue } from "@duckdb/node-api";
import type { CheckFailure, CheckValue, FailedExample, TableCheck } from "./messages.ts";
import type { QueryDatabase } from "./query-database.ts";
import { queryError } from "./query-error.ts";
import { count, mostExamples, rowsText, shareOf } from "./wrong-rows.ts";

/** Characters of a text in an example. */
const longestText = 200;

/** @param total rows of the table @throws SLW_STEP_QUERY, SLW_STEP_QUERY_REFUSED */
export async function findAnswered(
  { prepare }: QueryDatabase,
  { query, maxRows }: Extract<TableCheck, { check: "sql" }>,
  total: number,
): Promise<CheckFailure[]> {
  const statement = await prepare(query, {});
  const examples: FailedExample[] = [];
  let rows = 0;
  try {
    const result = await statement.stream();
    const names = result.columnNames();
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (let row = 0; row < chunk.rowCount && examples.length < mostExamples; row++)
        examples.push({ row: null, value: exampleOf(names, chunk.getRowValues(row)) });
      rows += chunk.rowCount;
    }
  } catch (error) {
    throw queryError(query, error);
  }
  if (rows <= maxRows) return [];
  const allowed = maxRows === 0 ? "" : `, and at most ${count(maxRows)} are let pass`;
  const message = `the query answers ${rowsText(rows, total)}${allowed}`;
  return [{ column: null, rows, share: shareOf(rows, total), message, examples }];
}

function exampleOf(names: readonly string[], values: readonly DuckDBValue[]): Record<string, CheckValue> {
  return Object.fromEntries(names.map((name, index) => [name, plain(values[index] ?? null)]));
}

function plain(value: DuckDBValue): CheckValue {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return Number(value);
  const text = String(value);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
