import { expect, test } from "vitest";
import { newestMigration } from "../migrations/index.ts";
import { withConnection } from "./address.ts";
import { testDatabase } from "./testing.ts";

test("each test database is its own, and has all migrations", async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  await withConnection(one.url, (client) => client.query("CREATE TABLE slipway.only_here (id int)"));
  const tables = await withConnection(other.url, async (client) => {
    const { rows } = await client.query("SELECT name FROM slipway.kysely_migration ORDER BY name DESC LIMIT 1");
    expect(rows).toEqual([{ name: newestMigration }]);
    return (await client.query("SELECT to_regclass('slipway.only_here') AS name")).rows;
  });
  expect(tables).toEqual([{ name: null }]);
  await Promise.all([one.drop(), other.drop()]);
  await expect(withConnection(one.url, () => Promise.resolve())).rejects.toMatchObject({ code: "3D000" });
});

test("an empty one is as PostgreSQL makes it", async () => {
  const { url, drop } = await testDatabase({ empty: true });
  const schemas = await withConnection(
    url,
    async (client) => (await client.query("SELECT to_regnamespace('slipway') AS name")).rows,
  );
  expect(schemas).toEqual([{ name: null }]);
  await drop();
});
