import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assignRole, createUser, createWorkspace, ensureAdmin, issueToken } from "../access/index.ts";
import { silentLog } from "../base/index.ts";
import { operations, paramNames, type Access, type Operation } from "../contract/index.ts";
import { openDatabase, serverActor, type Database } from "../store/index.ts";
import { testDatabase } from "../store/testing.ts";
import { endpoints } from "./mlflow/endpoints.ts";
import { fastifyPath } from "./register.ts";
import { createApi, type Api } from "./server.ts";
import type { Services } from "./services.ts";

const roles = ["reader", "scorer", "contributor", "owner"] as const;
const host = "127.0.0.1:1";

let database: Database;
let api: Api;
let drop: () => Promise<void>;
/** Token by role in the workspace "default", of an administrator, and of an owner of another workspace. */
const tokens: Record<string, string> = {};
/** What the server really answers to: method, pattern, declared access. */
const table: { method: string; url: string; access: Access }[] = [];
/** An address of each wire. */
const wires = ["/api/v1/status", "/api/2.0/mlflow/experiments/get", "/"];

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  tokens["admin"] = (await ensureAdmin(database)) as string;
  const { id } = await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow();
  const other = await createWorkspace(database, { name: "other", description: "" }, serverActor);
  for (const role of [...roles, "stranger"] as const) {
    const user = await createUser(database, { name: role, isAdmin: false }, serverActor);
    const [workspace, given] = role === "stranger" ? [other.id, "owner" as const] : [id, role];
    await assignRole(database, workspace, { user: role, role: given }, serverActor);
    const token = { userId: user.id, userName: role, name: "test", expiresAt: null };
    tokens[role] = (await issueToken(database, token, serverActor)).token;
  }
  const services = { database, log: silentLog } as Services;
  api = createApi({
    host: "127.0.0.1",
    services,
    openServices: () => Promise.resolve(services),
    onRoute: ({ method, url, config }) => {
      for (const name of [method].flat()) table.push({ method: name, url, access: config?.access as Access });
    },
  });
  for (const url of wires) await api.wires.appOf(url);
});

afterAll(async () => {
  await api.wires.close();
  await database.destroy();
  await drop();
});

function urlOf(pattern: string): string {
  return pattern.replace(/:workspace/g, "default").replace(/:\w+|\*/g, "x");
}

/** As the server does: by the wire that the address belongs to. */
async function inject(request: InjectOptions & { url: string }): Promise<LightMyRequestResponse> {
  return (await api.wires.appOf(request.url)).inject(request);
}

async function ask(method: string, url: string, token?: string): Promise<{ status: number; body: string }> {
  const headers = { host, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const answer = await inject({ method: method as "GET", url, headers });
  return { status: answer.statusCode, body: answer.body };
}

/** MLflow's, as operations have them. */
function mlflowOperations(): { method: string; path: string }[] {
  return ["", "/workspaces/:workspace"].flatMap((before) =>
    endpoints().map(({ method, path, atRoot }) => ({ method, path: `${before}${atRoot ? "" : "/api/2.0"}${path}` })),
  );
}

describe("every route of the router's own table", () => {
  test("is seen, and every operation of the contract among them", () => {
    for (const { method, path } of Object.values(operations as Record<string, Operation>)) {
      const url = path.replace(/\{\w+\*\}$/, "*").replace(/\{(\w+)\}/g, ":$1");
      expect(table).toContainEqual(expect.objectContaining({ method, url }));
    }
  });

  test("is of the wire that its address leads to", async () => {
    for (const { method, url } of table) {
      const app = await api.wires.appOf(urlOf(url));
      expect(app.hasRoute({ method: method as "GET", url }), `${method} ${url}`).toBe(true);
    }
  });

  test("is public only where it is meant to be", () => {
    const open = new Set(table.filter(({ access }) => access === "public").map(({ url }) => url));
    for (const url of open)
      expect(url).toMatch(
        /^\/(|api\/v1\/(status|session|openapi\.json)|api\/docs(\/.*)?|health|version|sign-in|w\/\*|((assets|icons)\/)?:file)$/,
      );
  });

  test("answers 401 without a token, and with one that is not valid", async () => {
    for (const { method, url, access } of table) {
      if (access === "public") continue;
      for (const token of [undefined, "slw_0000000000000000000000000000000000000000000", "x"]) {
        expect(await ask(method, urlOf(url), token), `${method} ${url}`).toMatchObject({ status: 401 });
      }
    }
  });

  test("takes no other method: 401 without a token, with one 405 and the methods that it takes", async () => {
    const declared = [...Object.values(operations as Record<string, Operation>), ...mlflowOperations()]
      .map(({ method, path }) => ({ method: method as string, url: fastifyPath(path) }))
      .filter(({ url }) => table.some((entry) => entry.url === url));
    // A path may be that of two patterns: ":run" and "compare".
    const fits = (pattern: string, url: string): boolean =>
      new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+").replace(/\*$/, ".*")}$`).test(url);
    let refused = 0;
    for (const url of new Set(declared.map((entry) => urlOf(entry.url)))) {
      const taken = new Set(declared.filter((entry) => fits(entry.url, url)).map(({ method }) => method));
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
        if (taken.has(method)) continue;
        expect(await ask(method, url), `${method} ${url}`).toMatchObject({ status: 401 });
        const authorization = `Bearer ${tokens["reader"]}`;
        const answer = await inject({ method: method as "GET", url, headers: { host, authorization } });
        expect(answer.statusCode, `${method} ${url}`).toBe(405);
        const allowed = String(answer.headers["allow"]).split(", ");
        expect(new Set(allowed)).toEqual(new Set([...taken, ...(taken.has("GET") ? ["HEAD"] : [])]));
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });

  test("tells nobody without a token which addresses there are", async () => {
    for (const url of ["/api/v1/nothing", "/api/v1/workspaces/default/nothing/x", "/api/2.0/mlflow/nothing"]) {
      const answers = [await ask("GET", url), await ask("GET", url, tokens["reader"])];
      expect({ url, statuses: answers.map(({ status }) => status) }).toEqual({ url, statuses: [401, 404] });
    }
  });

  test("answers 403 to a role that is too small", async () => {
    let refused = 0;
    for (const { method, url, access } of table) {
      const needed = roles.indexOf(access as "reader");
      const smaller = access === "admin" ? roles : roles.slice(0, Math.max(0, needed));
      for (const role of smaller) {
        expect(await ask(method, urlOf(url), tokens[role]), `${role}: ${method} ${url}`).toMatchObject({ status: 403 });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(10);
  });

  test("answers the owner of another workspace as if this one were not there", async () => {
    for (const { method, url, access } of table) {
      if (!url.includes(":workspace")) continue;
      const answer = await ask(method, urlOf(url), tokens["stranger"]);
      if (access === "user") continue;
      expect(answer.status, `${method} ${url}`).toBe(404);
    }
  });
});

test("the contract's paths with {workspace} need a role in it", () => {
  const open = Object.values(operations as Record<string, Operation>).filter(
    ({ path, access }) => paramNames(path).includes("workspace") && !roles.includes(access as "reader"),
  );
  expect(open).toEqual([]);
});
