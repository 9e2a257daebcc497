/**
 * The process that reads a Parquet file with DuckDB, for `readParquet`: its memory goes away with it, and a native
 * crash is an error message and not the end of the caller. The request comes as one line of JSON on standard input,
 * which then stays open: when it closes, the caller is gone and so is this process.
 */
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { SlipwayError } from "../../base/index.ts";
import { packError } from "../pack-error.ts";
import {
  bytesPerValue,
  encodeFrame,
  frameKinds,
  valuesHeaderBytes,
  type ParquetColumn,
  type ParquetTexts,
} from "./frames.ts";
import { planColumn, quotePath, type ColumnPlan } from "./plan-columns.ts";

const maxExact = "9007199254740991";

function write(kind: number, payload: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(encodeFrame(kind, payload), (error) => (error ? reject(error) : resolve()));
  });
}

interface Request {
  readonly file: string;
  /** From this row up to and without that one; null for all. */
  readonly rows: readonly [from: number, to: number] | null;
}

async function readRequest(): Promise<Request> {
  return await new Promise((resolve) => {
    let line = "";
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (text: string) => {
      line += text;
      if (line.includes("\n")) resolve(JSON.parse(line) as Request);
    });
    process.stdin.on("end", () => process.exit(1));
  });
}

async function openFile(file: string): Promise<DuckDBConnection> {
  // Nothing is fetched, loaded or spilled to disk.
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
  });
  const connection = await instance.connect();
  try {
    await connection.run(
      `CREATE VIEW source AS SELECT * FROM read_parquet(${quotePath(file)}, hive_partitioning = false, filename = false, union_by_name = false, binary_as_string = true)`,
    );
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return connection;
}

async function describe(connection: DuckDBConnection, file: string): Promise<ColumnPlan[]> {
  const described = await connection.runAndReadAll("DESCRIBE source");
  return described.getRows().map(([name, type]) => planColumn(file, String(name), String(type)));
}

/** Whole numbers that a double cannot hold are identifiers, so text. */
async function decideWholes(connection: DuckDBConnection, plans: readonly ColumnPlan[]): Promise<ColumnPlan[]> {
  const decided: ColumnPlan[] = [];
  for (const plan of plans) {
    if (plan.kind !== "whole") {
      decided.push(plan);
      continue;
    }
    const { identifier } = plan;
    const found = await connection.runAndReadAll(
      `SELECT coalesce(bool_or(${identifier} > ${maxExact} OR ${identifier} < -${maxExact}), false) FROM source`,
    );
    decided.push({ ...plan, kind: found.getRows()[0]![0] === true ? "text" : "number" });
  }
  return decided;
}

/** The expression that streams a column: numbers without nulls, texts as they are. */
function expressionOf({ kind, identifier }: ColumnPlan): string {
  if (kind === "text") return `CAST(${identifier} AS VARCHAR)`;
  const moment = `epoch_ms(CASE WHEN isfinite(${identifier}) THEN CAST(${identifier} AS TIMESTAMP) END)`;
  return `coalesce(CAST(${kind === "datetime" ? moment : identifier} AS DOUBLE), 'nan'::DOUBLE)`;
}

async function infinities(connection: DuckDBConnection, plans: readonly ColumnPlan[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const { kind, name, identifier } of plans) {
    if (kind !== "number") continue;
    const found = await connection.runAndReadAll(
      `SELECT count(*) FROM source WHERE isinf(CAST(${identifier} AS DOUBLE))`,
    );
    const count = Number(found.getRows()[0]![0]);
    if (count > 0) warnings.push(`Column ${JSON.stringify(name)}: ${count} infinite, read as null.`);
  }
  return warnings;
}

async function streamValues(
  connection: DuckDBConnection,
  plans: readonly ColumnPlan[],
  columns: readonly ParquetColumn[],
  range: string,
): Promise<ParquetTexts> {
  const result = await connection.stream(`SELECT ${plans.map(expressionOf).join(", ")} FROM source${range}`);
  const rowBytes = columns.reduce((sum, column) => sum + bytesPerValue(column), 0);
  const codes = columns.map(() => new Map<string, number>());
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return codes.map((known) => [...known.keys()]);
    const rows = chunk.rowCount;
    const payload = Buffer.alloc(valuesHeaderBytes + rows * rowBytes);
    payload.writeUInt32LE(rows, 0);
    let offset = valuesHeaderBytes;
    columns.forEach((column, index) => {
      const vector = chunk.getColumnVector(index);
      const items =
        column.kind === "text"
          ? encodeTexts(vector, rows, codes[index]!)
          : (vector as unknown as { items: Float64Array }).items;
      const bytes = rows * bytesPerValue(column);
      payload.set(new Uint8Array(items.buffer, items.byteOffset, bytes), offset);
      offset += bytes;
    });
    await write(frameKinds.values, payload);
  }
}

function encodeTexts(vector: { getItem(row: number): unknown }, rows: number, known: Map<string, number>): Int32Array {
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const text = vector.getItem(row) as string | null;
    let code = text === null ? -1 : known.get(text);
    if (code === undefined) {
      code = known.size;
      known.set(text!, code);
    }
    codes[row] = code;
  }
  return codes;
}

/** DuckDB keeps the order of a file's rows. */
function rangeOf(rows: Request["rows"]): string {
  return rows === null ? "" : ` LIMIT ${rows[1] - rows[0]} OFFSET ${rows[0]}`;
}

async function readFile({ file, rows: asked }: Request): Promise<void> {
  const connection = await openFile(file);
  const plans = await decideWholes(connection, await describe(connection, file));
  const warnings = await infinities(connection, plans);
  const counted = await connection.runAndReadAll("SELECT count(*) FROM source");
  const all = Number(counted.getRows()[0]![0]);
  const rows = asked === null ? all : Math.max(0, Math.min(all, asked[1]) - asked[0]);
  const columns = plans.map(({ name, kind }): ParquetColumn => ({ name, kind: kind === "whole" ? "number" : kind }));
  await write(frameKinds.header, Buffer.from(JSON.stringify({ rows, columns, warnings })));
  const texts = await streamValues(connection, plans, columns, rangeOf(asked));
  await write(frameKinds.end, Buffer.from(JSON.stringify(texts)));
}

function unreadable(file: string, cause: unknown): SlipwayError {
  const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  return new SlipwayError("SLW_DATA_PARQUET", `${file} cannot be read as Parquet: ${reason}`, {
    details: { file },
    cause,
  });
}

const request = await readRequest();
try {
  await readFile(request);
} catch (error) {
  const known = error instanceof SlipwayError ? error : unreadable(request.file, error);
  await write(frameKinds.error, Buffer.from(JSON.stringify(packError(known))));
}
process.exit(0);
