/**
 * A server that is killed while it deploys to an endpoint under load: at random moments, three times by default;
 * FAULTS=50 in `npm run faults`. The endpoint goes on answering, and the next server ends what this one began.
 */
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../src/base/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { faultTimes, openFaultServer, reportFault, type FaultServer } from "./fault-server.ts";

const times = faultTimes(3);
/** Milliseconds from the request until the kill, at most: a deployment takes about as long. */
const latest = 1_000;
const random = createRandom(11);
const endpoint = "bank";

let server: FaultServer;

beforeAll(async () => {
  server = await openFaultServer();
  for (const labels of [
    ["no", "yes"],
    ["nay", "yea"],
  ] as const) {
    const upload = Buffer.from(encodeModel(modelWith({ labels: [...labels] })));
    const { id } = await server.client.createUpload({ upload, mediaType: "application/octet-stream" });
    const source = { uploads: [{ path: "model.slipway", upload: id }] };
    await server.client.registerModelVersion({ model: endpoint, body: { source } });
  }
});

afterAll(async () => {
  await server.start();
  await server.client.deleteEndpoint({ endpoint, query: { force: true } });
  await server.close();
});

/** One request after the other, each on a connection of its own. */
function startLoad(uri: string, key: string): { end(): Promise<{ answered: number; failed: string[] }> } {
  const over = new AbortController();
  const seen = { answered: 0, failed: [] as string[] };
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const send = async (): Promise<void> => {
    const asked = request(uri, { method: "POST", agent: false, headers });
    asked.end(JSON.stringify({ data: [{ age: 41, job: "student" }] }));
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const { result } = (await json(response)) as { result?: string[] };
    if (response.statusCode === 200 && /^(yes|yea)$/.test(result?.[0] ?? "")) seen.answered++;
    else seen.failed.push(`status ${response.statusCode}`);
  };
  const loop = (async () => {
    while (!over.signal.aborted) {
      await send().catch((error: unknown) => seen.failed.push(String(error)));
      await sleep(2);
    }
  })();
  return {
    async end() {
      over.abort();
      await loop;
      return seen;
    },
  };
}

test(
  "kill -9 of the server while it deploys: every deployment ends once, and no request fails",
  async ({ annotate }) => {
    const { scoringUri, primaryKey } = await server.client.createEndpoint({
      body: { name: endpoint, model: `${endpoint}@1` },
    });
    const load = startLoad(scoringUri, primaryKey as string);
    for (let i = 0; i < times; i++) {
      const asked = { endpoint, body: { model: `${endpoint}@${(i % 2) + 1}`, name: `d${i}` } };
      const options = { idempotencyKey: `deploy ${i}` };
      const cut = server.client.createDeployment(asked, options).catch(() => null);
      await sleep(random.next() * latest);
      await server.end("SIGKILL");
      await cut;
      await server.start();
      // Whoever got no answer sends the request again: it waits for what was begun, or makes it now.
      const { deployments, appliedRevision, revision } = await server.client.createDeployment(asked, options);
      expect(deployments.map(({ name, state }) => [name, state])).toEqual(
        ["blue", ...Array.from({ length: i + 1 }, (_, n) => `d${n}`)].map((name) => [name, "Healthy"]),
      );
      expect(deployments.map(({ traffic }) => traffic).at(-1)).toBe(100);
      expect(appliedRevision).toBe(revision);
    }
    const { answered, failed } = await load.end();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(times * 10);
    const fault = `kill -9 of the server while it deploys to an endpoint (${answered} requests answered meanwhile)`;
    reportFault({ fault, times, lost: failed.length, half: 0, orphans: 0, seconds: server.ready });
    await annotate(`${times} kills, ${answered} requests answered, ${failed.length} failed`);
  },
  60_000 + times * 15_000,
);
