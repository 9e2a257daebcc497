/** Runs side by side. */
import { sql } from "kysely";
import type { Queryable } from "../store/index.ts";
import { runColumns, runNotFound, toRun } from "./rows.ts";
import type { Run } from "./types.ts";

export interface RunComparison {
  /** In the order asked for. */
  readonly runs: readonly Run[];
  /** By name: a value for each run; null where the run has none. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
  readonly params: Readonly<Record<string, readonly (string | null)[]>>;
  readonly tags: Readonly<Record<string, readonly (string | null)[]>>;
}

/** @param input.runIds at most 200. @throws SLW_TRACKING_RUN for the first that is not there */
export async function compareRuns(
  database: Queryable,
  { workspaceId, runIds }: { readonly workspaceId: string; readonly runIds: readonly string[] },
): Promise<RunComparison> {
  const found = await database
    .selectFrom("runs")
    .innerJoin("experiments", "experiments.id", "runs.experiment_id")
    .select(runColumns)
    .where("runs.id", "=", sql<string>`ANY(${runIds}::text[])`)
    .where("runs.workspace_id", "=", workspaceId)
    .execute();
  const rows = new Map(found.map((row) => [row.id, row]));
  const runs = runIds.map((id) => {
    const row = rows.get(id);
    if (row === undefined) throw runNotFound(id);
    return toRun(row);
  });
  const { rows: values } = await sql<LoggedValues>`
    SELECT 'metric' AS kind, key, json_object_agg(run_id, value::text) AS values
      FROM latest_metrics WHERE run_id = ANY(${runIds}::text[]) GROUP BY key
    UNION ALL SELECT 'param', key, json_object_agg(run_id, value)
      FROM run_params WHERE run_id = ANY(${runIds}::text[]) GROUP BY key
    UNION ALL SELECT 'tag', key, json_object_agg(run_id, value)
      FROM run_tags WHERE run_id = ANY(${runIds}::text[]) GROUP BY key
    ORDER BY key
  `.execute(database);
  return {
    runs,
    metrics: table(runIds, values, "metric", Number),
    params: table(runIds, values, "param", String),
    tags: table(runIds, values, "tag", String),
  };
}

/** One metric, parameter or tag of all runs. */
interface LoggedValues {
  readonly kind: "metric" | "param" | "tag";
  readonly key: string;
  /** By run. */
  readonly values: Readonly<Record<string, string>>;
}

function table<T>(
  runIds: readonly string[],
  logged: readonly LoggedValues[],
  kind: LoggedValues["kind"],
  convert: (text: string) => T,
): Record<string, (T | null)[]> {
  const rows = logged.filter((entry) => entry.kind === kind);
  return Object.fromEntries(
    rows.map(({ key, values }) => [
      key,
      runIds.map((id) => {
        const value = values[id];
        return value === undefined ? null : convert(value);
      }),
    ]),
  );
}
