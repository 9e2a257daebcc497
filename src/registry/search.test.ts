import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createModel, createVersion, searchModels, searchVersions, setAlias, updateModel } from "./index.ts";
import { actor, bareVersion, openTestRegistry, type TestRegistry } from "./test-registry.ts";

let registry: TestRegistry;
let workspaceId: string;

beforeAll(async () => {
  registry = await openTestRegistry();
  ({ workspaceId } = registry);
  const { database, otherWorkspaceId } = registry;
  for (const [model, tags] of [
    ["bank", { team: "risk", tier: "1" }],
    ["Bank two", { team: "sales" }],
    ["credit_1", { team: "risk", "a.b": "x" }],
    ["creditx1", {}],
    ["a prompt", { "mlflow.prompt.is_prompt": "true" }],
  ] as const) {
    await createModel(database, { id: model, workspaceId, model, tags, actor });
  }
  await createVersion(database, bareVersion(otherWorkspaceId, "bank"));
  const runs = ["r1", "r2", null];
  for (const [i, runId] of runs.entries()) {
    const source = {
      uri: `runs:/${runId ?? "none"}/model`,
      runId,
      artifactPath: "model",
      loggedModelId: null,
      runLink: null,
    };
    await createVersion(database, bareVersion(workspaceId, "bank", { source, tags: { i: String(i) } }));
  }
  await createVersion(database, bareVersion(workspaceId, "creditx1", { tags: { i: "0" } }));
  await setAlias(database, { workspaceId, model: "bank", version: 2, alias: "champion", actor });
  await updateModel(database, { workspaceId, model: "credit_1", changes: { description: "changed last" }, actor });
});

afterAll(() => registry.close());

const refused = (message: string) =>
  expect.objectContaining({ code: "SLW_TRACKING_FILTER", message: expect.stringContaining(message) as string });

async function models(filter: string, orderBy?: string[]): Promise<string[]> {
  const { items } = await searchModels(registry.database, { workspaceId, filter, orderBy, maxResults: 100 });
  return items.map(({ name }) => name);
}

async function versions(filter: string, orderBy?: string[]): Promise<string[]> {
  const { items } = await searchVersions(registry.database, { workspaceId, filter, orderBy, maxResults: 100 });
  return items.map(({ model, version }) => `${model} ${version}`);
}

describe("registered models are found", () => {
  test.each([
    ["", ["bank", "Bank two", "credit_1", "creditx1"]],
    ["name = 'bank'", ["bank"]],
    ["name != 'bank'", ["Bank two", "credit_1", "creditx1"]],
    ["name LIKE 'bank%'", ["bank"]],
    ["name ILIKE 'bank%'", ["bank", "Bank two"]],
    ["name LIKE 'credit_1'", ["credit_1", "creditx1"]],
    ["name IN ('bank', 'creditx1')", ["bank", "creditx1"]],
    ["name NOT IN ('bank', 'creditx1')", ["Bank two", "credit_1"]],
    ["attribute.name = 'bank'", ["bank"]],
    ["tags.team = 'risk'", ["bank", "credit_1"]],
    ["tags.team = 'risk' AND tags.tier = '1'", ["bank"]],
    ["tag.team ILIKE 'R%' and name LIKE 'c%'", ["credit_1"]],
    ["tags.team != 'risk'", ["Bank two"]],
    ["tags.`a.b` = 'x'", ["credit_1"]],
    ["tags.`mlflow.prompt.is_prompt` = 'true'", ["a prompt"]],
    ["tags.`mlflow.prompt.is_prompt` != 'true' AND name LIKE 'credit%'", ["credit_1", "creditx1"]],
    ["name = 'O''Brien'", []],
    ["name = '; DROP TABLE models'", []],
  ])("by %j", async (filter, expected) => {
    expect((await models(filter)).toSorted()).toEqual(expected.toSorted());
  });

  test("in the order that is asked for", async () => {
    expect((await models("", ["last_updated_timestamp DESC"]))[0]).toBe("credit_1");
    expect(await models("name IN ('bank', 'creditx1')", ["name DESC"])).toEqual(["creditx1", "bank"]);
    expect((await models("", ["creation_timestamp"]))[0]).toBe("bank");
  });

  test("in pages", async () => {
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await searchModels(registry.database, { workspaceId, maxResults: 3, pageToken });
      seen.push(...page.items.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    expect(seen).toEqual(await models(""));
  });

  test.each([
    ["team = 'risk'", "Invalid attribute key 'team'"],
    ["metrics.auc = 'x'", "Invalid entity type 'metrics'"],
    ["name = 3", "Expected a quoted string value"],
    ["name > 'a'", "Invalid comparator for attribute: >"],
    ["tags.a IN ('x')", "Invalid comparator for tag: IN"],
    ["name = 'a' OR name = 'b'", "Invalid clause(s) in filter string"],
  ])("not by %j", async (filter, message) => {
    await expect(models(filter)).rejects.toEqual(refused(message));
  });

  test.each([["size"], ["name UP"], ["name", "name DESC"]])("not in the order %j", async (...orderBy) => {
    await expect(models("", orderBy)).rejects.toEqual(refused("order"));
  });

  test.each(["x", "e30=", Buffer.from('{"offset": -1}').toString("base64")])(
    "not from the token %j",
    async (pageToken) => {
      const request = { workspaceId, maxResults: 1, pageToken };
      await expect(searchModels(registry.database, request)).rejects.toEqual(refused("Invalid page token"));
    },
  );
});

describe("versions are found", () => {
  test.each([
    ["", ["creditx1 1", "bank 3", "bank 2", "bank 1"]],
    ["name = 'bank'", ["bank 3", "bank 2", "bank 1"]],
    ["run_id = 'r1'", ["bank 1"]],
    ["run_id IN ('r1', 'r2')", ["bank 2", "bank 1"]],
    ["run_id != 'r1'", ["bank 2"]],
    ["version_number > 1", ["bank 3", "bank 2"]],
    ["version_number = '2' AND name = 'bank'", ["bank 2"]],
    ["source_path LIKE 'runs:/r%'", ["bank 2", "bank 1"]],
    ["tags.i = '0'", ["creditx1 1", "bank 1"]],
  ])("by %j", async (filter, expected) => {
    expect(await versions(filter)).toEqual(expected);
  });

  test("in the order that is asked for", async () => {
    expect(await versions("", ["name ASC", "version_number ASC"])).toEqual([
      "bank 1",
      "bank 2",
      "bank 3",
      "creditx1 1",
    ]);
  });

  test.each([
    ["version_number LIKE '1'", "Invalid comparator"],
    ["version_number = 'x'", "Expected a whole number"],
    ["name = 1", "Expected a quoted string value"],
    ["stage = 'x'", "Invalid attribute key 'stage'"],
  ])("not by %j", async (filter, message) => {
    await expect(versions(filter)).rejects.toEqual(refused(message));
  });
});
