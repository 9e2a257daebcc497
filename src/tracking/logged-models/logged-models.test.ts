import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExperiment, deleteExperiment } from "../experiments.ts";
import { logBatch } from "../log-batch.ts";
import { openTestWorkspace, type TestWorkspace } from "../test-workspace.ts";
import {
  createLoggedModel,
  deleteLoggedModel,
  deleteLoggedModelTag,
  finalizeLoggedModel,
  getLoggedModel,
  logLoggedModelParams,
  searchLoggedModels,
  setLoggedModelTags,
  type LoggedModel,
  type LoggedModelSearch,
  type NewLoggedModel,
} from "./index.ts";

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await openTestWorkspace();
});
afterAll(() => workspace.close());

function create(input: Partial<NewLoggedModel> = {}): Promise<LoggedModel> {
  const { database, workspaceId, actor } = workspace;
  return createLoggedModel(database, { workspaceId, experiment: 0, actor, ...input });
}

function refOf({ id }: LoggedModel) {
  return { workspaceId: workspace.workspaceId, modelId: id, actor: workspace.actor };
}

describe("a logged model", () => {
  test("begins as its client says, waiting for its files", async () => {
    const model = await create({
      name: "bank",
      modelType: "tree",
      sourceRunId: "123",
      params: { a: "1" },
      tags: { b: "2" },
    });
    expect(model).toMatchObject({
      id: expect.stringMatching(/^m-[0-9a-f]{32}$/) as string,
      experiment: 0,
      name: "bank",
      modelType: "tree",
      sourceRunId: "123",
      status: "PENDING",
      artifactUri: `mlflow-artifacts:/0/models/${model.id}/artifacts`,
      params: { a: "1" },
      tags: { b: "2" },
      metrics: [],
    });
    expect(await getLoggedModel(workspace.database, refOf(model))).toEqual(model);
  });

  test("without a name gets one of its own", async () => {
    expect((await create()).name).not.toBe((await create()).name);
  });

  test.each(["a/b", "a:b", "a.b", "a%b", 'a"b', "a'b", ""])("cannot be called %j", async (name) => {
    await expect(create({ name })).rejects.toMatchObject({ code: "SLW_TRACKING_INPUT" });
  });

  test("needs an experiment that is there and not deleted", async () => {
    const { database, workspaceId, actor } = workspace;
    const { number } = await createExperiment(database, { workspaceId, name: "gone", actor });
    await deleteExperiment(database, { workspaceId, number, actor });
    await expect(create({ experiment: number })).rejects.toMatchObject({ code: "SLW_TRACKING_EXPERIMENT_DELETED" });
    await expect(create({ experiment: 999 })).rejects.toMatchObject({ code: "SLW_TRACKING_EXPERIMENT" });
  });

  test("is finished, tagged and given parameters; a parameter keeps its value", async () => {
    const { database } = workspace;
    const model = await create({ tags: { a: "1", b: "2" } });
    expect((await finalizeLoggedModel(database, { ...refOf(model), status: "READY" })).status).toBe("READY");
    await setLoggedModelTags(database, { ...refOf(model), tags: { b: "3", c: "4" } });
    expect((await deleteLoggedModelTag(database, { ...refOf(model), key: "a" })).tags).toEqual({ b: "3", c: "4" });
    await expect(deleteLoggedModelTag(database, { ...refOf(model), key: "a" })).rejects.toMatchObject({
      code: "SLW_TRACKING_TAG",
      message: expect.stringContaining("No tag with key 'a'") as string,
    });
    await logLoggedModelParams(database, { ...refOf(model), params: { x: "1" } });
    expect((await logLoggedModelParams(database, { ...refOf(model), params: { x: "1", y: "2" } })).params).toEqual({
      x: "1",
      y: "2",
    });
    const changed = logLoggedModelParams(database, { ...refOf(model), params: { x: "9" } });
    await expect(changed).rejects.toMatchObject({ code: "SLW_TRACKING_PARAM" });
  });

  test("that is deleted is not found, but where deleted ones are asked for", async () => {
    const { database } = workspace;
    const model = await create();
    await deleteLoggedModel(database, refOf(model));
    const missing = { code: "SLW_TRACKING_LOGGED_MODEL", message: `Logged model with ID '${model.id}' not found.` };
    await expect(getLoggedModel(database, refOf(model))).rejects.toMatchObject(missing);
    await expect(deleteLoggedModel(database, refOf(model))).rejects.toMatchObject(missing);
    await expect(setLoggedModelTags(database, { ...refOf(model), tags: {} })).rejects.toMatchObject(missing);
    expect((await getLoggedModel(database, { ...refOf(model), deletedToo: true })).id).toBe(model.id);
  });

  test("of another workspace is not there", async () => {
    const { database, actor } = workspace;
    const ref = { workspaceId: await workspace.another(), modelId: (await create()).id, actor };
    const missing = { code: "SLW_TRACKING_LOGGED_MODEL" };
    await expect(getLoggedModel(database, ref)).rejects.toMatchObject(missing);
    await expect(finalizeLoggedModel(database, { ...ref, status: "READY" })).rejects.toMatchObject(missing);
    await expect(setLoggedModelTags(database, { ...ref, tags: { a: "1" } })).rejects.toMatchObject(missing);
    await expect(logLoggedModelParams(database, { ...ref, params: { a: "1" } })).rejects.toMatchObject(missing);
    await expect(deleteLoggedModelTag(database, { ...ref, key: "a" })).rejects.toMatchObject(missing);
    await expect(deleteLoggedModel(database, ref)).rejects.toMatchObject(missing);
  });

  test("every change is in the audit log and among the events", async () => {
    const { database } = workspace;
    const model = await create();
    await finalizeLoggedModel(database, { ...refOf(model), status: "FAILED" });
    await deleteLoggedModel(database, refOf(model));
    const subject = `logged-model/${model.id}`;
    const events = await database
      .selectFrom("events")
      .select("type")
      .where("subject", "=", subject)
      .orderBy("seq")
      .execute();
    const audit = await database
      .selectFrom("audit")
      .select("action")
      .where("subject", "=", subject)
      .orderBy("seq")
      .execute();
    expect(events.map(({ type }) => type)).toEqual([
      "logged-model.created",
      "logged-model.updated",
      "logged-model.deleted",
    ]);
    expect(audit.map(({ action }) => action)).toEqual([
      "createLoggedModel",
      "finalizeLoggedModel",
      "deleteLoggedModel",
    ]);
  });
});

describe("metrics of a logged model", () => {
  test("are those that runs of its workspace log for it, and no other workspace's", async () => {
    const { database, workspaceId } = workspace;
    const model = await create();
    const run = await workspace.run();
    const metric = {
      key: "auc",
      value: 0.5,
      timestamp: 7,
      step: 1,
      modelId: model.id,
      datasetName: "d",
      datasetDigest: "x",
    };
    await logBatch(database, { workspaceId, runId: run.id, metrics: [metric] });
    const other = await workspace.another();
    const stranger = await workspace.run({ workspaceId: other });
    await logBatch(database, { workspaceId: other, runId: stranger.id, metrics: [{ ...metric, value: 0.99 }] });
    expect((await getLoggedModel(database, refOf(model))).metrics).toEqual([{ ...metric, runId: run.id }]);
    const search = { workspaceId, experiments: [0], limit: 5 };
    const above = await searchLoggedModels(database, { ...search, filter: "metrics.auc > 0.9" });
    expect(above.items.map(({ id }) => id)).not.toContain(model.id);
  });
});

describe("a search of logged models", () => {
  const models: Record<string, LoggedModel> = {};
  let experiment = 0;

  beforeAll(async () => {
    const { database, workspaceId, actor } = workspace;
    experiment = (await createExperiment(database, { workspaceId, name: "searched", actor })).number;
    const run = await workspace.run({ experiment });
    for (const [name, loss, lr] of [
      ["alpha", 0.3, "0.1"],
      ["beta", 0.1, "0.01"],
      ["gamma", 0.2, "0.1"],
      ["Delta", NaN, ""],
    ] as const) {
      const model = await create({ experiment, name, params: { lr }, tags: { team: name.slice(0, 1) } });
      models[name] = model;
      const metrics = [
        { key: "loss", value: loss, timestamp: 1, step: 0, modelId: model.id, datasetName: "train" },
        {
          key: "loss",
          value: loss * 2,
          timestamp: 2,
          step: 1,
          modelId: model.id,
          datasetName: "test",
          datasetDigest: name,
        },
      ];
      if (!Number.isNaN(loss)) await logBatch(database, { workspaceId, runId: run.id, metrics });
    }
    await database
      .updateTable("logged_models")
      .set((set) => ({ created_at: set.fn<Date>("to_timestamp", [set.val(1000)]) }))
      .where("id", "=", models["Delta"]?.id ?? "")
      .execute();
  });

  async function names(search: Partial<LoggedModelSearch>): Promise<string[]> {
    const { database, workspaceId } = workspace;
    const found = await searchLoggedModels(database, { workspaceId, experiments: [experiment], limit: 100, ...search });
    return found.items.map(({ name }) => name);
  }

  test.each<[string, string[]]>([
    ["", ["gamma", "beta", "alpha", "Delta"]],
    ["name = 'beta'", ["beta"]],
    ["attributes.name != 'beta'", ["gamma", "alpha", "Delta"]],
    ["name LIKE '%a'", ["gamma", "beta", "alpha", "Delta"]],
    ["name LIKE 'd%'", []],
    ["name ILIKE 'd%'", ["Delta"]],
    ["name IN ('beta', 'gamma')", ["gamma", "beta"]],
    ["name NOT IN ('beta', 'gamma')", ["alpha", "Delta"]],
    ["params.lr = '0.1'", ["gamma", "alpha"]],
    ["params.`lr` = '0.1' AND tags.team = 'g'", ["gamma"]],
    ["metrics.loss < 0.25", ["gamma", "beta"]],
    ["metrics.loss >= 0.4 AND name != 'gamma'", ["alpha"]],
    ["creation_timestamp < 2000000", ["Delta"]],
    ["status = 'PENDING'", ["gamma", "beta", "alpha", "Delta"]],
  ])("with the filter %j", async (filter, expected) => expect(await names({ filter })).toEqual(expected));

  test.each([
    ["nonsense", "Invalid clause(s) in filter string"],
    ["metrics.loss LIKE 'a'", "Invalid comparison operator for metrics.loss: 'LIKE'"],
    ["name > 'a'", "Invalid comparison operator for attributes.name: '>'"],
    ["things.a = 'b'", "Invalid entity type: 'things'"],
    ["creator = 'b'", "Invalid attribute key"],
    ["constructor = 'b'", "Invalid attribute key"],
    ["metrics.loss > 'many'", "could not convert string to float"],
    ["name = 'a' OR name = 'b'", "Invalid clause(s)"],
  ])("refuses the filter %j", async (filter, message) => {
    await expect(names({ filter })).rejects.toThrow(message);
  });

  test.each<[string, Partial<LoggedModelSearch>, string[]]>([
    [
      "by a metric, those without it last",
      { orderBy: [{ field: "metrics.loss", descending: true }] },
      ["alpha", "gamma", "beta", "Delta"],
    ],
    ["by name", { orderBy: [{ field: "name", descending: false }] }, ["Delta", "alpha", "beta", "gamma"]],
    ["by time", { orderBy: [{ field: "creation_timestamp", descending: false }] }, ["Delta", "alpha", "beta", "gamma"]],
    [
      "by a metric on one dataset",
      { orderBy: [{ field: "metrics.loss", descending: false, dataset: { name: "test", digest: "gamma" } }] },
      ["gamma", "beta", "alpha", "Delta"],
    ],
    ["on a dataset", { datasets: [{ name: "test", digest: "beta" }] }, ["beta"]],
    [
      "on one of several",
      { datasets: [{ name: "test", digest: "beta" }, { name: "train" }] },
      ["gamma", "beta", "alpha"],
    ],
    ["a metric on a dataset", { filter: "metrics.loss > 0.25", datasets: [{ name: "train" }] }, ["alpha"]],
    ["no experiment", { experiments: [] }, []],
    ["another experiment's number", { experiments: [9999] }, []],
  ])("%s", async (_name, search, expected) => expect(await names(search)).toEqual(expected));

  test.each(["metrics", "params.lr", "creator"])("cannot be ordered by %s", async (field) => {
    await expect(names({ orderBy: [{ field, descending: false }] })).rejects.toThrow("Invalid order by field name");
  });

  test("comes in pages, whose tokens are of no other search", async () => {
    const { database, workspaceId } = workspace;
    const search = { workspaceId, experiments: [experiment], limit: 3 };
    const first = await searchLoggedModels(database, search);
    const second = await searchLoggedModels(database, { ...search, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(["gamma", "beta", "alpha", "Delta"]);
    expect(second.nextCursor).toBeUndefined();
    for (const other of [
      { ...search, filter: "name = 'a'" },
      { ...search, experiments: [0] },
    ]) {
      const asked = searchLoggedModels(database, { ...other, cursor: first.nextCursor });
      await expect(asked).rejects.toMatchObject({ code: "SLW_API_CURSOR" });
    }
    await expect(searchLoggedModels(database, { ...search, cursor: "bm8" })).rejects.toMatchObject({
      code: "SLW_API_CURSOR",
    });
  });
});
