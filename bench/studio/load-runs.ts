/** Ten thousand runs, put in by SQL: what the pages of the studio are measured with. */
import { sql } from "kysely";
import type { Database } from "../../src/store/index.ts";

export const loadedRuns = 10_000;
const comparedRuns = 200;
export const comparedMetrics = 50;

/** @returns ids of the runs to compare, each with all of the metrics */
export async function loadRuns(database: Database): Promise<string[]> {
  const { id } = await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow();
  await sql`SELECT setseed(0.42)`.execute(database);
  await sql`
    INSERT INTO experiments (id, workspace_id, number, name, artifact_location)
    SELECT md5('e' || n), ${id}, n, 'experiment ' || n, 'mlflow-artifacts:/' || n FROM generate_series(1, 10) AS n
  `.execute(database);
  // Those to be compared are the newest.
  await sql`
    INSERT INTO runs (id, workspace_id, experiment_id, name, kind, user_name, status, started_at, ended_at)
    SELECT lpad(to_hex(n), 32, '0'), ${id}, md5('e' || 1 + n % 10), 'run ' || n, 'mlflow', 'bench',
      (ARRAY['FINISHED', 'FAILED', 'RUNNING'])[1 + n % 3], now() - n * interval '1 minute', now()
    FROM generate_series(1, ${loadedRuns}::int) AS n
  `.execute(database);
  await sql`
    INSERT INTO latest_metrics (run_id, workspace_id, experiment_id, key, step, timestamp, value)
    SELECT runs.id, ${id}, experiment_id, 'metric_' || m, 10, 1700000000000, random()
    FROM runs, generate_series(1, ${comparedMetrics}::int) AS m
    WHERE m <= 5 OR runs.id <= lpad(to_hex(${comparedRuns}::int), 32, '0')
  `.execute(database);
  await sql`
    INSERT INTO metrics (run_id, key, step, timestamp, value) SELECT run_id, key, step, timestamp, value FROM latest_metrics
  `.execute(database);
  await sql`
    INSERT INTO run_params (run_id, key, value) SELECT id, 'param_' || p, (floor(random() * 10 ^ p))::text
    FROM runs, generate_series(1, 3) AS p
  `.execute(database);
  // What PostgreSQL would do by itself a minute later, in the middle of what is measured.
  await sql`VACUUM ANALYZE`.execute(database);
  return Array.from({ length: comparedRuns }, (_, n) => (n + 1).toString(16).padStart(32, "0"));
}
