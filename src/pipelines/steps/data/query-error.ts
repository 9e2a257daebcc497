/** DuckDB's errors in words, with the place in the query. */
import { SlipwayError } from "../../../base/index.ts";

/** What DuckDB says with errors_as_json. */
interface DuckDBReport {
  readonly exception_type?: string;
  readonly exception_message?: string;
  /** Bytes of UTF-8 from the query's beginning. */
  readonly position?: string;
}

/** @param query as it was written, or "" where the error is in none */
export function queryError(query: string, cause: unknown): SlipwayError {
  if (cause instanceof SlipwayError) return cause;
  const report = readReport(cause instanceof Error ? cause.message : String(cause));
  const said = (report.exception_message ?? "").trim().replaceAll(/\s*\n+\s*/g, " ");
  const kind = report.exception_type ?? "";
  if (kind === "Out of Memory") {
    return new SlipwayError("SLW_STEP_QUERY", `The query needs more memory, or disk, than it may take: ${said}`, {
      fix: "Let it read fewer columns and rows at once, or give the step more memory: resources.memory.",
      details: { kind },
    });
  }
  const refused = kind === "Permission";
  const at = report.position === undefined ? null : lineAndColumn(query, Number(report.position));
  const place = at === null ? "" : `, line ${at.line}, column ${at.column}`;
  return new SlipwayError(
    refused ? "SLW_STEP_QUERY_REFUSED" : "SLW_STEP_QUERY",
    `The query${place}: ${said || "it cannot be run"}${/[.!?]$/.test(said) ? "" : "."}`,
    { details: { ...at, kind } },
  );
}

function readReport(message: string): DuckDBReport {
  const json = message.indexOf("{");
  if (json >= 0) {
    try {
      return JSON.parse(message.slice(json)) as DuckDBReport;
    } catch {
      // A message with a brace in it.
    }
  }
  return { exception_message: message };
}

/** Both from 1, the column in characters. @param position in bytes */
export function lineAndColumn(query: string, position: number): { line: number; column: number } | null {
  const bytes = Buffer.from(query);
  if (!(position >= 0 && position <= bytes.length)) return null;
  const lines = bytes.subarray(0, position).toString("utf8").split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
