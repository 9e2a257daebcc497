/** AutoML runs on real worker processes, from a dataset to a registered model. */
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { decodeModel } from "../../model/index.ts";
import { findVersion } from "../../registry/index.ts";
import { serverActor } from "../../store/index.ts";
import { findRunArtifacts, getRun, listRunArtifacts, tailRunLog } from "../../tracking/index.ts";
import { createAutoMLRun } from "./automl-runs.ts";
import { trialRunId } from "./automl-trials.ts";
import type { ColumnEffects } from "./column-effects.ts";
import { openTestWorkspace, type TestWorkspace } from "./test-workspace.ts";

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await openTestWorkspace();
});

afterAll(() => workspace?.close());

const artifact = async (runId: string, path: string): Promise<Buffer> => {
  const found = await findRunArtifacts(workspace.database, { workspaceId: workspace.id, runId, folder: "" });
  const { sha256 } = found.find((file) => file.path === path) as { sha256: string };
  return buffer(await workspace.artifacts.read(sha256));
};

describe("a run of five trials", () => {
  let runId: string;
  const ref = () => ({ workspaceId: workspace.id, runId });

  beforeAll(async () => {
    workspace.start();
    runId = await workspace.create({ name: "first", register: { model: "penguins", alias: "candidate" } });
    await workspace.until(runId, ({ endedAt }) => endedAt !== null);
  });

  test("is FINISHED, with its metrics and parameters", async () => {
    const { run, job } = await workspace.read(runId);
    expect(job).toMatchObject({ state: "FINISHED", attempt: 1, reason: null });
    expect(run).toMatchObject({ status: "FINISHED", statusReason: null, kind: "automl", name: "first" });
    expect(run.params).toMatchObject({ target: "species", maxTrials: "5" });
    expect(run.datasets).toMatchObject([{ name: "penguins", source: "slipway:/datasets/penguins/1" }]);
    const metrics = Object.fromEntries(run.metrics.map(({ key, value }) => [key, value]));
    expect(metrics["AUC_weighted"]).toBeGreaterThan(0.97);
    expect(metrics["best_AUC_weighted"]).toBeGreaterThan(0.97);
    // The latest value of the primary metric is that of the best model, whichever trial came last.
    const best = JSON.parse((await artifact(runId, "leaderboard.json")).toString()) as { best: { value: number } };
    expect(metrics["AUC_weighted"]).toBe(best.best.value);
  });

  test("is refused at once where its model could not be called so", async () => {
    const input = {
      workspaceId: workspace.id,
      id: newId(),
      data: { dataset: "penguins" },
      options: { target: "species" },
    };
    const register = { model: "penguins", alias: "best" };
    await expect(createAutoMLRun(workspace.database, { ...input, register, actor: serverActor })).rejects.toMatchObject(
      {
        code: "SLW_REGISTRY_ALIAS",
      },
    );
  });

  test("has a child run for each trial", async () => {
    for (let trial = 0; trial < 5; trial++) {
      const child = await getRun(workspace.database, { ...ref(), runId: trialRunId(runId, trial) });
      expect(child).toMatchObject({ kind: "trial", parentId: runId });
      expect(["FINISHED", "KILLED"]).toContain(child.status);
      expect(child.endedAt).not.toBeNull();
    }
  });

  test("leaves a model that can be read, and what is known of it", async () => {
    const model = decodeModel(await artifact(runId, "model.slipway"));
    expect(model).toMatchObject({ task: "classification", target: "species" });
    const leaderboard = JSON.parse((await artifact(runId, "leaderboard.json")).toString());
    expect(leaderboard).toMatchObject({ metric: "AUC_weighted", best: { name: model.name }, rows: 344 });
    const entries = await listRunArtifacts(workspace.database, { ...ref(), folder: "" });
    expect(entries.map(({ path }) => path).toSorted()).toEqual([
      "charts.json",
      "effects.json",
      "explanation.json",
      "featurization.json",
      "guardrails.json",
      "leaderboard.json",
      "model.slipway",
    ]);
  });

  test("says what the columns did, row by row and on average", async () => {
    const effects = JSON.parse((await artifact(runId, "effects.json")).toString()) as ColumnEffects;
    expect(effects).toMatchObject({ labels: ["Adelie", "Chinstrap", "Gentoo"] });
    // All 344; fewer where the best model is explained by permutations.
    const sampled = effects.rows;
    expect(sampled).toBeGreaterThan(0);
    const [first] = effects.columns;
    expect(first?.values).toHaveLength(sampled);
    expect(first?.positions.every((position) => position === null || (position >= 0 && position <= 1))).toBe(true);
    for (const rows of first?.contributions ?? []) expect(rows).toHaveLength(sampled);
    const { values, means } = first?.dependence ?? { values: [], means: [] };
    for (const [at] of values.entries()) {
      const together = means.reduce((sum, label) => sum + (label[at] as number), 0);
      expect(together).toBeCloseTo(1, 3);
    }
    expect(values.length).toBeGreaterThan(1);
  });

  test("has registered the model", async () => {
    const version = await findVersion(workspace.database, { workspaceId: workspace.id, model: "penguins", version: 1 });
    expect(version).toMatchObject({
      aliases: ["candidate"],
      source: { runId },
      lineage: { dataset: { name: "penguins", version: 1 } },
    });
  });

  test("has told what it did", async () => {
    const { text } = await tailRunLog(workspace.database, { ...ref(), lines: 100 });
    expect(text).toMatch(/^classification of species by AUC_weighted: 344 rows/);
    expect(text).toMatch(/trial 4 /);
    const events = await workspace.database
      .selectFrom("events")
      .select("data")
      .where("type", "=", "run.progress")
      .where("subject", "=", `run/${runId}`)
      .orderBy("seq")
      .execute();
    const types = events.map(({ data }) => (data["event"] as { type: string }).type);
    expect(types[0]).toBe("started");
    expect(types.filter((type) => type === "trialStarted")).toHaveLength(5);
    expect(types.slice(-2)).toEqual(["refitting", "finished"]);
  });
});

test("a run that needs more memory than its worker has says so", async () => {
  const small = await openTestWorkspace();
  try {
    small.start({ memoryLimit: 100 * 2 ** 20 });
    const { run, job } = await small.until(await small.create(), ({ endedAt }) => endedAt !== null);
    expect(run).toMatchObject({ status: "FAILED", statusReason: "out of memory: limit 100 MB, 344 rows x 7 columns" });
    expect(job.attempt).toBe(1);
  } finally {
    await small.close();
  }
});

test("a request that comes twice makes one run", async () => {
  const input = {
    workspaceId: workspace.id,
    id: "0123456789abcdef0123456789abcdef",
    data: { dataset: "penguins" },
    options: { target: "species", maxTrials: 1 },
    actor: serverActor,
  };
  const [one, other] = [
    await createAutoMLRun(workspace.database, input),
    await createAutoMLRun(workspace.database, input),
  ];
  expect(other.run.id).toBe(one.run.id);
  expect(other.run.createdAt).toEqual(one.run.createdAt);
});

test.each([
  ["SLW_AUTOML_TARGET", { options: { target: "specie" } }],
  ["SLW_AUTOML_METRIC", { options: { target: "species", metric: "r2_score" } }],
  ["SLW_DATASET_UNKNOWN", { data: { dataset: "pengwins" } }],
  ["SLW_DATASET_VERSION", { data: { dataset: "penguins", version: 7 } }],
])("refuses with %s before anything is stored", async (code, input) => {
  const before = await workspace.database.selectFrom("runs").select("id").execute();
  await expect(workspace.create(input)).rejects.toMatchObject({ code });
  expect(await workspace.database.selectFrom("runs").select("id").execute()).toHaveLength(before.length);
});
