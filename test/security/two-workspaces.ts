/** A server with a workspace that has one of everything, and a user who has every right in another workspace alone. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, stopEndpoints, type Server } from "../../src/api/index.ts";
import { createLog } from "../../src/base/index.ts";
import { createClient, type Client } from "../../src/contract/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { testDatabase } from "../../src/store/testing.ts";

/** Text that stands in everything of workspace "a", and nowhere else. */
export const canary = "canary-5f1d2e";
const mediaType = "application/octet-stream";

/** The datastore's credential. */
export const secret = "secret-e5b08a61c2";

/** How the parameters and fields of requests name the one thing of each kind. */
export type Names = Readonly<Record<string, string>>;

export interface TwoWorkspaces {
  readonly server: Server;
  readonly databaseUrl: string;
  readonly dataFolder: string;
  /** The administrator's. */
  readonly token: string;
  /** Of the owner of workspace "b". */
  readonly stranger: string;
  /** In workspace "a", as the administrator. */
  readonly client: Client;
  readonly names: Names;
  /** Of the datastore and the webhook, which fail every request. */
  readonly outside: string;
  /** With which the webhook's deliveries are signed. */
  readonly webhookSecret: string;
  /** Keys of the endpoint. */
  readonly endpointKeys: readonly string[];
  /** Everything that was logged so far. */
  log(): string;
  close(): Promise<void>;
}

export async function openTwoWorkspaces(): Promise<TwoWorkspaces> {
  const made = await testDatabase();
  const dataFolder = mkdtempSync(join(tmpdir(), "slipway-security-"));
  const lines: string[] = [];
  const log = createLog({ level: "debug", write: (line) => lines.push(line) });
  const outside = await openOutside();
  const options = { dataFolder, host: "127.0.0.1", port: 0, databaseUrl: made.url };
  process.env["SLIPWAY_OUTBOUND_ALLOW"] = outside.url;
  const server = await startServer({ ...options, log, onLost: () => {} });
  delete process.env["SLIPWAY_OUTBOUND_ALLOW"];
  const token = server.token as string;
  const admin = createClient({ url: server.url, token });
  for (const name of ["a", "b"]) await admin.createWorkspace({ body: { name } });
  await admin.createUser({ body: { name: "stranger" } });
  await admin.assignRole({ workspace: "b", user: "stranger", body: { role: "owner" } });
  const stranger = (await admin.createUserToken({ user: "stranger", body: { name: "test" } })).token;
  const client = createClient({ url: server.url, token, workspace: "a" });
  const { names, webhookSecret, endpointKeys } = await fill(server.url, token, client, outside.url);
  return {
    server,
    databaseUrl: made.url,
    dataFolder,
    token,
    stranger,
    client,
    names,
    outside: outside.url,
    webhookSecret,
    endpointKeys,
    log: () => lines.join(""),
    async close() {
      await server.close();
      await stopEndpoints(dataFolder);
      outside.close();
      await made.drop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** What the datastore and the webhook mean: it fails every request, and says in its answer what it was sent. */
async function openOutside(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify(request.headers));
    request.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Filled {
  readonly names: Names;
  readonly webhookSecret: string;
  readonly endpointKeys: readonly string[];
}

/** Makes one of everything. @param outside address of the datastore and the webhook */
async function fill(url: string, token: string, client: Client, outside: string): Promise<Filled> {
  const penguins = readFileSync(new URL("../../examples/penguins.csv", import.meta.url));
  const upload = await client.createUpload({ query: { fileName: `${canary}.csv` }, upload: penguins, mediaType });
  const body = { createDataset: true, source: { upload: upload.id }, description: canary };
  const { version } = await client.createDatasetVersion({ dataset: canary, body });
  const file = await client.createUpload({ upload: Buffer.from(encodeModel(modelWith())), mediaType });
  const source = { uploads: [{ path: "model.slipway", upload: file.id }] };
  await client.registerModelVersion({ model: canary, body: { source, description: canary } });
  await client.setModelAlias({ model: canary, alias: canary, body: { version: 1 } });
  const config = { kind: "https", settings: { url: outside }, credentials: { token: secret } } as const;
  await client.createDatastore({ body: { name: canary, config } });
  const hook = await client.createWebhook({ body: { name: canary, url: `${outside}/in` } });
  const spec = { kind: "node", node: "24" } as const;
  await client.createEnvironmentVersion({ environment: canary, body: { spec, description: canary } });
  const { primaryKey, secondaryKey } = await client.createEndpoint({ body: { name: canary, model: canary } });
  const { id: view } = await client.saveView({ body: { name: canary, page: "jobs", search: `?q=${canary}` } });
  const same = Object.fromEntries(
    ["dataset", "model", "alias", "datastore", "webhook", "environment", "endpoint"].map((kind) => [kind, canary]),
  );
  const azure = { subscription: "s", group: "g" };
  const fixed = {
    version: "1",
    modelFile: "model.slipway",
    user: "stranger",
    deployment: "blue",
    key: "primary",
    ...azure,
  };
  const tracked = await fillTracking(url, token, client);
  const piped = await fillPipelines(client);
  const names = { ...same, ...fixed, ...tracked, ...piped, view, upload: upload.id, id: version.id };
  return { names, webhookSecret: hook.secret, endpointKeys: [primaryKey ?? "", secondaryKey ?? ""] };
}

async function fillTracking(url: string, token: string, client: Client): Promise<Names> {
  // Its number is none that the other workspace has: this one has more experiments.
  let number = 0;
  for (let i = 0; i < 5; i++) ({ number } = await client.createExperiment({ body: { name: `${canary} ${i}` } }));
  const tags = { note: canary };
  const { id: run } = await client.createRun({
    body: { experiment: number, name: canary, params: { p: canary }, tags },
  });
  await client.logRunBatch({ run, body: { metrics: [{ key: canary, value: 1, step: 0 }] } });
  await client.appendRunLog({ run, body: { text: canary } });
  const path = `${canary}.txt`;
  await client.putRunArtifact({ run, path, upload: canary, mediaType: "*/*" });
  const data = { dataset: canary };
  const automl = await client.createAutoMLRun({ body: { data, target: "species", maxTrials: 1, experiment: canary } });
  await client.cancelRun({ run: automl.id });
  const batchRun = await fillBatchScoring(client);
  const experiment = String(number);
  const logged = await mlflow(url, token, "POST", "logged-models", { experiment_id: experiment, name: canary });
  const { model_id: loggedModel } = (logged["model"] as { info: { model_id: string } }).info;
  const names = { experiment, experimentName: `${canary} 0`, run, automlRun: automl.id, batchRun };
  return { ...names, metric: canary, path, loggedModel };
}

/** A pipeline that waits for somebody's decision, what starts it, and a worker that joined. */
async function fillPipelines(client: Client): Promise<Names> {
  const steps = { [`ask-${canary}`]: { type: "approval", message: canary } };
  const { id: pipelineVersionId } = await client.publishPipeline({ body: { definition: { name: canary, steps } } });
  const { id: pipelineId } = await client.getPipeline({ pipeline: canary });
  const { id: pipelineRun } = await client.createPipelineRun({ body: { pipeline: canary } });
  const trigger = { kind: "cron", expression: "0 0 1 1 *" } as const;
  await client.createSchedule({ body: { name: canary, pipeline: canary, trigger } });
  const machine = { host: "elsewhere", cores: 1, memoryBytes: 2 ** 30, labels: [], version: "0.1.0" };
  const { id: worker } = await client.registerWorker({ body: { name: canary, ...machine } });
  const ids = { pipelineVersionId, pipelineId, pipelineRun, worker, sha256: `${canary}-sha256` };
  return { ...ids, pipeline: canary, schedule: canary, step: `ask-${canary}`, output: canary };
}

/** @returns id of the run */
async function fillBatchScoring(client: Client): Promise<string> {
  const upload = await client.createUpload({
    query: { fileName: "rows.csv" },
    upload: "age,job\n41,student\n",
    mediaType,
  });
  const dataset = `${canary}-rows`;
  await client.createDatasetVersion({ dataset, body: { createDataset: true, source: { upload: upload.id } } });
  const body = { model: canary, data: { dataset }, output: `${canary}-scored` };
  const { id } = await client.createBatchScoring({ body });
  await client.cancelRun({ run: id });
  return id;
}

async function mlflow(url: string, token: string, method: string, path: string, body: object) {
  const response = await fetch(`${url}/workspaces/a/api/2.0/mlflow/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}
