/** All checks on one table: each is made, whatever the others found. Only for the data process. */
import { SlipwayError, type Table } from "../../../base/index.ts";
import type { loadProcessReader } from "../../../data/index.ts";
import { checkDistribution } from "./check-distribution.ts";
import { checkColumns, checkRowCount } from "./check-schema.ts";
import { checkAllowedValues, checkNulls, checkPattern, checkRange, checkUnique } from "./check-values.ts";
import type { CheckFailure, CheckReport, CheckResult, DataFile, QueryLimits, TableCheck } from "./messages.ts";
import type { QueryDatabase } from "./query-database.ts";
import { tableFailed } from "./wrong-rows.ts";

type Reader = Awaited<ReturnType<typeof loadProcessReader>>;

export interface CheckTools extends Reader {
  readonly read: (file: DataFile) => Promise<Table>;
  readonly limits: QueryLimits;
  /** Says what is being done. */
  readonly tell: (progress: string) => void;
}

export async function checkTable(table: Table, checks: readonly TableCheck[], tools: CheckTools): Promise<CheckReport> {
  const results: CheckResult[] = [];
  let database: Promise<QueryDatabase> | null = null;
  /** DuckDB is loaded, and the table handed to it, where a check is in SQL. */
  const open = (): Promise<QueryDatabase> => (database ??= openDatabase(table, tools.limits));
  for (const check of checks) {
    tools.tell(check.name);
    const { failures, measured } = await findFailures(table, check, tools, open);
    const { check: kind, name } = check;
    results.push({ check: kind, name, passed: failures.length === 0, failures, ...(measured && { measured }) });
  }
  if (database !== null) (await (database as Promise<QueryDatabase>)).close();
  return { rows: table.rows, results };
}

interface Found {
  readonly failures: readonly CheckFailure[];
  readonly measured?: Readonly<Record<string, number>>;
}

async function findFailures(
  table: Table,
  check: TableCheck,
  tools: CheckTools,
  open: () => Promise<QueryDatabase>,
): Promise<Found> {
  if (check.check === "sql") return { failures: await checkSql(table, check, open) };
  if (check.check === "distribution")
    return checkDistribution(table, await tools.read(check.reference.file), check, tools);
  return { failures: lookAtRows(table, check, tools) };
}

function lookAtRows(
  table: Table,
  check: Exclude<TableCheck, { check: "sql" | "distribution" }>,
  { parseIsoTime, isDate }: Reader,
): CheckFailure[] {
  switch (check.check) {
    case "columns":
      return checkColumns(table, check, isDate);
    case "row_count":
      return checkRowCount(table, check);
    case "nulls":
      return checkNulls(table, check);
    case "range":
      return checkRange(table, check, parseIsoTime);
    case "allowed_values":
      return checkAllowedValues(table, check, parseIsoTime);
    case "unique":
      return checkUnique(table, check);
    case "pattern":
      return checkPattern(table, check);
  }
}

async function openDatabase(table: Table, limits: QueryLimits): Promise<QueryDatabase> {
  const { openQueryDatabase } = await import("./query-database.ts");
  return openQueryDatabase(new Map([["data", table]]), limits);
}

/** A query that cannot be run is a check that failed: the others are made all the same. */
async function checkSql(
  table: Table,
  check: Extract<TableCheck, { check: "sql" }>,
  open: () => Promise<QueryDatabase>,
): Promise<CheckFailure[]> {
  try {
    const [database, { findAnswered }] = await Promise.all([open(), import("./find-answered.ts")]);
    return await findAnswered(database, check, table.rows);
  } catch (error) {
    if (error instanceof SlipwayError) return [tableFailed(null, error.message)];
    throw error;
  }
}
