/** Runs the PostgreSQL of the tests: writes a TestServer as JSON, and ends with its standard input. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { silentLog } from "../../base/index.ts";
import { openDatabase } from "../database.ts";
import { migrate } from "../migrations/index.ts";
import { superuser, withConnection } from "./address.ts";
import { removePostgres, startPostgres } from "./server.ts";
import { withDatabase, type TestServer } from "./testing.ts";

const template = "slipway_template";

async function prepare(url: string): Promise<TestServer> {
  // These databases need not outlive a crash of the machine.
  await withConnection(url.replace(/\/\/[^:]+/, `//${superuser}`), async (client) => {
    await client.query("ALTER SYSTEM SET fsync = off");
    await client.query("SELECT pg_reload_conf()");
  });
  await withConnection(url, (client) => client.query(`CREATE DATABASE ${template}`));
  const templateUrl = withDatabase(url, template);
  const database = openDatabase({
    url: templateUrl,
    applicationName: "slipway-test",
    connections: 1,
    log: silentLog,
  });
  await migrate(database);
  await database.destroy();
  return { url, template };
}

// Whatever happens from here on, the parent's end is seen.
const parentEnded = finished(process.stdin.resume()).catch(() => {});
const folder = mkdtempSync(join(tmpdir(), "slipway-test-postgres-"));
try {
  const server = await startPostgres({ dataFolder: folder, log: silentLog });
  process.stdout.end(JSON.stringify(await prepare(server.url)));
  await parentEnded;
  await server.close();
} catch (error) {
  process.stdout.end(JSON.stringify({ error: String(error) }));
} finally {
  await removePostgres(folder);
  rmSync(folder, { recursive: true, force: true });
}
