/** Apps that are made when they are asked: over real connections, since it is the server that chooses. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttpApp } from "./app.ts";
import { createWires, createWiresServer, type Wires } from "./wires.ts";

const times = { headersMilliseconds: 10_000, requestMilliseconds: 10_000 };
let made: string[];
let failures: unknown[];
let gate: PromiseWithResolvers<void>;
let wires: Wires;
let url: string;
let stop: () => Promise<void>;

async function makeApp(name: string): Promise<FastifyInstance> {
  made.push(name);
  const app = createHttpApp({ bodyBytes: 1000, ...times });
  app.all("/*", (request) => `${name} ${request.method} ${request.url} ${String(request.body ?? "")}`);
  app.addContentTypeParser("text/x", { parseAs: "string" }, (_request, body, done) => done(null, body));
  await app.ready();
  return app;
}

beforeEach(async () => {
  [made, failures] = [[], []];
  gate = Promise.withResolvers();
  let attempts = 0;
  wires = createWires([
    {
      paths: /^\/slow\//,
      async make() {
        await gate.promise;
        return makeApp("slow");
      },
    },
    {
      paths: /^\/broken\//,
      make: () => (++attempts === 1 ? Promise.reject(new Error("disk full")) : makeApp("broken")),
    },
    { paths: /^\/rest$/, make: () => makeApp("rest") },
  ]);
  const server = createWiresServer(wires, times, (error) => failures.push(error));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = async () => {
    server.closeAllConnections();
    server.close();
    await wires.close();
  };
});

afterEach(() => stop());

const ask = async (path: string, init: RequestInit = {}): Promise<string> => (await fetch(url + path, init)).text();

test("nothing is made before it is asked for; requests that come meanwhile wait for one app, with their bodies", async () => {
  expect(made).toEqual([]);
  const body = { method: "POST", headers: { "content-type": "text/x" }, body: "bytes" };
  const asked = [ask("/slow/a"), ask("/slow/b?c=/rest"), ask("/slow/d", body)];
  expect(await ask("/rest")).toBe("rest GET /rest ");
  expect(made).toEqual(["rest"]);
  expect(wires.madeFor("/slow/a")).toBeNull();
  gate.resolve();
  expect(await Promise.all(asked)).toEqual([
    "slow GET /slow/a ",
    "slow GET /slow/b?c=/rest ",
    "slow POST /slow/d bytes",
  ]);
  expect(made).toEqual(["rest", "slow"]);
  expect(wires.madeFor("/slow/?x")).toBe(await wires.appOf("/slow/y"));
});

test("what fits no wire is answered by the last; a query is no part of a path", async () => {
  expect(await ask("/else?to=/slow/")).toBe("rest GET /else?to=/slow/ ");
  expect(made).toEqual(["rest"]);
});

test("an app that cannot be made is a problem of that request; the next one tries again", async () => {
  const answer = await fetch(`${url}/broken/a`);
  expect(answer.status).toBe(500);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const problem = (await answer.json()) as { code: string };
  expect(problem).toMatchObject({ code: "SLW_INTERNAL" });
  expect(JSON.stringify(problem)).not.toContain("disk full");
  expect(failures).toEqual([new Error("disk full")]);
  expect(await ask("/broken/a")).toBe("broken GET /broken/a ");
});

test("a client that leaves while the app is made disturbs nobody", async () => {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write("GET /slow/a HTTP/1.1\r\nHost: x\r\n\r\n");
  const other = ask("/slow/b");
  socket.destroy();
  await once(socket, "close");
  gate.resolve();
  expect(await other).toBe("slow GET /slow/b ");
});

test("what is no request is answered with a problem, and the connection ends", async () => {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write("no request\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
  expect(made).toEqual([]);
});

test("HEAD is answered without a body by an app that was made for it", async () => {
  const answer = await fetch(`${url}/rest`, { method: "HEAD" });
  expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: "" });
  expect(answer.headers.get("content-length")).toBe(String("rest GET /rest ".length));
});
