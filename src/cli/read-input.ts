import type { ReadOptions, ReadResult } from "../data/index.ts";
import type { Output } from "./output.ts";
import { count, cut, duration, printable } from "./text.ts";

/** Reads a table and says what was found in the file, and what was decided where it left a choice. */
export async function readInput(
  file: string,
  output: Output,
  signal: AbortSignal,
  options: Pick<ReadOptions, "types"> = {},
): Promise<ReadResult> {
  const { readTable } = await import("../data/index.ts");
  const start = performance.now();
  output.status(output.dim(`reading ${file}`));
  const result = await readTable(file, {
    ...options,
    signal,
    onProgress: ({ bytesRead, totalBytes, rows }) => {
      const share = totalBytes > 0 ? Math.round((100 * bytesRead) / totalBytes) : 0;
      output.status(output.dim(cut(`reading ${file}: ${share}%, ${count(rows)} rows`, output.width - 1)));
    },
  });
  output.status("");
  const seconds = (performance.now() - start) / 1000;
  const size = `${count(result.rows.kept)} rows x ${count(result.table.columns.length)} columns`;
  output.line(`${output.bold(file)}: ${size} (${describeDialect(result)}), read in ${duration(seconds)}`);
  for (const warning of result.warnings) output.line(`${output.yellow("note")}: ${printable(warning)}`);
  for (const { line, reason } of result.rows.reported.slice(0, 10))
    output.line(`${output.yellow("left out")}: line ${line}: ${printable(reason)}`);
  const more = result.rows.reported.length - 10;
  if (more > 0) output.line(`${output.yellow("left out")}: ${count(more)} more rows`);
  return result;
}

const delimiterNames: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };

function describeDialect({ dialect }: ReadResult): string {
  if (dialect.format === "parquet") return "Parquet";
  const delimiter = delimiterNames[dialect.delimiter] ?? dialect.delimiter;
  const parts = [delimiter, dialect.encoding];
  if (dialect.decimal === ",") parts.push("decimal comma");
  if (!dialect.header) parts.push("no header");
  return parts.join(", ");
}
