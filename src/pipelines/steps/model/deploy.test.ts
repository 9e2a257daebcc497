/** Deploy steps against a server's keeper with its real processes: the step writes rows, and the keeper does the rest. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog } from "../../../base/index.ts";
import { createVersion, inspectFiles, versionUses } from "../../../registry/index.ts";
import { loadEndpoints, type DeployedEndpoint, type EndpointKeeper } from "../../../serving/index.ts";
import { createSecretBox, serverActor } from "../../../store/index.ts";
import type { DeployStep, StepValue } from "../../../definition/index.ts";
import { addModel, registerModel } from "../../jobs/test-batch.ts";
import { openTestWorkspace, penguins, type TestWorkspace } from "../../jobs/test-workspace.ts";
import { runStep, type RanStep, type TestStep } from "../test-steps.ts";
import { runDeploy } from "./index.ts";

let workspace: TestWorkspace;
let keeper: EndpointKeeper;
const folder = mkdtempSync(join(tmpdir(), "slipway-deploy-test-"));
const endpoints = join(folder, "endpoints");
const secrets = createSecretBox(Buffer.alloc(32, 7));
const { createController, deleteEndpoint, findEndpoint, openKeeper, openKeys, shareTraffic } = await loadEndpoints();

beforeAll(async () => {
  workspace = await openTestWorkspace();
  const file = join(folder, "model.slipway");
  await addModel(workspace, "penguins", { data: penguins, target: "species", file, allowed: ["DecisionTree"] });
  for (let version = 2; version <= 3; version++) await registerModel(workspace, "penguins", readFileSync(file));
  await registerBroken();
  keeper = await startKeeper();
});

afterAll(async () => {
  const { id: workspaceId } = workspace;
  for (const endpoint of ["birds", "others", "fresh"]) {
    await deleteEndpoint(services(), { workspaceId, endpoint, force: true, actor: serverActor }).catch(() => {});
  }
  await keeper.close();
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const services = () => ({ database: workspace.database, secrets, endpoints: keeper });

async function startKeeper(): Promise<EndpointKeeper> {
  const { database, artifacts } = workspace;
  const place = { folder: endpoints, host: "127.0.0.1", otlpEndpoint: null, log: silentLog };
  const opened = await openKeeper({
    database,
    artifacts,
    secrets,
    ...place,
    controller: createController(),
    pause: 50,
  });
  opened.start();
  return opened;
}

/** An MLflow model without its requirements: it cannot be served. */
async function registerBroken(): Promise<void> {
  const { database, artifacts, id: workspaceId } = workspace;
  const content = "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n";
  const files = [{ path: "MLmodel", ...(await artifacts.put(Buffer.from(content))) }];
  await createVersion(database, {
    id: newId(),
    workspaceId,
    model: "broken",
    createModel: true,
    contents: await inspectFiles(artifacts, files),
    files,
    source: { uri: "upload:test", runId: null, artifactPath: null, loggedModelId: null, runLink: null },
    actor: serverActor,
  });
}

function deploy(step: Partial<DeployStep>, more: Partial<TestStep> = {}): Promise<RanStep> {
  const whole: DeployStep = { type: "deploy", endpoint: "birds", model: "penguins@1", ...step };
  return runStep(workspace, runDeploy, { step: whole, ...more });
}

const find = (endpoint = "birds"): Promise<DeployedEndpoint> =>
  findEndpoint(workspace.database, { workspaceId: workspace.id, endpoint });
const shares = ({ deployments }: DeployedEndpoint) =>
  deployments.map(({ name, state, traffic, model }) => [name, state, traffic, model.version]);
const textOf = ({ outputs }: RanStep, name: string): string => String((outputs[name] as { value: unknown }).value);

/** A row of the training table. */
const row = {
  island: "Torgersen",
  bill_length_mm: 39.1,
  bill_depth_mm: 18.7,
  flipper_length_mm: 181,
  body_mass_g: 3750,
  sex: "MALE",
};

async function score(uri: string, endpoint = "birds"): Promise<Response> {
  const [key] = await openKeys(workspace.database, secrets, (await find(endpoint)).id);
  const headers = { "content-type": "application/json", authorization: `Bearer ${key?.key}` };
  return fetch(uri, { method: "POST", headers, body: JSON.stringify({ data: [row] }) });
}

describe("a deploy step", () => {
  const first = newId();

  test("makes the endpoint, whose processes are the server's and answer with its keys", async () => {
    const settings = { max_rows: "50", app_insights: true };
    const ran = await deploy({ settings }, { runId: first });
    expect(textOf(ran, "deployment")).toBe("blue");
    const endpoint = await find();
    expect(endpoint).toMatchObject({ state: "Healthy", host: "127.0.0.1", authMode: "key" });
    expect(endpoint.settings).toMatchObject({ maxRows: 50, appInsights: true, bodyBytes: 10 * 1024 * 1024 });
    expect(textOf(ran, "scoring_uri")).toBe(`http://127.0.0.1:${endpoint.port}/score`);
    const answer = await score(textOf(ran, "scoring_uri"));
    expect([answer.status, await answer.json()]).toEqual([200, { result: ["Adelie"] }]);
    expect(endpoint.port).toBeGreaterThan(1);
  });

  test("that is tried again finds its deployment, and asks for no other", async () => {
    const before = await find();
    const ran = await deploy({}, { runId: first });
    expect(textOf(ran, "deployment")).toBe("blue");
    expect(await find()).toEqual(before);
  });

  test("replaces what served before once the new one has the traffic, without a request that fails", async () => {
    const uri = `http://127.0.0.1:${(await find()).port}/score`;
    const seen: number[] = [];
    const done = new AbortController();
    const asking = (async () => {
      while (!done.signal.aborted) seen.push((await score(uri)).status);
    })();
    const ran = await deploy({ model: "penguins@2" });
    done.abort();
    await asking;
    expect(textOf(ran, "deployment")).toBe("green");
    expect(shares(await find())).toEqual([["green", "Healthy", 100, 2]]);
    expect(new Set(seen)).toEqual(new Set([200]));
    expect(ran.log.at(-1)).toBe("removed: blue");
    const use = { workspaceId: workspace.id, model: "penguins" };
    expect(await versionUses(workspace.database, { ...use, version: 1 })).toEqual([]);
    expect(await versionUses(workspace.database, { ...use, version: 2 })).toMatchObject([{ name: "birds/green" }]);
  });

  test("that was tried by a worker which died after the switch does not undo what came after it", async () => {
    // The first step's run again: its deployment is gone, for another that was asked for later.
    await expect(deploy({}, { runId: first })).rejects.toMatchObject({
      code: "SLW_ENDPOINT_STATE",
      message: "The deployment of this step to birds/blue was removed meanwhile.",
    });
    expect(shares(await find())).toEqual([["green", "Healthy", 100, 2]]);
  });

  test("leaves the old one serving where the new one does not start, and says why", async () => {
    await expect(deploy({ model: "broken@1" })).rejects.toMatchObject({
      code: "SLW_ENDPOINT_START",
      message: "birds/blue did not become healthy: The MLflow model has no requirements.txt.",
    });
    const endpoint = await find();
    expect(shares(endpoint)).toEqual([
      ["green", "Healthy", 100, 2],
      ["blue", "Failed", 0, 1],
    ]);
    expect((await score(`http://127.0.0.1:${endpoint.port}/score`)).status).toBe(200);
  });

  test("keeps the others where it gets a part of the traffic", async () => {
    const version: StepValue = { type: "model_version", model: "penguins", version: 3 };
    const ran = await deploy({ model: "x", traffic: "20" }, { values: { model: version } });
    expect(shares(await find())).toEqual([
      ["green", "Healthy", 80, 2],
      ["blue", "Healthy", 20, 3],
    ]);
    expect(ran.log.at(-1)).toBe("birds/blue is healthy and has 20 % of the traffic");
  });

  test("does nothing when another attempt has its job", async () => {
    const before = await find();
    await expect(deploy({}, { isFenced: () => true })).rejects.toMatchObject({ code: "SLW_JOB_FENCED" });
    expect(await find()).toEqual(before);
  });

  test("does not remove one that has traffic again", async () => {
    const { id: workspaceId } = workspace;
    await shareTraffic(services(), { workspaceId, endpoint: "birds", traffic: { green: 100 }, actor: serverActor });
    const ran = await deploy({ model: "penguins@1" });
    expect(shares(await find())).toEqual([["yellow", "Healthy", 100, 1]]);
    expect(ran.log.at(-1)).toBe("removed: green, blue");
  });

  test.each<[string, Partial<DeployStep>, StepValue | null, string, string]>([
    ["a model that is not there", { model: "absent@1" }, null, "SLW_REGISTRY_MODEL", "absent"],
    [
      "an artifact",
      {},
      { type: "model", runId: "1", path: "m", sha256: "" },
      "SLW_STEP_OPTION",
      "a registered version",
    ],
    ["a name that none can have", { endpoint: "Birds!" }, null, "SLW_STEP_OPTION", "endpoint: expected"],
    ["too much traffic", { traffic: "120" }, null, "SLW_STEP_OPTION", "traffic: expected a whole number from 0 to 100"],
    ["an unknown setting", { settings: { max_row: 1 } }, null, "SLW_STEP_OPTION", 'there is no option "max_row"'],
    ["a setting out of range", { settings: { replicas: 65 } }, null, "SLW_STEP_OPTION", "settings.replicas: expected"],
  ])("refuses %s", async (_name, step, value, code, message) => {
    const refused = deploy(step, value === null ? {} : { values: { model: value } });
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });
});

describe("while no server looks", () => {
  test("a step that is cancelled takes back what does not serve yet", async () => {
    await keeper.close();
    const controller = new AbortController();
    const step = deploy({ endpoint: "others" }, { signal: controller.signal });
    for (let there = false; !there;)
      there = await find("others").then(
        () => true,
        () => false,
      );
    controller.abort(new Error("cancelled"));
    await expect(step).rejects.toThrow("cancelled");
    expect((await find("others")).deployments).toEqual([]);
    keeper = await startKeeper();
  });

  test("a step that has no time left says so, and the next server goes on with what it wanted", async () => {
    await keeper.close();
    const runId = newId();
    const late = deploy({ endpoint: "fresh", settings: { auth_mode: "key" } }, { runId, seconds: 6 });
    await expect(late).rejects.toMatchObject({
      code: "SLW_ENDPOINT_START",
      message: "fresh/blue has not become healthy in the time that the step has.",
    });
    expect(await find("fresh")).toMatchObject({
      state: "Transitioning",
      home: expect.stringMatching(/^wanted\//) as string,
    });
    // The step itself starts nothing.
    expect(existsSync(join(endpoints, (await find("fresh")).id))).toBe(false);
    keeper = await startKeeper();
    const ran = await deploy({ endpoint: "fresh" }, { runId });
    const answer = await score(textOf(ran, "scoring_uri"), "fresh");
    expect([answer.status, await answer.json()]).toEqual([200, { result: ["Adelie"] }]);
  });
});
