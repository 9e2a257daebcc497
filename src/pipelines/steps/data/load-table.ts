/** Puts a table into DuckDB with the types that it has: what was read stays what it is, "007" a text and "yes" one too. */
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  ENUM,
  TIMESTAMP,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";
import { SlipwayError, type Column, type StringColumn, type Table } from "../../../base/index.ts";

/** Rows of a chunk of DuckDB. */
const chunkRows = 2048;
/** Texts of so many distinct values are handed over as codes; more would be compared one by one with each chunk. */
const mostCodes = 10_000;

/**
 * Whole numbers are BIGINT, others DOUBLE, dates TIMESTAMP (UTC), texts VARCHAR; the columns are all nullable.
 * @throws SLW_STEP_QUERY where two columns have one name in SQL
 */
export async function loadTable(connection: DuckDBConnection, name: string, table: Table): Promise<void> {
  checkNames(name, table);
  const stored = `stored ${name}`;
  const types = table.columns.map(storedType);
  const declared = types.map((type, index) => `c${index} ${String(type)}`);
  await connection.run(`CREATE TABLE ${quote(stored)} (${declared.join(", ")})`);
  await append(connection, stored, table, types);
  const selected = table.columns.map((column, index) => {
    const value = column.type === "string" ? `CAST(c${index} AS VARCHAR)` : `c${index}`;
    return `${value} AS ${quote(column.name)}`;
  });
  await connection.run(`CREATE VIEW ${quote(name)} AS SELECT ${selected.join(", ")} FROM ${quote(stored)}`);
}

/** SQL does not tell upper case from lower: DuckDB would rename one of the columns, and a query would get the other. */
function checkNames(table: string, { columns }: Table): void {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const same = seen.get(name.toLowerCase());
    if (same !== undefined) {
      throw new SlipwayError(
        "SLW_STEP_QUERY",
        `The table "${table}" has columns "${same}" and "${name}", which are the same name in SQL.`,
        { fix: "Rename one of them in the dataset.", details: { table, columns: [same, name] } },
      );
    }
    seen.set(name.toLowerCase(), name);
  }
}

async function append(
  connection: DuckDBConnection,
  stored: string,
  table: Table,
  types: readonly DuckDBType[],
): Promise<void> {
  const appender = await connection.createAppender(stored);
  for (let start = 0; start < table.rows; start += chunkRows) {
    const rows = Math.min(chunkRows, table.rows - start);
    const chunk = DuckDBDataChunk.create(types, rows);
    table.columns.forEach((column, index) => fill(chunk, index, column, start, rows));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** An enumeration has at least one value. */
function isCoded({ categories }: StringColumn): boolean {
  return categories.length > 0 && categories.length <= mostCodes;
}

function storedType(column: Column): DuckDBType {
  if (column.type === "datetime") return TIMESTAMP;
  if (column.type === "string") return isCoded(column) ? ENUM(column.categories) : VARCHAR;
  return column.integer && column.values.every((value) => Number.isNaN(value) || Number.isSafeInteger(value))
    ? BIGINT
    : DOUBLE;
}

/** What vectors of DuckDB have that hold numbers. */
interface NumberVector {
  readonly items: Float64Array | BigInt64Array | Uint8Array | Uint16Array | Uint32Array;
  readonly validity: { setItemValid(row: number, valid: boolean): void };
  flush(): void;
}

function fill(chunk: DuckDBDataChunk, index: number, column: Column, start: number, rows: number): void {
  if (column.type === "string" && !isCoded(column)) {
    const texts = Array.from(column.codes.subarray(start, start + rows), (code) => column.categories[code] ?? null);
    chunk.setColumnValues(index, texts);
    return;
  }
  const vector = chunk.getColumnVector(index) as unknown as NumberVector;
  const { items } = vector;
  if (column.type === "string") {
    const codes = column.codes.subarray(start, start + rows);
    (items as Uint16Array).set(codes);
    for (let row = 0; row < rows; row++) if (codes[row]! < 0) vector.validity.setItemValid(row, false);
  } else {
    const values = column.values.subarray(start, start + rows);
    if (items instanceof BigInt64Array) setWholes(items, values, column.type === "datetime" ? 1000 : 1);
    else (items as Float64Array).set(values);
    for (let row = 0; row < rows; row++) if (Number.isNaN(values[row])) vector.validity.setItemValid(row, false);
  }
  vector.flush();
}

/** By halves of 32 bits: a BigInt for each value would take ten times as long. @param factor 1, or 1000 for microseconds of milliseconds */
function setWholes(items: BigInt64Array, values: Float64Array, factor: number): void {
  const halves = new Int32Array(items.buffer, items.byteOffset, items.length * 2);
  for (let row = 0; row < values.length; row++) {
    const value = Number.isNaN(values[row]) ? 0 : Math.floor(values[row]! * factor);
    halves[2 * row] = value | 0;
    halves[2 * row + 1] = Math.floor(value / 4_294_967_296);
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
