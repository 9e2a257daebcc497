import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { deleteVersion, restrictVersion } from "../../registry/index.ts";
import { readEvents } from "../../store/index.ts";
import {
  createDeployment,
  createEndpoint,
  deleteDeployment,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  rollBackEndpoint,
  shareTraffic,
  startEndpoint,
  stopEndpoint,
  updateEndpoint,
  type DeployedEndpoint as Endpoint,
  type EndpointKeeper,
} from "./index.ts";
import type { NewDeployment } from "./create-deployment.ts";
import type { NewEndpoint } from "./create-endpoint.ts";
import { actor, openTestEndpoints, type TestEndpoints } from "./test-endpoints.ts";

let there: TestEndpoints;
let keeper: EndpointKeeper;
let name: string;
/** Names of endpoints are taken once. */
let count = 0;

beforeAll(async () => {
  there = await openTestEndpoints();
  keeper = await there.startKeeper();
  await there.register("bank");
  await there.register("bank");
});
afterAll(() => there.close());
beforeEach(() => {
  name = `endpoint-${++count}`;
});

const services = () => ({ database: there.database, secrets: there.secrets, endpoints: keeper });
const ref = () => ({ workspaceId: there.workspaceId, endpoint: name, actor });
const create = (changes: Partial<NewEndpoint> = {}): Promise<Endpoint> =>
  createEndpoint(services(), { ...ref(), id: newId(), model: "bank@1", ...changes });
const deploy = (changes: Partial<NewDeployment> = {}): Promise<Endpoint> =>
  createDeployment(services(), { ...ref(), id: newId(), model: "bank@2", ...changes });
const folderOf = ({ id }: Endpoint): string => join(there.folder, id);
const runs = (endpoint: Endpoint) => there.processes.running.get(folderOf(endpoint));
const share = ({ deployments }: Endpoint): Record<string, number> =>
  Object.fromEntries(deployments.map((each) => [each.name, each.traffic]));
const shareRun = (endpoint: Endpoint): Record<string, number> =>
  Object.fromEntries((runs(endpoint)?.deployments ?? []).map((each) => [each.name, each.traffic]));

describe("a new endpoint", () => {
  test("is healthy, with all traffic on blue, and its processes have all that they need in its folder", async () => {
    const endpoint = await create({ model: "bank" });
    expect(endpoint).toMatchObject({ state: "Healthy", computeType: "quick", authMode: "key", appliedRevision: 1 });
    expect(endpoint.deployments).toMatchObject([
      { name: "blue", state: "Healthy", traffic: 100, model: { name: "bank", version: 2, kind: "slipway" } },
    ]);
    const config = runs(endpoint);
    expect(config).toMatchObject({ revision: 1, name, workspace: "one", host: "127.0.0.1", port: endpoint.port });
    expect(config?.auth).toMatchObject({ mode: "key", keys: [{ name: "primary" }, { name: "secondary" }] });
    const [deployed] = config?.deployments ?? [];
    const file = statSync(join(folderOf(endpoint), deployed?.model.path ?? ""));
    expect(file.nlink).toBe(2);
    expect(statSync(folderOf(endpoint)).mode & 0o777).toBe(0o700);
  });

  test("is made once by a request that is sent three times at once", async () => {
    const id = newId();
    const made = await Promise.all([1, 2, 3].map(() => create({ id })));
    expect(new Set(made.map((each) => each.id))).toEqual(new Set([id]));
    expect((await findEndpoint(there.database, ref())).deployments).toHaveLength(1);
    await expect(create()).rejects.toMatchObject({ code: "SLW_ENDPOINT_NAME_TAKEN" });
  });

  test("whose model does not start says why, stays as failed, and can be deployed to again", async () => {
    there.processes.broken.add("bank@1");
    const id = newId();
    const failure = {
      code: "SLW_ENDPOINT_START",
      message: expect.stringContaining("bank is broken.") as string,
      fix: "Mend it.",
      details: { code: "SLW_MODEL_FORMAT" },
    };
    await expect(create({ id })).rejects.toMatchObject(failure);
    there.processes.broken.clear();
    // The same request gets the same answer.
    await expect(create({ id })).rejects.toMatchObject(failure);
    const failed = await findEndpoint(there.database, ref());
    expect(failed).toMatchObject({ state: "Failed", deployments: [{ state: "Failed", traffic: 0 }] });
    expect(failed.stateReason).toContain("bank is broken.");
    expect(runs(failed)).toBeUndefined();
    const healthy = await deploy();
    // The name of what failed is free.
    expect(healthy).toMatchObject({
      state: "Healthy",
      stateReason: null,
      deployments: [{ name: "blue", traffic: 100 }],
    });
  });

  test.each([
    ["a model that is not there", { model: "nothing" }, "SLW_REGISTRY_MODEL"],
    ["a version that is not there", { model: "bank@77" }, "SLW_REGISTRY_VERSION"],
    ["an alias that is not there", { model: "bank@nobody" }, "SLW_REGISTRY_ALIAS_UNKNOWN"],
    ["replicas of a quick one", { computeType: "quick", settings: { replicas: 2 } }, "SLW_ENDPOINT_SETTINGS"],
    [
      "a minimum above its maximum",
      { settings: { autoscale: { minReplicas: 3, maxReplicas: 2 } } },
      "SLW_ENDPOINT_SETTINGS",
    ],
  ] as const)("is refused for %s, and leaves nothing", async (_, changes, code) => {
    await expect(create(changes)).rejects.toMatchObject({ code });
    await expect(findEndpoint(there.database, ref())).rejects.toMatchObject({ code: "SLW_ENDPOINT_UNKNOWN" });
  });

  test("is refused a restricted version, with the reason", async () => {
    const { version } = await there.register("old");
    const restricted = { workspaceId: there.workspaceId, model: "old", version, actor };
    await restrictVersion(there.database, { ...restricted, state: "revoked", reason: "It leaks." });
    await expect(create({ model: "old" })).rejects.toMatchObject({ code: "SLW_REGISTRY_RESTRICTED" });
  });

  test("has the port that is asked for, which nobody else gets", async () => {
    const { port } = await create();
    name = `endpoint-${++count}`;
    await expect(create({ port })).rejects.toMatchObject({ code: "SLW_ENDPOINT_PORT" });
    expect((await create()).port).not.toBe(port);
  });
});

describe("a deployment", () => {
  test("beside another gets all traffic, or what was asked for, and a rollback leads back once", async () => {
    const first = await create();
    const second = await deploy({ traffic: 10 });
    expect(share(second)).toEqual({ blue: 90, green: 10 });
    expect(shareRun(second)).toEqual({ blue: 90, green: 10 });
    // It was warmed up before it had traffic.
    const seen = (there.processes.applied.get(folderOf(first)) ?? []).map(({ deployments }) =>
      deployments.map(({ traffic }) => traffic),
    );
    expect(seen).toEqual([[100], [100, 0], [90, 10]]);
    expect(share(await deploy({ model: "bank@1" }))).toEqual({ blue: 0, green: 0, yellow: 100 });
    const back = await rollBackEndpoint(services(), ref());
    expect(share(back)).toEqual({ blue: 90, green: 10, yellow: 0 });
    expect(shareRun(back)).toEqual(share(back));
    await expect(rollBackEndpoint(services(), ref())).rejects.toMatchObject({ code: "SLW_ENDPOINT_STATE" });
  });

  test("that fails leaves what serves as it was, and says why", async () => {
    const before = await create();
    there.processes.broken.add("bank@2");
    await expect(deploy()).rejects.toMatchObject({ code: "SLW_ENDPOINT_START", details: { code: "SLW_MODEL_FORMAT" } });
    there.processes.broken.clear();
    const after = await findEndpoint(there.database, ref());
    expect(after).toMatchObject({ state: "Healthy", stateReason: null });
    expect(share(after)).toEqual({ blue: 100, green: 0 });
    expect(shareRun(after)).toEqual({ blue: 100 });
    expect(after.appliedRevision).toBe(after.revision);
    expect(readdirSync(join(folderOf(before), "models"))).toEqual([before.deployments[0]?.versionId]);
  });

  test("of the same request is made once; its name is taken once", async () => {
    await create();
    const id = newId();
    await Promise.all([deploy({ id }), deploy({ id })]);
    const { deployments } = await findEndpoint(there.database, ref());
    expect(deployments.map((each) => each.name)).toEqual(["blue", "green"]);
    await expect(deploy({ name: "green" })).rejects.toMatchObject({ code: "SLW_ENDPOINT_DEPLOYMENT_TAKEN" });
  });

  test("of several that are made at once are all healthy in the end, and the traffic is 100", async () => {
    await create();
    await Promise.all([deploy(), deploy({ traffic: 50 }), deploy({ traffic: 20 })]);
    const endpoint = await findEndpoint(there.database, ref());
    expect(endpoint.deployments.map(({ state }) => state)).toEqual(["Healthy", "Healthy", "Healthy", "Healthy"]);
    expect(Object.values(share(endpoint)).reduce((sum, percent) => sum + percent, 0)).toBe(100);
    expect(shareRun(endpoint)).toEqual(share(endpoint));
  });

  test("keeps its model version from being deleted, until it is gone", async () => {
    const { version } = await there.register("used");
    await create({ model: "used" });
    const used = { workspaceId: there.workspaceId, model: "used", version, actor };
    await expect(deleteVersion(there.database, used)).rejects.toMatchObject({
      code: "SLW_REGISTRY_IN_USE",
      details: { kind: "deployment", name: `${name}/blue` },
    });
    await deploy({ model: "bank@1" });
    await expect(deleteDeployment(services(), { ...ref(), deployment: "green" })).rejects.toMatchObject({
      code: "SLW_ENDPOINT_STATE",
    });
    await deleteDeployment(services(), { ...ref(), deployment: "blue" });
    const endpoint = await findEndpoint(there.database, ref());
    expect(shareRun(endpoint)).toEqual({ green: 100 });
    await deleteVersion(there.database, used);
    await expect(deleteDeployment(services(), { ...ref(), deployment: "blue" })).rejects.toMatchObject({
      code: "SLW_ENDPOINT_DEPLOYMENT",
    });
  });

  test("is told to other systems once it is healthy", async () => {
    await create({ tags: { team: "risk" } });
    const all = { workspaceId: there.workspaceId, after: null, limit: 10_000 };
    const events = (await readEvents(there.database, all)).filter(({ subject }) =>
      subject.startsWith(`endpoint/${name}`),
    );
    expect(events.map(({ type }) => type)).toEqual([
      "endpoint.created",
      "deployment.requested",
      "deployment.created",
      "endpoint.updated",
    ]);
    const told = { endpoint: name, deployment: "blue", compute: "quick", models: ["bank:1"], tags: { team: "risk" } };
    expect(events[2]?.data).toMatchObject(told);
  });
});

describe("traffic", () => {
  test.each([
    ["not 100", { blue: 90, green: 5 }, "SLW_ENDPOINT_TRAFFIC"],
    ["for what is not there", { blue: 90, pink: 10 }, "SLW_ENDPOINT_DEPLOYMENT"],
    ["for what failed", { blue: 90, broken: 10 }, "SLW_ENDPOINT_STATE"],
    ["by a name of objects", { blue: 90, constructor: 10 }, "SLW_ENDPOINT_DEPLOYMENT"],
  ])("%s is refused", async (_, traffic, code) => {
    await create();
    await deploy({ traffic: 0 });
    there.processes.broken.add("bank@2");
    await deploy({ name: "broken" }).catch(() => {});
    there.processes.broken.clear();
    await expect(shareTraffic(services(), { ...ref(), traffic })).rejects.toMatchObject({ code });
    expect(share(await findEndpoint(there.database, ref()))).toMatchObject({ blue: 100, green: 0 });
  });

  test("and mirror reach the processes", async () => {
    await create();
    await deploy({ traffic: 0 });
    const change = { traffic: { green: 100 }, mirror: { blue: 30 } };
    const endpoint = await shareTraffic(services(), { ...ref(), ...change });
    expect(runs(endpoint)?.deployments).toMatchObject([
      { name: "blue", traffic: 0, mirror: 30 },
      { name: "green", traffic: 100, mirror: 0 },
    ]);
  });
});

describe("settings", () => {
  test("are merged and reach the processes", async () => {
    await create();
    const settings = { appInsights: true, dataCollection: { enabled: true } };
    const endpoint = await updateEndpoint(services(), { ...ref(), requestId: newId(), changes: { settings } });
    expect(runs(endpoint)?.settings).toMatchObject({
      appInsights: true,
      dataCollection: { enabled: true, samplingRate: 1 },
      maxRows: 10_000,
    });
    const more = { computeType: "production", settings: { replicas: 3 }, tags: { a: "1" } } as const;
    const larger = await updateEndpoint(services(), { ...ref(), requestId: newId(), changes: more });
    expect(runs(larger)?.settings).toMatchObject({ appInsights: true, replicas: 3 });
    expect(larger.tags).toEqual({ a: "1" });
  });

  test("of auth: open, by token, and by the keys that were there before", async () => {
    await create();
    const change = async (authMode: "key" | "token" | "none") => {
      const changes = { authMode };
      const endpoint = await updateEndpoint(services(), { ...ref(), requestId: newId(), changes });
      return runs(endpoint)?.auth;
    };
    const keys = runs(await findEndpoint(there.database, ref()))?.auth;
    expect(await change("none")).toEqual({ mode: "none" });
    expect(await change("token")).toMatchObject({ mode: "token", publicKey: expect.stringContaining("BEGIN PUBLIC") });
    expect(await change("key")).toEqual(keys);
  });
});

describe("an endpoint", () => {
  test("is stopped and started", async () => {
    await create();
    const stopped = await stopEndpoint(services(), ref());
    expect(stopped.state).toBe("Stopped");
    expect(runs(stopped)).toBeUndefined();
    await expect(deploy()).rejects.toMatchObject({ code: "SLW_ENDPOINT_STATE" });
    const started = await startEndpoint(services(), ref());
    expect(started.state).toBe("Healthy");
    expect(shareRun(started)).toEqual({ blue: 100 });
  });

  test("is deleted with its processes and its folder, and its name is free", async () => {
    const endpoint = await create();
    await deleteEndpoint(services(), ref());
    expect(runs(endpoint)).toBeUndefined();
    expect(readdirSync(there.folder)).not.toContain(endpoint.id);
    await expect(findEndpoint(there.database, ref())).rejects.toMatchObject({ code: "SLW_ENDPOINT_UNKNOWN" });
    expect(await there.database.selectFrom("endpoints").where("id", "=", endpoint.id).execute()).toEqual([]);
    expect((await create()).id).not.toBe(endpoint.id);
  });

  test("with traffic in the last hour is deleted by force alone", async () => {
    const { id } = await create();
    const at = (minutes: number) =>
      there.database
        .updateTable("endpoints")
        .set({ last_request_at: new Date(Date.now() - minutes * 60_000) })
        .where("id", "=", id)
        .execute();
    await at(59);
    await expect(deleteEndpoint(services(), ref())).rejects.toMatchObject({ code: "SLW_ENDPOINT_IN_USE" });
    await at(61);
    await deleteEndpoint(services(), ref());
    await create();
    await deleteEndpoint(services(), { ...ref(), force: true });
  });

  test("is not there for another workspace, and lists are sorted and filtered", async () => {
    await create();
    const other = { ...ref(), workspaceId: there.otherWorkspaceId };
    for (const attempt of [
      () => findEndpoint(there.database, other),
      () => deleteEndpoint(services(), other),
      () => stopEndpoint(services(), other),
      () => createDeployment(services(), { ...other, id: newId(), model: "bank" }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: "SLW_ENDPOINT_UNKNOWN" });
    }
    const list = (workspaceId: string, page = {}) =>
      listEndpoints(there.database, { workspaceId, filter: { name }, page: { limit: 2, ...page } });
    expect((await list(there.otherWorkspaceId)).items).toEqual([]);
    expect((await list(there.workspaceId)).items).toMatchObject([{ name }]);
    const all = { workspaceId: there.workspaceId, filter: {} };
    const first = await listEndpoints(there.database, { ...all, page: { limit: 2, sort: "-created" } });
    const { nextCursor: cursor } = first;
    const second = await listEndpoints(there.database, { ...all, page: { limit: 2, sort: "-created", cursor } });
    const names = [...first.items, ...second.items].map((each) => each.name);
    expect(new Set(names).size).toBe(4);
    expect(names[0]).toBe(name);
  });
});
