/** A model of a run becomes a version once a step run, however often it is tried. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../../base/index.ts";
import { encodeModel, type Model } from "../../../model/index.ts";
import { findModel, findVersion, listVersionFiles, listVersions } from "../../../registry/index.ts";
import { serverActor } from "../../../store/index.ts";
import { logInputs } from "../../../tracking/index.ts";
import type { RegisterStep, StepValue } from "../../../definition/index.ts";
import { openTestWorkspace, type TestWorkspace } from "../../jobs/test-workspace.ts";
import { addArtifact, runStep, type RanStep, type TestStep } from "../test-steps.ts";
import { stepKind } from "../types.ts";
import { runRegister } from "./index.ts";

/** It answers the mean. */
const model: Model = {
  task: "regression",
  target: "y",
  labels: [],
  inputs: [{ name: "x", type: "numeric", integer: false, nullable: false, range: [0, 1], example: 0.5 }],
  transforms: [{ op: "Numeric", column: "x" }],
  combination: { kind: "vote" },
  labelWeights: null,
  members: [],
  name: "Mean",
  metrics: { r2_score: 0.5 },
  provenance: {
    slipway: "0.1.0",
    primaryMetric: "r2_score",
    seed: 42,
    validation: "cv:5",
    rows: 9,
    featurization: [],
    trials: [],
  },
};

let workspace: TestWorkspace;
let bytes: Uint8Array;
beforeAll(async () => {
  workspace = await openTestWorkspace();
  bytes = encodeModel({ ...model, members: [{ name: "Mean", weight: 1, learner: mean }] });
});
afterAll(() => workspace.close());

const mean = {
  kind: "trees",
  outputs: 1,
  leafWidth: 1,
  base: Float64Array.of(0),
  scale: 1,
  link: "identity",
  trees: {
    roots: Int32Array.of(0),
    feature: Int32Array.of(-1),
    left: Int32Array.of(0),
    threshold: Float64Array.of(0),
    flags: Uint8Array.of(0),
    cover: Float32Array.of(9),
    bitsets: new Uint32Array(),
    leafValues: Float64Array.of(2),
  },
} as const;

function register(step: Partial<RegisterStep>, value: StepValue, more: Partial<TestStep> = {}): Promise<RanStep> {
  const whole: RegisterStep = { type: "register", model: "", name: "bank", ...step };
  return runStep(workspace, runRegister, { step: whole, values: { model: value }, ...more });
}

const versionsOf = async (name: string): Promise<number[]> =>
  (
    await listVersions(workspace.database, {
      workspaceId: workspace.id,
      filter: { model: name },
      page: { limit: 100 },
    })
  ).items.map(({ version }) => version);
const find = (name: string, version: number) =>
  findVersion(workspace.database, { workspaceId: workspace.id, model: name, version });

describe("a register step", () => {
  test("registers a file with its lineage, alias, description and tags", async () => {
    const value = await addArtifact(workspace, { "model.slipway": bytes }, "model.slipway", { commit: "a1b2c3" });
    const run = { workspaceId: workspace.id, runId: value.runId };
    const dataset = { name: "penguins", digest: "1", sourceType: "slipway", source: "slipway:/datasets/penguins/1" };
    const context = { schema: null, profile: null, tags: { "mlflow.data.context": "training" } };
    await logInputs(workspace.database, { ...run, datasets: [{ ...dataset, ...context }] });
    const pipelineRun = newId();
    const step = {
      name: "full",
      alias: "production",
      description: "The best.",
      tags: { team: "risk", size: 3, none: null },
    };
    const ran = await register(step, value, { pipelineRun });
    expect(ran.outputs).toEqual({
      version: { type: "model_version", model: "full", version: 1 },
      model: { type: "value", value: "full" },
      number: { type: "value", value: 1 },
    });
    expect(await find("full", 1)).toMatchObject({
      kind: "slipway",
      description: "The best.",
      tags: { team: "risk", size: "3", "slipway.pipeline_run": pipelineRun },
      aliases: ["production"],
      source: { runId: value.runId, artifactPath: "model.slipway" },
      lineage: { dataset: { name: "penguins", version: 1 }, runId: value.runId, codeCommit: "a1b2c3" },
    });
    expect(ran.log).toEqual([`model.slipway of run ${value.runId} is full@1, and is full@production`]);
  });

  test("registers a folder of MLflow, and knows the dataset and the commit that a command's step had", async () => {
    const { database, id: workspaceId } = workspace;
    const files = {
      "out/model/MLmodel": "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n",
      "out/model/model.skops": "x",
      "out/other.txt": "y",
    };
    const value = await addArtifact(workspace, files, "out/model");
    const values = { "inputs.train": { type: "dataset", dataset: "penguins", version: 1 } };
    const job = { run_id: value.runId, workspace_id: workspaceId, kind: stepKind, target: "local" };
    const rest = { user_id: null, user_name: "ada", run_seconds: 60, deadline_at: new Date(), ended_at: new Date() };
    await database
      .insertInto("jobs")
      .values({ ...job, ...rest, spec: JSON.stringify({ values }), state: "FINISHED" } as never)
      .execute();
    const pipelineRun = await addPipelineRun({ source: { git: { repository: "r", commit: "f00", dirty: false } } });
    await register({ name: "folder" }, { ...value, type: "folder" }, { pipelineRun });
    expect(await find("folder", 1)).toMatchObject({
      kind: "mlflow",
      lineage: { dataset: { name: "penguins", version: 1 }, codeCommit: "f00" },
    });
    const stored = await listVersionFiles(database, { workspaceId, model: "folder", version: 1 });
    expect(stored.map(({ path }) => path)).toEqual(["MLmodel", "model.skops"]);
  });

  test("that is tried again gives the same version, and a new step run the next", async () => {
    const value = await addArtifact(workspace, { "model.slipway": bytes }, "model.slipway");
    const runId = newId();
    const tries = await Promise.all(
      [1, 2, 3].map(() => register({ name: "again", alias: "production" }, value, { runId })),
    );
    expect(tries.map(({ outputs }) => outputs["number"])).toEqual([1, 1, 1].map((value) => ({ type: "value", value })));
    expect((await register({ name: "again", alias: "production" }, value)).outputs["number"]).toMatchObject({
      value: 2,
    });
    // The first step again, after the second: the alias stays where it went since.
    await register({ name: "again", alias: "production" }, value, { runId });
    expect(await versionsOf("again")).toEqual([2, 1]);
    const { aliases } = await findModel(workspace.database, { workspaceId: workspace.id, model: "again" });
    expect(aliases).toEqual([{ alias: "production", version: 2 }]);
  });

  test("registers nothing when another attempt has its job", async () => {
    const value = await addArtifact(workspace, { "model.slipway": bytes }, "model.slipway");
    const late = register({ name: "fenced" }, value, { isFenced: () => true });
    await expect(late).rejects.toMatchObject({ code: "SLW_JOB_FENCED" });
    await expect(find("fenced", 1)).rejects.toMatchObject({ code: "SLW_REGISTRY_MODEL" });
  });

  test("of a version that is registered gives it the alias and no other version", async () => {
    const value = await addArtifact(workspace, { "model.slipway": bytes }, "model.slipway");
    const { outputs } = await register({ name: "known" }, value);
    const ran = await register({ name: "known", alias: "production" }, outputs["version"] as StepValue);
    expect(ran.outputs).toMatchObject({ version: { version: 1 }, number: { value: 1 } });
    expect(await versionsOf("known")).toEqual([1]);
    expect((await find("known", 1)).aliases).toEqual(["production"]);
    await expect(register({ name: "other" }, outputs["version"] as StepValue)).rejects.toMatchObject({
      code: "SLW_STEP_OPTION",
      message: 'model: known@1 is a version of "known" and cannot become one of "other".',
    });
  });

  test.each<[string, Partial<RegisterStep>, StepValue, string]>([
    ["a value", {}, { type: "value", value: 3 }, "SLW_STEP_OPTION"],
    ["a dataset", {}, { type: "dataset", dataset: "penguins", version: 1 }, "SLW_STEP_OPTION"],
    ["a run that is gone", {}, { type: "model", runId: newId(), path: "m", sha256: "" }, "SLW_TRACKING_RUN"],
  ])("refuses %s", async (_name, step, value, code) => {
    await expect(register(step, value)).rejects.toMatchObject({ code });
  });

  test.each([
    ["a name that none can have", { name: "a/b" }, "SLW_REGISTRY_NAME"],
    ["an alias that none can have", { alias: "latest" }, "SLW_REGISTRY_ALIAS"],
    ["files that are no model", { name: "text" }, "SLW_REGISTRY_FILES"],
  ])("refuses %s", async (_name, step, code) => {
    const isText = code === "SLW_REGISTRY_FILES";
    const files: Record<string, Uint8Array | string> = isText
      ? { "out/a.txt": "a", "out/b.txt": "b" }
      : { "model.slipway": bytes };
    const value = await addArtifact(workspace, files, isText ? "out" : "model.slipway");
    await expect(register(step, value)).rejects.toMatchObject({ code });
  });
});

async function addPipelineRun(definition: object): Promise<string> {
  const { database, id } = workspace;
  const { runId } = await addArtifact(workspace, {}, "none", { kind: "pipeline" });
  await database
    .insertInto("pipeline_runs")
    .values({
      run_id: runId,
      workspace_id: id,
      definition: JSON.stringify(definition),
      parameters: "{}",
      reuse: true,
      continue_on_step_failure: false,
      depth: 0,
      submission: "{}",
      user_name: serverActor.userName,
      deadline_at: new Date(),
    } as never)
    .execute();
  return runId;
}
