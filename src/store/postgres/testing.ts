/**
 * A real PostgreSQL for tests. One embedded server serves a whole run of vitest, started when the first test asks for
 * it; every call makes a database of its own, with all migrations applied.
 *
 *   const { url, drop } = await testDatabase();
 *   const database = openDatabase({ url, applicationName: "test", log: silentLog });
 *   …
 *   await database.destroy();
 *   await drop();
 *
 * In a file: beforeAll for one that all its tests share, beforeEach for one each. `drop` breaks what is still connected.
 */
import { randomBytes } from "node:crypto";
import { connect as connectSocket } from "node:net";
import { text } from "node:stream/consumers";
import type pg from "pg";
import { withConnection } from "./address.ts";

export interface TestDatabase {
  /** postgresql://, of a role that owns the database and may make others. */
  readonly url: string;
  /** Removes the database. */
  drop(): Promise<void>;
}

/** Where the set-up of vitest (test-server.ts) says which server to use: port of 127.0.0.1. */
export const testServerVariable = "SLIPWAY_TEST_POSTGRES_PORT";

/** What the set-up answers. */
export interface TestServer {
  /** postgresql:// of the server's first database. */
  readonly url: string;
  /** Name of a database with all migrations, to copy. */
  readonly template: string;
}

/** @param empty without migrations: a database as PostgreSQL makes it */
export async function testDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = await askServer();
  const name = `test_${randomBytes(6).toString("hex")}`;
  const template = empty ? "template1" : server.template;
  await withConnection(server.url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    url: withDatabase(server.url, name),
    async drop() {
      await withConnection(server.url, (client) => dropDatabase(client, name));
    },
  };
}

/**
 * PostgreSQL's own autovacuum, too, is in a database now and then, and whoever is no superuser may not break that (42501).
 * A DROP without FORCE makes it go by itself, but does not break our own connections, so the two take turns.
 */
async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  const refused = new Set(["42501", "55006"]);
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`DROP DATABASE IF EXISTS ${name} ${attempt % 2 === 1 ? "WITH (FORCE)" : ""}`);
      return;
    } catch (error) {
      if (attempt === 20 || !refused.has((error as pg.DatabaseError).code ?? "")) throw error;
    }
  }
}

export function withDatabase(url: string, name: string): string {
  return url.replace(/[^/]*$/, name);
}

let asked: Promise<TestServer> | null = null;

function askServer(): Promise<TestServer> {
  asked ??= ask();
  return asked;
}

async function ask(): Promise<TestServer> {
  const port = process.env[testServerVariable];
  if (port === undefined)
    throw new Error(`${testServerVariable} is not set: tests that need PostgreSQL run under vitest, which starts it.`);
  const answer = JSON.parse(await text(connectSocket(Number(port), "127.0.0.1"))) as TestServer | { error: string };
  if ("error" in answer) throw new Error(`The PostgreSQL of the tests did not start: ${answer.error}`);
  return answer;
}
