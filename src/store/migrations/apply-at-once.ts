/** All migrations in one message to PostgreSQL, for a database that has none: instead of forty, each with its answer. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type RawBuilder,
} from "kysely";
import type { Migration } from "kysely/migration";
import { schemaName } from "../database.ts";

/** What Kysely's migrator takes while it works (PostgresAdapter), so that one that starts meanwhile waits. */
const migratorLock = "3853314791062309107";

/**
 * The statements of the migrations, and the tables in which Kysely's migrator keeps what was applied, as it makes them.
 * PostgreSQL runs statements that come in one message in one transaction.
 */
export async function statementsOf(migrations: Readonly<Record<string, Migration>>): Promise<RawBuilder<unknown>> {
  const statements = [
    `SELECT pg_advisory_xact_lock(${migratorLock})`,
    `CREATE SCHEMA IF NOT EXISTS ${schemaName}`,
    `CREATE TABLE ${schemaName}.kysely_migration (name varchar(255) NOT NULL PRIMARY KEY, timestamp varchar(255) NOT NULL)`,
    `CREATE TABLE ${schemaName}.kysely_migration_lock (id varchar(255) NOT NULL PRIMARY KEY, is_locked integer NOT NULL DEFAULT 0)`,
    `INSERT INTO ${schemaName}.kysely_migration_lock (id) VALUES ('migration_lock')`,
  ];
  const recorder = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => {
      if (query.parameters.length > 0) throw new Error("a migration has parameters, which one message cannot carry");
      statements.push(query.sql);
    },
  });
  const now = new Date().toISOString();
  for (const [name, { up }] of Object.entries(migrations)) {
    await up(recorder);
    statements.push(`INSERT INTO ${schemaName}.kysely_migration (name, timestamp) VALUES ('${name}', '${now}')`);
  }
  return sql.raw(statements.join(";\n"));
}
