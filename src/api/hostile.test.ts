/** What a browser under another's control, or a client that means harm, sends to the API. */
import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureAdmin } from "../access/index.ts";
import { createLog } from "../base/index.ts";
import { openDatabase, type Database } from "../store/index.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import type { ApiServer } from "./server.ts";
import { startApi } from "./start-api.ts";
import type { Services } from "./services.ts";

let made: TestDatabase;
let database: Database;
let api: ApiServer;
let token: string;
const logged: string[] = [];

beforeAll(async () => {
  made = await testDatabase();
  const log = createLog({ level: "debug", write: (line) => logged.push(line) });
  database = openDatabase({ url: made.url, applicationName: "test", log });
  token = (await ensureAdmin(database)) as string;
  api = await startApi({ host: "127.0.0.1", port: 0, services: { database, log } as Services });
});

afterAll(async () => {
  await api.close();
  await database.destroy();
  await made.drop();
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** node:http, which sends what fetch would mend. */
async function send({ method = "GET", path = "/api/v1/me", headers = {}, body }: Sent) {
  const { hostname, port } = new URL(api.url);
  const sent = request({ hostname, port, method, path, headers: { authorization: `Bearer ${token}`, ...headers } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
  sent.end(body);
  const response = await answered;
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const json = { "content-type": "application/json" };
const user = (name: string): string => JSON.stringify({ name });

test("a request as it should be is answered", async () => {
  const answer = await send({ method: "POST", path: "/api/v1/users", headers: json, body: user("fine") });
  expect(answer).toMatchObject({ status: 201, headers: { "x-content-type-options": "nosniff" } });
});

describe("a Host that is not ours is refused, whatever the User-Agent", () => {
  const hosts = [
    "evil.example",
    "10.evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "192.168.1.1",
    "[::2]",
    "a b",
  ];
  test.each(hosts.flatMap((host) => ["Mozilla/5.0", "curl/8"].map((agent) => [host, agent])))(
    "%j by %s",
    async (host, agent) => {
      const answer = await send({ headers: { host, "user-agent": agent } });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    },
  );
});

describe("a page of another site changes nothing", () => {
  const origins: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "something-new" },
  ];
  const methods = ["POST", "PUT", "PATCH", "DELETE"];
  test.each(origins.flatMap((headers) => methods.map((method) => [method, headers] as const)))(
    "%s with %j",
    async (method, headers) => {
      const path = method === "POST" ? "/api/v1/users" : "/api/v1/users/fine";
      const answer = await send({
        method,
        path,
        headers: { ...json, ...headers },
        body: method === "DELETE" ? "" : user("planted"),
      });
      expect(answer).toMatchObject({ status: 403 });
      expect(await database.selectFrom("users").select("id").where("name", "=", "planted").execute()).toEqual([]);
    },
  );
});

describe("a body of another media type is refused", () => {
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/x-pickle",
    "application/octet-stream",
    "application/vnd.python.pickle",
    "application/x-python-serialize",
    "application/java-archive",
    "application/x-yaml",
    "text/yaml",
    "application/xml",
    "text/html",
    "application/jsonp",
    "application/json5",
    "text/json",
    "application/problem+json",
    "json",
    "*/*",
    "",
  ];
  test.each(types)("%j", async (type) => {
    const answer = await send({
      method: "POST",
      path: "/api/v1/users",
      headers: { "content-type": type },
      body: user("typed"),
    });
    expect(answer.status).toBe(415);
  });
});

describe("JSON that is not what it seems is refused", () => {
  const deep = `${"[".repeat(50)}${"]".repeat(50)}`;
  test.each([
    ["a key twice", '{"name":"a","name":"b"}'],
    ["an unknown field", '{"name":"a","role":"owner"}'],
    ["__proto__", '{"__proto__":{"name":"a"}}'],
    ["a prototype beside", '{"name":"a","__proto__":{"isAdmin":true}}'],
    ["a number for a name", '{"name":57}'],
    ["a list for a name", '{"name":["a"]}'],
    ["a text for a truth", '{"name":"a","isAdmin":"true"}'],
    ["a name that is no name", '{"name":"../etc"}'],
    ["an endless name", user("a".repeat(1000))],
    ["deep nesting", `{"name":${deep}}`],
    ["an infinite number", '{"name":1e309}'],
    ["a character that no text of the database holds", '{"name":"a","description":"\\u0000"}'],
    ["half of it", '{"name":"a"'],
    ["nothing", ""],
    ["invalid UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])("%s", async (_, body) => {
    const answer = await send({ method: "POST", path: "/api/v1/users", headers: json, body });
    expect(answer).toMatchObject({
      status: 400,
      headers: { "content-type": "application/problem+json; charset=utf-8" },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, fix: expect.stringMatching(/.{10,}/) as unknown });
  });

  test("more than 10 MiB", async () => {
    const answer = await send({
      method: "POST",
      path: "/api/v1/users",
      headers: json,
      body: user("a".repeat(11 * 2 ** 20)),
    });
    expect(answer.status).toBe(413);
  });

  test("compressed", async () => {
    const headers = { ...json, "content-encoding": "gzip" };
    expect((await send({ method: "POST", path: "/api/v1/users", headers, body: "x" })).status).toBe(415);
  });
});

describe("an address that is not there", () => {
  const paths = [
    "/api/v1/../../etc/passwd",
    "/api/v1/%2e%2e/%2e%2e/etc/passwd",
    "/api/v1/workspaces/%00",
    "/api/v1/users/..%5c..%5cx",
    "/api/v1/%zz",
    "/api/v1/me;/../x",
    "//evil.example/api/v1/me",
  ];
  test.each(paths)("%s is refused, and nothing of it is reflected as a header", async (path) => {
    const answer = await send({ path });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers).not.toHaveProperty("location");
  });

  test("with another method is 405 and says which", async () => {
    expect(await send({ method: "DELETE", path: "/api/v1/me" })).toMatchObject({
      status: 405,
      headers: { allow: "GET, HEAD" },
    });
  });
});

test("no token reaches the log, whatever is sent", async () => {
  await send({ path: `/api/v1/me?token=${token}` });
  await send({ path: "/api/v1/me", headers: { cookie: `session=${token}` } });
  await send({ method: "POST", path: "/api/v1/me/tokens", headers: json, body: JSON.stringify({ name: "log" }) });
  expect(logged.length).toBeGreaterThan(5);
  expect(logged.join("")).not.toContain(token);
  expect(logged.join("")).not.toMatch(/slw_[\w-]{43}/);
});
