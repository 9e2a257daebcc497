/** Queries that want more than the step's tables: refused, and neither read nor write a file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SlipwayError } from "../../../base/index.ts";
import type { QueryLimits } from "./messages.ts";
import { runDataTask } from "./run-data-task.ts";

const secret = "the-canary-sings";
const root = mkdtempSync(join(tmpdir(), "slipway-hostile-"));
const canary = join(root, "canary.csv");
const written = join(root, "written");
const work = join(root, "work");

let server: Server;
let requests = 0;
let url = "";

beforeAll(async () => {
  writeFileSync(canary, `word\n${secret}\n`);
  const { mkdirSync } = await import("node:fs");
  mkdirSync(work);
  mkdirSync(written);
  writeFileSync(join(work, "people.csv"), "id,name\n1,Ann\n2,Bob\n");
  server = createServer((_request, response) => {
    requests++;
    response.end(`word\n${secret}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/canary.csv`;
});

afterAll(() => {
  server?.close();
  rmSync(root, { recursive: true });
});

let outputs = 0;

async function run(query: string): Promise<string> {
  const limits: QueryLimits = { memory: 2 ** 28, folder: work };
  const people = { path: join(work, "people.csv"), name: "people@1", options: {} };
  const output = join(work, `out-${outputs++}.csv`);
  const input = { tables: { people }, query, values: {}, output, header: true, limits };
  await runDataTask("transform", input, { signal: AbortSignal.timeout(60_000), memoryLimit: 2 ** 31 });
  return readFileSync(output, "utf8");
}

const out = (name: string): string => join(written, name);

const hostile: readonly string[] = [
  // Files read.
  `SELECT * FROM read_csv('${canary}')`,
  `SELECT * FROM read_csv_auto('${canary}')`,
  `SELECT * FROM read_text('${canary}')`,
  `SELECT * FROM read_blob('${canary}')`,
  `SELECT * FROM '${canary}'`,
  `SELECT * FROM "${canary}"`,
  "SELECT * FROM read_csv('/etc/passwd', delim = ':', header = false)",
  "SELECT * FROM '/etc/passwd'",
  "SELECT * FROM read_text('/proc/self/environ')",
  "SELECT * FROM read_csv('/dev/stdin')",
  "SELECT * FROM glob('/**')",
  `SELECT * FROM sniff_csv('${canary}')`,
  `SELECT * FROM read_json('${canary}')`,
  `SELECT * FROM read_ndjson_objects('${canary}')`,
  `SELECT * FROM read_parquet('${canary}')`,
  `SELECT * FROM parquet_metadata('${canary}')`,
  `SELECT * FROM read_duckdb('${canary}', table_name = 'x')`,
  `SELECT id, (SELECT max(content) FROM read_text('${canary}')) AS c FROM people`,
  `WITH a AS (SELECT * FROM read_text('${canary}')) SELECT * FROM a`,
  `WITH "${canary}" AS (SELECT 1 AS x), b AS (SELECT 1) SELECT * FROM (SELECT * FROM read_csv('${canary}'))`,
  `SELECT * FROM people WHERE name IN (SELECT word FROM '${canary}')`,
  `SELECT * FROM people UNION ALL SELECT 1, content FROM read_text('${canary}')`,
  `SELECT * FROM query('SELECT * FROM read_text(''${canary}'')')`,
  `SELECT * FROM query_table('${canary}')`,
  `SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''${canary}'')'))`,
  // Files written.
  `COPY people TO '${out("copy.csv")}'`,
  `COPY (SELECT 1) TO '${out("copy.parquet")}' (FORMAT parquet)`,
  `COPY people FROM '${canary}'`,
  `EXPORT DATABASE '${out("export")}'`,
  `ATTACH '${out("attached.db")}' AS other`,
  `SELECT * FROM enable_logging(storage = 'file', storage_path = '${out("log")}')`,
  `CALL enable_logging(storage = 'file', storage_path = '${out("log")}')`,
  "SELECT * FROM enable_profiling()",
  `PRAGMA enable_profiling = 'json'; PRAGMA profiling_output = '${out("profile")}'; SELECT 1`,
  `SET temp_directory = '${out("spill")}'`,
  "SELECT * FROM checkpoint()",
  // Addresses, and code.
  "SELECT * FROM read_csv('$URL')",
  "SELECT * FROM '$URL'",
  "INSTALL httpfs",
  "LOAD httpfs",
  "FORCE INSTALL sqlite FROM community",
  "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
  "SELECT * FROM duckdb_secrets()",
  // Anything but one SELECT.
  "SELECT 1 AS a; SELECT 2 AS b",
  `SELECT 1 AS a; COPY people TO '${out("second.csv")}'`,
  "PRAGMA database_list",
  "SET enable_external_access = true",
  "RESET enable_external_access",
  "DROP TABLE people",
  "CREATE TABLE other AS FROM people",
  "INSERT INTO people VALUES (3, 'Eve')",
  "UPDATE people SET name = 'Eve'",
  "DELETE FROM people",
  "BEGIN; SELECT 1",
  "EXPLAIN SELECT 1",
  "DESCRIBE people",
  "SHOW TABLES",
  "USE memory",
  "PREPARE p AS SELECT 1",
  "EXECUTE p",
  "CALL pragma_version()",
  "VACUUM",
  "CHECKPOINT",
  "DETACH memory",
  // The machine and the database itself.
  "SELECT current_setting('temp_directory') AS x",
  "SELECT * FROM duckdb_settings()",
  "SELECT * FROM duckdb_settings",
  "SELECT * FROM information_schema.tables",
  "SELECT * FROM duckdb_extensions()",
  "SELECT * FROM pg_catalog.pg_tables",
  "SELECT * FROM sqlite_master",
  'SELECT * FROM "stored people"',
  "SELECT write_log('x') AS x",
  "SELECT getenv('PATH') AS x",
  "",
  "-- nothing",
];

describe("a hostile query", () => {
  test.each(hostile)("is refused: %s", async (query) => {
    const error: unknown = await run(query.replace("$URL", url)).then(
      (rows) => new Error(`It answered ${rows}`),
      (reason: unknown) => reason,
    );
    if (!(error instanceof SlipwayError)) throw error;
    expect(["SLW_STEP_QUERY", "SLW_STEP_QUERY_REFUSED"]).toContain(error.code);
    expect(JSON.stringify([error.message, error.details])).not.toContain(secret);
  });

  test("has neither read nor written anything, and the next one finds all as it was", async () => {
    expect(requests).toBe(0);
    expect(readdirSync(written)).toEqual([]);
    expect(readFileSync(canary, "utf8")).toBe(`word\n${secret}\n`);
    expect(await run("SELECT * FROM people")).toBe("id,name\n1,Ann\n2,Bob\n");
  });
});

describe("an honest query", () => {
  test.each([
    ["WITH a AS (SELECT id FROM people) SELECT * FROM a", "id\n1\n2\n"],
    ["FROM People", "id,name\n1,Ann\n2,Bob\n"],
    ["VALUES (1, 'x')", "col0,col1\n1,x\n"],
    ["SELECT id, x FROM people, unnest([10]) AS t(x)", "id,x\n1,10\n2,10\n"],
    ["SELECT range AS n FROM range(2)", "n\n0\n1\n"],
    ["SELECT name, row_number() OVER (ORDER BY id DESC) AS n FROM people ORDER BY n", "name,n\nBob,1\nAnn,2\n"],
    ["PIVOT people ON id IN (1, 2) USING count(*) GROUP BY name", "name,1,2\nAnn,1,0\nBob,0,1\n"],
    ["SELECT id FROM people;", "id\n1\n2\n"],
    ["SELECT 'read_csv(''/etc/passwd'')' AS x", "x\nread_csv('/etc/passwd')\n"],
  ])("is run: %s", async (query, rows) => {
    expect(await run(query)).toBe(rows);
  });
});
