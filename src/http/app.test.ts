/** HEAD is answered by the route of GET: over a real connection, since it is Node that leaves the body out. */
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpApp, sentMethod } from "./app.ts";

const app = createHttpApp({ bodyBytes: 1000, headersMilliseconds: 10_000, requestMilliseconds: 10_000 });
const seen: { sent: string; routed: string }[] = [];

beforeAll(async () => {
  app.addHook("onResponse", (answered, _reply, done) => {
    seen.push({ sent: sentMethod(answered), routed: answered.method });
    done();
  });
  app.get("/text", () => "four");
  app.get("/stream", (_request, reply) => reply.header("content-length", 4).send(Readable.from([Buffer.from("four")])));
  app.post("/taken", () => "");
  await app.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(() => app.close());

async function ask(method: string, path: string): Promise<{ status: number; length: string; body: string }> {
  const { port } = app.server.address() as AddressInfo;
  const sent = request({ host: "127.0.0.1", port, path, method, agent: false }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const { statusCode: status = 0, headers } = answer;
  return { status, length: headers["content-length"] ?? "", body: await text(answer) };
}

test.each(["/text", "/stream"])("HEAD of %s is GET's answer without the body", async (path) => {
  expect(await ask("GET", path)).toEqual({ status: 200, length: "4", body: "four" });
  expect(await ask("HEAD", path)).toEqual({ status: 200, length: "4", body: "" });
  expect(seen.splice(0)).toEqual([
    { sent: "GET", routed: "GET" },
    { sent: "HEAD", routed: "GET" },
  ]);
});

test("HEAD where GET is not taken is not found", async () => {
  expect(await ask("HEAD", "/taken")).toMatchObject({ status: 404, body: "" });
});
