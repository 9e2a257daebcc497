/** slipway models … against a server, as a user types it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureAdmin } from "../../src/access/index.ts";
import { startApi, type ApiServer, type Services } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient, type Client, type ModelVersionDetails } from "../../src/contract/index.ts";
import { writeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { openArtifactStore, openDatabase, type Database } from "../../src/store/index.ts";
import { testDatabase } from "../../src/store/testing.ts";
import { runCli, type Finished } from "./run-cli.ts";

let database: Database;
let api: ApiServer;
let drop: () => Promise<void>;
let client: Client;
let env: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), "slipway-models-"));
const file = join(folder, "bank.slipway");

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  const token = (await ensureAdmin(database)) as string;
  const artifacts = await openArtifactStore(join(folder, "artifacts"));
  api = await startApi({
    host: "127.0.0.1",
    port: 0,
    services: { database, artifacts, log: silentLog } as unknown as Services,
  });
  client = createClient({ url: api.url, token });
  env = { SLIPWAY_URL: api.url, SLIPWAY_TOKEN: token };
  await writeModel(file, modelWith());
});

afterAll(async () => {
  await api.close();
  await database.destroy();
  await drop();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<Finished> => runCli(["models", ...args], { env });

/** With the exit code 0. */
async function output(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await cli(...args);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return stdout;
}

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse(await output(...args, "--json")) as T;
}

describe("slipway models", () => {
  test("register, list, show, versions, compare", async () => {
    expect(
      await output("register", "bank", file, "--alias", "champion", "--tag", "team=risk", "--data", "bank@2"),
    ).toBe("Registered bank@1: GradientBoosting, 0.90000 accuracy.\n");
    const better = join(folder, "better.slipway");
    await writeModel(better, modelWith({ metrics: { accuracy: 0.95 } }));
    expect(await json<ModelVersionDetails>("register", "bank", better)).toMatchObject({ model: "bank", version: 2 });
    const list = (await output("list"))
      .trimEnd()
      .split("\n")
      .map((line) => line.trim().split(/ {2,}/).slice(0, 3));
    expect(list).toEqual([
      ["NAME", "LATEST", "ALIASES"],
      ["bank", "2", "champion@1"],
    ]);
    expect(await output("show", "bank")).toMatch(/^bank\n {2}latest version +2\n {2}champion +version 1\n/);
    const shown = await output("show", "bank@champion");
    for (const part of [
      "bank@1",
      "classification of y",
      "upload:bank.slipway",
      "bank@2",
      "0.90000",
      "job",
      "string, may be null",
    ]) {
      expect(shown).toContain(part);
    }
    expect(await output("versions", "bank")).toMatch(/^VERSION .*\n +2 +GradientBoosting +0\.95000 accuracy/);
    const compared = await output("compare", "bank@1", "@best");
    expect(compared).toMatch(/^ +bank@1 +bank@2\n/);
    expect(compared).toMatch(/accuracy +0\.90000 +0\.95000 \*/);
  });

  test("register a run's artifact and a folder of MLflow; download both again", async () => {
    const run = await client.createRun({ body: { experiment: 0, name: "train-it" } });
    const upload = readFileSync(file) as unknown as Blob;
    await client.putRunArtifact({ run: run.id, path: "out/model.slipway", upload, mediaType: "*/*" });
    const made = await json<ModelVersionDetails>("register", "from-run", "runs:/train-it/out/model.slipway");
    expect(made).toMatchObject({ lineage: { run: run.id } });
    const saved = join(folder, "saved.slipway");
    await output("download", "from-run", "--out", saved);
    expect(readFileSync(saved)).toEqual(readFileSync(file));

    const model = join(folder, "mlflow");
    mkdirSync(join(model, "data"), { recursive: true });
    writeFileSync(join(model, "MLmodel"), "flavors:\n  python_function: {}\n");
    writeFileSync(join(model, "data", "model.pkl"), "bytes");
    expect(await json("register", "flow", model)).toMatchObject({ kind: "mlflow" });
    const copy = join(folder, "copy");
    expect(await json("download", "flow@1", "--out", copy)).toMatchObject({ files: 2 });
    expect(readFileSync(join(copy, "data", "model.pkl"), "utf8")).toBe("bytes");
    expect(await cli("export", "flow@1", "--format", "onnx")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("kind mlflow") as string,
    });
  });

  test("alias, stage, restrict, export, delete", async () => {
    for (let i = 0; i < 2; i++) await output("register", "life", file);
    expect(await output("alias", "life@2", "challenger")).toBe("challenger is life@2 now.\n");
    expect(await output("alias", "life@2", "challenger", "--remove")).toBe("life has no alias challenger any more.\n");
    expect(await output("stage", "life@1", "Production")).toBe("life@1 is in Production now.\n");
    expect(await output("restrict", "life@1", "--state", "stale", "--reason", "older data")).toBe(
      "life@1 is stale now.\n",
    );
    expect(await output("show", "life@1")).toContain("stale: older data (admin)");
    expect(await output("restrict", "life@1", "--lift")).toBe("life@1 may be deployed again.\n");
    const exported = join(folder, "life.mjs");
    await output("export", "life@1", "--format", "js", "--out", exported);
    expect(readFileSync(exported, "utf8")).toContain("export function predict");
    expect(await output("delete", "life@2")).toBe("life@2 is deleted.\n");
    expect(await output("delete", "life", "--all")).toBe("life is deleted.\n");
    expect(await cli("show", "life")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("SLW_REGISTRY_MODEL") as string,
    });
  });

  test.each([
    [["restrict", "bank@1"], "A restriction needs a reason"],
    [["alias", "bank", "champion"], "names no version"],
    [["delete", "bank"], "not clear"],
    [["stage", "bank@1", "Live"], "--stage must be"],
    [["register", "bank", "/nowhere/bank.slipway"], "There is no file"],
    [["register", "bank", mkdtempSync(join(folder, "empty-"))], "it has no file MLmodel"],
    [["register", "bank", "bank.csv", "--data", "bank"], "number of the version"],
  ])("%j says what is wrong", async (args, message) => {
    writeFileSync(join(folder, "bank.csv"), "a,b\n1,2\n");
    const { code, stderr } = await runCli(["models", ...args.map((arg) => (arg === "bank.csv" ? file : arg))], { env });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
