import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId, silentLog } from "../base/index.ts";
import { openDatabase, readEvents, serverActor, type Database } from "../store/index.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import {
  assignRole,
  createUser,
  createWorkspace,
  deleteSavedView,
  ensureAdmin,
  findPrincipal,
  hasRole,
  issueRunToken,
  issueToken,
  listAudit,
  listRoles,
  listSavedViews,
  listTokens,
  listWorkspaces,
  purgeRunTokens,
  removeRole,
  revokeRunTokens,
  revokeToken,
  roleNames,
  saveView,
  updateUser,
  type Principal,
} from "./index.ts";

let made: TestDatabase;
let database: Database;
let workspaceId: string;
let adminToken: string;
const page = { limit: 200 };

beforeAll(async () => {
  made = await testDatabase();
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  adminToken = (await ensureAdmin(database)) as string;
  workspaceId = (await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow()).id;
});

afterAll(async () => {
  await database.destroy();
  await made.drop();
});

let user: { id: string; name: string };
beforeEach(async () => {
  user = await createUser(database, { name: `user-${newId()}`, isAdmin: false }, serverActor);
});

function issue(expiresAt: Date | null = null): Promise<{ id: string; token: string }> {
  return issueToken(database, { userId: user.id, userName: user.name, name: "test", expiresAt }, serverActor);
}

describe("a token", () => {
  test("tells whose it is, and is stored as a hash only", async () => {
    const { token } = await issue();
    expect(token).toMatch(/^slw_[\w-]{43}$/);
    expect(await findPrincipal(database, token)).toMatchObject({
      userId: user.id,
      userName: user.name,
      isAdmin: false,
    });
    const rows = await database.selectFrom("tokens").selectAll().execute();
    const events = await database.selectFrom("audit").selectAll().execute();
    expect(JSON.stringify([rows, events])).not.toContain(token.slice(4));
  });

  test.each([
    ["unknown", async () => `slw_${"A".repeat(43)}`],
    ["of another form", async () => "' OR 1=1 --"],
    ["expired", async () => (await issue(new Date(Date.now() - 1000))).token],
    [
      "revoked",
      async () => {
        const { id, token } = await issue();
        await revokeToken(database, user, id, serverActor);
        return token;
      },
    ],
    [
      "of a disabled user",
      async () => {
        const { token } = await issue();
        await updateUser(database, user.name, { disabled: true }, serverActor);
        return token;
      },
    ],
  ])("that is %s belongs to nobody", async (_, make) => {
    expect(await findPrincipal(database, await make())).toBeNull();
  });

  test("says when it was last used", async () => {
    const { token } = await issue();
    expect((await listTokens(database, user.id, page)).items[0]?.lastUsedAt).toBeNull();
    await findPrincipal(database, token);
    expect((await listTokens(database, user.id, page)).items[0]?.lastUsedAt).toBeInstanceOf(Date);
  });

  test("of another user cannot be revoked", async () => {
    const { id, token } = await issue();
    const other = await createUser(database, { name: `other-${newId()}`, isAdmin: false }, serverActor);
    await expect(revokeToken(database, other, id, serverActor)).rejects.toMatchObject({ code: "SLW_ACCESS_TOKEN" });
    expect(await findPrincipal(database, token)).not.toBeNull();
  });

  test("made twice by one request is shown once", async () => {
    const given = { id: newId(), userId: user.id, userName: user.name, name: "ci", expiresAt: null };
    await issueToken(database, given, serverActor);
    await expect(issueToken(database, given, serverActor)).rejects.toMatchObject({ code: "SLW_ACCESS_TOKEN_SHOWN" });
    expect((await listTokens(database, user.id, page)).items).toHaveLength(1);
  });
});

describe("a role", () => {
  test("allows what smaller ones allow, in its workspace alone", async () => {
    const { token } = await issue();
    const other = await createWorkspace(database, { name: `w-${newId()}`, description: "" }, serverActor);
    for (const [given, role] of roleNames.entries()) {
      await assignRole(database, workspaceId, { user: user.name, role }, serverActor);
      const principal = (await findPrincipal(database, token)) as Principal;
      const allowed = roleNames.filter((needed) => hasRole(principal, workspaceId, needed));
      expect(allowed).toEqual(roleNames.slice(0, given + 1));
      expect(hasRole(principal, other.id, "reader")).toBe(false);
      expect((await listWorkspaces(database, principal, page)).items.map(({ name }) => name)).toEqual(["default"]);
    }
    await removeRole(database, workspaceId, user.name, serverActor);
    const principal = (await findPrincipal(database, token)) as Principal;
    expect(hasRole(principal, workspaceId, "reader")).toBe(false);
    expect((await listRoles(database, workspaceId, page)).items.map((entry) => entry.user)).not.toContain(user.name);
  });

  test("given is an event and an audit entry, in one transaction", async () => {
    await assignRole(database, workspaceId, { user: user.name, role: "owner" }, serverActor);
    const { items } = await listAudit(database, workspaceId, { subject: `user/${user.name}` }, page);
    expect(items).toMatchObject([{ action: "assignRole", user: "slipway", details: { role: "owner" } }]);
    const events = await readEvents(database, { workspaceId, after: null, limit: 1000 });
    expect(events.map(({ type, subject }) => [type, subject])).toContainEqual(["role.updated", `user/${user.name}`]);
  });
});

describe("administrators", () => {
  test("may do everything everywhere", async () => {
    const principal = (await findPrincipal(database, adminToken)) as Principal;
    expect(hasRole(principal, newId(), "owner")).toBe(true);
  });

  test("there is always one", async () => {
    for (const change of [{ disabled: true }, { isAdmin: false }])
      await expect(updateUser(database, "admin", change, serverActor)).rejects.toMatchObject({
        code: "SLW_ACCESS_LAST_ADMIN",
      });
  });

  test("two who take each other's rights at once leave one", async () => {
    const names = ["first", "second"].map((name) => `${name}-${newId()}`);
    for (const name of names) await createUser(database, { name, isAdmin: true }, serverActor);
    await updateUser(database, "admin", { isAdmin: false }, serverActor);
    const settled = await Promise.allSettled(
      names.map((name) => updateUser(database, name, { isAdmin: false }, serverActor)),
    );
    expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await updateUser(database, "admin", { isAdmin: true }, serverActor);
  });

  test("the first one is made once, whoever starts at the same time", async () => {
    const empty = await testDatabase();
    const several = openDatabase({ url: empty.url, applicationName: "test", log: silentLog });
    const tokens = await Promise.all([1, 2, 3, 4].map(() => ensureAdmin(several)));
    expect(tokens.filter((token) => token !== null)).toHaveLength(1);
    await several.destroy();
    await empty.drop();
  });
});

test("names are taken once, whatever their case; a repeated request finds what it made", async () => {
  const id = newId();
  const name = `Name-${id}`;
  const first = await createUser(database, { id, name, isAdmin: false }, serverActor);
  expect(await createUser(database, { id, name, isAdmin: false }, serverActor)).toEqual(first);
  await expect(createUser(database, { name: name.toLowerCase(), isAdmin: false }, serverActor)).rejects.toMatchObject({
    code: "SLW_ACCESS_EXISTS",
  });
});

describe("a token of a step", () => {
  async function runAttempt(attempt: number): Promise<string> {
    const runId = newId();
    const worker = { id: newId(), target: "local", pool_id: "test", host: "test", pid: 1, process_start: "1" };
    await database
      .insertInto("workers")
      .values({ ...worker, memory_limit_bytes: 1 })
      .execute();
    await database
      .insertInto("jobs")
      .values({
        run_id: runId,
        workspace_id: workspaceId,
        kind: "step",
        target: "local",
        spec: "{}",
        state: "RUNNING",
        worker_id: worker.id,
        started_at: new Date(),
        attempt,
        user_id: user.id,
        user_name: user.name,
        run_seconds: 60,
        deadline_at: new Date(Date.now() + 60_000),
      })
      .execute();
    return runId;
  }

  const expiresAt = new Date(Date.now() + 60_000);
  const stepToken = (runId: string, attempt: number, userId = user.id): Promise<string> =>
    issueRunToken(database, { userId, workspaceId, runId, attempt, expiresAt });

  test("is good in the step's workspace alone, for a contributor's work at most", async () => {
    const other = await createWorkspace(database, { name: `other-${newId()}`, description: "" }, serverActor);
    await assignRole(database, workspaceId, { user: user.name, role: "owner" }, serverActor);
    await assignRole(database, other.id, { user: user.name, role: "owner" }, serverActor);
    const runId = await runAttempt(1);
    const principal = (await findPrincipal(database, await stepToken(runId, 1))) as Principal;
    expect(principal).toMatchObject({ userId: user.id, runId, isAdmin: false });
    expect(hasRole(principal, workspaceId, "contributor")).toBe(true);
    expect(hasRole(principal, workspaceId, "owner")).toBe(false);
    expect(hasRole(principal, other.id, "reader")).toBe(false);
  });

  test("gives no more than its user has, and an administrator's gives a contributor's", async () => {
    await assignRole(database, workspaceId, { user: user.name, role: "reader" }, serverActor);
    const runId = await runAttempt(1);
    const reader = (await findPrincipal(database, await stepToken(runId, 1))) as Principal;
    expect([...reader.roles.values()]).toEqual(["reader"]);
    const admin = (await findPrincipal(database, adminToken)) as Principal;
    const limited = (await findPrincipal(database, await stepToken(runId, 1, admin.userId))) as Principal;
    expect(limited.isAdmin).toBe(false);
    expect([...limited.roles.values()]).toEqual(["contributor"]);
  });

  test("ends with its attempt, its revocation, its time and its user", async () => {
    const runId = await runAttempt(1);
    const first = await stepToken(runId, 1);
    const second = await stepToken(runId, 2);
    expect(await findPrincipal(database, second)).toBeNull();
    await database.updateTable("jobs").set({ attempt: 2 }).where("run_id", "=", runId).execute();
    expect(await findPrincipal(database, first)).toBeNull();
    expect(await findPrincipal(database, second)).not.toBeNull();
    await revokeRunTokens(database, runId);
    expect(await findPrincipal(database, second)).toBeNull();

    const late = { userId: user.id, workspaceId, runId, attempt: 2, expiresAt: new Date(Date.now() - 1000) };
    expect(await findPrincipal(database, await issueRunToken(database, late))).toBeNull();
    await purgeRunTokens(database);
    const left = await database.selectFrom("tokens").select("id").where("run_id", "=", runId).execute();
    expect(left).toEqual([]);

    const third = await stepToken(runId, 2);
    await updateUser(database, user.name, { disabled: true }, serverActor);
    expect(await findPrincipal(database, third)).toBeNull();
  });

  test("is not among the user's own", async () => {
    const runId = await runAttempt(1);
    await stepToken(runId, 1);
    expect((await listTokens(database, user.id, page)).items).toEqual([]);
  });
});

describe("saved views", () => {
  const view = { page: "jobs", name: "failed", search: "?status=FAILED" };

  test("are a user's own in a workspace: another user neither sees nor deletes them", async () => {
    const [mine, other] = await Promise.all(
      [0, 1].map(async () => {
        const { id: userId } = await createUser(database, { name: `u-${newId()}`, isAdmin: false }, serverActor);
        return { workspaceId, userId };
      }),
    );
    if (!mine || !other) throw new Error("two users");
    const saved = await saveView(database, { ...mine, ...view });
    await saveView(database, { ...other, ...view });
    expect(await listSavedViews(database, mine)).toEqual([saved]);
    await expect(deleteSavedView(database, other, saved.id)).rejects.toMatchObject({ code: "SLW_ACCESS_VIEW" });
    const elsewhere = { ...mine, workspaceId: newId() };
    await expect(deleteSavedView(database, elsewhere, saved.id)).rejects.toMatchObject({ code: "SLW_ACCESS_VIEW" });
    await deleteSavedView(database, mine, saved.id);
    expect(await listSavedViews(database, mine)).toEqual([]);
    expect(await listSavedViews(database, other)).toHaveLength(1);
  });

  test("a name that is there shows something else; there are at most 200", async () => {
    const { id: userId } = await createUser(database, { name: `u-${newId()}`, isAdmin: false }, serverActor);
    const mine = { workspaceId, userId };
    const first = await saveView(database, { ...mine, ...view });
    const again = await saveView(database, { ...mine, ...view, search: "?q=otter" });
    expect(again).toEqual({ ...first, search: "?q=otter" });
    for (let n = 1; n < 200; n++) await saveView(database, { ...mine, ...view, name: `view ${n}` });
    const more = { ...mine, ...view, name: "one more" };
    await expect(saveView(database, more)).rejects.toMatchObject({ code: "SLW_ACCESS_VIEWS" });
    expect((await saveView(database, { ...mine, ...view })).search).toBe(view.search);
  });
});
