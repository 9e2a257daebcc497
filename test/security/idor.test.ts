/**
 * Things of another workspace (RELIABILITY: 18 to 24): its owner's token asks for every one of them on every route, and
 * hears what it would hear if they were not there.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpoints } from "../../src/api/mlflow/endpoints.ts";
import { createClient, operations, paramNames, type Operation } from "../../src/contract/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { canary, openTwoWorkspaces, type Names, type TwoWorkspaces } from "./two-workspaces.ts";

let two: TwoWorkspaces;
/** Names of the same form, of things that are nowhere. */
let absent: Names;
/** Names that are the same for everybody. */
const fixed = new Set(["version", "modelFile", "user", "deployment", "key", "subscription", "group"]);

beforeAll(async () => {
  two = await openTwoWorkspaces();
  const nowhere = canary.replace("5f1d2e", "a0a0a0");
  const id = "0".repeat(32);
  absent = Object.fromEntries(
    Object.entries(two.names).map(([kind, name]) => {
      if (fixed.has(kind)) return [kind, name];
      if (kind === "experiment") return [kind, "777"];
      return [kind, name.includes(canary) ? name.replace(canary, nowhere) : name.startsWith("m-") ? `m-${id}` : id];
    }),
  );
  await makeOwn();
});
afterAll(() => two?.close());

const mediaType = "application/octet-stream";
let ownRun = "";

/** What the stranger has: for requests that name a thing of theirs and one of another. */
async function makeOwn(): Promise<void> {
  const client = createClient({ url: two.server.url, token: two.stranger, workspace: "b" });
  const { id } = await client.createUpload({ upload: Buffer.from(encodeModel(modelWith())), mediaType });
  const source = { uploads: [{ path: "model.slipway", upload: id }] };
  await client.registerModelVersion({ model: "own", body: { source } });
  ownRun = (await client.createRun({ body: { experiment: 0 } })).id;
}

interface Heard {
  readonly status: number;
  readonly body: string;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string> | undefined;
  readonly body?: unknown;
  readonly bytes?: boolean | undefined;
}

/** @param names that the request has: they are made alike in the answer, as it may repeat what was sent */
async function ask(asked: Asked, names: Names, token = two.stranger): Promise<Heard> {
  const { method, path, query = {}, body, bytes = false } = asked;
  const url = new URL(path, two.server.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const withBody = method !== "GET" && (bytes || body !== undefined);
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(withBody && { "content-type": bytes ? mediaType : "application/json" }),
    },
    ...(withBody && { body: bytes ? "bytes" : JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  let text = await response.text();
  const longestFirst = Object.entries(names).toSorted(([, a], [, b]) => b.length - a.length);
  for (const [kind, name] of longestFirst) {
    if (!fixed.has(kind) || kind === "modelFile")
      text = text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `<${name === names["experiment"] ? "number" : "name"}>`);
  }
  return { status: response.status, body: text };
}

/** Bodies that pass the schema, by operation. */
const bodies: Readonly<Record<string, (names: Names) => unknown>> = {
  updateDataset: () => ({ description: "mine" }),
  createDatasetVersion: ({ upload }) => ({ source: { upload } }),
  updateDatasetVersion: () => ({ description: "mine" }),
  deriveDatasetVersion: () => ({ steps: [{ step: "take", count: 3 }], name: "derived" }),
  partitionDatasetVersion: () => ({ columns: ["species"], name: "partition" }),
  updateExperiment: () => ({ name: "mine" }),
  updateRun: () => ({ name: "mine" }),
  logRunBatch: () => ({ params: { mine: "1" } }),
  logRunInputs: () => ({ datasets: [] }),
  appendRunLog: () => ({ text: "mine" }),
  updateModel: () => ({ description: "mine" }),
  setModelAlias: () => ({ version: 1 }),
  registerModelVersion: ({ upload }) => ({ source: { uploads: [{ path: "model.slipway", upload }] } }),
  updateModelVersion: () => ({ description: "mine" }),
  setModelVersionStage: () => ({ stage: "Archived" }),
  restrictModelVersion: () => ({ state: "stale", reason: "mine" }),
  updateWebhook: () => ({ description: "mine" }),
  updateEnvironment: () => ({ description: "mine" }),
  updateEndpoint: () => ({ description: "mine" }),
  createDeployment: ({ model }) => ({ model }),
  setEndpointTraffic: () => ({ traffic: { blue: 100 } }),
  regenerateEndpointKey: () => ({}),
  testEndpoint: () => ({ body: { data: [] } }),
  createCollectedDataset: () => ({ dataset: "own" }),
  updatePipeline: () => ({ description: "mine" }),
  updatePipelineVersion: () => ({ status: "DISABLED" }),
  submitPipeline: () => ({}),
  retryPipelineRun: () => ({}),
  decidePipelineStep: () => ({ decision: "approve" }),
  updateSchedule: () => ({ paused: true }),
  backfillSchedule: () => ({ from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }),
  azureSubmitPipeline: () => ({}),
  azureSubmitPipelineEndpoint: () => ({}),
  azureSubmitPipelineByName: () => ({}),
  azureUpdatePublishedPipeline: () => ({ EntityStatus: "Disabled" }),
  beatWorker: () => ({ cpuSeconds: 0, peakMemory: 0, job: null }),
  appendJobLog: () => ({ attempt: 1, text: "mine", after: 0 }),
  endJob: () => ({ attempt: 1, failure: null, usage: {}, outputs: {}, files: [] }),
};
const queries: Readonly<Record<string, (names: Names) => Record<string, string>>> = {
  compareDatasetVersions: () => ({ with: "1" }),
  compareModelVersions: () => ({ with: "1" }),
  search: () => ({ q: canary }),
  azureSubmitPipelineByName: ({ pipeline = "" }) => ({ name: pipeline }),
  readJobFile: () => ({ attempt: "1" }),
  putJobOutput: () => ({ attempt: "1" }),
};
/** Where it is no 404: a heartbeat answers that the run is not active, and an environment is made by its first version. */
const statuses: Readonly<Record<string, number>> = {
  recordRunHeartbeat: 200,
  createEnvironmentVersion: 400,
  // Lists, although their paths have more parameters than the workspace.
  azureListPublishedPipelines: 200,
  azureListPipelineEndpoints: 200,
  // A worker that is unknown was given up; to leave twice is to have left.
  ...Object.fromEntries(
    ["claimJob", "beatWorker", "readJobFile", "appendJobLog", "putJobOutput", "endJob"].map((id) => [id, 409]),
  ),
  leaveWorker: 204,
};

const all = Object.entries(operations as Record<string, Operation>).filter(([, { path }]) =>
  path.includes("{workspace}"),
);
const ofThings = all.filter(([, { path }]) => paramNames(path).some((name) => !["workspace", "user"].includes(name)));

/** Where a parameter means another thing than its name says elsewhere: name of that thing, by operation and parameter. */
const others: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  getAutoMLRun: { run: "automlRun" },
  getBatchScoring: { run: "batchRun" },
  resumeRun: { run: "automlRun" },
  downloadModelVersionFile: { path: "modelFile" },
  getPipelineRun: { run: "pipelineRun" },
  retryPipelineRun: { run: "pipelineRun" },
  decidePipelineStep: { run: "pipelineRun" },
  explainPipelineStep: { run: "pipelineRun" },
  azureGetPipelineRun: { run: "pipelineRun" },
  azureSubmitPipeline: { pipeline: "pipelineVersionId" },
  azureGetPublishedPipeline: { pipeline: "pipelineVersionId" },
  azureUpdatePublishedPipeline: { pipeline: "pipelineVersionId" },
  azureSubmitPipelineEndpoint: { pipeline: "pipelineId" },
  azureGetPipelineEndpoint: { pipeline: "pipelineId" },
};

function requestOf(id: string, operation: Operation, names: Names, workspace: string): Asked {
  let { path } = operation;
  for (const name of paramNames(path)) {
    const value = name === "workspace" ? workspace : names[others[id]?.[name] ?? name];
    if (value === undefined) throw new Error(`two-workspaces.ts makes no ${name}, which ${id} needs.`);
    path = path.replace(`{${name}*}`, encodeURIComponent(value)).replace(`{${name}}`, encodeURIComponent(value));
  }
  const body = bodies[id]?.(names);
  return { method: operation.method, path, query: queries[id]?.(names), body, bytes: operation.upload !== undefined };
}

/** A datastore's paths are asked for outside; a worker that has no job reads no files. */
const elsewhere = /Paths$|^readJobFile$/;
const readable = ofThings.filter(([id, { method, events }]) => method === "GET" && !events && !elsewhere.test(id));

test.each(readable)("to its own workspace it is there: %s", async (id, operation) => {
  const heard = await ask(requestOf(id, operation, two.names, "a"), {}, two.token);
  expect(heard.status).toBe(200);
});

test("to its own workspace a search finds one of each kind", async () => {
  const found = await two.client.search({ query: { q: canary } });
  for (const [kind, items] of Object.entries(found)) expect([kind, items.length > 0]).toEqual([kind, true]);
});

describe("a thing of another workspace is not there", () => {
  test.each(ofThings)("%s", async (id, operation) => {
    const heard = await ask(requestOf(id, operation, two.names, "b"), two.names);
    const heardOfNothing = await ask(requestOf(id, operation, absent, "b"), absent);
    expect(heard).toEqual(heardOfNothing);
    expect(heard.body).not.toContain(canary);
    expect(heard.status).toBe(statuses[id] ?? 404);
  });

  /** Requests whose bodies or queries name it. */
  const naming: [string, (names: Names) => Partial<Asked> & { readonly path: string }][] = [
    [
      "a version from its upload",
      ({ upload }) => ({ path: "datasets/own/versions", body: { createDataset: true, source: { upload } } }),
    ],
    [
      "a version from its datastore",
      ({ datastore }) => ({
        path: "datasets/own/versions",
        body: { createDataset: true, source: { datastore, path: "a.csv" } },
      }),
    ],
    ["a run below its run", ({ run }) => ({ path: "runs", body: { experiment: 0, parentId: run } })],
    ["a run in its experiment", ({ experiment }) => ({ path: "runs", body: { experiment: Number(experiment) } })],
    ["a comparison with its run", ({ run }) => ({ path: "runs/compare", body: { runs: [ownRun, run] } })],
    ["its metrics", ({ run, metric }) => ({ path: "metric-histories", body: { runs: [run], metrics: [metric] } })],
    ["its children", ({ run = "" }) => ({ path: "runs", method: "GET", query: { parent: run } })],
    ["runs of its experiment", ({ experiment = "" }) => ({ path: "runs", method: "GET", query: { experiment } })],
    [
      "a model from its upload",
      ({ upload }) => ({
        path: "models/own/versions",
        body: { source: { uploads: [{ path: "model.slipway", upload }] } },
      }),
    ],
    ["a model from its run", ({ run, path }) => ({ path: "models/own/versions", body: { source: { run, path } } })],
    [
      "AutoML on its dataset",
      ({ dataset }) => ({ path: "automl-runs", body: { data: { dataset }, target: "species" } }),
    ],
    [
      "batch scoring with its model",
      ({ model }) => ({ path: "batch-scorings", body: { model, data: { dataset: "own" }, output: "own" } }),
    ],
    [
      "batch scoring with its endpoint",
      ({ endpoint }) => ({ path: "batch-scorings", body: { endpoint, data: { dataset: "own" }, output: "own" } }),
    ],
    [
      "batch scoring of its dataset",
      ({ dataset }) => ({ path: "batch-scorings", body: { model: "own", data: { dataset }, output: "own" } }),
    ],
    [
      "a comparison with its model",
      ({ model = "" }) => ({
        path: "models/own/versions/1/compare",
        method: "GET",
        query: { with: "1", withModel: model },
      }),
    ],
    ["a run of its pipeline", ({ pipeline }) => ({ path: "pipeline-runs", body: { pipeline } })],
    [
      "a schedule of its pipeline",
      ({ pipeline }) => ({
        path: "schedules",
        body: { name: "own", pipeline, trigger: { kind: "cron", expression: "0 0 1 1 *" } },
      }),
    ],
    [
      "a pipeline on its dataset",
      ({ dataset = "" }) => ({
        path: "pipeline-runs",
        body: {
          definition: {
            name: "own",
            steps: { check: { type: "data_check", data: dataset, checks: [{ check: "row_count", min: 1 }] } },
          },
        },
      }),
    ],
    [
      "a pipeline with its pipeline in it",
      ({ pipeline }) => ({
        path: "pipelines",
        body: { definition: { name: "own", steps: { inner: { type: "pipeline", pipeline } } } },
      }),
    ],
    [
      "a pipeline with code of its upload",
      ({ upload }) => ({
        path: "pipelines",
        body: {
          definition: { name: "own", steps: { run: { type: "command", command: ["true"], code: "." } } },
          code: { run: { files: [{ path: "a.py", upload }] } },
        },
      }),
    ],
    ["an endpoint of its model", ({ model }) => ({ path: "endpoints", body: { name: "own", model } })],
    ["its upload's id for one's own", ({ upload = "" }) => ({ path: `uploads/${upload}`, method: "GET" })],
  ];
  test.each(naming)("nor in a request that names it: %s", async (_, requestFor) => {
    const answers: Heard[] = [];
    for (const names of [two.names, absent]) {
      const { path, ...rest } = requestFor(names);
      answers.push(await ask({ method: "POST", ...rest, path: `/api/v1/workspaces/b/${path}` }, names));
    }
    const [heard, heardOfNothing] = answers as [Heard, Heard];
    expect(heard.body).not.toContain(canary);
    // What is made has an id and times of its own.
    if (heard.status < 300) expect(heard.status).toBe(heardOfNothing.status);
    else expect(heard).toEqual(heardOfNothing);
  });

  test("and no list of one's own workspace shows it", async () => {
    const lists = all.filter(
      ([, { method, path, events }]) =>
        method === "GET" && !events && !path.includes("}/{") && paramNames(path).length === 1,
    );
    expect(lists.length).toBeGreaterThan(8);
    for (const [id, operation] of lists) {
      const heard = await ask(requestOf(id, operation, absent, "b"), {});
      expect([id, heard.status]).toEqual([id, 200]);
      expect(heard.body).not.toContain(canary);
    }
  });
});

test.each(all)("another workspace itself is not there: %s", async (id, operation) => {
  const heard = await ask(requestOf(id, operation, two.names, "a"), { workspace: '"a"', ...two.names });
  const heardOfNothing = await ask(requestOf(id, operation, two.names, "zz"), { workspace: '"zz"', ...two.names });
  const alike = ({ status, body }: Heard): Heard => ({
    status,
    body: body.replaceAll(/\\?"(a|zz)\\?"/g, "<workspace>"),
  });
  expect(alike(heard)).toEqual(alike(heardOfNothing));
  expect(heard.status).toBe(404);
});

/** Fields of MLflow's requests, by name. */
function fieldsOf(names: Names, area: string): Record<string, unknown> {
  const { run = "", experiment = "", model = "", loggedModel = "", path = "", upload = "", metric = "" } = names;
  return {
    run_id: run,
    run_uuid: run,
    run_ids: [run],
    experiment_id: experiment,
    experiment_ids: [experiment],
    experiment_name: names["experimentName"],
    name: area === "experiments" ? names["experimentName"] : model,
    new_name: "mine",
    version: "1",
    model_id: loggedModel,
    models: [{ model_id: loggedModel, step: "0" }],
    datasets: [{ dataset: { name: "d", digest: "1", source_type: "s", source: "s" } }],
    path,
    artifact_file_path: path,
    upload_id: upload,
    key: "k",
    value: "1",
    metric_key: metric,
    timestamp: 1,
    step: 0,
    stage: "Archived",
    alias: names["alias"],
    source: `runs:/${run}/${path}`,
    status: "FINISHED",
    parts: [],
    num_parts: 1,
    tag_key: "k",
    params: [{ key: "k", value: "v" }],
    tags: [{ key: "k", value: "v" }],
  };
}

/** What they make or find is the caller's own, whatever it is called. */
const own = /^POST .*\/(experiments\/create|registered-models\/create)$|webhooks|mpu\/create|^PUT .*mlflow-artifacts/;

const wire = endpoints().filter(({ method, path }) => !own.test(`${method} ${path}`));

test.each(wire.map((endpoint) => [endpoint.method, endpoint.path, endpoint] as const))(
  "on MLflow's wire it is not there either: %s %s",
  async (method, path, { fields, upload, atRoot }) => {
    const answers: Heard[] = [];
    for (const names of [two.names, absent]) {
      const values = fieldsOf(names, path.split("/")[2] ?? "");
      const filled = path
        .replace("*", `${names["experiment"]}/models/${names["loggedModel"]}/artifacts/MLmodel`)
        .replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(values[name] ?? "1"));
      const given = Object.fromEntries(
        Object.keys(fields)
          .filter((name) => name in values)
          .map((name) => [name, values[name]]),
      );
      const query =
        method === "GET"
          ? (Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])) as Record<
              string,
              string
            >)
          : {};
      const prefix = atRoot ? "" : "/api/2.0";
      answers.push(
        await ask({ method, path: `/workspaces/b${prefix}${filled}`, query, body: given, bytes: upload }, names),
      );
    }
    const [heard, heardOfNothing] = answers as [Heard, Heard];
    expect(heard).toEqual(heardOfNothing);
    expect(heard.body).not.toContain(canary);
  },
);
