/** What a data check found: as JSON, as lines of a log, and in one sentence. */
import type { CheckReport, CheckResult, CheckValue, FailedExample } from "./messages.ts";

/** The artifact checks.json. */
export interface DataCheckReport {
  /** Dataset and version: "bank@3". */
  readonly data: string;
  readonly rows: number;
  /** How many were made, and how many of them failed. */
  readonly checks: number;
  readonly failed: number;
  readonly results: readonly CheckResult[];
}

export function reportOf(data: string, { rows, results }: CheckReport): DataCheckReport {
  return { data, rows, checks: results.length, failed: results.filter(({ passed }) => !passed).length, results };
}

/** Characters of the log's lines: the report has the rest. */
const longestLog = 256 * 1024;

export function reportLines({ data, rows, checks, failed, results }: DataCheckReport): string {
  const lines = [`${data}: ${rows.toLocaleString("en-US")} rows, ${checks} checks, ${failed} failed`];
  for (const { name, passed, failures, measured } of results) {
    lines.push(`${passed ? "ok    " : "FAILED"} ${name}`);
    for (const { column, message, examples } of failures) {
      lines.push(`       ${column === null ? "" : `${column}: `}${message}`);
      for (const example of examples) lines.push(`         ${exampleText(example)}`);
    }
    const distances = Object.entries(measured ?? {}).map(([column, distance]) => `${column} ${distance.toFixed(3)}`);
    if (distances.length > 0) lines.push(`       distances: ${distances.join(", ")}`);
  }
  const text = lines.join("\n");
  return text.length > longestLog ? `${text.slice(0, longestLog)}\n… the rest is in checks.json` : text;
}

function exampleText({ row, value }: FailedExample): string {
  return `${row === null ? "" : `row ${row}: `}${shown(value)}`;
}

function shown(value: FailedExample["value"]): string {
  const text = JSON.stringify(value as CheckValue);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Failures in a message. */
const listedFailures = 5;

/** "2 of 7 checks failed: nulls age: null in 12 rows (1.2%); range age: …". */
export function failureSummary({ checks, failed, results }: DataCheckReport): string {
  const failures = results.flatMap(({ check, name, failures: found }) =>
    found.map(({ column, message }) => {
      const where = column === null || name === `${check} ${column}` ? name : `${name}, column "${column}"`;
      return `${where}: ${message}`;
    }),
  );
  const more = failures.length > listedFailures ? `; and ${failures.length - listedFailures} more in checks.json` : "";
  const listed = failures.slice(0, listedFailures).join("; ");
  return `${failed} of ${checks} ${checks === 1 ? "check" : "checks"} failed: ${listed.slice(0, 2000)}${more}.`;
}
