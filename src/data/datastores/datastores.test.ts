import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, createServer as createSocketServer, type AddressInfo, type Server as SocketServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { testDatabase, type TestDatabase } from "../../store/testing.ts";
import { createVersion } from "../datasets/create-version.ts";
import { previewRows } from "../datasets/read-version.ts";
import { obtainFile } from "../datasets/sources.ts";
import { createTestServices, type TestServices } from "../datasets/test-services.ts";
import { createDatastore, deleteDatastore, getDatastore, listDatastores } from "./datastores.ts";
import { checkReach, openDatastore } from "./open-datastore.ts";
import { readReach } from "./reach.ts";
import type { DatastoreConfig, OpenDatastore } from "./types.ts";

const canary = "canary-5d1f7b";
let services: TestServices;
let source: TestDatabase;
let web: Server;
let webOrigin: string;
let proxy: SocketServer;

beforeAll(async () => {
  source = await testDatabase({ empty: true });
  web = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${canary}`) response.writeHead(401).end();
    else if (request.url === "/files/a%20b.csv") response.end("x,y\n1,2\n");
    else if (request.url === "/files/zipped.csv") response.writeHead(200, { "content-encoding": "gzip" }).end("x");
    else if (request.url === "/files/moved.csv") response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  webOrigin = `http://127.0.0.1:${portOf(web)}`;
  proxy = await startProxy(source.url);
  services = await createTestServices({ origins: [webOrigin, `postgres://127.0.0.1:${portOf(proxy)}`] });
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  proxy.close();
  await services.close();
  await source.drop();
});

function portOf(server: Pick<Server, "address">): number {
  return (server.address() as AddressInfo).port;
}

/** The database of the tests listens on a socket of the file system: its TCP side. */
async function startProxy(url: string): Promise<SocketServer> {
  const { hostname, port } = new URL(url);
  const path = join(decodeURIComponent(hostname), `.s.PGSQL.${port}`);
  const server = createSocketServer((socket) => {
    const inner = connect(path);
    for (const side of [socket, inner]) side.on("error", () => undefined);
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function create(config: DatastoreConfig, name = `d${newId()}`): Promise<string> {
  const { workspaceId, actor } = services;
  await createDatastore(services, { workspaceId, name, config }, actor);
  return name;
}

async function opened<T>(config: DatastoreConfig, work: (datastore: OpenDatastore) => Promise<T>): Promise<T> {
  const datastore = await openDatastore(services, {
    workspaceId: services.workspaceId,
    datastore: await create(config),
  });
  try {
    return await work(datastore);
  } finally {
    await datastore.close();
  }
}

describe("datastores", () => {
  test("are made, listed and removed; their credentials are in no row, event or audit entry", async () => {
    const { workspaceId, actor, database } = services;
    const config: DatastoreConfig = {
      kind: "https",
      settings: { url: `${webOrigin}/files` },
      credentials: { token: canary },
    };
    await create(config, "secretive");
    expect(await getDatastore(database, { workspaceId, datastore: "secretive" })).toMatchObject({
      hasCredentials: true,
      kind: "https",
    });
    await expect(create(config, "secretive")).rejects.toMatchObject({ code: "SLW_DATASTORE_EXISTS" });
    for (const table of ["datastores", "audit", "events"] as const) {
      const { rows } = await sql<{ row: string }>`SELECT t::text AS row FROM ${sql.table(table)} AS t`.execute(
        database,
      );
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.map(({ row }) => row).join("\n")).not.toContain(canary);
      expect(rows.map(({ row }) => row).join("\n")).not.toContain(Buffer.from(canary).toString("hex"));
    }
    await deleteDatastore(database, { workspaceId, datastore: "secretive" }, actor);
    expect((await listDatastores(database, workspaceId, { limit: 9 })).items.map(({ name }) => name)).not.toContain(
      "secretive",
    );
    const again = deleteDatastore(database, { workspaceId, datastore: "secretive" }, actor);
    await expect(again).rejects.toMatchObject({ code: "SLW_DATASTORE_UNKNOWN" });
  });

  test("may reach what the environment allows", () => {
    const env = {
      SLIPWAY_DATASTORE_FOLDERS: "/srv/a:/srv/b",
      SLIPWAY_OUTBOUND_ALLOW: " http://Minio.lan:9000/, postgres://db:5432",
    };
    expect(readReach(env)).toEqual({
      folders: ["/srv/a", "/srv/b"],
      origins: ["http://minio.lan:9000", "postgres://db:5432"],
    });
    expect(readReach({})).toEqual({ folders: [], origins: [] });
    expect(() => readReach({ SLIPWAY_DATASTORE_FOLDERS: "data" })).toThrow(
      expect.objectContaining({ code: "SLW_DATASTORE_REFUSED" }),
    );
  });

  test.each<[string, DatastoreConfig, string]>([
    ["a folder that is not allowed", { kind: "disk", settings: { folder: "/etc" } }, "SLW_DATASTORE_REFUSED"],
    ["the parent of one that is", { kind: "disk", settings: { folder: "/" } }, "SLW_DATASTORE_REFUSED"],
    ["a folder that is not there", { kind: "disk", settings: { folder: "/none-such" } }, "SLW_DATASTORE_REFUSED"],
    ["plain http", { kind: "https", settings: { url: "http://example.com" } }, "SLW_OUTBOUND_URL"],
    ["a file URL", { kind: "https", settings: { url: "file:///etc/passwd" } }, "SLW_OUTBOUND_URL"],
    [
      "the metadata service",
      { kind: "https", settings: { url: "https://169.254.169.254/latest" } },
      "SLW_OUTBOUND_ADDRESS",
    ],
    [
      "an S3 server inside",
      { kind: "s3", settings: { bucket: "bucket", prefix: "", region: "x", endpoint: "https://10.0.0.1:9000" } },
      "SLW_OUTBOUND_ADDRESS",
    ],
  ])("are refused for %s", async (_name, config, code) => {
    await expect(checkReach(config, services.reach)).rejects.toMatchObject({ code });
  });
});

describe("disk", () => {
  const disk = (): DatastoreConfig => ({ kind: "disk", settings: { folder: services.folder } });
  let secret: string;
  beforeAll(() => {
    secret = join(services.folder, "..", "secret.txt");
    writeFileSync(secret, canary);
    mkdirSync(join(services.folder, "sub"));
    writeFileSync(join(services.folder, "a.csv"), "x,y\n1,2\n");
    writeFileSync(join(services.folder, "sub", "b.csv"), "x\n1\n");
    symlinkSync(join(services.folder, "sub"), join(services.folder, "inside"));
    symlinkSync(secret, join(services.folder, "link.csv"));
    symlinkSync("..", join(services.folder, "up"));
    execFileSync("mkfifo", [join(services.folder, "pipe")]);
  });

  test("gives its files, also behind symlinks that stay inside", async () => {
    await opened(disk(), async (datastore) => {
      await datastore.test();
      const { stream, size, fileName } = await datastore.openFile("a.csv");
      expect([await text(stream), size, fileName]).toEqual(["x,y\n1,2\n", 8, "a.csv"]);
      expect(await text((await datastore.openFile("inside/b.csv")).stream)).toBe("x\n1\n");
    });
  });

  test("lists what is inside, in pages", async () => {
    await opened(disk(), async (datastore) => {
      const { items } = await datastore.listPaths("", { limit: 50 });
      expect(items.map(({ path, size }) => [path, size])).toEqual([
        ["a.csv", 8],
        ["inside/", null],
        ["sub/", null],
      ]);
      expect((await datastore.listPaths("sub/", { limit: 50 })).items).toMatchObject([{ path: "sub/b.csv", size: 4 }]);
      const first = await datastore.listPaths("", { limit: 2 });
      expect(first.nextCursor).toBe("inside");
      await expect(datastore.listPaths("up", { limit: 5 })).rejects.toMatchObject({ code: "SLW_DATASTORE_NO_FILE" });
    });
  });

  // RELIABILITY rows 1 to 7: no way out of the folder, whatever the spelling.
  test.each([
    "../secret.txt",
    "sub/../../secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    "..\\secret.txt",
    "sub\\..\\..\\secret.txt",
    "\\\\host\\share",
    "C:/secret.txt",
    "%2e%2e/secret.txt",
    "%252e%252e%252fsecret.txt",
    "%c0%ae%c0%ae/secret.txt",
    "..;/secret.txt",
    "sub/;/../../secret.txt",
    "./a.csv",
    "sub//b.csv",
    "",
    ".",
    "..",
    "a.csv/",
    "a.csv\u0000.txt",
    "a.csv\n",
    "link.csv",
    "up/secret.txt",
    "pipe",
    "sub",
    "none.csv",
    "a.csv/b",
    "~/.ssh/id_rsa",
    "x".repeat(2000),
  ])("gives nothing for %j", async (path) => {
    await opened(disk(), async (datastore) => {
      const refused = await datastore.openFile(path).then(
        () => null,
        (error: { code: string }) => error.code,
      );
      expect(refused).toMatch(/^SLW_DATASTORE_(PATH|NO_FILE)$/);
    });
  });
});

describe("https", () => {
  const https = (): DatastoreConfig => ({
    kind: "https",
    settings: { url: `${webOrigin}/files/` },
    credentials: { token: canary },
  });

  test("gives files with the token, which goes nowhere else", async () => {
    await opened(https(), async (datastore) => {
      await datastore.test();
      const { stream, fileName } = await datastore.openFile("a b.csv");
      expect([await text(stream), fileName]).toEqual(["x,y\n1,2\n", "a b.csv"]);
      await expect(datastore.openFile("none.csv")).rejects.toMatchObject({ code: "SLW_DATASTORE_NO_FILE" });
      await expect(datastore.openFile("zipped.csv")).rejects.toMatchObject({ code: "SLW_DATASTORE_UNREACHABLE" });
      await expect(datastore.openFile("moved.csv")).rejects.toMatchObject({ code: "SLW_OUTBOUND_URL" });
      await expect(datastore.openFile("../other")).rejects.toMatchObject({ code: "SLW_DATASTORE_PATH" });
    });
  });
});

describe("postgres", () => {
  const settings = () => {
    const { pathname, username, password } = new URL(source.url);
    const database = pathname.slice(1);
    const user = decodeURIComponent(username);
    return {
      settings: { host: "127.0.0.1", port: portOf(proxy), database, user, tls: "off" as const },
      credentials: { password: decodeURIComponent(password) },
    };
  };
  const postgres = (): DatastoreConfig => ({ kind: "postgres", ...settings() });

  test("gives the rows of a query as CSV that reads as what they are", async () => {
    const query = `SELECT i AS id, lpad(i::text, 5, '0') AS code, CASE WHEN i % 2 = 0 THEN 'say "hi", ' || i END AS word,
      i * 1.5 AS amount, timestamptz '2024-01-01 00:00:00+02' + i * interval '1 day' AS at, i % 3 = 0 AS flag
      FROM generate_series(1, 5000) AS i ORDER BY i;`;
    const datastore = await create(postgres());
    const { workspaceId, actor } = services;
    const obtained = await obtainFile(services, workspaceId, { datastore, query });
    const given = { id: newId(), workspaceId, dataset: "queried", createDataset: true, ...obtained };
    const { version } = await createVersion(services, given, actor);
    expect(version).toMatchObject({ rows: 5000, source: { kind: "query", datastore, query } });
    expect(version.schema.map(({ name, type }) => [name, type])).toEqual([
      ["id", "numeric"],
      ["code", "string"],
      ["word", "string"],
      ["amount", "numeric"],
      ["at", "datetime"],
      ["flag", "string"],
    ]);
    const found = await previewRows(services, {
      workspaceId,
      dataset: "queried",
      version: 1,
      offset: 0,
      limit: 3,
      columns: null,
    });
    expect(found.rows).toEqual([
      [1, "00001", null, 1.5, "2024-01-01T22:00:00.000Z", "false"],
      [2, "00002", 'say "hi", 2', 3, "2024-01-02T22:00:00.000Z", "false"],
      [3, "00003", null, 4.5, "2024-01-03T22:00:00.000Z", "true"],
    ]);
  });

  test.each([
    "SELEC 1",
    "SELECT 1; DROP TABLE t",
    "SELECT 1; SELECT 2",
    "DELETE FROM t",
    "INSERT INTO t VALUES (1)",
    "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
    "SELECT * FROM none_such",
    "SELECT $1",
    "COMMIT",
    "",
  ])("refuses %j", async (query) => {
    await opened(postgres(), async (datastore) => {
      await expect(datastore.openQuery(query)).rejects.toMatchObject({ code: "SLW_DATASTORE_QUERY" });
    });
  });

  test("ends a query that fails after its first rows as a failure, not as the end of the rows", async () => {
    await opened(postgres(), async (datastore) => {
      const { stream } = await datastore.openQuery("SELECT 1 / (4000 - i) AS x FROM generate_series(1, 5000) AS i");
      await expect(text(stream)).rejects.toMatchObject({
        code: "SLW_DATASTORE_QUERY",
        message: expect.stringContaining("division by zero"),
      });
    });
  });

  test("can only read", async () => {
    await opened(postgres(), async (datastore) => {
      const { stream } = await datastore.openQuery("SELECT set_config('transaction_read_only', 'off', false) AS x");
      await expect(text(stream)).rejects.toMatchObject({ code: "SLW_DATASTORE_QUERY" });
    });
  });

  test("lists tables and says when it cannot connect", async () => {
    await opened(postgres(), async (datastore) => {
      await datastore.test();
      expect((await datastore.listPaths("", { limit: 9 })).items).toEqual([]);
    });
    const absent: DatastoreConfig = {
      kind: "postgres",
      settings: { ...settings().settings, database: "none_such" },
      credentials: settings().credentials,
    };
    await expect(opened(absent, (datastore) => datastore.test())).rejects.toMatchObject({
      code: "SLW_DATASTORE_UNREACHABLE",
    });
  });

  test("is refused at an address that is neither public nor allowed", async () => {
    const inside: DatastoreConfig = { kind: "postgres", settings: { ...settings().settings, port: 1 } };
    await expect(opened(inside, (datastore) => datastore.test())).rejects.toMatchObject({
      code: "SLW_OUTBOUND_ADDRESS",
    });
  });
});
