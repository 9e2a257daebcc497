/** One message for an empty database leaves what the migrator leaves that goes step by step. */
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import { silentLog } from "../../base/index.ts";
import { openDatabase, type Database } from "../database.ts";
import { testDatabase } from "../postgres/testing.ts";
import { migrate, newestMigration, planMigration } from "./index.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function emptyDatabase(): Promise<Database> {
  const { url, drop } = await testDatabase({ empty: true });
  const database = openDatabase({ url, applicationName: "test", log: silentLog });
  ends.push(drop, () => database.destroy());
  return database;
}

/** What PostgreSQL knows of our schema, as text; the same for two databases that are alike. */
async function describeSchema(database: Database): Promise<Record<string, unknown[]>> {
  const described: Record<string, unknown[]> = {};
  for (const [what, query] of Object.entries({
    columns: `SELECT c.relname, c.relkind, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
                     a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid) AS standard, c.reloptions, a.attstorage
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
              LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
              WHERE c.relnamespace = 'slipway'::regnamespace ORDER BY 1, 2, 3`,
    indexes: `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'slipway' ORDER BY 1`,
    constraints: `SELECT conname, conrelid::regclass::text AS of, pg_get_constraintdef(oid) AS meaning, condeferred
                  FROM pg_constraint WHERE connamespace = 'slipway'::regnamespace ORDER BY 1, 2`,
    functions: `SELECT pg_get_functiondef(oid) AS meaning FROM pg_proc WHERE pronamespace = 'slipway'::regnamespace ORDER BY 1`,
    triggers: `SELECT pg_get_triggerdef(t.oid) AS meaning FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
               WHERE c.relnamespace = 'slipway'::regnamespace AND NOT t.tgisinternal ORDER BY 1`,
    migrations: `SELECT name FROM slipway.kysely_migration ORDER BY 1`,
    lock: `SELECT * FROM slipway.kysely_migration_lock`,
  }))
    described[what] = (await sql.raw(query).execute(database)).rows;
  return described;
}

/** The one before the newest, by the migrator, and then the newest. */
async function migrateByStep(database: Database, names: readonly string[]): Promise<void> {
  for (const name of names.slice(0, -1)) await migrate(database, name);
  await migrate(database);
}

test("an empty database is migrated to the same as one step by step", async () => {
  const [atOnce, byStep] = [await emptyDatabase(), await emptyDatabase()];
  await migrate(atOnce);
  const expected = await describeSchema(atOnce);
  const names = (expected["migrations"] as { name: string }[]).map(({ name }) => name);
  await migrateByStep(byStep, names);
  expect(names.at(-1)).toBe(newestMigration);
  expect(expected["columns"]?.length).toBeGreaterThan(300);
  expect(expected["triggers"]?.length).toBeGreaterThan(0);
  expect(await describeSchema(byStep)).toEqual(expected);
});

test("four servers that plan on the same empty database all find it migrated", async () => {
  const database = await emptyDatabase();
  const plans = await Promise.all(Array.from({ length: 4 }, () => planMigration(database)));
  await Promise.all([...plans.map(({ apply }) => apply()), migrate(database)]);
  const { migrations } = await describeSchema(database);
  expect(migrations).toHaveLength(new Set((migrations as { name: string }[]).map(({ name }) => name)).size);
  expect(migrations?.at(-1)).toEqual({ name: newestMigration });
});

test("a database of a newer release is refused", async () => {
  const database = await emptyDatabase();
  await migrate(database);
  await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', 'x')`.execute(database);
  await expect(migrate(database)).rejects.toMatchObject({ code: "SLW_STORE_NEWER" });
  await expect(migrate(database, "9999-later")).rejects.toMatchObject({ code: "SLW_STORE_NEWER" });
});
