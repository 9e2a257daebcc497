/** MLflow's unmodified Python client against a running server: real HTTP, real PostgreSQL, real files. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorkspace, ensureAdmin } from "../../src/access/index.ts";
import { startApi, type ApiServer, type Services } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient } from "../../src/contract/index.ts";
import { openArtifactStore, openDatabase, serverActor, type Database } from "../../src/store/index.ts";
import { testDatabase } from "../../src/store/testing.ts";
import { missingClient, runPython } from "./python-client.ts";

const missing = missingClient();

/** Of client.py, in their order. */
const checks = [
  "default_experiment",
  "experiments",
  "runs_and_what_they_log",
  "batches",
  "nested_runs",
  "search_of_runs",
  "artifacts",
  "uploads_in_parts",
  "inputs",
  "logged_models",
  "registry",
  "registered_models",
  "autolog",
  "another_workspace",
];

describe.skipIf(missing !== null)(`MLflow's Python client${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let folder = "";
  let database: Database;
  let drop: () => Promise<void>;
  let api: ApiServer;
  let token = "";
  let results: Readonly<Record<string, string | null>> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-mlflow-"));
    const made = await testDatabase();
    drop = made.drop;
    database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
    token = (await ensureAdmin(database)) as string;
    await createWorkspace(database, { name: "prod", description: "" }, serverActor);
    const artifacts = await openArtifactStore(join(folder, "artifacts"));
    api = await startApi({ host: "127.0.0.1", port: 0, services: { database, artifacts, log: silentLog } as Services });
    const env = { MLFLOW_TRACKING_URI: api.url, MLFLOW_TRACKING_TOKEN: token };
    const output = await runPython("client.py", { env, folder });
    results = JSON.parse(output.trimEnd().split("\n").at(-1) as string) as typeof results;
  }, 300_000);

  afterAll(async () => {
    await api.close();
    await database.destroy();
    await drop();
    await rm(folder, { recursive: true });
  });

  test("every check of the script is looked at", () => {
    expect(Object.keys(results)).toEqual(checks.map((name) => `check_${name}`));
  });

  test.each(checks)("%s", (name) => {
    const failure = results[`check_${name}`];
    expect(failure, `${failure}`).toBeNull();
  });

  test("its runs are runs like all others", async () => {
    const client = createClient({ url: api.url, token, workspace: "default" });
    const { items } = await client.listRuns({ query: { kind: "mlflow", filter: "run_name = 'first'" } as never });
    expect(items).toMatchObject([{ name: "first", kind: "mlflow", status: "FINISHED" }]);
  });

  test("the script's checks are written down here", async () => {
    const script = await readFile(join(import.meta.dirname, "client.py"), "utf8");
    expect([...script.matchAll(/^def check_(\w+)/gm)].map(([, name]) => name)).toEqual(checks);
  });
});
