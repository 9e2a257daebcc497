import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../base/index.ts";
import {
  assertDeployable,
  createModel,
  createVersion,
  deleteAlias,
  deleteModel,
  deleteVersion,
  findModel,
  findVersion,
  latestVersions,
  latestVersionsByModel,
  listModels,
  listVersionFiles,
  listVersions,
  registerUploads,
  renameModel,
  resolveVersion,
  restrictVersion,
  setAlias,
  transitionStage,
  unrestrictVersion,
  updateModel,
  updateVersion,
  versionUses,
} from "./index.ts";
import { actor, addUpload, bareVersion, openTestRegistry, putModel, type TestRegistry } from "./test-registry.ts";

let registry: TestRegistry;
let workspaceId: string;
let names = 0;
/** A name that no other test uses. */
const freshName = (): string => `model-${++names}`;

beforeAll(async () => {
  registry = await openTestRegistry();
  ({ workspaceId } = registry);
});

afterAll(() => registry.close());

const refused = (code: string) => expect.objectContaining({ code });
const ref = (model: string, version: number) => ({ workspaceId, model, version });

async function addVersions(model: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await createVersion(registry.database, bareVersion(workspaceId, model));
}

async function events(subject: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { database } = registry;
  return database.selectFrom("events").select(["type", "data"]).where("subject", "=", subject).orderBy("seq").execute();
}

describe("a registered model", () => {
  test("has a name of its own, and a request that comes twice makes it once", async () => {
    const { database } = registry;
    const model = freshName();
    const request = { id: newId(), workspaceId, model, description: "first", tags: { team: "risk" }, actor };
    const made = await createModel(database, request);
    expect(made).toMatchObject({
      name: model,
      description: "first",
      tags: { team: "risk" },
      createdBy: "ada",
      latestVersion: null,
    });
    expect(await createModel(database, request)).toEqual(made);
    await expect(createModel(database, { ...request, id: newId() })).rejects.toEqual(refused("SLW_REGISTRY_EXISTS"));
    expect(await events(`model/${model}`)).toEqual([
      { type: "model.created", data: { model, tags: { team: "risk" } } },
    ]);
  });

  test.each(["", " ", "a/b", "a:b", "..", "a\nb", "\u0000", "x".repeat(257)])("is not called %j", async (model) => {
    const request = { id: newId(), workspaceId, model, actor };
    await expect(async () => createModel(registry.database, request)).rejects.toEqual(refused("SLW_REGISTRY_NAME"));
  });

  test("is seen in its own workspace alone", async () => {
    const { database, otherWorkspaceId } = registry;
    const model = freshName();
    await addVersions(model, 1);
    const elsewhere = { workspaceId: otherWorkspaceId, model };
    await expect(findModel(database, elsewhere)).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
    await expect(findVersion(database, { ...elsewhere, version: 1 })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
    await expect(deleteModel(database, { ...elsewhere, actor })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
    await createVersion(database, bareVersion(otherWorkspaceId, model));
    expect((await findVersion(database, { ...elsewhere, version: 1 })).id).not.toBe(
      (await findVersion(database, ref(model, 1))).id,
    );
  });

  test("changes description, tags and archive, and is renamed with all that it has", async () => {
    const { database } = registry;
    const [model, newName, taken] = [freshName(), freshName(), freshName()];
    await addVersions(model, 1);
    await addVersions(taken, 1);
    await setAlias(database, { ...ref(model, 1), alias: "champion", actor });
    const changes = { description: "about", tags: { a: "1", b: "2" } };
    await updateModel(database, { workspaceId, model, changes, actor });
    const archived = await updateModel(database, {
      workspaceId,
      model,
      changes: { tags: { a: null }, archived: true },
      actor,
    });
    expect(archived).toMatchObject({ description: "about", tags: { b: "2" }, archivedAt: expect.any(Date) });
    const inUse = renameModel(database, { workspaceId, model, newName: taken, actor });
    await expect(inUse).rejects.toEqual(refused("SLW_REGISTRY_EXISTS"));
    const renamed = await renameModel(database, { workspaceId, model, newName, actor });
    expect(renamed).toMatchObject({ name: newName, latestVersion: 1, aliases: [{ alias: "champion", version: 1 }] });
    await expect(findModel(database, { workspaceId, model })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
  });

  test("is listed in pages, by part of its name, by tags", async () => {
    const { database, otherWorkspaceId } = registry;
    const request = { workspaceId: otherWorkspaceId, actor, tags: { list: "yes" } };
    for (const model of ["p_1", "p_2", "P_3", "q4", "px5"])
      await createModel(database, { ...request, id: newId(), model });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listModels(database, {
        workspaceId: otherWorkspaceId,
        filter: { name: "p_", tags: { list: "yes" } },
        page: { limit: 2, sort: "-name", cursor },
      });
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(["P_3", "p_1", "p_2"]);
    const byTime = {
      workspaceId: otherWorkspaceId,
      filter: { tags: { list: "yes" } },
      page: { limit: 3, sort: "created" },
    };
    const first = await listModels(database, byTime);
    const rest = await listModels(database, { ...byTime, page: { ...byTime.page, cursor: first.nextCursor } });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(["p_1", "p_2", "P_3", "q4", "px5"]);
  });
});

describe("a version", () => {
  test("is numbered from 1, without gaps among 20 at once, and never takes a deleted one's number", async () => {
    const { database } = registry;
    const model = freshName();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => createVersion(database, bareVersion(workspaceId, model))),
    );
    expect(made.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    await deleteVersion(database, { ...ref(model, 20), actor });
    await expect(findVersion(database, ref(model, 20))).rejects.toEqual(refused("SLW_REGISTRY_VERSION"));
    expect(await createVersion(database, bareVersion(workspaceId, model))).toMatchObject({ version: 21 });
  });

  test("is made once by a request that comes three times at once", async () => {
    const { database } = registry;
    const model = freshName();
    const request = bareVersion(workspaceId, model);
    const made = await Promise.all([1, 2, 3].map(() => createVersion(database, request)));
    expect(made.map(({ id, version }) => [id, version])).toEqual([1, 2, 3].map(() => [request.id, 1]));
    expect(await events(`model/${model}/1`)).toHaveLength(1);
  });

  test("takes no number when it is refused", async () => {
    const { database } = registry;
    const model = freshName();
    const file = { path: "a", sha256: "0".repeat(64), size: 1 };
    for (const [files, primaryPath] of [
      [[file, file], null],
      [[{ ...file, path: "../a" }], null],
      [[{ ...file, path: "/a" }], null],
      [[{ ...file, path: "C:\\a" }], null],
      [[file], "b"],
    ] as const) {
      const version = bareVersion(workspaceId, model);
      const bad = { ...version, files, contents: { ...version.contents, primaryPath } };
      await expect(async () => createVersion(database, bad)).rejects.toEqual(refused("SLW_REGISTRY_FILES"));
    }
    const absent = { ...bareVersion(workspaceId, model), createModel: false };
    await expect(createVersion(database, absent)).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
    expect(await createVersion(database, bareVersion(workspaceId, model))).toMatchObject({ version: 1 });
  });

  test("of our own file shows what the file holds", async () => {
    const { database, artifacts } = registry;
    const model = freshName();
    const file = await putModel(artifacts);
    const uploads = [await addUpload(registry, file)];
    const input = { id: newId(), workspaceId, model, createModel: true, actor, uploads };
    const made = await registerUploads(registry, {
      ...input,
      aliases: ["champion"],
      dataset: { name: "bank", version: 2 },
    });
    expect(made).toMatchObject({
      version: 1,
      status: "READY",
      stage: "None",
      kind: "slipway",
      algorithm: "GradientBoosting",
      task: "classification",
      target: "y",
      metrics: { accuracy: 0.9 },
      primaryMetric: "accuracy",
      primarySha256: file.sha256,
      size: file.size,
      aliases: ["champion"],
      lineage: { dataset: { name: "bank", version: 2 }, registeredBy: "ada" },
      contents: {
        inputs: [
          { name: "age", type: "numeric", nullable: false, categories: null },
          { name: "job", type: "string", nullable: true, categories: ["admin.", "student"] },
        ],
        members: [{ name: "GradientBoosting", weight: 1, params: { learningRate: 0.1 } }],
        rowMicroseconds: expect.any(Number),
      },
    });
    expect(await listVersionFiles(database, ref(model, 1))).toEqual([file]);
    expect(await events(`model/${model}/1`)).toEqual([
      {
        type: "model.version.created",
        data: expect.objectContaining({ model, version: 1, aliases: ["champion"], primaryMetricValue: 0.9 }) as unknown,
      },
    ]);
  });

  test("changes description, tags, status and metrics", async () => {
    const { database } = registry;
    const model = freshName();
    const request = bareVersion(workspaceId, model, {
      tags: { a: "1" },
      metrics: { r2: 1 },
      status: "PENDING_REGISTRATION",
    });
    await createVersion(database, request);
    const changes = { description: "about", tags: { a: null, b: "2" }, status: "READY" as const, metrics: { mae: 2 } };
    expect(await updateVersion(database, { ...ref(model, 1), changes, actor })).toMatchObject({
      description: "about",
      tags: { b: "2" },
      status: "READY",
      metrics: { r2: 1, mae: 2 },
    });
  });

  test("moves through the stages, and archives those that were there where that is asked for", async () => {
    const { database } = registry;
    const model = freshName();
    await addVersions(model, 4);
    const move = { actor, stage: "Production" as const };
    await transitionStage(database, { ...ref(model, 1), ...move });
    await transitionStage(database, { ...ref(model, 2), ...move });
    await transitionStage(database, { ...ref(model, 3), ...move, archiveExisting: true });
    const latest = await latestVersions(database, { workspaceId, model });
    expect(latest.map(({ version, stage }) => [version, stage])).toEqual([
      [2, "Archived"],
      [3, "Production"],
      [4, "None"],
    ]);
    expect(await latestVersions(database, { workspaceId, model, stages: ["Production"] })).toMatchObject([
      { version: 3 },
    ]);
    const other = freshName();
    await createVersion(database, bareVersion(workspaceId, other, {}));
    const models = [model, other, "nothing"];
    expect(await latestVersionsByModel(database, { workspaceId, models })).toEqual(
      new Map([
        [model, latest],
        [other, await latestVersions(database, { workspaceId, model: other })],
      ]),
    );
    expect(await latestVersionsByModel(database, { workspaceId: registry.otherWorkspaceId, models })).toEqual(
      new Map(),
    );
    const wrong = { ...ref(model, 3), actor, stage: "None" as const, archiveExisting: true };
    await expect(async () => transitionStage(database, wrong)).rejects.toEqual(refused("SLW_REGISTRY_STAGE"));
  });

  test("is listed by model, stage and run, in pages", async () => {
    const { database } = registry;
    const model = freshName();
    const source = { uri: "runs:/r/m", runId: "r1", artifactPath: "m", loggedModelId: null, runLink: null };
    for (let i = 0; i < 5; i++) await createVersion(database, bareVersion(workspaceId, model, i % 2 ? { source } : {}));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await listVersions(database, {
        workspaceId,
        filter: { model },
        page: { limit: 2, sort: "version", cursor },
      });
      seen.push(...page.items.map(({ version }) => version));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    const ofRun = await listVersions(database, { workspaceId, filter: { runId: "r1" }, page: { limit: 10 } });
    expect(ofRun.items.map(({ version }) => version)).toEqual([4, 2]);
    const absent = { workspaceId, filter: { model: "absent" }, page: { limit: 1 } };
    await expect(listVersions(database, absent)).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
  });
});

describe("a reference", () => {
  test("is a number, an alias, a stage, latest or best", async () => {
    const { database } = registry;
    const model = freshName();
    const resolve = (reference: string) => resolveVersion(database, { workspaceId, model, reference });
    for (const accuracy of [0.8, 0.95, 0.9, 0.95, 0.99]) {
      await createVersion(
        database,
        bareVersion(workspaceId, model, { metrics: { accuracy }, primaryMetric: "accuracy" }),
      );
    }
    await createVersion(database, bareVersion(workspaceId, model));
    await setAlias(database, { ...ref(model, 1), alias: "champion", actor });
    await setAlias(database, { ...ref(model, 3), alias: "champion", actor });
    await transitionStage(database, { ...ref(model, 2), actor, stage: "Staging" });
    await restrictVersion(database, { ...ref(model, 5), actor, state: "revoked", reason: "leak" });
    for (const [reference, version] of [
      ["4", 4],
      ["champion", 3],
      ["staging", 2],
      ["latest", 6],
      // 5 is revoked; of 2 and 4, which are equal, the newer; 6 has no metric.
      ["best", 4],
    ] as const) {
      expect([reference, (await resolve(reference)).version]).toEqual([reference, version]);
    }
    await expect(resolve("challenger")).rejects.toEqual(refused("SLW_REGISTRY_ALIAS_UNKNOWN"));
    await expect(resolve("Production")).rejects.toEqual(refused("SLW_REGISTRY_VERSION"));
    await expect(resolve("7")).rejects.toEqual(refused("SLW_REGISTRY_VERSION"));
    await deleteAlias(database, { workspaceId, model, alias: "champion", actor });
    await expect(resolve("champion")).rejects.toEqual(refused("SLW_REGISTRY_ALIAS_UNKNOWN"));
  });

  test("best goes down for errors", async () => {
    const { database } = registry;
    const model = freshName();
    const primaryMetric = "normalized_root_mean_squared_error";
    for (const value of [0.3, 0.1, 0.2]) {
      await createVersion(
        database,
        bareVersion(workspaceId, model, { metrics: { [primaryMetric]: value }, primaryMetric }),
      );
    }
    expect(await resolveVersion(database, { workspaceId, model, reference: "best" })).toMatchObject({ version: 2 });
  });

  test.each(["latest", "Latest", "best", "v1", "V22", "7", "", "a b", "a/b", "a".repeat(256)])(
    "%j is no alias that can be set",
    async (alias) => {
      const input = { ...ref("any", 1), alias, actor };
      await expect(async () => setAlias(registry.database, input)).rejects.toEqual(refused("SLW_REGISTRY_ALIAS"));
    },
  );
});

describe("a restriction", () => {
  test("keeps a version from being deployed, with its reason, until it is lifted", async () => {
    const { database } = registry;
    const model = freshName();
    await addVersions(model, 1);
    const restricted = await restrictVersion(database, {
      ...ref(model, 1),
      actor,
      state: "stale",
      reason: "older data",
    });
    expect(() => assertDeployable(restricted)).toThrow(
      expect.objectContaining({
        code: "SLW_REGISTRY_RESTRICTED",
        message: expect.stringContaining("older data") as string,
      }),
    );
    const lifted = await unrestrictVersion(database, { ...ref(model, 1), actor });
    expect(lifted.restriction).toBeNull();
    expect(() => assertDeployable(lifted)).not.toThrow();
    expect(() => assertDeployable({ ...lifted, status: "FAILED_REGISTRATION" })).toThrow(
      refused("SLW_REGISTRY_NOT_READY"),
    );
  });

  test("a version in use is shown with what uses it, and is not deleted; nor is its model", async () => {
    const { database } = registry;
    const model = freshName();
    await addVersions(model, 2);
    const { id } = await findVersion(database, ref(model, 2));
    const use = { id: newId(), workspace_id: workspaceId, version_id: id, kind: "deployment", name: "bank/blue" };
    await database.insertInto("model_uses").values(use).execute();
    expect(await versionUses(database, ref(model, 2))).toMatchObject([{ kind: "deployment", name: "bank/blue" }]);
    const inUse = refused("SLW_REGISTRY_IN_USE");
    await expect(deleteVersion(database, { ...ref(model, 2), actor })).rejects.toEqual(inUse);
    await expect(deleteModel(database, { workspaceId, model, actor })).rejects.toEqual(inUse);
    await database.deleteFrom("model_uses").where("id", "=", use.id).execute();
    await deleteModel(database, { workspaceId, model, actor });
    await expect(findModel(database, { workspaceId, model })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
  });
});
