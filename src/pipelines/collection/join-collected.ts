/** Collected rows with their labels, by DuckDB. Only for processes that compute: the caller's must not load DuckDB. */
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { curationColumns as names } from "./collected-table.ts";
import type { CollectionTasks } from "./tasks.ts";

type Join = CollectionTasks["join"]["input"];

/**
 * Writes a Parquet file of the rows in the order of their requests. Of several labels of a row the one that was posted
 * last counts. One thread, so that the same rows give the same bytes.
 */
export async function joinCollected(input: Join): Promise<CollectionTasks["join"]["result"]> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: input.temporaryFolder,
    memory_limit: "1GB",
    threads: "1",
  });
  const connection = await instance.connect();
  await connection.run(`CREATE VIEW rows AS SELECT * FROM ${filesOf(input.inputs)}`);
  await createLabels(connection, input.labels);
  const columns = await chosenColumns(connection, input.target);
  const { timestamp, requestId, row } = names;
  await connection.run(`
    COPY (
      SELECT ${columns.join(", ")}
      FROM rows ${input.target === null ? "LEFT" : "INNER"} JOIN labels
        ON labels.request = rows.${quoted(requestId)} AND labels.number = rows.${quoted(row)}
      WHERE ${timesOf(input)}
      ORDER BY rows.${quoted(timestamp)}, rows.${quoted(requestId)}, rows.${quoted(row)}
    ) TO ${text(input.output)} (FORMAT parquet, COMPRESSION zstd)`);
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${filesOf([input.output])}`);
  connection.closeSync();
  instance.closeSync();
  return { rows: Number(counted.getRows()[0]?.[0]) };
}

async function createLabels(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  if (files.length === 0) {
    await connection.run(`CREATE TABLE labels (request VARCHAR, number BIGINT, label VARCHAR)`);
    return;
  }
  const { timestamp, requestId, row, label } = names;
  await connection.run(`
    CREATE TABLE labels AS
    SELECT DISTINCT ON (${quoted(requestId)}, ${quoted(row)})
      ${quoted(requestId)} AS request, ${quoted(row)} AS number, ${quoted(label)} AS label
    FROM ${filesOf(files)}
    ORDER BY ${quoted(requestId)}, ${quoted(row)}, ${quoted(timestamp)} DESC`);
}

async function chosenColumns(connection: DuckDBConnection, target: string | null): Promise<string[]> {
  const described = await connection.runAndReadAll("DESCRIBE rows");
  const all = described.getRows().map(([name]) => String(name));
  const label = `labels.label AS ${quoted(target ?? names.label)}`;
  if (target === null) return [...all.map((name) => `rows.${quoted(name)}`), label];
  const curated = (name: string): boolean =>
    (Object.values(names) as string[]).includes(name) || name.startsWith(names.probability);
  const inputs = all.filter((name) => !curated(name) && name.toLowerCase() !== target.toLowerCase());
  return [...inputs.map((name) => `rows.${quoted(name)}`), label];
}

function timesOf({ from, to }: Join): string {
  const time = `epoch_ms(rows.${quoted(names.timestamp)})`;
  return (
    [from !== null && `${time} >= ${from}`, to !== null && `${time} < ${to}`].filter(Boolean).join(" AND ") || "true"
  );
}

/** Columns by name: those that a file does not have are null there. Paths are taken as they are, not as patterns. */
function filesOf(paths: readonly string[]): string {
  const list = paths.map((path) => text(path.replace(/[*?[]/g, "[$&]"))).join(", ");
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false, filename = false)`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
