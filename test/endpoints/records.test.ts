/** What an endpoint tells and collects, by the API, with real processes. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, stopEndpoints, type Server } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient, type Client, type EndpointWithKeys } from "../../src/contract/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";

let made: TestDatabase;
let folder: string;
let server: Server;
let client: Client;
let endpoint: EndpointWithKeys;
const ids: string[] = [];

beforeAll(async () => {
  made = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "slipway-records-"));
  const options = { dataFolder: folder, host: "127.0.0.1", port: 0, databaseUrl: made.url };
  server = await startServer({ ...options, log: silentLog, onLost: () => {} });
  client = createClient({ url: server.url, token: server.token as string });
  const upload = await client.createUpload({
    upload: Buffer.from(encodeModel(modelWith())),
    mediaType: "application/octet-stream",
  });
  await client.registerModelVersion({
    model: "bank",
    body: { source: { uploads: [{ path: "model.slipway", upload: upload.id }] } },
  });
  const settings = { appInsights: true, dataCollection: { enabled: true, samplingRate: 1 } };
  endpoint = await client.createEndpoint({ body: { name: "bank", model: "bank", settings } });
});

afterAll(async () => {
  await server?.close();
  await stopEndpoints(folder);
  await made?.drop();
  rmSync(folder, { recursive: true, force: true });
});

function post(path: string, body: unknown, key = endpoint.primaryKey): Promise<Response> {
  return fetch(endpoint.scoringUri.replace("/score", path), {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

const row = (age: number) => ({ age, job: "student" });

describe("an endpoint", () => {
  test("logs its requests and its processes; a follower sees them as they come", async () => {
    const ended = new AbortController();
    const followed = (await client.followEndpointLogs({ endpoint: "bank" }, { signal: ended.signal }))[
      Symbol.asyncIterator
    ]();
    for (let age = 20; age < 30; age++) {
      const response = await post("/score", { data: [row(age), row(age + 1)] });
      expect(response.status).toBe(200);
      ids.push(response.headers.get("x-ms-request-id") as string);
    }
    expect((await post("/score", { data: [{ age: "old" }] })).status).toBe(400);
    const seen: string[] = [];
    while (seen.length < 11) {
      const { value } = await followed.next();
      if (value?.data.kind === "request") seen.push(value.data.requestId as string);
    }
    expect(seen.slice(0, 10)).toEqual(ids);
    ended.abort();
    const { items } = await client.getEndpointLogs({ endpoint: "bank", query: { level: "warn", tail: 1 } });
    expect(items).toMatchObject([{ kind: "request", level: "warn", status: 400, deployment: "blue" }]);
    const one = await client.getEndpointLogs({ endpoint: "bank", query: { requestId: ids[3] as string } });
    expect(one.items).toMatchObject([{ requestId: ids[3], rows: 2, model: "bank@1", wire: "azure" }]);
    const all = await client.getEndpointLogs({ endpoint: "bank" });
    expect(all.items.some(({ kind }) => kind === "process")).toBe(true);
  });

  test("tells its rates, latencies and errors, and when it was used last", async () => {
    const { deployments, total, collected } = await expect
      .poll(() => client.getEndpointMetrics({ endpoint: "bank" }), { interval: 500 })
      .toMatchObject({ total: { requests: 11 } })
      .then(() => client.getEndpointMetrics({ endpoint: "bank" }));
    expect(total.rows).toBe(20);
    expect(Object.values(total.errors)).toEqual([1]);
    expect(total.p50).toBeGreaterThan(0);
    expect(total.p99).toBeGreaterThanOrEqual(total.p50 as number);
    expect(deployments.map(({ name, mirrored }) => [name, mirrored])).toEqual([["blue", false]]);
    expect(collected).toEqual({ rows: 20, dropped: 0 });
    const { keys } = await client.getEndpointKeys({ endpoint: "bank" });
    expect(keys.map(({ name, lastUsedAt }) => [name, lastUsedAt === null])).toEqual([
      ["primary", false],
      ["secondary", true],
    ]);
    expect((await client.getEndpoint({ endpoint: "bank" })).lastRequestAt).not.toBeNull();
    const bad = client.getEndpointMetrics({
      endpoint: "bank",
      query: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" },
    });
    await expect(bad).rejects.toMatchObject({ status: 400 });
    const endless = client.getEndpointMetrics({
      endpoint: "bank",
      query: { from: "1999-01-01T00:00:00Z", stepSeconds: 60 },
    });
    await expect(endless).rejects.toMatchObject({ status: 400 });
  });

  test("collects what retraining reads: rows with their true labels", async () => {
    const labels = ids.slice(0, 4).map((requestId, i) => ({ requestId, row: 1, label: i % 2 ? "yes" : "no" }));
    const response = await post("/labels", { labels });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 4 }]);
    const all = await client.createCollectedDataset({ endpoint: "bank", body: { dataset: "scored" } });
    expect(all).toMatchObject({
      dataset: "scored",
      version: 1,
      rows: 20,
      format: "parquet",
      source: { kind: "collected" },
    });
    const labelled = await client.createCollectedDataset({
      endpoint: "bank",
      body: { dataset: "true", labelled: true },
    });
    const preview = await client.previewDataset({ dataset: "true", version: String(labelled.version) });
    const { columns, rows } = preview;
    expect(columns.map(({ name }) => name)).toEqual(["age", "job", modelWith().target]);
    expect(rows.map(([age, , label]) => [age, label])).toEqual([
      [21, "no"],
      [22, "yes"],
      [23, "no"],
      [24, "yes"],
    ]);
    const { items } = await client.listCollectedFiles({ endpoint: "bank" });
    expect(items.map(({ designation, rows: count, model }) => [designation, count, model]).toSorted()).toEqual([
      ["inputs", 20, "bank"],
      ["labels", 4, "bank"],
    ]);
    const none = client.createCollectedDataset({
      endpoint: "bank",
      body: { dataset: "none", to: "2020-01-01T00:00:00Z" },
    });
    await expect(none).rejects.toMatchObject({ problem: { code: "SLW_ENDPOINT_NOT_COLLECTED" } });
  });

  test("leaves nothing in its folder once it is stopped and all of it is stored", async () => {
    await client.stopEndpoint({ endpoint: "bank" });
    const { id } = { id: readdirSync(join(folder, "endpoints")).find((name) => /^[0-9a-f]{32}$/.test(name)) as string };
    const left = (): string[] =>
      ["logs", "metrics", "collected"].flatMap((kind) => readdirSync(join(folder, "endpoints", id, kind)));
    await expect.poll(left).toEqual([]);
    const { items } = await client.getEndpointLogs({ endpoint: "bank", query: { requestId: ids[0] as string } });
    expect(items).toHaveLength(1);
    expect((await client.getEndpointMetrics({ endpoint: "bank" })).total.requests).toBe(11);
    const { items: files } = await client.listCollectedFiles({ endpoint: "bank" });
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(24);
  });
});
