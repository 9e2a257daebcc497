import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { Transform } from "node:stream";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withConnection } from "./address.ts";
import { checkPostgres } from "./check.ts";
import { testDatabase, withDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
const servers: Server[] = [];

beforeAll(async () => {
  database = await testDatabase({ empty: true });
});

afterAll(async () => {
  for (const server of servers) server.close();
  await database.drop();
});

/** @returns the port of 127.0.0.1 where `answer` takes the connections */
async function listen(answer: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** PostgreSQL as it is, but for its version, which is replaced on the way (in as many bytes). */
async function olderPostgres(): Promise<string> {
  const { hostname, username, password, port, pathname } = new URL(database.url);
  const listening = await listen((client) => {
    const real = connect(`${decodeURIComponent(hostname)}/.s.PGSQL.${port}`);
    const older = new Transform({
      transform: (chunk: Buffer, _encoding, done) =>
        done(
          null,
          Buffer.from(
            chunk
              .toString("latin1")
              .replace(/\x0618\d{4}/, "\x06130009")
              .replace("18.4", "13.9"),
            "latin1",
          ),
        ),
    });
    client.pipe(real).pipe(older).pipe(client);
  });
  return `postgresql://${username}:${password}@127.0.0.1:${listening}${pathname}`;
}

test("says what the database is", async () => {
  const { version, place } = await checkPostgres(database.url);
  expect(version).toMatch(/^18\.\d+$/);
  expect(place).toMatch(/^\/.+:5432\/test_[0-9a-f]{12}$/);
});

describe("a database that cannot be used", () => {
  const secret = "s3cret-p%40ss";
  const at = (place: string): string => `postgresql://anna:${secret}@${place}`;

  test.each<[string, () => string | Promise<string>, RegExp]>([
    ["no address", () => `mysql://anna:${secret}@host/db`, /not one of PostgreSQL/],
    ["an address that cannot be parsed", () => at("host:port:port/db"), /not one of PostgreSQL/],
    [
      "nobody listens",
      () => at("127.0.0.1:1/db"),
      /^The database at 127\.0\.0\.1:1\/db cannot be reached: .*ECONNREFUSED/,
    ],
    ["no socket", () => at("%2Fabsent:5432/db"), /at \/absent:5432\/db cannot be reached: .*ENOENT/],
    ["no such host", () => at("host.invalid/db"), /at host\.invalid:5432\/db cannot be reached: .*host\.invalid/],
    ["a wrong password", () => database.url.replace(/:[0-9a-f]{48}@/, `:${secret}@`), /password authentication failed/],
    ["no such database", () => withDatabase(database.url, "absent"), /database "absent" does not exist/],
    [
      "a web server",
      async () =>
        at(`127.0.0.1:${await listen((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad\r\n\r\n"))}/db`),
      /cannot be reached/,
    ],
    [
      "a listener that never answers",
      async () => at(`127.0.0.1:${await listen((socket) => socket.on("error", () => {}))}/db`),
      /timeout/,
    ],
  ])("%s", async (_what, url, message) => {
    const error: unknown = await checkPostgres(await url()).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "SLW_STORE_UNREACHABLE", message: expect.stringMatching(message) as string });
    const told = inspect(error, { depth: 10, showHidden: true });
    expect(told).not.toContain(secret);
    expect(told).not.toContain(decodeURIComponent(secret));
    expect(told).not.toContain(new URL(database.url).password);
  });

  test("is too old", async () => {
    await expect(checkPostgres(await olderPostgres())).rejects.toMatchObject({
      code: "SLW_STORE_VERSION",
      message: expect.stringMatching(/is PostgreSQL 13\.9; 14 or newer is needed/) as string,
    });
  });

  test("is not in UTF-8", async () => {
    const name = "test_latin1";
    await withConnection(database.url, async (client) => {
      await client.query(
        `CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
      );
    });
    await expect(checkPostgres(withDatabase(database.url, name))).rejects.toMatchObject({
      code: "SLW_STORE_ENCODING",
      details: { expected: "UTF8", got: "LATIN1" },
    });
    await withConnection(database.url, (client) => client.query(`DROP DATABASE ${name}`));
  });
});
