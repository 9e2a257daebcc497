/** An upload and a sweep over the same bytes, at the one point where they could lose them. */
import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openArtifactStore } from "../index.ts";
import { missingS3, testS3, type TestS3 } from "../test-s3.ts";
import { deleteObject, headObject, listObjects, openBucket } from "./bucket.ts";
import { publish } from "./publish.ts";

const missing = missingS3();
// The server behind SLIPWAY_TEST_S3 checks signatures, which name the host: no proxy can stand before it.
const skipped = missing !== null || process.env.SLIPWAY_TEST_S3 !== undefined;

describe.skipIf(skipped)(`a sweep and an upload of the same bytes${missing === null ? "" : ` (${missing})`}`, () => {
  let s3: TestS3;
  let proxy: Server;
  /** Called before a request goes on to the server. */
  let before: (request: IncomingMessage) => Promise<void> = async () => {};
  beforeAll(async () => {
    s3 = await testS3();
    proxy = createServer((request, response) => void before(request).then(() => forward(s3, request, response)));
    await once(proxy.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(async () => {
    proxy.close();
    await s3.stop();
  });

  test("the sweep has looked and deletes late: the upload notices and writes again", async () => {
    const bytes = Buffer.from("the same bytes");
    const location = `s3://${s3.bucket}/${s3.prefix}`;
    const { port } = proxy.address() as AddressInfo;
    const sweeper = await openArtifactStore(location, { ...s3.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    const uploader = await openArtifactStore(location, { ...s3.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    const { sha256 } = await uploader.put(bytes);

    let flagSeen = (): void => {};
    const seen = new Promise<void>((done) => (flagSeen = done));
    let stored: Promise<unknown> | null = null;
    before = async ({ method, url = "" }) => {
      if (method === "HEAD" && url.includes("/sweeping/")) flagSeen();
      if (method !== "DELETE" || !url.includes("/sha256/")) return;
      stored = uploader.put(bytes);
      await Promise.race([seen, stored]);
    };
    const future = new Date(Date.now() + 3_600_000);
    const report = await sweeper.sweep({ olderThan: future, isReferenced: async () => false });
    expect(report.artifacts).toBe(1);
    await expect(stored).resolves.toMatchObject({ sha256 });
    before = async () => {};
    expect((await buffer(await uploader.read(sha256))).equals(bytes)).toBe(true);
  });

  test("an upload writes once where no sweep is about, and the flags are gone", async () => {
    const bucket = await openBucket(s3.bucket, `${s3.prefix}/`, s3.env);
    let writes = 0;
    await publish(bucket, "a".repeat(64), async () => writes++);
    expect(writes).toBe(1);
    expect(await listObjects(bucket, `${bucket.prefix}sweeping/`).next()).toEqual({ done: true, value: undefined });
    expect(await headObject(bucket, "absent")).toBe(null);
    await deleteObject(bucket, "absent");
  });
});

function forward(s3: TestS3, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = request;
  const passed = httpRequest(new URL(url ?? "/", s3.env.AWS_ENDPOINT_URL), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  request.pipe(passed);
}
