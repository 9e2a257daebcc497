/** Locations, and what an S3 server may answer besides what is asked. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openArtifactStore, parseLocation } from "./open.ts";
import { missingS3, testS3, type TestS3 } from "./test-s3.ts";

test.each([
  ["artifacts", { kind: "disk", folder: resolve("artifacts") }],
  ["/var/lib/../lib/slipway", { kind: "disk", folder: resolve("/var/lib/slipway") }],
  ["C:\\data", { kind: "disk", folder: resolve("C:\\data") }],
  ["s3://bucket", { kind: "s3", bucket: "bucket", prefix: "" }],
  ["s3://bucket/", { kind: "s3", bucket: "bucket", prefix: "" }],
  ["s3://my.bucket-1/a/b_c", { kind: "s3", bucket: "my.bucket-1", prefix: "a/b_c/" }],
])("%s", (location, expected) => expect(parseLocation(location)).toEqual(expected));

test.each([
  "",
  "a\0b",
  "s3:bucket",
  "s3://",
  "s3://b",
  "s3://Bucket/a",
  "s3://key:secret@bucket/a",
  "s3://bucket/a//b",
  "s3://bucket/../other",
  "s3://bucket/a b",
  "s3://bucket/a?x=1",
  "s3://bucket:9000/a",
  "gs://bucket/a",
  "https://host/bucket",
  "file:///tmp",
  "S3://bucket",
])("%j is refused", async (location) => {
  await expect(openArtifactStore(location)).rejects.toMatchObject({ code: "SLW_ARTIFACT_LOCATION", status: 400 });
});

const keys = { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing-secret-canary" };

describe("an S3 server that refuses", () => {
  let server: Server;
  let answer = { status: 0, code: "" };
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(answer.status, { "content-type": "application/xml" });
      response.end(`<Error><Code>${answer.code}</Code><Message>because</Message></Error>`);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(() => void server.close());

  test.each([
    [403, "SignatureDoesNotMatch", "SLW_ARTIFACT_UNAVAILABLE", "AWS_ACCESS_KEY_ID"],
    [404, "NoSuchBucket", "SLW_ARTIFACT_LOCATION", "Create the bucket"],
    [507, "XMinioStorageFull", "SLW_ARTIFACT_NO_SPACE", "Free space"],
    [500, "InternalError", "SLW_ARTIFACT_UNAVAILABLE", "slipway doctor"],
  ])("%d %s", async (status, code, expected, fix) => {
    answer = { status, code };
    const { port } = server.address() as AddressInfo;
    const store = await openArtifactStore("s3://bucket/a", { ...keys, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    const failure: unknown = await store.put(Buffer.from("x")).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: expected, fix: expect.stringContaining(fix) as string });
    expect(JSON.stringify([failure, (failure as Error).message])).not.toContain("canary");
  });
});

test("an S3 server that is not there", async () => {
  const store = await openArtifactStore("s3://bucket/a", { ...keys, AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
  const unreachable = { code: "SLW_ARTIFACT_UNAVAILABLE", fix: expect.stringContaining("AWS_ENDPOINT_URL") as string };
  await expect(store.check()).rejects.toMatchObject(unreachable);
  await expect(store.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(unreachable);
});

const missing = missingS3();
describe.skipIf(missing !== null)(`a real S3 server${missing === null ? "" : ` (${missing})`}`, () => {
  let s3: TestS3;
  beforeAll(async () => void (s3 = await testS3()), 120_000);
  afterAll(() => s3.stop());

  test("a bucket that is not there", async () => {
    const store = await openArtifactStore("s3://slipway-test-absent-bucket/a", s3.env);
    await expect(store.check()).rejects.toMatchObject({ code: "SLW_ARTIFACT_LOCATION" });
  });
});
