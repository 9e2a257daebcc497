/** The pipelines of examples/: valid, the TypeScript module as the YAML file, and a Python project that runs as it is. */
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ensureAdmin } from "../../src/access/index.ts";
import { startApi, type ApiServer, type Services } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient } from "../../src/contract/index.ts";
import { loadPipelineFile } from "../../src/definition/index.ts";
import { openArtifactStore, openDatabase, type Database } from "../../src/store/index.ts";
import { testDatabase } from "../../src/store/testing.ts";
import { clientPackages, missingClient } from "../mlflow/python-client.ts";

const examples = join(import.meta.dirname, "../../examples/pipelines");
const names = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "ci")
  .map(({ name }) => name);

describe("the pipelines of the examples", () => {
  test.each(names)("%s is valid", async (name) => {
    const { definition, problems } = await loadPipelineFile(join(examples, name, "pipeline.yaml"));
    expect(problems).toEqual([]);
    expect(definition?.name).toBe(name);
  });

  test("bank-marketing is the same as a TypeScript module", async () => {
    const yaml = await loadPipelineFile(join(examples, "bank-marketing/pipeline.yaml"));
    // As the command loads it: here modules come by another loader.
    const door = join(import.meta.dirname, "../../src/definition/index.ts");
    const path = join(examples, "bank-marketing/pipeline.ts");
    const code = `const { loadPipelineFile } = await import(${JSON.stringify(door)});
      console.log(JSON.stringify(await loadPipelineFile(${JSON.stringify(path)})));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
    const module = JSON.parse(stdout) as typeof yaml;
    expect(module.problems).toEqual([]);
    expect(module.definition).toEqual(yaml.definition);
  });

  test.each(["github-actions.yml", "azure-pipelines.yml"])("ci/%s is YAML that runs one and waits", (file) => {
    const text = readFileSync(join(examples, "ci", file), "utf8");
    expect(parse(text)).toHaveProperty(file.startsWith("github") ? "jobs" : "steps");
    expect(text).toContain("slipway pipelines run pipeline.yaml --wait --junit report.xml --summary summary.md");
  });
});

const missing = missingClient();

describe.skipIf(missing !== null)(`the diabetes project${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  let folder = "";
  let database: Database;
  let drop: () => Promise<void>;
  let api: ApiServer;
  let token = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-diabetes-"));
    mkdirSync(join(folder, "outputs"));
    const made = await testDatabase();
    drop = made.drop;
    database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
    token = (await ensureAdmin(database)) as string;
    const artifacts = await openArtifactStore(join(folder, "artifacts"));
    api = await startApi({ host: "127.0.0.1", port: 0, services: { database, artifacts, log: silentLog } as Services });
  }, 250_000);

  afterAll(async () => {
    await api.close();
    await database.destroy();
    await drop();
    rmSync(folder, { recursive: true });
  });

  async function run(script: string, ...options: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("python3", [join(examples, "diabetes", script), ...options], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        PYTHONPATH: clientPackages,
        // Otherwise each script compiles all of the packages again, which takes longer than its work.
        PYTHONPYCACHEPREFIX: join(import.meta.dirname, "../../build/test-pycache"),
        MLFLOW_DISABLE_TELEMETRY: "true",
        MLFLOW_TRACKING_URI: api.url,
        MLFLOW_TRACKING_TOKEN: token,
      },
      timeout: 240_000,
    });
    return stdout;
  }

  const answer = (file: string): unknown => JSON.parse(readFileSync(join(folder, "outputs", file), "utf8"));

  test("trains, is better than nothing, is registered, and is then not better than itself", async () => {
    await run("train.py", "--alpha", "0.1");
    const model = ["--model", readFileSync(join(folder, "outputs/model.txt"), "utf8")];
    await run("evaluate.py", ...model);
    expect(answer("better.json")).toBe(true);
    expect(await run("register.py", ...model)).toContain("diabetes version 1 is in production");
    expect(answer("version.txt")).toBe(1);
    expect(await run("evaluate.py", ...model)).toMatch(/mse ([\d.]+), in production \1\n/);
    expect(answer("better.json")).toBe(false);

    const client = createClient({ url: api.url, token, workspace: "default" });
    const { items } = await client.listModelVersions({ model: "diabetes" });
    expect(items).toMatchObject([{ version: 1, kind: "mlflow", aliases: ["production"] }]);
  }, 250_000);
});
