/** A dataset scored by the model of an endpoint, by commands and over HTTP. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type Client } from "../../src/contract/index.ts";
import { createHome, run, up, type RunningServer } from "../server/slipway-process.ts";

const penguins = join(import.meta.dirname, "../../examples/penguins.csv");

const home = createHome();
const model = join(home.data, "penguins.slipway");
let server: RunningServer;
let client: Client;

function slipway(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return run(home, args, { SLIPWAY_URL: server.url, SLIPWAY_TOKEN: server.token ?? "" });
}

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await slipway(...args);
  expect({ command: args.join(" "), code, stderr: code === 0 ? "" : stderr }).toMatchObject({ code: 0 });
  return stdout;
}

beforeAll(async () => {
  server = await up(home);
  client = createClient({ url: server.url, token: server.token as string });
  await succeed("automl", penguins, "--target", "species", "--max-trials", "1", "--no-explain", "--out", model);
  await succeed("models", "register", "penguins", model);
  await succeed("data", "create", "penguins", penguins);
  await succeed("endpoints", "deploy", "penguins", "--model", "penguins");
});

afterAll(async () => {
  if (server === undefined) return;
  await slipway("endpoints", "delete", "penguins", "--force");
  await server.end("SIGTERM");
  home.remove();
});

test("the command waits for the output, which is what slipway predict says", async () => {
  const args = ["--data", "penguins", "--out", "scored", "--proba", "--predictions-only"];
  const text = await succeed("endpoints", "batch", "penguins", ...args);
  expect(text).toMatch(/^.+: penguins@1 by penguins@1 \(run [0-9a-f]{32}/);
  expect(text).toMatch(/FINISHED: 344 rows at [\d,]+ rows\/s, in scored@1\./);
  const content = await client.downloadDataset({ dataset: "scored", version: "1" });
  const out = join(home.data, "predictions.csv");
  await succeed("predict", model, penguins, "--out", out);
  expect(await content.text()).toBe(readFileSync(out, "utf8"));
});

test("with --json it prints what the API has", async () => {
  const printed = JSON.parse(
    await succeed("endpoints", "batch", "penguins", "--data", "penguins@1", "--out", "kept", "--json"),
  ) as { id: string };
  const found = await client.getBatchScoring({ run: printed.id });
  expect(printed).toEqual(found);
  expect(found).toMatchObject({
    endpoint: "penguins",
    model: { name: "penguins", version: 1 },
    data: { dataset: "penguins", version: 1 },
    status: "FINISHED",
    progress: { rows: 344, totalRows: 344 },
    output: { dataset: "kept", version: 1 },
    method: "predict",
    keepInputs: true,
    format: "csv",
  });
  const version = await client.getDatasetVersion({ dataset: "kept", version: "latest" });
  expect(version.source).toMatchObject({ kind: "scored", dataset: "penguins", model: "penguins", modelVersion: 1 });
  expect(version.inputs).toEqual([{ dataset: "penguins", version: 1 }]);
});

test("with --no-wait it returns at once; runs watch follows", async () => {
  const text = await succeed("endpoints", "batch", "penguins", "--data", "penguins", "--out", "later", "--no-wait");
  const [, id = ""] = /slipway runs watch ([0-9a-f]{32})/.exec(text) ?? [];
  expect(await succeed("runs", "watch", id)).toContain("FINISHED");
  expect((await client.getBatchScoring({ run: id })).output).toEqual({ dataset: "later", version: 1 });
  await expect(client.getAutoMLRun({ run: id })).rejects.toMatchObject({ problem: { code: "SLW_JOB_NOT_FOUND" } });
});

test("what cannot be scored is refused by name", async () => {
  const { code, stderr } = await slipway("endpoints", "batch", "penguins", "--data", "penguins", "--out", "no spaces");
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/SLW_/);
  const refused = client.createBatchScoring({ body: { endpoint: "none", data: { dataset: "penguins" }, output: "x" } });
  await expect(refused).rejects.toMatchObject({ problem: { code: "SLW_ENDPOINT_UNKNOWN" } });
});
