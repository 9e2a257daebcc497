import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../base/index.ts";
import {
  createExperiment,
  deleteExperiment,
  deleteExperimentTag,
  ensureExperiment,
  findExperimentByName,
  getExperiment,
  renameExperiment,
  restoreExperiment,
  setExperimentTags,
} from "./experiments.ts";
import { deleteRun } from "./delete-runs.ts";
import { getRun } from "./runs.ts";
import { searchExperiments, type ExperimentSearch } from "./search-experiments.ts";
import { openTestWorkspace, type TestWorkspace } from "./test-workspace.ts";

let workspace: TestWorkspace;
beforeAll(async () => (workspace = await openTestWorkspace()));
afterAll(() => workspace.close());

describe("experiments", () => {
  test('every workspace begins with number 0, "Default"', async () => {
    const { database, workspaceId } = workspace;
    expect(await getExperiment(database, { workspaceId, number: 0 })).toMatchObject({
      number: 0,
      name: "Default",
      artifactLocation: "mlflow-artifacts:/0",
      lifecycle: "active",
      tags: {},
    });
    await expect(getExperiment(database, { workspaceId, number: 10 ** 12 })).rejects.toMatchObject({
      code: "SLW_TRACKING_EXPERIMENT",
    });
  });

  test("many at once get numbers of their own; a name that is taken costs none", async () => {
    const { database, actor } = workspace;
    const workspaceId = await workspace.another();
    const create = (name: string, id = newId()) => createExperiment(database, { workspaceId, name, id, actor });
    const made = await Promise.all(Array.from({ length: 12 }, (_, n) => create(`e${n}`)));
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    await expect(create("e3")).rejects.toMatchObject({
      code: "SLW_TRACKING_EXPERIMENT_EXISTS",
      message: expect.stringContaining("Experiment(name=e3) already exists"),
    });
    const [first] = made as [(typeof made)[number]];
    expect(await create(first.name, first.id)).toEqual(first);
    expect((await create("next")).number).toBe(13);
    const same = await Promise.all(
      Array.from({ length: 6 }, () => ensureExperiment(database, { workspaceId, name: "shared", actor })),
    );
    expect(new Set(same.map(({ number }) => number))).toEqual(new Set([14]));
  });

  test("rename, tags, delete with the runs, restore without those deleted before", async () => {
    const { database, workspaceId, actor } = workspace;
    const { number } = await createExperiment(database, { workspaceId, name: "life", tags: { a: "1" }, actor });
    const ref = { workspaceId, number };
    expect(await renameExperiment(database, { ...ref, name: "renamed", actor })).toMatchObject({ name: "renamed" });
    await expect(renameExperiment(database, { ...ref, name: "Default", actor })).rejects.toMatchObject({
      code: "SLW_TRACKING_EXPERIMENT_EXISTS",
    });
    await setExperimentTags(database, { ...ref, tags: { b: "2", a: "3" }, actor });
    await deleteExperimentTag(database, { ...ref, key: "b", actor });
    await expect(deleteExperimentTag(database, { ...ref, key: "b", actor })).rejects.toMatchObject({
      code: "SLW_TRACKING_TAG",
    });
    expect(await findExperimentByName(database, { workspaceId, name: "renamed" })).toMatchObject({
      number,
      tags: { a: "3" },
    });
    expect(await findExperimentByName(database, { workspaceId, name: "life" })).toBeNull();

    const before = await workspace.run({ experiment: number });
    const run = await workspace.run({ experiment: number });
    await deleteRun(database, { workspaceId, runId: before.id, actor });
    expect((await deleteExperiment(database, { ...ref, actor })).lifecycle).toBe("deleted");
    const lifecycles = async () =>
      Promise.all([before, run].map(async ({ id }) => (await getRun(database, { workspaceId, runId: id })).lifecycle));
    expect(await lifecycles()).toEqual(["deleted", "deleted"]);
    for (const attempt of [
      () => workspace.run({ experiment: number }),
      () => renameExperiment(database, { ...ref, name: "other", actor }),
      () => setExperimentTags(database, { ...ref, tags: { a: "1" }, actor }),
      () => ensureExperiment(database, { workspaceId, name: "renamed", actor }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "SLW_TRACKING_EXPERIMENT_DELETED" });
    await restoreExperiment(database, { ...ref, actor });
    expect(await lifecycles()).toEqual(["deleted", "active"]);

    const events = await database
      .selectFrom("events")
      .select("type")
      .where("workspace_id", "=", workspaceId)
      .where("subject", "=", `experiment/${number}`)
      .orderBy("seq")
      .execute();
    expect(events.map(({ type }) => type)).toEqual(
      ["created", "updated", "updated", "updated", "deleted", "restored"].map((how) => `experiment.${how}`),
    );
  });

  test.each([
    ["", "Invalid experiment name"],
    ["x".repeat(501), "exceeds the maximum length"],
    ["a\0b", "NUL"],
  ])("the name %j is refused", async (name, message) => {
    const { database, workspaceId, actor } = workspace;
    await expect(createExperiment(database, { workspaceId, name, actor })).rejects.toMatchObject({
      code: "SLW_TRACKING_INPUT",
      message: expect.stringContaining(message),
    });
  });
});

describe("a search of experiments", () => {
  let workspaceId: string;
  beforeAll(async () => {
    const { database, actor } = workspace;
    workspaceId = await workspace.another();
    await createExperiment(database, { workspaceId, name: "Bank A", tags: { team: "risk" }, actor });
    await createExperiment(database, { workspaceId, name: "bank_b", tags: { team: "sales", "x y": "1" }, actor });
    const { number } = await createExperiment(database, { workspaceId, name: "gone", actor });
    await deleteExperiment(database, { workspaceId, number, actor });
  });

  async function find(search: Partial<ExperimentSearch>, limit = 50): Promise<string[]> {
    const names: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await searchExperiments(workspace.database, {
        workspaceId,
        limit,
        ...search,
        ...(cursor && { cursor }),
      });
      names.push(...page.items.map(({ name }) => name));
      if (page.nextCursor === undefined) return names;
      cursor = page.nextCursor;
    }
  }

  test.each<[string, string[]]>([
    ["", ["bank_b", "Bank A", "Default"]],
    ["name = 'Bank A'", ["Bank A"]],
    ["name LIKE 'bank%'", ["bank_b"]],
    ["name ILIKE 'bank%' AND tags.team = 'risk'", ["Bank A"]],
    ["tag.`x y` = '1'", ["bank_b"]],
    ["tags.team IS NULL", ["Default"]],
    ["tags.team != 'risk'", ["bank_b"]],
    ["attribute.creation_time > 0 AND last_update_time >= 1", ["bank_b", "Bank A", "Default"]],
    ["creation_time < 5", []],
    ["experiment_id IN ('0', '2')", ["bank_b", "Default"]],
    ["experiment_id != '0'", ["bank_b", "Bank A"]],
  ])("%s", async (filter, names) => {
    expect(await find({ filter })).toEqual(names);
    expect(await find({ filter }, 1)).toEqual(names);
  });

  test("lifecycles and orders", async () => {
    expect(await find({ lifecycle: "deleted" })).toEqual(["gone"]);
    expect(await find({ lifecycle: "all", orderBy: ["name"] }, 2)).toEqual(["Bank A", "Default", "bank_b", "gone"]);
    expect(await find({ orderBy: ["experiment_id DESC"] }, 1)).toEqual(["bank_b", "Bank A", "Default"]);
  });

  test.each([
    ["acc = 'x'", "Invalid attribute key 'acc'"],
    ["metrics.x = 1", "Invalid entity type 'metrics'"],
    ["name IS NULL", "IS NULL / IS NOT NULL is only supported for tags, not for attribute 'name'"],
    ["name < 'x'", "Invalid comparator for string attribute: <"],
    ["tags.a IN ('x')", "Invalid comparator for tag: IN"],
    ["creation_time LIKE '1'", "Invalid comparator for numeric attribute: LIKE"],
    ["creation_time > 1.5", "Invalid value for numeric attribute 'creation_time': '1.5'"],
    ["experiment_id > '1'", "Invalid comparator for experiment_id: >"],
    ["experiment_id = 'x'", "Invalid experiment ID 'x'"],
  ])("%s is refused", async (filter, message) => {
    await expect(find({ filter })).rejects.toMatchObject({
      code: "SLW_TRACKING_FILTER",
      message: expect.stringContaining(message),
    });
  });
});
