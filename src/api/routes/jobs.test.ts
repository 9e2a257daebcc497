/** What people see of the machines that compute, and of each other's tokens. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assignRole, createUser, createWorkspace, ensureAdmin, issueToken } from "../../access/index.ts";
import { newId, silentLog } from "../../base/index.ts";
import { createClient, type Client } from "../../contract/index.ts";
import { openDatabase, serverActor, type Database } from "../../store/index.ts";
import { testDatabase, type TestDatabase } from "../../store/testing.ts";
import type { ApiServer } from "../server.ts";
import type { Services } from "../services.ts";
import { startApi } from "../start-api.ts";

let made: TestDatabase;
let database: Database;
let api: ApiServer;
let admin: Client;
let reader: Client;
const workspaces: Record<"mine" | "other", string> = { mine: "", other: "" };

beforeAll(async () => {
  made = await testDatabase();
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  const token = (await ensureAdmin(database)) as string;
  api = await startApi({ host: "127.0.0.1", port: 0, services: { database, log: silentLog } as Services });
  admin = createClient({ url: api.url, token });
  for (const name of ["mine", "other"] as const)
    workspaces[name] = (await createWorkspace(database, { name, description: "" }, serverActor)).id;
  const user = await createUser(database, { name: "dana", isAdmin: false }, serverActor);
  await assignRole(database, workspaces.mine, { user: "dana", role: "reader" }, serverActor);
  const given = { userId: user.id, userName: "dana", name: "laptop", expiresAt: null };
  const issued = await issueToken(database, given, serverActor);
  reader = createClient({ url: api.url, token: issued.token, workspace: "mine" });
});
afterAll(async () => {
  await api.close();
  await database.destroy();
  await made.drop();
});

describe("the summary of compute", () => {
  const gibibyte = 2 ** 30;

  async function addWorker(place: "local" | "mine" | "other", job: "mine" | "other" | null): Promise<string> {
    const remote = place !== "local";
    const id = newId();
    await database
      .insertInto("workers")
      .values({
        id,
        target: remote ? "remote" : "local",
        kind: remote ? "remote" : "local",
        pool_id: remote ? id : "server",
        host: "secret-host",
        pid: remote ? null : 4711,
        process_start: remote ? null : "1",
        cores: 2,
        memory_limit_bytes: gibibyte,
        ...(remote && { workspace_id: workspaces[place], name: `worker-${place}` }),
      })
      .execute();
    if (job === null) return id;
    const runId = newId();
    const running = { state: "RUNNING" as const, worker_id: id, started_at: new Date(), attempt: 1, cores: 1 };
    const limits = { run_seconds: 60, deadline_at: new Date(Date.now() + 60_000), user_name: "dana" };
    const target = remote ? "remote" : "local";
    await database
      .insertInto("jobs")
      .values({ run_id: runId, workspace_id: workspaces[job], kind: "step", target, spec: "{}", ...running, ...limits })
      .execute();
    return runId;
  }

  test("has what can compute the workspace's runs, and nothing of another's", async () => {
    const pool = { id: "server", target: "local", host: "secret-host", max_workers: 2, cores: 4 };
    await database
      .insertInto("compute_pools")
      .values({ ...pool, memory_bytes: 8 * gibibyte })
      .execute();
    const ours = await addWorker("local", "mine");
    const theirs = await addWorker("local", "other");
    await addWorker("mine", null);
    const hidden = await addWorker("other", "other");
    const summary = await reader.getComputeSummary();
    expect(summary).toEqual({
      queued: 0,
      targets: [
        { name: "local", kind: "local", queued: 0, cores: 4, freeCores: 2, memory: 8 * gibibyte, maxWorkers: 2 },
        { name: "remote", kind: "remote", queued: 0, cores: 2, freeCores: 2, memory: gibibyte, maxWorkers: 1 },
      ],
      workers: expect.arrayContaining([
        { target: "local", name: null, state: "busy", run: ours },
        { target: "local", name: null, state: "busy", run: null },
        { target: "remote", name: "worker-mine", state: "idle", run: null },
      ]),
    });
    expect(summary.workers).toHaveLength(3);
    const text = JSON.stringify(summary);
    for (const secret of [theirs, hidden, "secret-host", "4711", "worker-other"]) expect(text).not.toContain(secret);
    expect((await admin.getComputeStatus()).workers).toHaveLength(4);
  });
});

describe("tokens of a user", () => {
  test("are listed and revoked by an administrator", async () => {
    const created = await admin.createUserToken({ user: "dana", body: { name: "ci" } });
    const { items } = await admin.listUserTokens({ user: "DANA" });
    expect(items.map(({ name }) => name)).toEqual(["ci", "laptop"]);
    expect(JSON.stringify(items)).not.toContain("slw_");
    const theirs = createClient({ url: api.url, token: created.token });
    expect(await theirs.whoAmI()).toMatchObject({ user: "dana" });
    await admin.revokeUserToken({ user: "dana", token: created.id });
    await expect(theirs.whoAmI()).rejects.toMatchObject({ status: 401 });
    const [entry] = await database.selectFrom("audit").selectAll().orderBy("seq", "desc").limit(1).execute();
    expect(entry).toMatchObject({ user_name: "admin", action: "revokeToken", subject: `token/${created.id}` });
    expect(entry?.details).toEqual({ name: "ci", user: "dana" });
  });

  test("are nobody else's business, and of that user alone", async () => {
    const { tokenId } = await reader.whoAmI();
    await expect(reader.listUserTokens({ user: "admin" })).rejects.toMatchObject({ status: 403 });
    await expect(reader.revokeUserToken({ user: "dana", token: tokenId })).rejects.toMatchObject({ status: 403 });
    await expect(admin.revokeUserToken({ user: "admin", token: tokenId })).rejects.toMatchObject({ status: 404 });
    await expect(admin.listUserTokens({ user: "nobody" })).rejects.toMatchObject({ status: 404 });
    expect(await reader.whoAmI()).toMatchObject({ user: "dana" });
  });
});
