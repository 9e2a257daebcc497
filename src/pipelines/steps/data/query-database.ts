/**
 * A database in memory for one query over given tables. Only for the data process: it loads DuckDB. It has one thread, so
 * that the same query over the same rows gives the same answer in the same order; it opens no file but those that it
 * writes what does not fit into memory to, and no address; and its configuration is locked.
 */
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection, type DuckDBPreparedStatement } from "@duckdb/node-api";
import type { Table } from "../../../base/index.ts";
import { checkQuery } from "./check-query.ts";
import { loadTable } from "./load-table.ts";
import type { QueryLimits, QueryValue } from "./messages.ts";
import { bindValues } from "./bind-values.ts";
import { queryError } from "./query-error.ts";

/** What does not fit into memory may take so much of the disk. */
const mostOnDisk = "20GB";

export interface QueryDatabase {
  readonly connection: DuckDBConnection;
  /**
   * Checked and with its values bound, ready to run.
   * @throws SLW_STEP_QUERY, SLW_STEP_QUERY_REFUSED
   */
  prepare(query: string, values: Readonly<Record<string, QueryValue>>): Promise<DuckDBPreparedStatement>;
  close(): void;
}

/** @param tables by name in the query */
export async function openQueryDatabase(
  tables: ReadonlyMap<string, Table>,
  { memory, folder }: QueryLimits,
): Promise<QueryDatabase> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    preserve_insertion_order: "true",
    memory_limit: `${Math.floor(memory / 2 ** 20)}MiB`,
    temp_directory: join(folder, "spill"),
    max_temp_directory_size: mostOnDisk,
    enable_external_access: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    errors_as_json: "true",
  });
  const connection = await instance.connect();
  // The caller may let go of the tables then.
  const names = [...tables.keys()];
  try {
    for (const [name, table] of tables) await loadTable(connection, name, table);
    // random() gives the same numbers in every run.
    await connection.run("SELECT setseed(0)");
    await connection.run("SET lock_configuration = true");
  } catch (error) {
    throw queryError("", error);
  }
  return {
    connection,
    async prepare(query, values) {
      await checkQuery(connection, query, names);
      const statement = await connection.prepare(query).catch((error: unknown) => {
        throw queryError(query, error);
      });
      bindValues(statement, values);
      return statement;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
