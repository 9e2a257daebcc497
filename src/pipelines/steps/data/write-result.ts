/** The rows of a query as CSV, in their order, and what types they have. Only for the data process. */
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { DuckDBDataChunk, DuckDBPreparedStatement, DuckDBResult } from "@duckdb/node-api";
import { SlipwayError } from "../../../base/index.ts";
import { formatCsvRow } from "../../../data/index.ts";
import type { WrittenRows } from "./messages.ts";
import { queryError } from "./query-error.ts";
import { cellOf, describe, kinds, warningOf, type ResultColumn } from "./result-columns.ts";

const chunkLength = 1 << 20;

/**
 * @param path of a file that is not there yet
 * @param onRows called with how many rows are written, now and then
 * @throws SLW_STEP_QUERY, SLW_STEP_QUERY_RESULT
 */
export async function writeResult(
  statement: DuckDBPreparedStatement,
  {
    path,
    header,
    onRows,
  }: { readonly path: string; readonly header: boolean; readonly onRows: (rows: number) => void },
  query: string,
): Promise<WrittenRows> {
  const result = await attempt(query, () => statement.stream());
  const written = createColumns(result);
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  const done = finished(file);
  done.catch(() => {}); // It is awaited at the end.
  let text = header ? formatCsvRow(written.map(({ name }) => name)) : "";
  let rows = 0;
  for (;;) {
    const chunk = await attempt(query, () => result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) break;
    text += formatChunk(chunk, written);
    rows += chunk.rowCount;
    if (text.length < chunkLength) continue;
    onRows(rows);
    if (!file.write(text)) await Promise.race([once(file, "drain"), done]);
    text = "";
  }
  file.end(text);
  await done;
  if (rows === 0) throw wrongResult("it has no row, and a version of a dataset has at least one");
  return { rows, columns: written.map(describe), warnings: written.flatMap(warningOf) };
}

async function attempt<T>(query: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw queryError(query, error);
  }
}

/** Names are as strict as those of a file's header. */
function createColumns(result: DuckDBResult): ResultColumn[] {
  const names = result.columnNames();
  const types = result.columnTypes();
  return names.map((given, index) => {
    const name = given.trim();
    if (name === "") throw wrongResult(`column ${index + 1} has no name; give it one with AS`);
    const first = names.findIndex((other) => other.trim() === name);
    if (first < index)
      throw wrongResult(`columns ${first + 1} and ${index + 1} are both named "${name}"; rename one with AS`);
    const type = types[index]!;
    const kind = kinds.get(type.typeId);
    if (kind === undefined)
      throw wrongResult(
        `column "${name}" is ${String(type)}, which no column of a table can be; give its parts columns of their own, or CAST it`,
      );
    return { name, kind, dropped: 0, beyondDouble: false, whole: true, dates: new Map() };
  });
}

function formatChunk(chunk: DuckDBDataChunk, written: readonly ResultColumn[]): string {
  const values = written.map((column, index) => chunk.getColumnValues(index).map((value) => cellOf(column, value)));
  let text = "";
  for (let row = 0; row < chunk.rowCount; row++) text += formatCsvRow(values.map((column) => column[row]!));
  return text;
}

function wrongResult(reason: string): SlipwayError {
  return new SlipwayError("SLW_STEP_QUERY_RESULT", `The query's answer cannot be stored: ${reason}.`, {
    details: { reason },
  });
}
