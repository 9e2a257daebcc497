/** Endpoints by the API, with real processes that outlive the server. */
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countEndpoints, startServer, stopEndpoints, type Server } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient, type Client } from "../../src/contract/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";

let made: TestDatabase;
let folder: string;
let server: Server;
let client: Client;
let token: string;

const start = async (): Promise<void> => {
  const options = { dataFolder: folder, host: "127.0.0.1", port: 0, databaseUrl: made.url };
  server = await startServer({ ...options, log: silentLog, onLost: () => {} });
  token = server.token ?? token;
  client = createClient({ url: server.url, token });
};

async function register(model: string, bytes: Uint8Array): Promise<void> {
  const upload = await client.createUpload({ upload: Buffer.from(bytes), mediaType: "application/octet-stream" });
  await client.registerModelVersion({
    model,
    body: { source: { uploads: [{ path: "model.slipway", upload: upload.id }] } },
  });
}

beforeAll(async () => {
  made = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "slipway-endpoints-"));
  await start();
  await register("bank", encodeModel(modelWith()));
  await register("bank", encodeModel(modelWith({ labels: ["nay", "yea"] })));
});

afterAll(async () => {
  await server?.close();
  await stopEndpoints(folder);
  await made?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const rows = { data: [{ age: 41, job: "student" }] };

/** On a connection of its own: one that was made before a deployment may lead to processes that are about to end. */
async function score(uri: string, key: string | null, headers: Record<string, string> = {}) {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const sent = { "content-type": "application/json", ...authorization, ...headers };
  const asked = request(uri, { method: "POST", agent: false, headers: sent }).end(JSON.stringify(rows));
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: (await json(response)) as unknown };
}

describe("an endpoint", () => {
  test("is made, answers with either key, and says what runs", async () => {
    const endpoint = await client.createEndpoint({ body: { name: "bank", model: "bank@1" } });
    expect(endpoint).toMatchObject({ state: "Healthy", deployments: [{ name: "blue", traffic: 100 }] });
    expect(endpoint.processes.map(({ role, state }) => [role, state])).toEqual([
      ["supervisor", "ready"],
      ["replica", "ready"],
    ]);
    for (const key of [endpoint.primaryKey, endpoint.secondaryKey]) {
      expect(await score(endpoint.scoringUri, key)).toMatchObject({ status: 200, body: { result: ["yes"] } });
    }
    expect(await score(endpoint.scoringUri, null)).toMatchObject({ status: 401 });
    expect((await client.listEndpoints({})).items.map(({ name }) => name)).toEqual(["bank"]);
    const answer = await client.testEndpoint({ endpoint: "bank", body: { body: rows } });
    expect(answer).toMatchObject({ status: 200, body: { result: ["yes"] } });
    const { request: body, curl } = await client.getEndpointExamples({ endpoint: "bank" });
    const { paths } = await client.getEndpointSwagger({ endpoint: "bank" });
    expect(Object.keys(paths as object)).toContain("/score");
    expect(body).toEqual({ data: [{ age: 41, job: "student" }] });
    expect(curl).toContain(endpoint.scoringUri);
  });

  test("shares its traffic, can be forced, and goes back", async () => {
    await client.createDeployment({ endpoint: "bank", body: { model: "bank@2", traffic: 0 } });
    const { scoringUri } = await client.getEndpoint({ endpoint: "bank" });
    const { primaryKey } = await client.getEndpointKeys({ endpoint: "bank" });
    const forced = await score(scoringUri, primaryKey, { "azureml-model-deployment": "green" });
    expect(forced.body).toEqual({ result: ["yea"] });
    expect(forced.headers["x-slipway-model"]).toBe("bank@2");
    const answer = await client.testEndpoint({ endpoint: "bank", body: { body: rows, deployment: "green" } });
    expect(answer.body).toEqual({ result: ["yea"] });
    await client.setEndpointTraffic({ endpoint: "bank", body: { traffic: { green: 100 } } });
    expect((await score(scoringUri, primaryKey)).body).toEqual({ result: ["yea"] });
    await client.rollBackEndpoint({ endpoint: "bank" });
    expect((await score(scoringUri, primaryKey)).body).toEqual({ result: ["yes"] });
    await client.deleteDeployment({ endpoint: "bank", deployment: "green" });
    expect((await score(scoringUri, primaryKey, { "azureml-model-deployment": "green" })).status).toBe(404);
  });

  test("takes a new key at once, and a change of its auth", async () => {
    const { scoringUri } = await client.getEndpoint({ endpoint: "bank" });
    const before = await client.getEndpointKeys({ endpoint: "bank" });
    const after = await client.regenerateEndpointKey({ endpoint: "bank", key: "primary", body: {} });
    const statuses = [before.primaryKey, after.primaryKey, after.secondaryKey].map(
      async (key) => (await score(scoringUri, key)).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 200, 200]);
    await client.updateEndpoint({ endpoint: "bank", body: { authMode: "token" } });
    expect((await score(scoringUri, after.primaryKey)).status).toBe(401);
    const { accessToken } = await client.createEndpointToken({ endpoint: "bank" });
    expect((await score(scoringUri, accessToken)).status).toBe(200);
    expect(await client.testEndpoint({ endpoint: "bank", body: { body: rows } })).toMatchObject({ status: 200 });
    await client.updateEndpoint({ endpoint: "bank", body: { authMode: "none" } });
    expect((await score(scoringUri, null)).status).toBe(200);
    await client.updateEndpoint({ endpoint: "bank", body: { authMode: "key" } });
    expect((await score(scoringUri, after.primaryKey)).status).toBe(200);
  });

  test("whose second model does not load goes on with the first, and says why", async () => {
    const bytes = encodeModel(modelWith({ metrics: {} }));
    await register("broken", bytes);
    const { scoringUri, revision } = await client.getEndpoint({ endpoint: "bank" });
    const { primaryKey } = await client.getEndpointKeys({ endpoint: "bank" });
    // The bytes of the store are gone: whatever it is that fails, it fails before the old deployment is touched.
    const { items } = await client.listModelVersionFiles({ model: "broken", version: "1" });
    rmSync(pathOf(items[0]?.sha256 ?? ""));
    const refused = client.createDeployment({ endpoint: "bank", body: { model: "broken" } });
    await expect(refused).rejects.toMatchObject({ problem: { code: "SLW_ENDPOINT_START" } });
    expect((await score(scoringUri, primaryKey)).body).toEqual({ result: ["yes"] });
    const shown = await client.getEndpoint({ endpoint: "bank" });
    expect(shown).toMatchObject({ state: "Healthy", deployments: [{ traffic: 100 }, { state: "Failed", traffic: 0 }] });
    expect(shown.revision).toBeGreaterThan(revision);
    await client.deleteDeployment({ endpoint: "bank", deployment: shown.deployments[1]?.name ?? "" });
  });
});

function pathOf(sha256: string): string {
  const artifacts = join(folder, "artifacts");
  const name = readdirSync(artifacts, { recursive: true, encoding: "utf8" }).find((path) => path.endsWith(sha256));
  return join(artifacts, name ?? sha256);
}

test("answers while no server runs; the next one finds it, and can stop, start and delete it", async () => {
  const before = await client.getEndpoint({ endpoint: "bank" });
  const { primaryKey } = await client.getEndpointKeys({ endpoint: "bank" });
  await server.close();
  expect(await countEndpoints(folder)).toBe(1);
  expect((await score(before.scoringUri, primaryKey)).status).toBe(200);
  await start();
  await expect
    .poll(async () => (await client.getEndpoint({ endpoint: "bank" })).processes.map(({ pid }) => pid))
    .toEqual(before.processes.map(({ pid }) => pid));
  expect((await client.stopEndpoint({ endpoint: "bank" })).state).toBe("Stopped");
  await expect(score(before.scoringUri, primaryKey)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect((await client.startEndpoint({ endpoint: "bank" })).state).toBe("Healthy");
  expect((await score(before.scoringUri, primaryKey)).status).toBe(200);
  await client.deleteEndpoint({ endpoint: "bank", query: { force: true } });
  await expect(score(before.scoringUri, primaryKey)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(client.getEndpoint({ endpoint: "bank" })).rejects.toMatchObject({ status: 404 });
  expect(await countEndpoints(folder)).toBe(0);
});
