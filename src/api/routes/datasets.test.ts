import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createWorkspace, ensureAdmin } from "../../access/index.ts";
import { createLog } from "../../base/index.ts";
import { ApiError, createClient, type Client } from "../../contract/index.ts";
import {
  createSecretBox,
  loadSecretKey,
  openArtifactStore,
  openDatabase,
  serverActor,
  type Database,
} from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import { openDatasets } from "../open-datasets.ts";
import type { ApiServer } from "../server.ts";
import { startApi } from "../start-api.ts";
import type { Services } from "../services.ts";

const canary = "canary-91c3e0";
const bytesType = "application/octet-stream" as const;
const csv = "id,word\n1,a\n2,b\n";
let root: string;
let database: Database;
let api: ApiServer;
let client: Client;
let token: string;
let drop: () => Promise<void>;
let log = "";

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "slipway-api-data-"));
  const made = await testDatabase();
  drop = made.drop;
  const logger = createLog({ level: "debug", write: (line) => (log += line) });
  database = openDatabase({ url: made.url, applicationName: "test", log: logger });
  token = (await ensureAdmin(database)) as string;
  await createWorkspace(database, { name: "other", description: "" }, serverActor);
  mkdirSync(join(root, "files"));
  writeFileSync(join(root, "files", "a.csv"), csv);
  const data = join(root, "data");
  mkdirSync(data, { mode: 0o700 });
  const datasets = await openDatasets(data, { SLIPWAY_DATASTORE_FOLDERS: join(root, "files") });
  const secrets = createSecretBox(await loadSecretKey(data));
  const artifacts = await openArtifactStore(join(data, "artifacts"));
  const services = { database, artifacts, secrets, ...datasets, log: logger } as unknown as Services;
  api = await startApi({ host: "127.0.0.1", port: 0, services });
  client = createClient({ url: api.url, token });
});
afterAll(async () => {
  await api.close();
  await database.destroy();
  await drop();
  rmSync(root, { recursive: true, force: true });
});

async function upload(content: string, fileName = "table.csv"): Promise<string> {
  return (await client.createUpload({ query: { fileName }, upload: content, mediaType: bytesType })).id;
}

/** @returns status and code of the refusal */
async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string | undefined }> {
  const error = await call.then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ApiError);
  const { status, problem } = error as ApiError;
  return { status, code: problem?.code };
}

describe("uploads", () => {
  const digest = (text: string): string => `sha-256=:${createHash("sha256").update(text).digest("base64")}:`;

  test("are checked against the digest that the client sends", async () => {
    const given = { upload: csv, mediaType: bytesType };
    const good = await client.createUpload(given, { headers: { "content-digest": `md5=:AAAA:, ${digest(csv)}` } });
    expect(good).toMatchObject({ state: "stored", received: csv.length, expectedSize: csv.length });
    const wrong = client.createUpload(given, { headers: { "content-digest": digest("x") } });
    expect(await refusal(wrong)).toEqual({ status: 400, code: "SLW_ARTIFACT_MISMATCH" });
    const unreadable = client.createUpload(given, { headers: { "content-digest": "sha-256=abc" } });
    expect(await refusal(unreadable)).toEqual({ status: 400, code: "SLW_UPLOAD_DIGEST" });
  });

  test("are one for one Idempotency-Key, and found under the id that the client chose", async () => {
    const call = { idempotencyKey: randomUUID() };
    const given = { upload: csv, mediaType: bytesType };
    expect((await client.createUpload(given, call)).id).toBe((await client.createUpload(given, call)).id);
    const id = randomUUID().replaceAll("-", "");
    await client.createUpload({ ...given, query: { id } });
    expect(await client.getUpload({ upload: id })).toMatchObject({ id, state: "stored" });
  });

  // RELIABILITY row 35: what says that it is an upload is not one; only the bytes of the body are taken.
  test.each(["application/json", "multipart/form-data; boundary=x", "text/csv", ""])(
    "are not taken as %j",
    async (type) => {
      const response = await fetch(`${api.url}/api/v1/workspaces/default/uploads`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": type },
        body: '{"path":"/etc/passwd"}',
      });
      expect(response.status).toBe(415);
    },
  );

  test("that a client breaks off leave nothing", async () => {
    const id = randomUUID().replaceAll("-", "");
    const outgoing = request(`${api.url}/api/v1/workspaces/default/uploads?id=${id}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": bytesType, "content-length": 1000 },
    });
    outgoing.on("error", () => undefined);
    outgoing.write("a,b\n");
    await vi.waitFor(() => client.getUpload({ upload: id }), 20_000);
    outgoing.destroy();
    await vi.waitFor(
      async () => expect(await client.getUpload({ upload: id })).toMatchObject({ state: "failed" }),
      20_000,
    );
    const refused = client.createDatasetVersion({
      dataset: "half",
      body: { createDataset: true, source: { upload: id } },
    });
    expect(await refusal(refused)).toEqual({ status: 409, code: "SLW_UPLOAD_STATE" });
  });
});

describe("versions", () => {
  test("are one for one Idempotency-Key, and the same for the same bytes", async () => {
    const id = await upload(csv);
    const body = { createDataset: true, source: { upload: id } };
    const call = { idempotencyKey: randomUUID() };
    const [one, two] = [
      await client.createDatasetVersion({ dataset: "idem", body }, call),
      await client.createDatasetVersion({ dataset: "idem", body }, call),
    ];
    expect(two.version.id).toBe(one.version.id);
    const again = await client.createDatasetVersion({
      dataset: "idem",
      body: { source: { upload: await upload(csv) } },
    });
    expect(again).toMatchObject({ created: false, version: { version: 1 } });
  });

  test("go through every verb", async () => {
    await client.createDatasetVersion({
      dataset: "verbs",
      body: { createDataset: true, source: { upload: await upload(csv) }, tags: { a: "1" } },
    });
    const ref = { dataset: "verbs", version: "latest" };
    const details = await client.getDatasetVersion(ref);
    expect(await client.getDatasetVersionById({ id: details.id })).toEqual(details);
    expect((await client.getDatasetProfile(ref)).rows).toBe(2);
    expect((await client.previewDataset({ ...ref, query: { offset: 1, columns: ["word"] } })).rows).toEqual([["b"]]);
    expect((await client.sampleDataset({ ...ref, query: { rows: 1 } })).rows).toHaveLength(1);
    const download = await client.downloadDataset({ ...ref, query: { format: "csv" } });
    expect(download.headers.get("content-disposition")).toContain("attachment");
    expect(await download.text()).toBe(csv);
    const steps = [{ step: "filter" as const, where: [{ column: "id", is: ">" as const, value: 1 }] }];
    const derived = await client.deriveDatasetVersion({ ...ref, body: { steps, name: "verbs" } });
    expect(derived).toMatchObject({ first: { created: true, version: { version: 2, rows: 1 } }, rest: null });
    const comparison = await client.compareDatasetVersions({
      dataset: "verbs",
      version: "1",
      query: { with: "latest" },
    });
    expect(comparison).toMatchObject({
      baseline: { version: 1 },
      target: { version: 2 },
      rows: { baseline: 2, target: 1 },
    });
    expect(
      (await client.updateDatasetVersion({ dataset: "verbs", version: "1", body: { tags: { a: null, b: "2" } } })).tags,
    ).toEqual({ b: "2" });
    expect((await client.listDatasetVersions({ dataset: "verbs" })).items.map(({ version }) => version)).toEqual([
      2, 1,
    ]);
    await client.updateDataset({ dataset: "verbs", body: { description: "d", tags: { team: "risk" } } });
    const listed = await client.listDatasets({ query: { tag: ["team=risk"] } });
    expect(listed.items).toMatchObject([{ name: "verbs", description: "d", latest: { version: 2 } }]);
  });

  test.each([
    ["a step that is unknown", { steps: [{ step: "explode" }], name: "x" }],
    [
      "a condition that is unknown",
      { steps: [{ step: "filter", where: [{ column: "id", is: "like", value: "1" }] }], name: "x" },
    ],
    ["a name that is a path", { steps: [{ step: "take", count: 1 }], name: "../x" }],
    ["no steps", { steps: [], name: "x" }],
    ["a field more", { steps: [{ step: "take", count: 1, sql: "DROP" }], name: "x" }],
  ])("are not derived with %s", async (_name, body) => {
    const refused = client.deriveDatasetVersion({ dataset: "verbs", version: "1", body: body as never });
    expect(await refusal(refused)).toEqual({ status: 400, code: "SLW_API_INPUT" });
  });

  test("of another workspace are not there", async () => {
    const other = { workspace: "other" };
    const { id } = await client.getDatasetVersion({ dataset: "verbs", version: "1" });
    expect(await refusal(client.getDataset({ dataset: "verbs", ...other }))).toMatchObject({ status: 404 });
    expect(await refusal(client.getDatasetVersionById({ id, ...other }))).toMatchObject({ status: 404 });
    expect(await refusal(client.downloadDataset({ dataset: "verbs", version: "1", ...other }))).toMatchObject({
      status: 404,
    });
    expect(await refusal(client.getUpload({ upload: await upload(csv), ...other }))).toMatchObject({ status: 404 });
    const source = { upload: await upload(csv) };
    const stolen = client.createDatasetVersion({ dataset: "x", ...other, body: { createDataset: true, source } });
    expect(await refusal(stolen)).toEqual({ status: 404, code: "SLW_UPLOAD_UNKNOWN" });
  });
});

describe("datastores", () => {
  test("feed datasets; their credentials come out nowhere", async () => {
    const folder = join(root, "files");
    await client.createDatastore({ body: { name: "files", config: { kind: "disk", settings: { folder } } } });
    expect((await client.listDatastorePaths({ datastore: "files" })).items).toMatchObject([
      { path: "a.csv", size: csv.length },
    ]);
    const source = { datastore: "files", path: "a.csv" };
    const { version } = await client.createDatasetVersion({ dataset: "fed", body: { createDataset: true, source } });
    expect(version.source).toEqual({ kind: "datastore", ...source });
    const settings = { host: "db.invalid", port: 5432, database: "d", user: "u", tls: "verify" as const };
    const config = { kind: "postgres" as const, settings, credentials: { password: canary } };
    const shown = [
      await client.createDatastore({ body: { name: "db", config } }),
      await client.getDatastore({ datastore: "db" }),
      await client.listDatastores(),
      await client.testDatastore({ datastore: "db" }),
      await client.listAudit(),
    ];
    expect(shown[3]).toMatchObject({ ok: false, code: "SLW_OUTBOUND_RESOLVE" });
    expect(JSON.stringify(shown)).not.toContain(canary);
    expect(log).toContain("datastores");
    expect(log).not.toContain(canary);
    await client.deleteDatastore({ datastore: "db" });
    expect(await refusal(client.getDatastore({ datastore: "db" }))).toMatchObject({ status: 404 });
  });

  test.each([
    "http://127.0.0.1:1/a.csv",
    "https://127.0.0.1/a.csv",
    "https://[::ffff:127.0.0.1]/",
    "file:///etc/passwd",
    "gopher://x/",
    "https://user:secret@example.com/",
  ])("and URLs reach nothing inside: %s", async (url) => {
    const refused = await refusal(
      client.createDatasetVersion({ dataset: "url", body: { createDataset: true, source: { url } } }),
    );
    expect(refused.code).toMatch(/^SLW_OUTBOUND_(URL|ADDRESS)$/);
  });
});

test("no file of the server can be read by others (RELIABILITY row 13)", () => {
  const open = readdirSync(join(root, "data"), { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(open).toEqual([]);
  expect(readFileSync(join(root, "data", "secret.key"), "utf8")).toHaveLength(65);
});

describe("downloads", () => {
  const names = { dataset: "ranged", version: "latest" };
  const download = (headers: Record<string, string>, query = "") =>
    fetch(`${api.url}/api/v1/workspaces/default/datasets/ranged/versions/latest/download${query}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  let etag: string;

  beforeAll(async () => {
    const body = { source: { upload: await upload(csv) }, createDataset: true };
    const { version } = await client.createDatasetVersion({ dataset: "ranged", body });
    etag = `"${version.sha256}"`;
  });

  test("have the sha256 as ETag and take ranges", async () => {
    const whole = await download({});
    expect(whole.status).toBe(200);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      etag,
      "accept-ranges": "bytes",
      "content-length": String(csv.length),
    });
    expect(await whole.text()).toBe(csv);
    expect(await (await client.downloadDataset({ ...names, query: {} })).text()).toBe(csv);
  });

  test.each([
    ["bytes=0-2", "id,", `bytes 0-2/${csv.length}`],
    ["bytes=8-", csv.slice(8), `bytes 8-${csv.length - 1}/${csv.length}`],
    ["bytes=-4", csv.slice(-4), `bytes ${csv.length - 4}-${csv.length - 1}/${csv.length}`],
    ["bytes=8-9999", csv.slice(8), `bytes 8-${csv.length - 1}/${csv.length}`],
  ])("%s is a part of it", async (range, text, contentRange) => {
    const asked: Record<string, string>[] = [{ range }, { range, "if-range": etag }];
    for (const headers of asked) {
      const part = await download(headers);
      expect([part.status, part.headers.get("content-range"), part.headers.get("content-length")]).toEqual([
        206,
        contentRange,
        String(text.length),
      ]);
      expect(await part.text()).toBe(text);
    }
  });

  test.each<[string, Record<string, string>, string]>([
    ["If-Range names other bytes", { range: "bytes=0-2", "if-range": `"${"0".repeat(64)}"` }, ""],
    ["If-Range is a date", { range: "bytes=0-2", "if-range": "Wed, 21 Oct 2015 07:28:00 GMT" }, ""],
    ["If-Range is weak", { range: "bytes=0-2", "if-range": 'W/"x"' }, ""],
    ["the range is not in bytes", { range: "rows=0-2" }, ""],
    ["several ranges are asked for", { range: "bytes=0-1,3-4" }, ""],
    ["it is written anew", { range: "bytes=0-2" }, "?format=parquet"],
  ])("are whole where %s", async (_name, headers, query) => {
    const whole = await download(headers, query);
    expect([whole.status, whole.headers.get("content-range")]).toEqual([200, null]);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    expect(bytes.length).toBe(Number(whole.headers.get("content-length")));
    expect(bytes.length).toBeGreaterThan(2);
  });

  test("say how long the file is to who asks for what is not in it", async () => {
    const refused = await download({ range: `bytes=${csv.length}-` });
    expect([refused.status, refused.headers.get("content-range")]).toEqual([416, `bytes */${csv.length}`]);
    expect(await refused.json()).toMatchObject({ code: "SLW_ARTIFACT_RANGE" });
  });
});

test("a version is parted by the values of a column", async () => {
  const body = { source: { upload: await upload("id,word\n1,a\n2,b\n3,a\n") }, createDataset: true };
  await client.createDatasetVersion({ dataset: "words", body });
  const { partitions } = await client.partitionDatasetVersion({
    dataset: "words",
    version: "1",
    body: { columns: ["word"], name: "word", format: "parquet", tags: { team: "x" } },
  });
  expect(
    partitions.map(({ keys, version }) => [keys, version.dataset, version.format, version.rows, version.tags]),
  ).toEqual([
    [{ word: "a" }, "word-a", "parquet", 2, { team: "x", word: "a" }],
    [{ word: "b" }, "word-b", "parquet", 1, { team: "x", word: "b" }],
  ]);
  const found = await client.listDatasets({ query: { tag: ["word=a"] } });
  expect(found.items.map(({ name }) => name)).toEqual(["word-a"]);
});
