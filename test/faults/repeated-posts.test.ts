/**
 * Clients that send a POST again, three at once, with the same Idempotency-Key (RELIABILITY: row 14): one effect, and all
 * get the same answer. A few times by default; FAULTS=100 in `npm run faults`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, stopEndpoints, type Server } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient, type CallOptions, type Client } from "../../src/contract/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { openDatabase, type Database, type Tables } from "../../src/store/index.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";
import { faultTimes, reportFault } from "./fault-server.ts";

const times = faultTimes(4);
const mediaType = "application/octet-stream";

let made: TestDatabase;
let database: Database;
let folder: string;
let server: Server;
let client: Client;
let upload: string;
let model: string;

beforeAll(async () => {
  made = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "slipway-repeated-"));
  const options = { dataFolder: folder, host: "127.0.0.1", port: 0, databaseUrl: made.url };
  process.env["SLIPWAY_OUTBOUND_ALLOW"] = "https://127.0.0.1";
  server = await startServer({ ...options, log: silentLog, onLost: () => {} });
  delete process.env["SLIPWAY_OUTBOUND_ALLOW"];
  client = createClient({ url: server.url, token: server.token as string });
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  const penguins = readFileSync(new URL("../../examples/penguins.csv", import.meta.url));
  upload = (await client.createUpload({ query: { fileName: "penguins.csv" }, upload: penguins, mediaType })).id;
  await client.createDatasetVersion({ dataset: "penguins", body: { createDataset: true, source: { upload } } });
  const rows = await client.createUpload({
    query: { fileName: "rows.csv" },
    upload: "age,job\n40,student\n",
    mediaType,
  });
  await client.createDatasetVersion({ dataset: "rows", body: { createDataset: true, source: { upload: rows.id } } });
  model = (await client.createUpload({ upload: Buffer.from(encodeModel(modelWith())), mediaType })).id;
});
afterAll(async () => {
  await server?.close();
  await stopEndpoints(folder);
  await database?.destroy();
  await made?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const automl = { data: { dataset: "penguins" }, target: "species", maxTrials: 1, threads: 1, explain: false } as const;

interface Repeated {
  readonly name: string;
  /** The table that has a row for each effect. */
  readonly table: keyof Tables;
  /** @returns the id of what was made */
  send(i: number, options: CallOptions): Promise<string>;
}

const requests: readonly Repeated[] = [
  {
    name: "createWorkspace",
    table: "workspaces",
    send: async (i, options) => (await client.createWorkspace({ body: { name: `w${i}` } }, options)).name,
  },
  {
    name: "createUser",
    table: "users",
    send: async (i, options) => (await client.createUser({ body: { name: `u${i}` } }, options)).name,
  },
  {
    name: "createDatastore",
    table: "datastores",
    send: async (i, options) => {
      const config = { kind: "https", settings: { url: "https://127.0.0.1/" }, credentials: { token: "x" } } as const;
      return (await client.createDatastore({ body: { name: `s${i}`, config } }, options)).name;
    },
  },
  {
    name: "createModel",
    table: "registered_models",
    send: async (i, options) => (await client.createModel({ body: { name: `m${i}` } }, options)).name,
  },
  {
    name: "createDataset",
    table: "datasets",
    send: async (i, options) => (await client.createDataset({ body: { name: `t${i}` } }, options)).name,
  },
  {
    name: "createExperiment",
    table: "experiments",
    send: async (i, options) => String((await client.createExperiment({ body: { name: `e${i}` } }, options)).number),
  },
  {
    name: "createRun",
    table: "runs",
    send: async (_, options) => (await client.createRun({ body: { experiment: 0 } }, options)).id,
  },
  {
    name: "createUpload",
    table: "uploads",
    send: async (i, options) => (await client.createUpload({ upload: `a,b\n1,${i}\n`, mediaType }, options)).id,
  },
  {
    name: "createDatasetVersion",
    table: "dataset_versions",
    send: async (i, options) => {
      const body = { createDataset: true, source: { upload } };
      const { version } = await client.createDatasetVersion({ dataset: `d${i}`, body }, options);
      return version.id;
    },
  },
  {
    name: "registerModelVersion",
    table: "model_versions",
    send: async (_, options) => {
      const body = { source: { uploads: [{ path: "model.slipway", upload: model }] } };
      const { name, version } = { name: "m", ...(await client.registerModelVersion({ model: "m", body }, options)) };
      return `${name}/${version}`;
    },
  },
  {
    name: "createEndpoint",
    table: "endpoints",
    send: async (i, options) => (await client.createEndpoint({ body: { name: `n${i}`, model: "m" } }, options)).name,
  },
  {
    name: "createDeployment",
    table: "deployments",
    send: async (i, options) => {
      const { deployments } = await client.createDeployment(
        { endpoint: "n0", body: { model: "m", name: `d${i}` } },
        options,
      );
      return deployments.at(-1)?.name ?? "";
    },
  },
  {
    name: "createAutoMLRun",
    table: "jobs",
    send: async (_, options) => {
      const { id } = await client.createAutoMLRun({ body: automl }, options);
      // Nobody needs its result.
      await client.cancelRun({ run: id }).catch(() => undefined);
      return id;
    },
  },
  {
    name: "createBatchScoring",
    table: "jobs",
    send: async (i, options) => {
      const body = { model: "m", data: { dataset: "rows" }, output: `scored${i}` };
      const { id } = await client.createBatchScoring({ body }, options);
      await client.cancelRun({ run: id }).catch(() => undefined);
      return id;
    },
  },
];

test.each(requests)("$name", { timeout: 240_000 + times * 5_000 }, async ({ name, table, send }) => {
  const before = await count(table);
  const ids = new Set<string>();
  for (let i = 0; i < times; i++) {
    const options = { idempotencyKey: `${name} ${i}` };
    const same = new Set(await Promise.all([send(i, options), send(i, options), send(i, options)]));
    // And once more, much later.
    same.add(await send(i, options));
    expect(same.size).toBe(1);
    for (const id of same) ids.add(id);
  }
  const effects = (await count(table)) - before;
  const [lost, half] = [Math.max(0, times - effects), Math.max(0, effects - times)];
  reportFault({ fault: `${name} sent 4 times, 3 at once, with one key`, times, lost, half, orphans: 0, seconds: [] });
  expect(ids.size).toBe(times);
  expect(effects).toBe(times);
});

async function count(table: Repeated["table"]): Promise<number> {
  const { rows } = await database
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as("rows"))
    .executeTakeFirstOrThrow();
  return rows;
}
