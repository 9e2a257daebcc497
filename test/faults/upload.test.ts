/**
 * kill -9 of the server while a file comes in, right after it is acknowledged, and while a version is made of it
 * (RELIABILITY: row 1). A few times by default; FAULTS=30 in `npm run faults`.
 */
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/index.ts";
import type { Client } from "../../src/contract/index.ts";
import { openArtifactStore } from "../../src/store/index.ts";
import {
  faultTimes,
  missingProc,
  openFaultServer,
  orphansOf,
  postgresOf,
  reportFault,
  type FaultServer,
} from "./fault-server.ts";

const times = faultTimes(2);
const random = createRandom(Number(process.env["FAULTS_SEED"] ?? 1));
const bytesType = "application/octet-stream";

let server: FaultServer;
let client: Client;
/** What the faults did, all of them together. */
const total = { times: 0, lost: 0, half: 0 };

beforeAll(async () => {
  server = await openFaultServer();
  client = server.client;
});
afterAll(async () => {
  if (server === undefined) return;
  const orphans = missingProc ? 0 : orphansOf(server.home, server.pid).length;
  const fault = "kill -9 of the server: during an upload, after its last byte, acknowledged, making a version";
  reportFault({ fault, ...total, orphans, seconds: server.ready, limit: 10 });
  await server.close();
});

/** What is not as it should be is something that was acknowledged and is gone, or something that is there by half. */
afterEach(({ task }) => {
  if (task.result?.state === "fail") total.lost++;
});

/** Each test finds a server and leaves one, so that there is one start for each kill. */
async function start(): Promise<void> {
  await server.start();
  client = server.client;
}

async function kill(): Promise<void> {
  await server.end("SIGKILL");
  total.times++;
}

interface TestFile {
  readonly bytes: Buffer;
  readonly rows: number;
  readonly sha256: string;
}

/** Some 2 MB that no other test has. */
function makeFile(rows = 70_000): TestFile {
  const lines = ["id,a,b"];
  for (let row = 0; row < rows; row++) lines.push(`${row},${random.next()},${random.integer(1000)}`);
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  return { bytes, rows, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/**
 * Sends the first `sent` bytes and then does `then`; the rest is never sent.
 * @returns whether the upload was acknowledged
 */
async function send(id: string, { bytes }: TestFile, sent: number, then: () => Promise<void>): Promise<boolean> {
  const outgoing = request(`${server.url}/api/v1/workspaces/default/uploads?id=${id}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": bytesType, "content-length": bytes.length },
  });
  let acknowledged = false;
  outgoing.on("response", (response) => {
    acknowledged = response.statusCode === 201;
    response.on("error", () => undefined).resume();
  });
  const closed = once(outgoing, "close").catch(() => undefined);
  outgoing.on("error", () => undefined);
  await new Promise((resolve) => outgoing.write(bytes.subarray(0, sent), resolve));
  await then();
  outgoing.destroy();
  await closed;
  return acknowledged;
}

const newUploadId = (): string => randomUUID().replaceAll("-", "");

/** Every artifact that can be seen is whole, and a sweep leaves nothing of what ended early. */
async function checkStore(): Promise<string[]> {
  const store = await openArtifactStore(join(server.home.data, "artifacts"));
  await store.sweep({ olderThan: new Date(0), isReferenced: () => Promise.resolve(true) });
  const seen: string[] = [];
  for await (const { sha256 } of store.list()) {
    // Reading ends with SLW_ARTIFACT_CORRUPT where the bytes are not those of the hash.
    await buffer(await store.read(sha256));
    seen.push(sha256);
  }
  return seen;
}

async function makeVersion(id: string, file: TestFile, dataset: string): Promise<void> {
  const made = await client.createDatasetVersion({ dataset, body: { createDataset: true, source: { upload: id } } });
  expect(made.version).toMatchObject({ version: 1, rows: file.rows, sha256: file.sha256, size: file.bytes.length });
}

describe.each(Array.from({ length: times }, (_, i) => i))("kill -9, time %i", (time) => {
  test("while the bytes come: no upload, no artifact, and the file can be sent again", async () => {
    await start();
    const file = makeFile();
    const id = newUploadId();
    const sent = random.integer(file.bytes.length);
    const acknowledged = await send(id, file, sent, async () => {
      await delay(random.integer(30));
      await kill();
    });
    expect(acknowledged).toBe(false);
    await start();
    expect(await checkStore()).not.toContain(file.sha256);
    // Not even the row may have been written.
    const state = await client.getUpload({ upload: id }).then(
      ({ state }) => state,
      () => "absent",
    );
    expect(["receiving", "failed", "absent"]).toContain(state);
    const again = newUploadId();
    await client.createUpload({ query: { id: again }, upload: file.bytes, mediaType: bytesType });
    await makeVersion(again, file, `again-${time}`);
  });

  test("after the last byte: all of it, where it was acknowledged; otherwise all or nothing", async () => {
    await start();
    const file = makeFile();
    const id = newUploadId();
    const acknowledged = await send(id, file, file.bytes.length, async () => {
      await delay(random.integer(60));
      await kill();
    });
    await start();
    const whole = (await checkStore()).includes(file.sha256);
    const state = await client.getUpload({ upload: id }).then(
      ({ state }) => state,
      () => "absent",
    );
    if (acknowledged) expect(state).toBe("stored");
    if (state === "stored") {
      expect(whole).toBe(true);
      await makeVersion(id, file, `after-${time}`);
    }
  });

  test("right after the acknowledgement: all of it", async () => {
    await start();
    const file = makeFile();
    const id = newUploadId();
    await client.createUpload({ query: { id }, upload: file.bytes, mediaType: bytesType });
    await kill();
    await start();
    expect(await checkStore()).toContain(file.sha256);
    expect(await client.getUpload({ upload: id })).toMatchObject({ state: "stored", sha256: file.sha256 });
    await makeVersion(id, file, `acknowledged-${time}`);
  });

  test("while a version is made: there or not, its number not skipped, and its reader gone", async () => {
    await start();
    const file = makeFile();
    const dataset = `version-${time}`;
    const id = newUploadId();
    await client.createUpload({ query: { id }, upload: file.bytes, mediaType: bytesType });
    const body = { createDataset: true, source: { upload: id } };
    const created = client.createDatasetVersion({ dataset, body }).then(
      () => true,
      () => false,
    );
    await delay(random.integer(1500));
    const readers = childrenOf(server.pid).filter((pid) => pid !== postgresOf(server.home));
    await kill();
    const acknowledged = await created;
    await start();
    const versions = await client.listDatasetVersions({ dataset }).then(
      ({ items }) => items,
      () => [],
    );
    expect(versions.length).toBeGreaterThanOrEqual(acknowledged ? 1 : 0);
    await makeVersion(id, file, dataset);
    for (const pid of readers) await gone(pid);
  });
});

/** Linux only: elsewhere there are none to be seen. */
function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, "utf8").trim().split(" ").filter(Boolean).map(Number) : [];
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(20);
  }
}
