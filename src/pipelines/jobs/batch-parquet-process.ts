/**
 * The process that writes Parquet from CSV, for `batch-parquet.ts`, row after row: whatever the size, memory is bounded.
 * The request comes as one line of JSON on standard input, which then stays open: when it closes, the caller is gone and
 * so is this process.
 */
import { createInterface } from "node:readline";
import { DuckDBInstance } from "@duckdb/node-api";
import type { OutputColumn } from "./batch-messages.ts";
import type { ParquetRequest } from "./batch-parquet.ts";

/** Bytes of a line, at most: as long as a row may be that is read (data/csv). */
const maxLineBytes = 2 ** 27;

/** One thread, so that the same rows give the same bytes. */
async function write({ files, columns, output, temporaryFolder }: ParquetRequest): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: temporaryFolder,
    threads: "1",
  });
  const connection = await instance.connect();
  const names = columns.map((_, index) => `'c${index}': 'VARCHAR'`).join(", ");
  const source = `read_csv([${files.map(quotePath).join(", ")}], columns = {${names}}, auto_detect = false,
    header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', max_line_size = ${maxLineBytes},
    parallel = false)`;
  const selected = columns.map((column, index) => `CAST(c${index} AS ${typeOf(column)}) AS ${quoteName(column.name)}`);
  await connection.run(
    `COPY (SELECT ${selected.join(", ")} FROM ${source}) TO ${quoteText(output)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
}

function typeOf({ type, whole }: OutputColumn): string {
  if (type === "string") return "VARCHAR";
  if (type === "datetime") return "TIMESTAMP";
  return whole ? "BIGINT" : "DOUBLE";
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB would expand `*`, `?` and `[`. */
function quotePath(path: string): string {
  return quoteText(path.replace(/[*?[]/g, "[$&]"));
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

createInterface({ input: process.stdin })
  .once("line", (line) => {
    write(JSON.parse(line) as ParquetRequest).then(
      () => process.exit(0),
      (error: Error) => {
        process.stderr.write(error.message);
        process.exit(1);
      },
    );
  })
  .once("close", () => process.exit(1));
