/** The made rows of made-table.ts as a Parquet file, drawn by DuckDB: ten million in a minute, and none in our memory. */
import { DuckDBInstance } from "@duckdb/node-api";
import { madeColumns } from "./made-table.ts";

const normal = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())";

/** x0 … x26; x27 follows from x0. */
function drawOf(column: number): string {
  if (column < 20) return normal;
  if (column < 24) return "random()";
  return column < 26 ? "-ln(1 - random())" : "floor(10 * random())";
}

const signal = `0.8 * (x0 + 0.5) * (x1 + 0.5) + 0.7 * sin(3 * x2) + if(x4 > 0, 0.6 * x3, 0) + 0.4 * (x5 * x5 - 1)
  + 0.3 * x6 - 0.25 * abs(x7) + if(x20 > 0.7 AND x21 < 0.4, 0.8, 0) + 0.2 * x8 * x24
  + if(x26 IN (2, 3, 7), 0.3, 0) + 0.15 * x9 * x10 * x11`;

/** The columns x0 … x27, 64-bit floats, and y ("yes", "no"). */
export async function writeMadeParquet(path: string, rows: number): Promise<void> {
  const columns = Array.from({ length: madeColumns - 1 }, (_, column) => `${drawOf(column)} AS x${column}`);
  const drawn = `SELECT ${columns.join(", ")}, ${normal} AS near, ${normal} AS noise FROM range(${rows})`;
  const made = `SELECT * EXCLUDE (near, noise), x0 + 0.5 * near AS x27,
    if(${signal} + 1.6 * noise > 0.4, 'yes', 'no') AS y FROM (${drawn})`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SELECT setseed(0.5)");
  await connection.run(`COPY (${made}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}
