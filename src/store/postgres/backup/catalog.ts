/** What is in the database: the tables of our schemas, their keys, triggers and sequences. */
import type pg from "pg";

/** Slipway's own: another application may use the same database. */
const schemas = ["slipway"];

/** They say how far the schema is migrated, and belong to the schema rather than to its rows. */
const migrationTables: Readonly<Record<string, string>> = {
  "slipway.kysely_migration": "name",
};
const notBackedUp = [...Object.keys(migrationTables), "slipway.kysely_migration_lock"];

export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  /** Those that can be written: without generated ones. */
  readonly columns: readonly string[];
}

/** In the order of their names; the parts of a partitioned table, not the whole. */
export async function readTables(client: pg.Client): Promise<CatalogTable[]> {
  const { rows } = await client.query<CatalogTable>(
    `SELECT n.nspname AS schema, c.relname AS name,
            (SELECT json_agg(a.attname ORDER BY a.attnum)
               FROM pg_attribute AS a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
       FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname = ANY($1) AND c.relkind = 'r' AND n.nspname || '.' || c.relname <> ALL($2)
      ORDER BY n.nspname, c.relname`,
    [schemas, notBackedUp],
  );
  return rows.filter(({ columns }) => columns !== null);
}

/** The migrations that were applied, by the table that says so. */
export async function readMigrations(client: pg.Client): Promise<Record<string, string[]>> {
  const applied: Record<string, string[]> = {};
  for (const [table, column] of Object.entries(migrationTables)) {
    const { rows: found } = await client.query<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [
      table,
    ]);
    if (found[0]?.there !== true) continue;
    const { rows } = await client.query<{ name: string }>(`SELECT ${column}::text AS name FROM ${table} ORDER BY 1`);
    applied[table] = rows.map(({ name }) => name);
  }
  return applied;
}

export interface CatalogSequence {
  readonly schema: string;
  readonly name: string;
  /** Null where none was taken yet. */
  readonly lastValue: string | null;
}

export async function readSequences(client: pg.Client): Promise<CatalogSequence[]> {
  const { rows } = await client.query<CatalogSequence>(
    `SELECT schemaname AS schema, sequencename AS name, last_value::text AS "lastValue"
       FROM pg_sequences WHERE schemaname = ANY($1) ORDER BY schemaname, sequencename`,
    [schemas],
  );
  return rows;
}

/** Pairs of statements: what takes a foreign key or a trigger out of the way, and what brings it back as it was. */
export interface Obstacle {
  readonly remove: string;
  readonly restore: string;
}

/**
 * Rows come table by table, not in the order in which they refer to each other. Foreign keys are dropped and made again,
 * which checks all rows at once at the end; triggers have done their work already when the rows were first written.
 */
export async function readObstacles(client: pg.Client): Promise<Obstacle[]> {
  const { rows: keys } = await client.query<Obstacle>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS remove,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
              AS restore
       FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
      WHERE c.contype = 'f' AND c.conparentid = 0 AND n.nspname = ANY($1) ORDER BY c.oid`,
    [schemas],
  );
  const { rows: triggers } = await client.query<Obstacle>(
    `SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', g.tgrelid::regclass, g.tgname) AS remove,
            format('ALTER TABLE %s ENABLE %s TRIGGER %I', g.tgrelid::regclass,
                   CASE g.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, g.tgname) AS restore
       FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
      WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND g.tgenabled <> 'D' AND n.nspname = ANY($1) ORDER BY g.oid`,
    [schemas],
  );
  return [...keys, ...triggers];
}

/**
 * The same text for the same value on both sides, names with their schemas, and no limit of time: it is the file that
 * is slow, or the table that is large.
 */
export async function settle(client: pg.Client): Promise<void> {
  await client.query(
    `SET search_path = pg_catalog; SET client_encoding = 'UTF8'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';
     SET timezone = 'UTC'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET row_security = off;
     SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0`,
  );
}

/** As it stands in a statement. */
export function nameOf(client: pg.Client, { schema, name }: { schema: string; name: string }): string {
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
}
