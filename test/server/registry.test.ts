/** The registry, webhooks and the feed of CloudEvents over HTTP. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assignRole, createUser, createWorkspace, ensureAdmin, issueToken } from "../../src/access/index.ts";
import { newId, silentLog } from "../../src/base/index.ts";
import { createClient, type Client, type ModelVersionDetails } from "../../src/contract/index.ts";
import { encodeModel, exportOnnx } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { createSecretBox, openArtifactStore, openDatabase, serverActor, type Database } from "../../src/store/index.ts";
import { testDatabase } from "../../src/store/testing.ts";
import { startApi, type ApiServer, type Services } from "../../src/api/index.ts";

let database: Database;
let api: ApiServer;
let drop: () => Promise<void>;
let client: Client;
let reader: Client;
/** Owner of the workspace "other". */
let stranger: Client;
const folder = mkdtempSync(join(tmpdir(), "slipway-models-"));

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  const token = (await ensureAdmin(database)) as string;
  const artifacts = await openArtifactStore(join(folder, "artifacts"));
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const reach = { folders: [], origins: [] };
  const services = { database, artifacts, secrets, reach, log: silentLog } as unknown as Services;
  api = await startApi({ host: "127.0.0.1", port: 0, services });
  client = createClient({ url: api.url, token });
  const { id } = await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow();
  const other = await createWorkspace(database, { name: "other", description: "" }, serverActor);
  reader = createClient({ url: api.url, token: await tokenOf("reader", id, "reader") });
  stranger = createClient({ url: api.url, token: await tokenOf("stranger", other.id, "owner"), workspace: "other" });
});

afterAll(async () => {
  await api.close();
  await database.destroy();
  await drop();
  rmSync(folder, { recursive: true });
});

async function tokenOf(name: string, workspaceId: string, role: "reader" | "owner"): Promise<string> {
  const user = await createUser(database, { name, isAdmin: false }, serverActor);
  await assignRole(database, workspaceId, { user: name, role }, serverActor);
  const given = { userId: user.id, userName: name, name: "test", expiresAt: null };
  return (await issueToken(database, given, serverActor)).token;
}

const refused = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown });

async function upload(bytes: Uint8Array<ArrayBuffer>, by: Client = client): Promise<string> {
  return (await by.createUpload({ upload: bytes, mediaType: "application/octet-stream" })).id;
}

async function register(model: string, bytes = encodeModel(modelWith()), more = {}): Promise<ModelVersionDetails> {
  const uploads = [{ path: "model.slipway", upload: await upload(bytes) }];
  return client.registerModelVersion({ model, body: { source: { uploads }, ...more } });
}

describe("a model over HTTP", () => {
  test("is registered from an upload, and its file comes back byte by byte", async () => {
    const bytes = encodeModel(modelWith());
    const made = await register("bank", bytes, { aliases: ["champion"], tags: { team: "risk" }, codeCommit: "abc" });
    expect(made).toMatchObject({
      model: "bank",
      version: 1,
      kind: "slipway",
      metrics: { accuracy: 0.9 },
      aliases: ["champion"],
      lineage: { codeCommit: "abc", registeredBy: "admin", dataset: null },
      restriction: null,
    });
    for (const version of ["1", "champion", "latest", "best"]) {
      expect(await client.getModelVersion({ model: "bank", version })).toEqual(made);
    }
    const { items } = await client.listModelVersionFiles({ model: "bank", version: "1" });
    expect(items).toEqual([{ path: "model.slipway", sha256: made.sha256, size: bytes.length }]);
    const response = await client.downloadModelVersionFile({ model: "bank", version: "best", path: "model.slipway" });
    expect(response.headers.get("content-disposition")).toContain("attachment");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array(bytes));
    expect(await reader.getModel({ model: "bank" })).toMatchObject({
      latestVersion: 1,
      aliases: [{ alias: "champion", version: 1 }],
    });
  });

  test("is registered from an artifact of a run, with the run's lineage", async () => {
    const run = await client.createRun({ body: { experiment: 0, name: "train", commit: "0a1b" } });
    const datasets = [
      {
        name: "bank",
        digest: "d",
        sourceType: "slipway",
        source: "bank@3",
        schema: null,
        profile: null,
        tags: { "mlflow.data.context": "training" },
      },
    ];
    await client.logRunInputs({ run: run.id, body: { datasets } });
    const bytes = exportOnnx(modelWith());
    await client.putRunArtifact({ run: run.id, path: "out/m.onnx", upload: bytes, mediaType: "*/*" });
    const source = { run: run.id, path: "out/m.onnx" };
    expect(await client.registerModelVersion({ model: "from-run", body: { source } })).toMatchObject({
      kind: "onnx",
      source: { uri: `runs:/${run.id}/out/m.onnx`, run: run.id, path: "out/m.onnx" },
      lineage: { dataset: { name: "bank", version: 3 }, run: run.id, codeCommit: "0a1b" },
    });
    const ofRun = await client.listWorkspaceModelVersions({ query: { run: run.id } });
    expect(ofRun.items).toMatchObject([{ model: "from-run", version: 1 }]);
    for (const path of [
      "out/none",
      "../secrets",
      "/etc/passwd",
      "out/../../x",
      "C:\\x",
      "file:///etc/passwd",
      "%2e%2e/x",
    ]) {
      const hostile = client.registerModelVersion({ model: "from-run", body: { source: { run: run.id, path } } });
      await expect(hostile).rejects.toEqual(refused("SLW_TRACKING_ARTIFACT"));
    }
    const foreign = stranger.registerModelVersion({ model: "stolen", body: { source } });
    await expect(foreign).rejects.toEqual(refused("SLW_TRACKING_RUN"));
  });

  test.each(["../model.slipway", "/etc/x", "a/../../b", "a\\..\\b", "C:\\x", "a//b", ".", "a/./b"])(
    "takes no file with the path %j",
    async (path) => {
      const before = readdirSync(folder);
      const uploads = [{ path, upload: await upload(encodeModel(modelWith())) }];
      const answer = client.registerModelVersion({ model: "hostile", body: { source: { uploads } } });
      await expect(answer).rejects.toEqual(refused("SLW_REGISTRY_FILES"));
      await expect(client.getModel({ model: "hostile" })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
      expect(readdirSync(folder)).toEqual(before);
    },
  );

  test.each(["..%2f..%2fetc%2fpasswd", "../../secret.key", "%252e%252e/x", "..\\x", "model.slipway;/../x", "none"])(
    "gives out no file at %j",
    async (path) => {
      const answer = client.downloadModelVersionFile({ model: "bank", version: "1", path });
      await expect(answer).rejects.toEqual(
        expect.objectContaining({ status: expect.toSatisfy((n: number) => n === 404 || n === 400) as unknown }),
      );
    },
  );

  test("is refused before a version is made where the file is none, is another's, or is not there", async () => {
    const bytes = encodeModel(modelWith());
    await expect(register("broken", bytes.with(200, 1) as typeof bytes)).rejects.toEqual(refused("SLW_MODEL_ALTERED"));
    const theirs = [{ path: "m", upload: await upload(bytes, stranger) }];
    const stolen = client.registerModelVersion({ model: "broken", body: { source: { uploads: theirs } } });
    await expect(stolen).rejects.toEqual(refused("SLW_UPLOAD_UNKNOWN"));
    const absent = client.registerModelVersion({
      model: "broken",
      body: { source: { uploads: [{ path: "m", upload: newId() }] } },
    });
    await expect(absent).rejects.toEqual(refused("SLW_UPLOAD_UNKNOWN"));
    await expect(client.getModel({ model: "broken" })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
  });

  test("is registered once by a request that is sent three times", async () => {
    const uploads = [{ path: "m", upload: await upload(encodeModel(modelWith())) }];
    const send = () =>
      client.registerModelVersion({ model: "once", body: { source: { uploads } } }, { idempotencyKey: "k1" });
    const made = await Promise.all([send(), send(), send()]);
    expect(made.map(({ version }) => version)).toEqual([1, 1, 1]);
    expect((await client.listModelVersions({ model: "once" })).items).toHaveLength(1);
  });

  test("is changed, compared, restricted and deleted", async () => {
    await register("life");
    await register("life", encodeModel(modelWith({ metrics: { accuracy: 0.95 } })));
    const one = { model: "life", version: "1" };
    const changed = await client.updateModelVersion({ ...one, body: { description: "first", tags: { a: "1" } } });
    expect(changed).toMatchObject({ description: "first", tags: { a: "1" } });
    expect(await client.setModelVersionStage({ ...one, body: { stage: "Production" } })).toMatchObject({
      stage: "Production",
    });
    expect(await client.getModelVersion({ model: "life", version: "production" })).toMatchObject({ version: 1 });
    const comparison = await client.compareModelVersions({ ...one, query: { with: "best" } });
    expect(comparison.metrics).toMatchObject([{ name: "accuracy", a: 0.9, b: 0.95, better: "b" }]);
    const body = { state: "revoked" as const, reason: "leak" };
    expect(await client.restrictModelVersion({ ...one, body })).toMatchObject({
      restriction: { ...body, by: "admin" },
    });
    expect(await client.unrestrictModelVersion(one)).toMatchObject({ restriction: null });
    expect(await client.listModelVersionUses(one)).toEqual({ items: [] });
    await client.setModelAlias({ model: "life", alias: "champion", body: { version: 2 } });
    await client.deleteModelAlias({ model: "life", alias: "champion" });
    await client.updateModel({ model: "life", body: { name: "renamed", tags: { x: "y" } } });
    expect(await client.listModels({ query: { name: "rename", tags: ["x=y"] } })).toMatchObject({
      items: [{ name: "renamed" }],
    });
    await client.deleteModelVersion({ model: "renamed", version: "2" });
    await client.deleteModel({ model: "renamed" });
    await expect(client.getModel({ model: "renamed" })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
  });

  test("is nobody's in another workspace, and a reader changes nothing", async () => {
    await register("mine");
    await expect(stranger.getModel({ model: "mine" })).rejects.toEqual(refused("SLW_REGISTRY_MODEL"));
    await expect(stranger.getModelVersion({ model: "mine", version: "1" })).rejects.toEqual(
      refused("SLW_REGISTRY_MODEL"),
    );
    await expect(reader.deleteModel({ model: "mine" })).rejects.toEqual(refused("SLW_API_FORBIDDEN"));
    await expect(reader.createModel({ body: { name: "x" } })).rejects.toEqual(refused("SLW_API_FORBIDDEN"));
    expect((await reader.listModels({ query: { limit: 2 } })).nextCursor).toBeDefined();
  });
});

describe("webhooks over HTTP", () => {
  test("are the owner's: made with a secret that is shown once, changed, deleted", async () => {
    const made = await client.createWebhook({
      body: { name: "ci", url: "https://ci.example/hook", types: ["model.*"] },
    });
    expect(made).toMatchObject({ name: "ci", state: "active", failures: 0 });
    expect(made.secret).toMatch(/^whsec_/);
    expect(await client.getWebhook({ webhook: "ci" })).not.toHaveProperty("secret");
    expect((await client.listWebhooks()).items).toHaveLength(1);
    await expect(reader.listWebhooks()).rejects.toEqual(refused("SLW_API_FORBIDDEN"));
    expect(await client.updateWebhook({ webhook: "ci", body: { state: "disabled" } })).toMatchObject({
      state: "disabled",
    });
    expect(await client.listWebhookDeliveries({ webhook: "ci" })).toEqual({ items: [] });
    await client.deleteWebhook({ webhook: "ci" });
    await expect(client.getWebhook({ webhook: "ci" })).rejects.toEqual(refused("SLW_WEBHOOK_UNKNOWN"));
  });

  test.each([
    "http://ci.example",
    "https://127.0.0.1/x",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:10.0.0.1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://user:password@ci.example/",
    "file:///etc/passwd",
    "gopher://ci.example/",
    "ci.example",
  ])("do not go to %j", async (url) => {
    const made = client.createWebhook({ body: { name: "inside", url } });
    await expect(made).rejects.toEqual(
      expect.objectContaining({ status: expect.toSatisfy((n: number) => n >= 400 && n < 500) as unknown }),
    );
    await client.createWebhook({ body: { name: "outside", url: "https://ci.example" } }).catch(() => undefined);
    const changed = client.updateWebhook({ webhook: "outside", body: { url } });
    await expect(changed).rejects.toEqual(
      expect.objectContaining({
        problem: expect.objectContaining({ code: expect.stringMatching(/^SLW_OUTBOUND_/) as string }) as unknown,
      }),
    );
  });
});

test("the feed of CloudEvents begins at the beginning and goes on from its cursor", async () => {
  await register("told");
  const types = ["Microsoft.MachineLearningServices.ModelRegistered"];
  const subjects: string[] = [];
  let after: string | undefined;
  for (let more = true; more;) {
    const page = await reader.listCloudEvents({ query: { types, limit: 3, ...(after !== undefined && { after }) } });
    subjects.push(...page.items.map(({ subject }) => subject));
    more = page.more;
    after = page.cursor ?? undefined;
  }
  expect(subjects).toContain("model/told/1");
  expect(new Set(subjects).size).toBe(subjects.length);
});
