/** What the keeper does without anybody asking: after restarts, for what died, beside other servers. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import {
  createDeployment,
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  shareTraffic,
  stopEndpoint,
  updateEndpoint,
  type EndpointKeeper,
} from "./index.ts";
import { settleRestored } from "../../store/index.ts";
import { actor, openTestEndpoints, type TestEndpoints } from "./test-endpoints.ts";

let there: TestEndpoints;
let keeper: EndpointKeeper;
beforeEach(async () => {
  there = await openTestEndpoints();
  keeper = await there.startKeeper();
  await there.register("bank");
  await there.register("bank");
});
afterEach(() => there.close());

const services = (endpoints = keeper) => ({ database: there.database, secrets: there.secrets, endpoints });
const ref = () => ({ workspaceId: there.workspaceId, endpoint: "bank", actor });
const create = () => createEndpoint(services(), { ...ref(), id: newId(), model: "bank@1" });
const deploy = (id = newId()) => createDeployment(services(), { ...ref(), id, model: "bank@2", traffic: 20 });
const find = () => findEndpoint(there.database, ref());
const runningOf = (id: string) => there.processes.running.get(join(there.folder, id));

/** Changes wait until it is called. */
function holdProcesses(): () => void {
  const gate = Promise.withResolvers<void>();
  there.processes.gate = gate.promise;
  return () => {
    there.processes.gate = null;
    gate.resolve();
  };
}

/** A server is closed in the middle of a deployment. */
async function closeWhileDeploying(id: string): Promise<void> {
  const release = holdProcesses();
  const deployed = deploy(id);
  deployed.catch(() => {});
  await expect.poll(async () => (await find()).deployments.length).toBe(2);
  await keeper.close();
  await expect(deployed).rejects.toMatchObject({ code: "SLW_ENDPOINT_CLOSING" });
  release();
}

describe("a server that ends while it deploys", () => {
  test("leaves a deployment that the next one finishes, with its traffic", async () => {
    const { id } = await create();
    const deploymentId = newId();
    await closeWhileDeploying(deploymentId);
    expect((await find()).deployments).toMatchObject([{ traffic: 100 }, { state: "Transitioning", traffic: 0 }]);
    keeper = await there.startKeeper();
    await expect.poll(async () => (await find()).deployments.map(({ traffic }) => traffic)).toEqual([80, 20]);
    await expect.poll(() => runningOf(id)?.deployments.map(({ traffic }) => traffic)).toEqual([80, 20]);
    // Whoever sends the request again hears that it is done.
    expect((await deploy(deploymentId)).deployments).toHaveLength(2);
  });

  test("leaves a deployment that the next one fails, with its reason", async () => {
    await create();
    await closeWhileDeploying(newId());
    there.processes.broken.add("bank@2");
    keeper = await there.startKeeper();
    await expect.poll(async () => (await find()).deployments[1]?.state).toBe("Failed");
    expect(await find()).toMatchObject({
      state: "Healthy",
      deployments: [{ traffic: 100 }, { problem: { fix: "Mend it." } }],
    });
  });
});

test("processes that are gone are started again; those of a stopped endpoint are not", async () => {
  const { id } = await create();
  there.processes.kill(join(there.folder, id));
  await expect.poll(() => runningOf(id)?.revision).toBe(1);
  await stopEndpoint(services(), ref());
  await keeper.close();
  keeper = await there.startKeeper();
  await expect.poll(async () => (await find()).state).toBe("Stopped");
  expect(runningOf(id)).toBeUndefined();
});

test("an endpoint that is deleted while it is deployed is gone at once, and so is the deployment", async () => {
  const { id } = await create();
  const release = holdProcesses();
  const deployed = deploy();
  deployed.catch(() => {});
  await expect.poll(async () => (await find()).deployments.length).toBe(2);
  await deleteEndpoint(services(), ref());
  await expect(deployed).rejects.toMatchObject({ code: "SLW_ENDPOINT_UNKNOWN" });
  release();
  expect(existsSync(join(there.folder, id))).toBe(false);
  expect(await there.database.selectFrom("model_uses").selectAll().execute()).toEqual([]);
});

test("a deletion that a server did not end is ended by the next one", async () => {
  const { id } = await create();
  await keeper.close();
  // What markDeleted has written when the server is killed.
  await there.database.updateTable("endpoints").set({ desired: "deleted" }).where("id", "=", id).execute();
  keeper = await there.startKeeper();
  await expect.poll(() => existsSync(join(there.folder, id))).toBe(false);
  const rows = () => there.database.selectFrom("endpoints").select("id").execute();
  await expect.poll(rows).toEqual([]);
});

test("endpoints of a backup run where it was restored, on another port where theirs is taken", async () => {
  const { id, port } = await create();
  const twin = await createEndpoint(services(), { ...ref(), endpoint: "twin", id: newId(), model: "bank@1" });
  await keeper.close();
  const here = { folder: join(there.folder, "..", "restored") };
  await settleRestored(there.database);
  await there.database.updateTable("endpoints").set({ port }).where("id", "=", twin.id).execute();
  keeper = await there.startKeeper(here);
  const runs = (endpointId: string) => there.processes.running.get(join(here.folder, endpointId));
  await expect.poll(() => [runs(id)?.revision, runs(twin.id)?.revision]).toEqual([1, 1]);
  expect(new Set([runs(id)?.port, runs(twin.id)?.port]).size).toBe(2);
  await expect.poll(async () => (await find()).state).toBe("Healthy");
});

test("another server's endpoint is changed by that one, and this one waits for it", async () => {
  const elsewhere = await there.startKeeper({ folder: join(there.folder, "..", "elsewhere") });
  expect(elsewhere.place.home).not.toBe(keeper.place.home);
  const { id } = await create();
  const settings = { appInsights: true };
  await updateEndpoint(services(elsewhere), { ...ref(), requestId: newId(), changes: { settings } });
  expect(runningOf(id)?.settings.appInsights).toBe(true);
  await createDeployment(services(elsewhere), { ...ref(), id: newId(), model: "bank@2", traffic: 20 });
  await shareTraffic(services(elsewhere), { ...ref(), traffic: { green: 100 } });
  expect(runningOf(id)?.deployments).toMatchObject([{ traffic: 0 }, { traffic: 100 }]);
  await stopEndpoint(services(elsewhere), ref());
  expect(runningOf(id)).toBeUndefined();
});

test("two servers on one folder change one endpoint one after the other", async () => {
  const { id } = await create();
  await deploy();
  const twin = await there.startKeeper();
  const shares = [10, 20, 30, 40, 50, 60, 70, 80];
  await Promise.all(
    shares.map((green, i) =>
      shareTraffic(services(i % 2 ? twin : keeper), { ...ref(), traffic: { blue: 100 - green, green } }),
    ),
  );
  const endpoint = await find();
  expect(endpoint.appliedRevision).toBe(endpoint.revision);
  const running = runningOf(id);
  expect(running?.revision).toBe(endpoint.revision);
  expect(running?.deployments.map(({ traffic }) => traffic)).toEqual(
    endpoint.deployments.map(({ traffic }) => traffic),
  );
  const revisions = (there.processes.applied.get(join(there.folder, id)) ?? []).map(({ revision }) => revision);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
});
