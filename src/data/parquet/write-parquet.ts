/** Writes a table as Parquet with DuckDB. Only for processes that compute: the caller's process must not load DuckDB. */
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampValue,
  TIMESTAMP,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { Column, Table } from "../../base/index.ts";
import { quoteIdentifier, quoteText } from "./plan-columns.ts";

/** Rows of a chunk of DuckDB. */
const chunkRows = 2048;

/**
 * Whole numbers become BIGINT, other numbers DOUBLE, dates TIMESTAMP (UTC), texts VARCHAR. One thread, so that the same
 * table gives the same bytes.
 * @param path of a file that is not there yet
 */
export async function writeParquet(path: string, table: Table): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
    threads: "1",
  });
  const connection = await instance.connect();
  await fill(connection, table);
  await connection.run(`COPY source TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`);
  connection.closeSync();
  instance.closeSync();
}

async function fill(connection: DuckDBConnection, table: Table): Promise<void> {
  const types = table.columns.map(typeOf);
  const declared = table.columns.map(({ name }, index) => `${quoteIdentifier(name)} ${String(types[index])}`);
  await connection.run(`CREATE TABLE source (${declared.join(", ")})`);
  const appender = await connection.createAppender("source");
  for (let start = 0; start < table.rows; start += chunkRows) {
    const rows = Math.min(chunkRows, table.rows - start);
    const chunk = DuckDBDataChunk.create(types, rows);
    table.columns.forEach((column, index) => chunk.setColumnValues(index, valuesOf(column, start, rows)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function typeOf(column: Column): DuckDBType {
  if (column.type === "string") return VARCHAR;
  if (column.type === "datetime") return TIMESTAMP;
  return column.integer ? BIGINT : DOUBLE;
}

function valuesOf(column: Column, start: number, rows: number): DuckDBValue[] {
  const values = new Array<DuckDBValue>(rows);
  for (let i = 0; i < rows; i++) values[i] = valueOf(column, start + i);
  return values;
}

function valueOf(column: Column, row: number): DuckDBValue {
  if (column.type === "string") return column.codes[row]! < 0 ? null : column.categories[column.codes[row]!]!;
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  if (column.type === "datetime") return new DuckDBTimestampValue(BigInt(value) * 1000n);
  return column.integer ? BigInt(value) : value;
}
