import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assignRole, createUser, createWorkspace, ensureAdmin, issueToken, updateUser } from "../../access/index.ts";
import { silentLog } from "../../base/index.ts";
import { createClient, type Client, type ClientEvent, type WorkspaceEvent } from "../../contract/index.ts";
import {
  createEventStream,
  openArtifactStore,
  openDatabase,
  serverActor,
  type Database,
  type EventStream,
} from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import type { ApiServer } from "../server.ts";
import { startApi } from "../start-api.ts";
import type { Services } from "../services.ts";

let database: Database;
let events: EventStream;
let api: ApiServer;
let drop: () => Promise<void>;
let token: string;
let client: Client;
/** Of the workspace "other". */
let stranger: Client;
const folder = mkdtempSync(join(tmpdir(), "slipway-runs-"));

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  token = (await ensureAdmin(database)) as string;
  events = createEventStream({ url: made.url, database, log: silentLog });
  const artifacts = await openArtifactStore(folder);
  const services = { database, artifacts, events, log: silentLog } as Services;
  api = await startApi({ host: "127.0.0.1", port: 0, services });
  client = createClient({ url: api.url, token });
  const other = await createWorkspace(database, { name: "other", description: "" }, serverActor);
  stranger = createClient({ url: api.url, token: await tokenOf("stranger", other.id), workspace: "other" });
});

afterAll(async () => {
  await events.close();
  await api.close();
  await database.destroy();
  await drop();
  rmSync(folder, { recursive: true });
});

async function tokenOf(name: string, workspaceId: string): Promise<string> {
  const user = await createUser(database, { name, isAdmin: false }, serverActor);
  await assignRole(database, workspaceId, { user: name, role: "owner" }, serverActor);
  return (await issueToken(database, { userId: user.id, userName: name, name: "test", expiresAt: null }, serverActor))
    .token;
}

const newRun = (name: string, more = {}) => client.createRun({ body: { experiment: 0, name, ...more } });

describe("experiments over HTTP", () => {
  test("create, list, get by number and name, change, delete, restore", async () => {
    const created = await client.createExperiment({ body: { name: "bank / Ä", tags: { team: "risk" } } });
    const number = String(created.number);
    expect(await client.getExperiment({ experiment: number })).toEqual(created);
    expect(await client.getExperiment({ experiment: "bank / Ä" })).toEqual(created);
    const changed = await client.updateExperiment({
      experiment: number,
      body: { name: "bank", tags: { team: null, a: "1" } },
    });
    expect(changed).toMatchObject({ name: "bank", tags: { a: "1" } });
    await client.deleteExperiment({ experiment: number });
    const names = async (query: object) => (await client.listExperiments({ query })).items.map(({ name }) => name);
    expect(await names({ sort: "name" })).toEqual(["Default"]);
    expect(await names({ lifecycle: "deleted", filter: "tags.a = '1'" })).toEqual(["bank"]);
    expect(await client.restoreExperiment({ experiment: number })).toMatchObject({ lifecycle: "active" });
    expect(await names({ sort: "-number" })).toEqual(["bank", "Default"]);
    await expect(client.listExperiments({ query: { sort: "size" } })).rejects.toMatchObject({
      status: 400,
      problem: { code: "SLW_API_SORT" },
    });
    await expect(client.createExperiment({ body: { name: "bank" } })).rejects.toMatchObject({ status: 409 });
    await expect(stranger.getExperiment({ experiment: number })).rejects.toMatchObject({ status: 404 });
  });

  test("a request that comes twice makes one", async () => {
    const key = { idempotencyKey: "the same" };
    const [one, two] = await Promise.all([1, 2].map(() => client.createExperiment({ body: { name: "twice" } }, key)));
    expect(one).toEqual(two);
  });
});

describe("runs over HTTP", () => {
  test("create, log, get, list only what is asked for, compare, change, delete, restore", async () => {
    const made = await client.createRun({
      body: { experiment: "trees", name: "a", kind: "trial", params: { depth: "3" }, tags: { t: "1" } },
    });
    const other = await client.createRun({ body: { experiment: "trees", name: "b" } });
    await client.logRunBatch({
      run: made.id,
      body: {
        metrics: [
          { key: "AUC", value: 0.9, step: 1, timestamp: 5 },
          { key: "x y", value: "NaN" },
        ],
        tags: { u: "2" },
      },
    });
    await client.logRunBatch({
      run: other.id,
      body: {
        metrics: [
          { key: "AUC", value: 0.95 },
          { key: "AUC", value: "-Infinity", step: 3 },
        ],
      },
    });
    const run = await client.getRun({ run: made.id });
    expect(run).toMatchObject({
      experiment: made.experiment,
      params: { depth: "3" },
      tags: { t: "1", u: "2" },
      user: "admin",
    });
    expect(run.metrics[0]).toEqual({ key: "AUC", value: 0.9, step: 1, timestamp: 5 });
    expect(run.metrics[1]).toMatchObject({ key: "x y", value: "NaN", step: 0 });

    const scope = { experiment: [made.experiment] };
    const list = await client.listRuns({
      query: { ...scope, fields: ["metrics.AUC", "params"], sort: "-metrics.AUC", total: true },
    });
    expect(list.items.map(({ name, metrics, params, tags }) => ({ name, metrics, params, tags }))).toEqual([
      { name: "a", metrics: { AUC: 0.9 }, params: { depth: "3" }, tags: undefined },
      { name: "b", metrics: { AUC: "-Infinity" }, params: {}, tags: undefined },
    ]);
    expect(list.total).toBe(2);
    expect((await client.listRuns({ query: { ...scope, limit: 1 } })).items[0]).not.toHaveProperty("metrics");
    const filtered = {
      ...scope,
      kind: ["trial" as const],
      status: ["RUNNING" as const],
      parent: "none",
      filter: "metrics.AUC > 0.5",
    };
    expect((await client.listRuns({ query: filtered })).items.map(({ name }) => name)).toEqual(["a"]);
    for (const query of [
      { sort: "cost" },
      { sort: "metrics.a`b" },
      { fields: ["cost"] },
      { filter: "acc > 1" },
      { cursor: "x" },
    ])
      await expect(client.listRuns({ query })).rejects.toMatchObject({ status: 400 });

    const compared = await client.compareRuns({ body: { runs: [other.id, made.id] } });
    expect(compared).toMatchObject({
      metrics: { AUC: ["-Infinity", 0.9], "x y": [null, "NaN"] },
      params: { depth: [null, "3"] },
    });

    const ended = await client.updateRun({
      run: made.id,
      body: { status: "FAILED", statusReason: "out of memory", tags: { t: null, v: "3" } },
    });
    expect(ended).toMatchObject({
      status: "FAILED",
      statusReason: "out of memory",
      tags: { u: "2", v: "3", "mlflow.runName": "a" },
    });
    expect(await client.recordRunHeartbeat({ run: made.id })).toEqual({ active: false });
    await client.deleteRun({ run: made.id });
    await expect(client.logRunBatch({ run: made.id, body: { tags: { a: "1" } } })).rejects.toMatchObject({
      status: 409,
    });
    expect(await client.restoreRun({ run: made.id })).toMatchObject({ lifecycle: "active", deletedAt: null });
    expect(await client.purgeDeletedRuns({ body: { deletedBefore: new Date().toISOString() } })).toEqual({ runs: 0 });
  });

  test("a run of another workspace is not there, on any route", async () => {
    const { id } = await newRun("mine");
    await client.putRunArtifact({ run: id, path: "a", upload: "x", mediaType: "*/*" as never });
    for (const attempt of [
      () => stranger.getRun({ run: id }),
      () => stranger.updateRun({ run: id, body: { name: "x" } }),
      () => stranger.deleteRun({ run: id }),
      () => stranger.restoreRun({ run: id }),
      () => stranger.compareRuns({ body: { runs: [id] } }),
      () => stranger.logRunBatch({ run: id, body: {} }),
      () => stranger.logRunInputs({ run: id, body: {} }),
      () => stranger.getMetricHistory({ run: id, metric: "x" }),
      () => stranger.getRunLog({ run: id }),
      () => stranger.followRunLog({ run: id }),
      () => stranger.appendRunLog({ run: id, body: { text: "x" } }),
      () => stranger.listRunArtifacts({ run: id }),
      () => stranger.getRunArtifact({ run: id, path: "a" }),
      () => stranger.deleteRunArtifact({ run: id, path: "a" }),
      () => stranger.putRunArtifact({ run: id, path: "a", upload: "x", mediaType: "*/*" as never }),
      () => stranger.createRun({ body: { experiment: 0, parentId: id } }),
    ])
      await expect(attempt()).rejects.toMatchObject({
        status: 404,
        problem: { code: "SLW_TRACKING_RUN" },
      });
    expect(await stranger.sampleMetricHistories({ body: { runs: [id], metric: "x" } })).toEqual({ runs: {} });
  });

  test("metrics with slashes in their names, whole and thinned out", async () => {
    const { id } = await newRun("curve");
    const metrics = Array.from({ length: 500 }, (_, step) => ({
      key: "train/loss",
      value: 1 / (step + 1),
      step,
      timestamp: step,
    }));
    await client.logRunBatch({ run: id, body: { metrics } });
    const first = await client.getMetricHistory({ run: id, metric: "train/loss", query: { limit: 300 } });
    const second = await client.getMetricHistory({
      run: id,
      metric: "train/loss",
      query: { cursor: first.nextCursor as string },
    });
    expect([...first.items, ...second.items]).toEqual(metrics);
    const { runs } = await client.sampleMetricHistories({ body: { runs: [id], metric: "train/loss", points: 3 } });
    expect(runs[id]).toEqual({ steps: [0, 167, 499], timestamps: [0, 167, 499], values: [1, 1 / 168, 1 / 500] });
  });
});

/** With the path as it stands: fetch would resolve its dots. @returns the status */
function ask(method: string, path: string): Promise<number> {
  const { port } = new URL(api.url);
  const body = method === "PUT" ? "x" : "";
  const type = body === "" ? {} : { "content-type": "application/octet-stream" };
  const headers = { authorization: `Bearer ${token}`, "content-length": body.length, ...type };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("artifacts over HTTP", () => {
  const bytes = new Uint8Array(300_000).map((_, index) => index % 251);

  test("upload, list, download whole and in part, delete", async () => {
    const { id: run } = await newRun("files");
    expect(
      await client.putRunArtifact({ run, path: "plots/a b.bin", upload: bytes, mediaType: "*/*" as never }),
    ).toEqual({ path: "plots/a b.bin", isFolder: false, size: 300_000 });
    expect((await client.listRunArtifacts({ run })).items).toEqual([{ path: "plots", isFolder: true, size: null }]);
    const answer = await client.getRunArtifact({ run, path: "plots/a b.bin" });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-length": "300000",
      "content-disposition": "attachment; filename*=UTF-8''a%20b.bin",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
    });
    for (const [range, start, end] of [
      ["bytes=5-9", 5, 10],
      ["bytes=299990-", 299_990, 300_000],
      ["bytes=-3", 299_997, 300_000],
      ["bytes=0-999999", 0, 300_000],
    ] as const) {
      const part = await client.getRunArtifact({ run, path: "plots/a b.bin" }, { headers: { range } });
      expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes ${start}-${end - 1}/300000`]);
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(start, end));
    }
    await expect(
      client.getRunArtifact({ run, path: "plots/a b.bin" }, { headers: { range: "bytes=300000-" } }),
    ).rejects.toMatchObject({ status: 416 });
    await client.deleteRunArtifact({ run, path: "plots" });
    await expect(client.getRunArtifact({ run, path: "plots/a b.bin" })).rejects.toMatchObject({ status: 404 });
  });

  test.each([
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252fx",
    "a/..;/..;/x",
    "a%5c..%5c..%5cx",
    "%2fetc%2fpasswd",
    "C:%2fx",
    "a%00b",
    "%c0%ae%c0%ae/x",
    "a//b",
    "../../../../../etc/passwd",
  ])("%s is refused, whatever is asked of it", async (path) => {
    const { id } = await newRun("hostile");
    for (const method of ["GET", "PUT", "DELETE"]) {
      const status = await ask(method, `/api/v1/workspaces/default/runs/${id}/artifacts/${path}`);
      expect([400, 404], `${method} ${status}`).toContain(status);
    }
    expect((await client.listRunArtifacts({ run: id })).items).toEqual([]);
  });
});

describe("what happens is told", () => {
  async function next(stream: AsyncIterator<ClientEvent<WorkspaceEvent>>): Promise<ClientEvent<WorkspaceEvent>> {
    return (await stream.next()).value as ClientEvent<WorkspaceEvent>;
  }
  const follow = async (query: object, more = {}) =>
    (await client.streamEvents({ query }, more))[Symbol.asyncIterator]();

  test("events of the workspace, from a place on, by type and subject; wake-ups for metrics", async () => {
    const { id } = await newRun("told");
    const all = await follow({ after: "0-0", subject: `run/${id}` });
    const created = await next(all);
    expect(created).toMatchObject({
      id: expect.stringMatching(/^\d+-\d+$/),
      data: { type: "run.created", subject: `run/${id}`, data: { name: "told", status: "RUNNING" } },
    });
    const typed = await follow({ types: ["run.updated"] }, { lastEventId: created.id as string });
    await client.logRunBatch({ run: id, body: { metrics: [{ key: "x", value: 1 }] } });
    expect(await next(all)).toMatchObject({ id: null, data: { type: "run.metrics", subject: `run/${id}`, data: {} } });
    await client.updateRun({ run: id, body: { status: "FINISHED" } });
    expect(await next(all)).toMatchObject({ data: { type: "run.updated" } });
    expect(await next(typed)).toMatchObject({ data: { type: "run.updated", data: { status: "FINISHED" } } });
    await Promise.all([all.return?.(), typed.return?.()]);
  });

  test("many metrics of a run wake its watchers at most twice a second", async () => {
    const { id } = await newRun("busy");
    const stream = await follow({ after: "0-0", subject: `run/${id}` });
    await next(stream);
    for (let step = 0; step < 100; step++)
      await client.logRunBatch({ run: id, body: { metrics: [{ key: "x", value: step, step }] } });
    await client.updateRun({ run: id, body: { status: "FINISHED" } });
    const told = await database
      .selectFrom("runs")
      .select("metrics_told_at")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    expect(told.metrics_told_at).toBeInstanceOf(Date);
    let wakeUps = 0;
    for (let event = await next(stream); event.data.type !== "run.updated"; event = await next(stream)) wakeUps++;
    expect(wakeUps).toBeLessThan(50);
    await stream.return?.();
  });

  test("a log, followed to the end of its run", async () => {
    const { id } = await newRun("log");
    await client.appendRunLog({ run: id, body: { text: "one\n" } });
    const log = (await client.followRunLog({ run: id }))[Symbol.asyncIterator]();
    expect(await log.next()).toMatchObject({ value: { id: "1", data: { seq: 1, text: "one\n" } } });
    const second = log.next();
    await client.appendRunLog({ run: id, body: { text: "two\n" } });
    expect(await second).toMatchObject({ value: { data: { seq: 2, text: "two\n" } } });
    await client.updateRun({ run: id, body: { status: "FINISHED" } });
    expect(await log.next()).toMatchObject({ done: true });
    expect(await client.getRunLog({ run: id, query: { tail: 1 } })).toEqual({ text: "two\n", after: 2, more: false });
    expect(await client.getRunLog({ run: id, query: { after: 1 } })).toEqual({ text: "two\n", after: 2, more: false });
    const again = (await client.followRunLog({ run: id }, { lastEventId: "1" }))[Symbol.asyncIterator]();
    expect(await again.next()).toMatchObject({ value: { data: { seq: 2 } } });
    expect(await again.next()).toMatchObject({ done: true });
  });

  test("a log is not told on to whom the token was taken from", async () => {
    const { id: workspaceId } = await database
      .selectFrom("workspaces")
      .select("id")
      .where("name", "=", "default")
      .executeTakeFirstOrThrow();
    const { id } = await newRun("guarded-log");
    const visitor = createClient({ url: api.url, token: await tokenOf("visitor", workspaceId) });
    await client.appendRunLog({ run: id, body: { text: "before\n" } });
    const log = (await visitor.followRunLog({ run: id }))[Symbol.asyncIterator]();
    expect(await log.next()).toMatchObject({ value: { data: { text: "before\n" } } });
    await updateUser(database, "visitor", { disabled: true }, serverActor);
    const state = { ended: false };
    const done = (async () => {
      while (!(await log.next()).done);
      state.ended = true;
    })();
    // For a second the token is taken for good; then nothing more is told.
    while (!state.ended) await client.appendRunLog({ run: id, body: { text: "after\n" } });
    await expect(done).resolves.toBeUndefined();
  });

  test("a stream ends for whom the token was taken from", async () => {
    const { id } = await database
      .selectFrom("workspaces")
      .select("id")
      .where("name", "=", "default")
      .executeTakeFirstOrThrow();
    const guest = createClient({ url: api.url, token: await tokenOf("guest", id) });
    const stream = (await guest.streamEvents({ query: { types: ["experiment"] } }))[Symbol.asyncIterator]();
    const state = { ended: false };
    const done = (async () => {
      while (!(await stream.next()).done);
      state.ended = true;
    })();
    await updateUser(database, "guest", { disabled: true }, serverActor);
    // Whatever happens, the stream looks at the token again; so it is made to happen until the stream has ended.
    for (let n = 0; !state.ended; n++) await client.createExperiment({ body: { name: `after ${n}` } });
    await expect(done).resolves.toBeUndefined();
  });
});
