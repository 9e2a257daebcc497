/**
 * Secrets (RELIABILITY: 13, 31): tokens, credentials of datastores and secrets of webhooks stand in no log, no answer, no
 * row and no file but encrypted, whatever goes wrong; and no file of the server is open to others.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "../../src/base/index.ts";
import { openDatabase, type Database } from "../../src/store/index.ts";
import { openTwoWorkspaces, secret, type TwoWorkspaces } from "./two-workspaces.ts";

let two: TwoWorkspaces;
let database: Database;
let umask: number;
/** Everything that was answered. */
const answers: string[] = [];

beforeAll(async () => {
  umask = process.umask(0);
  two = await openTwoWorkspaces();
  database = openDatabase({ url: two.databaseUrl, applicationName: "test", log: silentLog });
});
afterAll(async () => {
  process.umask(umask);
  await database?.destroy();
  await two?.close();
});

async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${two.server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${two.token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  answers.push(JSON.stringify([...response.headers]), await response.text());
  return response.status;
}

const api = "/api/v1/workspaces/a";

/** Requests that go wrong with a secret in them. Statuses: of the refusals that are expected. */
async function failWithSecrets(): Promise<number[]> {
  const https = { kind: "https", settings: { url: two.outside } };
  const datastore = (config: object): string => JSON.stringify({ name: "wrong", config });
  const statuses = [
    await ask("POST", `${api}/datastores`, datastore({ ...https, credentials: { token: secret, more: secret } })),
    await ask("POST", `${api}/datastores`, datastore({ ...https, credentials: { token: [secret] } })),
    await ask("POST", `${api}/datastores`, datastore({ ...https, credentials: secret })),
    await ask("POST", `${api}/datastores`, datastore({ kind: "postgres", credentials: { password: secret } })),
    await ask("POST", `${api}/datastores`, `{"name": "x", "config": {"credentials": {"token": "${secret}"`),
    await ask("POST", `${api}/webhooks`, JSON.stringify({ name: "x", url: "http://127.0.0.1:1/", secret })),
    await ask("GET", `${api}/runs?token=${secret}`),
    await ask("GET", "/api/v1/me", undefined, { authorization: `Bearer ${secret}` }),
    await ask("GET", "/api/v1/me", undefined, { authorization: `Basic ${btoa(`me:${secret}`)}` }),
    await ask("GET", "/api/v1/me", undefined, { authorization: `Token ${secret}`, cookie: `session=${secret}` }),
    await ask("POST", `/workspaces/a/api/2.0/mlflow/runs/create`, "{}", {
      authorization: `Basic ${btoa(`:${secret}`)}`,
    }),
  ];
  statuses.push(await ask("POST", `${api}/datastores/${two.names["datastore"]}/test`));
  statuses.push(await ask("POST", `${api}/webhooks/${two.names["webhook"]}/ping`));
  const source = { datastore: two.names["datastore"], path: "a.csv" };
  statuses.push(await ask("POST", `${api}/datasets/new/versions`, JSON.stringify({ createDataset: true, source })));
  return statuses;
}

/** Requests that fail inside: their tables are gone. */
async function failInside(): Promise<number[]> {
  const tables = ["runs", "datastores", "webhooks"] as const;
  for (const name of tables)
    await sql`ALTER TABLE ${sql.table(name)} RENAME TO ${sql.raw(`${name}_gone`)}`.execute(database);
  const config = { kind: "https", settings: { url: two.outside }, credentials: { token: secret } };
  const statuses = [
    await ask("GET", `${api}/runs`),
    await ask("POST", `${api}/datastores`, JSON.stringify({ name: "another", config })),
    await ask("GET", `${api}/datastores/${two.names["datastore"]}`),
    await ask("POST", `${api}/webhooks`, JSON.stringify({ name: "y", url: `${two.outside}/in` })),
    await ask("GET", `/workspaces/a/api/2.0/mlflow/runs/get?run_id=${two.names["run"]}`),
  ];
  for (const name of tables)
    await sql`ALTER TABLE ${sql.table(`${name}_gone`)} RENAME TO ${sql.raw(name)}`.execute(database);
  return statuses;
}

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`.execute(database);
  expect(tables.length).toBeGreaterThan(30);
  const texts: string[] = [];
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ row: string }>`SELECT t::text AS row FROM ${sql.id(schema, name)} AS t`.execute(
      database,
    );
    texts.push(`${schema}.${name}`, ...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}

/** A secret as it is, and as bytes are written in a database, a JSON text and a header. */
const formsOf = (value: string): string[] => [
  value,
  Buffer.from(value).toString("hex"),
  btoa(value).replaceAll("=", ""),
];

test("a secret is found nowhere", async () => {
  expect(await failWithSecrets()).toEqual([400, 400, 400, 400, 400, 400, 400, 401, 401, 401, 401, 200, 200, 424]);
  expect(await failInside()).toEqual([500, 500, 500, 500, 500]);
  for (const path of ["datastores", "webhooks", "audit", "cloud-events", "runs"]) await ask("GET", `${api}/${path}`);
  for (const path of ["/metrics", "/api/v1/me/tokens", "/api/v1/users"]) await ask("GET", path);

  const files = filesOf(two.dataFolder).filter((path) => statSync(path).isFile());
  expect(files.length).toBeGreaterThan(3);
  const places: Record<string, string> = {
    log: two.log(),
    answers: answers.join("\n"),
    database: await dump(),
    ...Object.fromEntries(files.map((path) => [path, readFileSync(path, "latin1")])),
  };
  // The places are the right ones: they hold what is no secret.
  expect(places["log"]).toContain("a request failed");
  expect(places["answers"]).toContain(two.names["datastore"]);
  expect(places["answers"]).toContain('"ok":false');
  expect(places["database"]).toContain(two.names["datastore"]);
  const [primary = "", secondary = ""] = two.endpointKeys;
  const keys = { "primary key": primary, "secondary key": secondary };
  const secrets = { token: two.token, stranger: two.stranger, datastore: secret, webhook: two.webhookSecret, ...keys };
  const found: string[] = [];
  for (const [name, value] of Object.entries(secrets)) {
    expect(value.length).toBeGreaterThan(10);
    for (const form of formsOf(value)) {
      for (const [place, text] of Object.entries(places)) if (text.includes(form)) found.push(`${name} in ${place}`);
    }
  }
  expect(found).toEqual([]);
});

test("nothing in the data folder is open to others, whatever the umask", () => {
  const paths = [two.dataFolder, ...filesOf(two.dataFolder)];
  // The folder itself was made by the test.
  expect(paths.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
});
