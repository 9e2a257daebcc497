/** Browsers that sign in, and what is tried with their cookies. */
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createUser,
  ensureAdmin,
  issueRunToken,
  issueToken,
  listAudit,
  revokeToken,
  updateUser,
} from "../access/index.ts";
import { newId, silentLog } from "../base/index.ts";
import {
  createEventStream,
  openDatabase,
  recordChange,
  serverActor,
  type Database,
  type EventStream,
} from "../store/index.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import type { ApiServer } from "./server.ts";
import type { Services } from "./services.ts";
import { createSignInLimit } from "./sign-in-limit.ts";
import { startApi } from "./start-api.ts";

let made: TestDatabase;
let database: Database;
let events: EventStream;
let api: ApiServer;
let admin: string;
let workspaceId: string;
/** After the port that the browser asks. */
let cookieName: string;

beforeAll(async () => {
  made = await testDatabase();
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  events = createEventStream({ url: made.url, database, log: silentLog });
  admin = (await ensureAdmin(database)) as string;
  workspaceId = (await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow()).id;
  api = await startApi({ host: "127.0.0.1", port: 0, services: { database, events, log: silentLog } as Services });
  cookieName = `slipway_session_${new URL(api.url).port}`;
});

afterAll(async () => {
  await api.close();
  await events.close();
  await database.destroy();
  await made.drop();
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

async function open({ method = "GET", path = "/api/v1/me", headers = {}, body }: Sent): Promise<IncomingMessage> {
  const { hostname, port } = new URL(api.url);
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const sent = request({ hostname, port, method, path, headers: { ...type, ...headers } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return answered;
}

/** node:http, which sends headers that fetch keeps for browsers. */
async function send(sent: Sent): Promise<Heard> {
  const response = await open(sent);
  const answer = await text(response);
  const body = answer.startsWith("{") ? (JSON.parse(answer) as Record<string, unknown>) : {};
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

const session = "/api/v1/session";
const ours = { "x-slipway-studio": "1", "sec-fetch-site": "same-origin" };

function cookieOf({ headers }: Heard): string {
  const [first = ""] = headers["set-cookie"] ?? [];
  return first.split(";", 1)[0] as string;
}

async function signIn(token: string, headers: Record<string, string> = {}): Promise<string> {
  const heard = await send({ method: "POST", path: session, headers, body: { token } });
  expect(heard.status).toBe(201);
  return cookieOf(heard);
}

interface Signed {
  readonly user: string;
  readonly userId: string;
  readonly tokenId: string;
  readonly token: string;
  readonly cookie: string;
}

async function newSession(expiresAt: Date | null = null): Promise<Signed> {
  const user = await createUser(database, { name: `u-${newId()}`, isAdmin: false }, serverActor);
  const given = { userId: user.id, userName: user.name, name: "test", expiresAt };
  const { id, token } = await issueToken(database, given, serverActor);
  return { user: user.name, userId: user.id, tokenId: id, token, cookie: await signIn(token) };
}

const statusBy = async (cookie: string): Promise<number> => (await send({ headers: { ...ours, cookie } })).status;

describe("signing in", () => {
  test("gives a cookie that scripts cannot read, and says who it is", async () => {
    const heard = await send({ method: "POST", path: session, body: { token: admin } });
    expect(heard.body).toEqual({ signedIn: true, user: "admin", isAdmin: true, expiresAt: expect.any(String) });
    const [cookie = ""] = heard.headers["set-cookie"] ?? [];
    expect(cookie.replace(cookieName, "NAME")).toMatch(
      /^NAME=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=(2592000|259199\d)$/,
    );
    const me = await send({ path: session, headers: { cookie: cookieOf(heard) } });
    expect(me.body).toEqual(heard.body);
    expect(await statusBy(cookieOf(heard))).toBe(200);
  });

  test("is told to the audit log, and stores neither token nor secret", async () => {
    const { user, token, cookie } = await newSession();
    const rows = await database.selectFrom("audit").selectAll().where("user_name", "=", user).execute();
    expect(rows.map(({ action }) => action)).toContain("createSession");
    const stored = JSON.stringify([rows, await database.selectFrom("sessions").selectAll().execute()]);
    for (const secret of [token, cookie.split("=")[1] as string]) expect(stored).not.toContain(secret);
    expect(
      (await listAudit(database, workspaceId, {}, { limit: 200 })).items.map(({ action }) => action),
    ).not.toContain("createSession");
  });

  test("of a page by https gives a cookie that is sent by https only, also behind a proxy that ends TLS", async () => {
    const headers = { origin: api.url.replace("http:", "https:") };
    const heard = await send({ method: "POST", path: session, body: { token: admin }, headers });
    expect(heard.headers["set-cookie"]?.[0]).toMatch(/; Secure$/);
    const cookie = cookieOf(heard);
    const ended = await send({ method: "DELETE", path: session, headers: { ...ours, ...headers, cookie } });
    expect(ended.headers["set-cookie"]?.[0]).toMatch(/; Max-Age=0; Secure$/);
  });

  test("leaves alone the cookie of another server of this host: it has another port in its name", async () => {
    const { cookie } = await newSession();
    const other = `slipway_session_1=${"A".repeat(43)}`;
    expect(await statusBy(`${other}; ${cookie}`)).toBe(200);
    expect(await statusBy(cookie.replace(cookieName, "slipway_session_1"))).toBe(401);
    expect(await statusBy(cookie.replace(cookieName, "slipway_session"))).toBe(401);
  });

  test("makes a new secret each time, and ends the session of the cookie that was sent", async () => {
    const { token, cookie } = await newSession();
    const planted = `${cookieName}=${"A".repeat(43)}`;
    const first = await signIn(token, { cookie: planted });
    expect(first).not.toBe(planted);
    expect(await statusBy(planted)).toBe(401);
    const second = await signIn(token, { cookie });
    expect(second).not.toBe(cookie);
    expect([await statusBy(cookie), await statusBy(first), await statusBy(second)]).toEqual([401, 200, 200]);
  });

  test("lives no longer than its token", async () => {
    const soon = new Date(Date.now() + 60_000);
    const { cookie } = await newSession(soon);
    expect((await send({ path: session, headers: { cookie } })).body).toMatchObject({ expiresAt: soon.toISOString() });
  });

  test("is refused to a step's token", async () => {
    const runId = newId();
    const { userId } = await newSession();
    const worker = { id: newId(), target: "local", pool_id: "test", host: "test", pid: 1, process_start: "1" };
    await database
      .insertInto("workers")
      .values({ ...worker, memory_limit_bytes: 1 })
      .execute();
    const job = { run_id: runId, workspace_id: workspaceId, kind: "step", target: "local", spec: "{}", attempt: 1 };
    const running = { state: "RUNNING" as const, worker_id: worker.id, started_at: new Date(), run_seconds: 60 };
    const deadline_at = new Date(Date.now() + 60_000);
    await database
      .insertInto("jobs")
      .values({ ...job, ...running, deadline_at, user_id: userId, user_name: "u" })
      .execute();
    const expiresAt = new Date(Date.now() + 60_000);
    const token = await issueRunToken(database, { userId, workspaceId, runId, attempt: 1, expiresAt });
    expect((await send({ headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    const heard = await send({ method: "POST", path: session, body: { token } });
    expect(heard).toMatchObject({ status: 403, body: { code: "SLW_API_FORBIDDEN" } });
    expect(heard.headers["set-cookie"]).toBeUndefined();
  });

  test.each([
    ["a form", "application/x-www-form-urlencoded", 415],
    ["a form with files", "multipart/form-data; boundary=x", 415],
    ["text, as a form may send it", "text/plain", 415],
  ])("is refused to %s", async (_, type, status) => {
    const heard = await send({
      method: "POST",
      path: session,
      headers: { "content-type": type },
      body: { token: admin },
    });
    expect(heard.status).toBe(status);
  });

  test("is refused to another site's page", async () => {
    const headers = { origin: "http://evil.example", "sec-fetch-site": "cross-site" };
    const heard = await send({ method: "POST", path: session, headers, body: { token: admin } });
    expect(heard).toMatchObject({ status: 403 });
  });
});

describe("a session ends", () => {
  const stale = (cookie: string, set: string) =>
    sql`UPDATE sessions SET ${sql.raw(set)} WHERE hash = sha256(${cookie.split("=")[1]}::bytea)`.execute(database);
  const ends: [string, (signed: Signed) => Promise<unknown>][] = [
    ["by DELETE", ({ cookie }) => send({ method: "DELETE", path: session, headers: { ...ours, cookie } })],
    [
      "with its token",
      ({ user, userId, tokenId }) => revokeToken(database, { id: userId, name: user }, tokenId, serverActor),
    ],
    ["with its user", ({ user }) => updateUser(database, user, { disabled: true }, serverActor)],
    [
      "with the time of its token",
      ({ tokenId }) =>
        sql`UPDATE tokens SET expires_at = now() - interval '1 second' WHERE id = ${tokenId}`.execute(database),
    ],
    ["after 12 hours without a request", ({ cookie }) => stale(cookie, "used_at = now() - interval '12 hours'")],
    ["at its end", ({ cookie }) => stale(cookie, "expires_at = now()")],
  ];
  test.each(ends)("%s", async (_, end) => {
    const signed = await newSession();
    expect(await statusBy(signed.cookie)).toBe(200);
    await end(signed);
    expect(await statusBy(signed.cookie)).toBe(401);
    const asked = await send({ path: session, headers: { cookie: signed.cookie } });
    expect(asked).toMatchObject({ status: 200, body: { signedIn: false } });
  });

  test("not before: a request keeps it for another 12 hours", async () => {
    const { cookie } = await newSession();
    for (let hours = 0; hours < 3; hours++) {
      await stale(cookie, "used_at = used_at - interval '11 hours'");
      expect(await statusBy(cookie)).toBe(200);
    }
  });

  test("and with it what it streams", async () => {
    const { user, cookie } = await newSession();
    await sql`INSERT INTO role_assignments (workspace_id, user_id, role)
      SELECT ${workspaceId}, id, 'reader' FROM users WHERE name = ${user}`.execute(database);
    const stream = await open({ path: "/api/v1/workspaces/default/events", headers: { ...ours, cookie } });
    expect(stream.statusCode).toBe(200);
    await send({ method: "DELETE", path: session, headers: { ...ours, cookie } });
    const change = { type: "run.updated", subject: "run/x", data: {}, action: "test", actor: serverActor };
    // What was good is taken for good for a second: so events are told until the stream ends, or the test's time does.
    const telling = setInterval(() => void recordChange(database, { workspaceId, ...change }), 100);
    try {
      await expect(text(stream)).resolves.toContain(": connected");
    } finally {
      clearInterval(telling);
    }
  });

  test("its cookie is taken back", async () => {
    const { cookie } = await newSession();
    const heard = await send({ method: "DELETE", path: session, headers: { ...ours, cookie } });
    expect(heard.status).toBe(204);
    expect(heard.headers["set-cookie"]).toEqual([`${cookieName}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`]);
  });
});

describe("a request by cookie", () => {
  let signed: Signed;
  beforeAll(async () => {
    signed = await newSession();
  });
  const body = { name: "made" };
  const tokens = "/api/v1/me/tokens";
  const header = { "x-slipway-studio": "1" };
  const origin = (): string => new URL(api.url).origin;

  const changes: [string, () => Record<string, string>, number][] = [
    ["of the studio", () => ours, 201],
    ["of the studio, by a browser that sends the origin alone", () => ({ ...header, origin: origin() }), 201],
    ["without the header", () => ({ "sec-fetch-site": "same-origin", origin: origin() }), 403],
    ["with another value in it", () => ({ ...ours, "x-slipway-studio": "yes" }), 403],
    ["that says nothing of where it is from", () => header, 403],
    ["typed in", () => ({ ...header, "sec-fetch-site": "none" }), 403],
    ["of another site", () => ({ ...header, "sec-fetch-site": "cross-site" }), 403],
    ["of another port of this machine", () => ({ ...header, "sec-fetch-site": "same-site" }), 403],
    [
      "of another site that claims our origin",
      () => ({ ...header, "sec-fetch-site": "cross-site", origin: origin() }),
      403,
    ],
    ["of another origin", () => ({ ...header, origin: "http://evil.example" }), 403],
    ["of an origin that begins like ours", () => ({ ...header, origin: `${origin()}.evil.example` }), 403],
    ["of no origin", () => ({ ...header, origin: "null" }), 403],
  ];
  test.each(changes)("%s, that changes something", async (_, headers, status) => {
    for (const method of ["POST", "DELETE"] as const) {
      const cookie = await signIn(signed.token);
      const made = await send({
        method,
        path: method === "POST" ? tokens : `${tokens}/none`,
        headers: { ...headers(), cookie },
        ...(method === "POST" && { body }),
      });
      expect(made.status).toBe(status === 201 && method === "DELETE" ? 404 : status);
      const ended = await send({ method: "DELETE", path: session, headers: { ...headers(), cookie } });
      expect(ended.status).toBe(status === 201 ? 204 : 403);
      expect(await statusBy(cookie)).toBe(status === 201 ? 401 : 200);
    }
  });

  test.each<[string, Record<string, string>, number]>([
    ["of the studio", { "sec-fetch-site": "same-origin" }, 200],
    ["typed in", { "sec-fetch-site": "none" }, 200],
    ["of a program", {}, 200],
    [
      "that follows a link",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
      200,
    ],
    ["of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, 403],
    ["of another port of this machine", { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }, 403],
    [
      "of another site's frame",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
      403,
    ],
  ])("%s, that reads", async (_, headers, status) => {
    for (const path of ["/api/v1/me", session]) {
      expect((await send({ path, headers: { ...headers, cookie: signed.cookie } })).status).toBe(status);
    }
  });

  test("counts for nothing beside a token, good or not", async () => {
    const cookie = signed.cookie;
    const good = await send({ headers: { cookie, authorization: `Bearer ${admin}` } });
    expect(good.body).toMatchObject({ user: "admin" });
    for (const authorization of [`Bearer slw_${"x".repeat(43)}`, "Bearer", "Negotiate abc"]) {
      expect((await send({ headers: { ...ours, cookie, authorization } })).status).toBe(401);
    }
    const changed = await send({
      method: "POST",
      path: tokens,
      headers: { cookie, authorization: `Bearer ${signed.token}` },
      body,
    });
    expect(changed.status).toBe(201);
  });

  test.each([
    ["GET", "/api/2.0/mlflow/experiments/get?experiment_id=0"],
    ["GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0"],
    ["GET", "/workspaces/default/api/2.0/mlflow/experiments/get?experiment_id=0"],
    ["GET", "/api/2.0/mlflow-artifacts/artifacts"],
    [
      "POST",
      "/pipelines/v1.0/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/default/PipelineRuns/PipelineSubmit/x",
    ],
    ["GET", "/pipelines/v1.0/x"],
  ])("is none on wires of programs: %s %s", async (method, path) => {
    const cookie = await signIn(admin);
    const heard = await send({ method, path, headers: { ...ours, cookie }, ...(method === "POST" && { body: {} }) });
    expect(heard.status).toBe(401);
  });

  test.each([
    ["twice", (cookie: string) => `${cookie}; ${cookie}`],
    ["beside a planted one", (cookie: string) => `${cookieName}=${"A".repeat(43)}; ${cookie}`],
    ["behind a planted one", (cookie: string) => `${cookie}; ${cookieName}=x`],
    ["in quotation marks", (cookie: string) => cookie.replace(/=(.*)/, '="$1"')],
    ["with a longer secret", (cookie: string) => `${cookie}A`],
    ["under another name", (cookie: string) => cookie.replace("slipway_session", "SLIPWAY_SESSION")],
  ])("that has it %s is nobody's", async (_, change) => {
    expect(await statusBy(change(signed.cookie))).toBe(401);
  });

  test("finds its cookie among others", async () => {
    expect(await statusBy(`a=1; ${signed.cookie}; b=2`)).toBe(200);
  });
});

describe("tokens that are not good", () => {
  test("may be tried 20 times a minute, then nothing is looked at until the minute is over", () => {
    let now = 0;
    const limit = createSignInLimit(() => now);
    for (let i = 0; i < 20; i++) {
      limit.check("10.0.0.1");
      limit.failed("10.0.0.1");
      now += 1000;
    }
    expect(() => limit.check("10.0.0.1")).toThrow(expect.objectContaining({ details: { retryAfterSeconds: 40 } }));
    expect(() => limit.check("10.0.0.2")).not.toThrow();
    now = 60_000;
    expect(() => limit.check("10.0.0.1")).not.toThrow();
  });

  test("are answered with 401, and then with 429 and when to come back", async () => {
    const statuses = new Set<number>();
    let last: Heard | undefined;
    for (let i = 0; i < 21; i++) {
      last = await send({ method: "POST", path: session, body: { token: `slw_${newId()}` } });
      statuses.add(last.status);
      expect(last.headers["set-cookie"]).toBeUndefined();
    }
    expect([...statuses]).toEqual([401, 429]);
    expect(last?.body).toMatchObject({ code: "SLW_API_SIGN_IN_LIMIT" });
    expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(last?.headers["retry-after"])).toBeLessThanOrEqual(60);
  });
});
