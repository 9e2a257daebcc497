/**
 * kill -9 of a whole server while models are registered over HTTP (RELIABILITY: row 2). A few times by default;
 * FAULTS=50 in `npm run faults`.
 */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../src/base/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import {
  damagedArtifacts,
  faultTimes,
  missingProc,
  openFaultServer,
  orphansEnd,
  orphansOf,
  reportFault,
  type FaultServer,
} from "./fault-server.ts";

const times = faultTimes(4);
const random = createRandom(Number(process.env["FAULTS_SEED"] ?? 3));
const mediaType = "application/octet-stream";
const model = "killed";

let server: FaultServer;
beforeAll(async () => {
  server = await openFaultServer();
});
afterAll(() => server?.close());

interface Sent {
  readonly key: string;
  /** Tells the file from all others. */
  readonly accuracy: number;
  /** Null without an answer. */
  version: number | null;
}

async function register({ key, accuracy }: Pick<Sent, "key" | "accuracy">): Promise<number> {
  const { client } = server;
  const upload = Buffer.from(encodeModel(modelWith({ metrics: { accuracy } })));
  const { id } = await client.createUpload({ upload, mediaType }, { idempotencyKey: `${key}/upload` });
  const body = { source: { uploads: [{ path: "model.slipway", upload: id }] } };
  return (await client.registerModelVersion({ model, body }, { idempotencyKey: key })).version;
}

/** Registers one after the other until the server is gone. */
async function registerUntilKilled(round: number): Promise<Sent[]> {
  const sent: Sent[] = [];
  const killed = delay(random.next() * 400).then(() => server.end("SIGKILL"));
  for (let n = 0; ; n++) {
    const each: Sent = { key: `${round}-${n}`, accuracy: random.next(), version: null };
    sent.push(each);
    try {
      each.version = await register(each);
    } catch {
      break;
    }
  }
  await killed;
  return sent;
}

test.skipIf(missingProc)(
  `every version is whole or absent, and whoever sends again gets it${missingProc ? ` (skipped: ${missingProc})` : ""}`,
  { timeout: 240_000 + times * 20_000 },
  async () => {
    const all: Sent[] = [];
    for (let round = 0; round < times; round++) {
      const sent = await registerUntilKilled(round);
      await server.start();
      const last = sent.at(-1) as Sent;
      last.version = await register(last);
      all.push(...sent);
    }
    const versions = new Map<number, number | undefined>();
    for (let cursor: string | undefined; ;) {
      const query = { limit: 200, sort: "version", ...(cursor !== undefined && { cursor }) };
      const page = await server.client.listModelVersions({ model, query });
      for (const { version, metrics } of page.items) versions.set(version, metrics["accuracy"]);
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    const lost = all.filter(({ version, accuracy }) => version === null || versions.get(version) !== accuracy);
    const damaged = damagedArtifacts(server.home);
    await expect.poll(() => orphansOf(server.home, server.pid), orphansEnd).toEqual([]);
    reportFault({
      fault: "kill -9 of the server while models are registered",
      times,
      lost: lost.length,
      half: damaged.length + Math.abs(versions.size - all.length),
      orphans: orphansOf(server.home, server.pid).length,
      seconds: server.ready,
      limit: 10,
    });
    expect(lost).toEqual([]);
    expect(damaged).toEqual([]);
    // Each file once, with numbers that have no gap.
    expect([...versions.keys()]).toEqual(Array.from({ length: all.length }, (_, i) => i + 1));
  },
);
