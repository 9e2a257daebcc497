import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog } from "../../base/index.ts";
import { openDatabase, serverActor, type Database } from "../../store/index.ts";
import { testDatabase, type TestDatabase } from "../../store/testing.ts";
import type { Step, StoredDefinition } from "../../definition/index.ts";
import {
  findPipeline,
  findPipelineVersion,
  listPipelines,
  listPipelineVersions,
  publishPipeline,
  setDefaultVersion,
  setPipelineStatus,
  updatePipeline,
} from "./index.ts";

let store: TestDatabase;
let database: Database;
const workspaceId = newId();
const actor = { ...serverActor, userName: "ann" };

beforeAll(async () => {
  store = await testDatabase();
  database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  await database.insertInto("workspaces").values({ id: workspaceId, name: "test" }).execute();
});
afterAll(async () => {
  await database?.destroy();
  await store?.drop();
});

const command = (word: string): Step => ({ type: "command", command: [word] });
const call = (pipeline: string): Step => ({ type: "pipeline", pipeline });
const publish = (name: string, steps: Record<string, Step>, more: Partial<StoredDefinition> = {}, input = {}) =>
  publishPipeline(database, { workspaceId, id: newId(), definition: { name, steps, ...more }, actor, ...input });

describe("publishing", () => {
  test("gives versions from 1; the same definition is the newest version", async () => {
    const first = await publish("retrain", { a: command("x") }, { source: { text: "name: retrain" } });
    expect(first).toMatchObject({ name: "retrain", version: 1, status: "ACTIVE", isDefault: true, created: true });
    const same = await publish("retrain", { a: command("x") }, { source: { text: "{name: retrain}" } });
    expect(same).toMatchObject({ id: first.id, version: 1, created: false });
    const second = await publish("retrain", { a: command("y") }, {}, { makeDefault: false });
    expect(second).toMatchObject({ version: 2, isDefault: false, created: true });
    expect(await findPipelineVersion(database, workspaceId, "retrain")).toMatchObject({ version: 1 });
    expect(await findPipelineVersion(database, workspaceId, "retrain@2")).toMatchObject({ id: second.id });
    expect(await findPipelineVersion(database, workspaceId, second.id)).toMatchObject({ version: 2 });
    const events = await database
      .selectFrom("events")
      .select("type")
      .where("subject", "=", "pipeline/retrain")
      .execute();
    expect(events).toHaveLength(2);
  });

  test("by many at once gives each a version of its own, without gaps", async () => {
    const many = await Promise.all(Array.from({ length: 8 }, (_, i) => publish("busy", { a: command(`x${i}`) })));
    expect(many.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("sent twice is published once", async () => {
    const id = newId();
    const twice = await Promise.all([1, 2].map(() => publish("twice", { a: command("x") }, {}, { id })));
    expect(twice.map((version) => version.id)).toEqual([id, id]);
  });

  test("refuses what nests itself, also through others, and what nests too deep", async () => {
    await publish("a", { x: command("x") });
    await publish("b", { x: call("a") });
    await expect(publish("a", { x: call("b") })).rejects.toMatchObject({
      code: "SLW_PIPELINE_INVALID",
      message: "steps.x.pipeline: the pipeline would run itself: a -> b -> a.",
    });
    for (const [name, inner] of [["c", "b"], ["d", "c"], ["e", "d"], ["f", "e"]] as const) await publish(name, { x: call(inner) }); // prettier-ignore
    await expect(publish("g", { x: call("f") })).rejects.toMatchObject({
      message: expect.stringMatching(/5 deep: g -> f/) as string,
    });
    await expect(publish("h", { x: call("nobody") })).rejects.toMatchObject({ code: "SLW_PIPELINE_UNKNOWN" });
    await expect(publish("h", { x: call("a@9") })).rejects.toMatchObject({ code: "SLW_PIPELINE_VERSION" });
    await expect(findPipeline(database, { workspaceId, pipeline: "h" })).rejects.toMatchObject({
      code: "SLW_PIPELINE_UNKNOWN",
    });
  });

  test.each(["../train.py", "/etc/passwd", "a\\b.py", "a//b.py", "", "C:x", "train.py"])(
    "refuses code with the path %j before anything is stored",
    async (path) => {
      const steps: Record<string, Step> = { a: { type: "command", command: ["python", "train.py"], code: "src" } };
      const files = [path, "train.py"].map((each) => ({
        path: each,
        sha256: "0".repeat(64),
        size: 7,
        executable: false,
      }));
      await expect(publish("unsafe", steps, { code: { a: { files } } })).rejects.toMatchObject({
        code: "SLW_PIPELINE_INVALID",
        message: expect.stringMatching(/^steps\.a\.code: .* is there twice, or no relative path/) as string,
      });
    },
  );

  test("keeps the files of its code, and refuses those that nobody has stored", async () => {
    const sha256 = createHash("sha256").update("print()").digest("hex");
    const steps: Record<string, Step> = { a: { type: "command", command: ["python", "train.py"], code: "src" } };
    const code = { a: { files: [{ path: "train.py", sha256, size: 7, executable: false }] } };
    await expect(publish("coded", steps, { code })).rejects.toMatchObject({
      message: 'steps.a.code: the file "train.py" is not in the artifact store.',
    });
    const other = await publish("other", { a: command("x") });
    const file = { run_id: null, pipeline_version_id: other.id, sha256 };
    await database.insertInto("pipeline_code_files").values(file).execute();
    const { id } = await publish("coded", steps, { code });
    const kept = await database
      .selectFrom("pipeline_code_files")
      .select("sha256")
      .where("pipeline_version_id", "=", id)
      .execute();
    expect(kept).toEqual([{ sha256 }]);
  });
});

describe("a published pipeline", () => {
  test("is listed, described, disabled, given another default, archived and back by a new version", async () => {
    await publish("bank", { a: command("x") });
    await publish("bank", { a: command("y") });
    const ref = { workspaceId, pipeline: "bank" };
    expect(await setDefaultVersion(database, { ...ref, version: 1, actor })).toMatchObject({
      defaultVersion: 1,
      latestVersion: 2,
    });
    await expect(setDefaultVersion(database, { ...ref, version: 3, actor })).rejects.toMatchObject({
      code: "SLW_PIPELINE_VERSION",
    });
    await setPipelineStatus(database, { workspaceId, reference: "bank@1", status: "DISABLED", actor });
    expect(await findPipeline(database, ref)).toMatchObject({ status: "DISABLED" });
    expect(await updatePipeline(database, { ...ref, description: "Weekly", actor })).toMatchObject({
      description: "Weekly",
    });
    const versions = await listPipelineVersions(database, ref, { limit: 1 });
    expect(versions.items.map(({ version }) => version)).toEqual([2]);
    const next = await listPipelineVersions(database, ref, { limit: 1, cursor: versions.nextCursor });
    expect(next.items.map(({ version }) => version)).toEqual([1]);

    await updatePipeline(database, { ...ref, archived: true, actor });
    const names = async (archived: boolean): Promise<string[]> =>
      (await listPipelines(database, { workspaceId, name: "BAN", archived }, { limit: 10 })).items.map(
        ({ name }) => name,
      );
    expect(await names(false)).toEqual([]);
    expect(await names(true)).toEqual(["bank"]);
    await publish("bank", { a: command("z") });
    expect(await names(false)).toEqual(["bank"]);
  });
});
