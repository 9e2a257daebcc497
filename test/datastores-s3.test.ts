/** Datastores of the kind s3, against a real server that speaks its protocol. */
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openS3 } from "../src/data/datastores/s3.ts";
import type { OpenDatastore } from "../src/data/datastores/types.ts";
import { missingS3, testS3, type TestS3 } from "../src/store/artifacts/test-s3.ts";

/** Another server than the test's own may know no public objects. */
const missing = missingS3() ?? (process.env["SLIPWAY_TEST_S3"] ? "it needs a server of its own" : null);

describe.skipIf(missing !== null)(`S3${missing === null ? "" : `: skipped, ${missing}`}`, () => {
  let server: TestS3;
  let endpoint: string;
  let datastore: OpenDatastore;

  beforeAll(async () => {
    server = await testS3();
    endpoint = new URL(server.env["AWS_ENDPOINT_URL"] as string).origin;
    const files = {
      "a.csv": "x,y\n1,2\n",
      "sub/b.csv": "x\n1\n",
      "sub/deep/c d.csv": "x\n2\n",
      "../secret.csv": "x\n3\n",
    };
    const { S3Client, PutObjectCommand } = await import("@aws-sdk/client-s3");
    const client = new S3Client({ region: "us-east-1", endpoint, forcePathStyle: true, credentials: keys() });
    for (const [path, Body] of Object.entries(files)) {
      const Key = path.startsWith("../") ? path.slice(3) : `${server.prefix}/${path}`;
      const ACL = path.startsWith("sub") ? "public-read" : "private";
      await client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body, ACL }));
    }
    client.destroy();
    datastore = await openS3({ ...config(), credentials: keys() }, { folders: [], origins: [endpoint] });
  });
  afterAll(async () => {
    await datastore?.close();
    await server?.stop();
  });

  function keys(): { accessKeyId: string; secretAccessKey: string } {
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = server.env;
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  }

  function config() {
    return {
      kind: "s3" as const,
      settings: { bucket: server.bucket, prefix: server.prefix, region: "us-east-1", endpoint },
    };
  }

  test("gives files below the prefix", async () => {
    await datastore.test();
    const { stream, size, fileName } = await datastore.openFile("a.csv");
    expect([await text(stream), size, fileName]).toEqual(["x,y\n1,2\n", 8, "a.csv"]);
    expect(await text((await datastore.openFile("sub/deep/c d.csv")).stream)).toBe("x\n2\n");
    await expect(datastore.openFile("none.csv")).rejects.toMatchObject({ code: "SLW_DATASTORE_NO_FILE" });
    await expect(datastore.openFile("../secret.csv")).rejects.toMatchObject({ code: "SLW_DATASTORE_PATH" });
  });

  test("lists folders and files, in pages", async () => {
    const { items } = await datastore.listPaths("", { limit: 50 });
    expect(items.map(({ path, size }) => [path, size])).toEqual([
      ["a.csv", 8],
      ["sub/", null],
    ]);
    const first = await datastore.listPaths("sub", { limit: 1 });
    const second = await datastore.listPaths("sub/", { limit: 1, cursor: first.nextCursor as string });
    expect([...first.items, ...second.items].map(({ path }) => path).sort()).toEqual(["sub/b.csv", "sub/deep/"]);
    expect(second.nextCursor).toBeUndefined();
  });

  test("gives without credentials what is public, and nothing else", async () => {
    const open = await openS3(config(), { folders: [], origins: [endpoint] });
    expect(await text((await open.openFile("sub/b.csv")).stream)).toBe("x\n1\n");
    await expect(open.openFile("a.csv")).rejects.toMatchObject({ message: expect.stringContaining("403") });
    await open.close();
  });

  test("says what is wrong with a bucket that is not there", async () => {
    const absent = { ...config(), settings: { ...config().settings, bucket: "none-such" }, credentials: keys() };
    const open = await openS3(absent, { folders: [], origins: [endpoint] });
    await expect(open.test()).rejects.toMatchObject({ code: "SLW_DATASTORE_UNREACHABLE" });
    await open.close();
  });

  test("connects to no name that means an inner address", async () => {
    const { port } = new URL(endpoint);
    const inner = {
      ...config(),
      settings: { ...config().settings, endpoint: `https://localhost:${port}` },
      credentials: keys(),
    };
    const open = await openS3(inner, { folders: [], origins: [endpoint] });
    await expect(open.test()).rejects.toMatchObject({
      code: "SLW_DATASTORE_UNREACHABLE",
      message: expect.stringContaining("not public"),
    });
    await open.close();
  });
});
