import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Exchange } from "./exchange.ts";
import { startFront, type TestFront } from "./test-front.ts";
import { startTracer } from "./tracing.ts";
import type { Tracer } from "./tracer.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const parent = "b7ad6b7169203331";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

let collector: Server;
let received: Span[];
let status: number;
/** The collector answers when it resolves. */
let held: Promise<void>;
let started: TestFront;
let tracer: Tracer;

beforeEach(async () => {
  received = [];
  status = 200;
  held = Promise.resolve();
  collector = createServer(async (request, response) => {
    // oxlint-disable-next-line typescript/no-explicit-any -- the document is taken apart freely here
    const body = (await json(request)) as any;
    if (request.url === "/otel/v1/traces") received.push(...body.resourceSpans[0].scopeSpans[0].spans);
    await held;
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  started = await startFront();
  tracer = startTracer(`http://127.0.0.1:${(collector.address() as AddressInfo).port}/otel/`, "bank");
  started.front.trace(tracer);
});
afterEach(async () => {
  await started.close();
  collector.closeAllConnections();
  collector.close();
});

const traced = (flags: string): { headers: Record<string, string> } => ({
  headers: { traceparent: `00-${traceId}-${parent}-${flags}` },
});

test("a request is a span of its caller's trace, and its log line has the trace", async () => {
  await started.score(traced("01"));
  await started.score({ body: "{" });
  await tracer.close();
  const [first, second] = received as [Span, Span];
  expect(first).toMatchObject({ name: "POST /score", traceId, parentSpanId: parent });
  const attributes = Object.fromEntries(first.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  expect(attributes).toMatchObject({
    "http.response.status_code": 200,
    "slipway.deployment": "blue",
    "slipway.model": "model-blue@3",
    "slipway.rows": 1,
    "slipway.request_id": started.records[0]?.requestId,
  });
  expect(JSON.stringify(received)).not.toContain("Bearer");
  expect(second.parentSpanId ?? "").toBe("");
  expect(second.attributes).toContainEqual({ key: "error.type", value: { stringValue: "SLW_HTTP_JSON" } });
  expect(started.records.map((record) => record.traceId)).toEqual([traceId, second.traceId]);
  expect(tracer.counts()).toMatchObject({ sent: 2, failed: 0, dropped: 0, waiting: 0 });
});

test("what the caller does not sample is not sent, and its trace is in the log all the same", async () => {
  await started.score(traced("00"));
  await tracer.close();
  expect(received).toEqual([]);
  expect(started.records[0]?.traceId).toBe(traceId);
});

test("spans that the collector refuses, or that there is no room for, are counted", async () => {
  let release = (): void => {};
  held = new Promise((resolve) => (release = resolve));
  status = 400;
  const exchange = { request: { headers: {} }, path: "/score", requestId: "r", at: 0, rows: 1 } as unknown as Exchange;
  const traceIds = Array.from({ length: 2100 }, () =>
    tracer.trace({ ...exchange, wire: null, deployment: null }, 200, null, 1),
  );
  expect(traceIds.filter((id) => id === null)).toHaveLength(52);
  expect(tracer.counts()).toEqual({ sent: 0, failed: 0, dropped: 52, waiting: 2048 });
  release();
  void tracer.close();
  while (tracer.counts().waiting > 0) await new Promise(setImmediate);
  expect(tracer.counts()).toEqual({ sent: 0, failed: 2048, dropped: 52, waiting: 0 });
});

test("without a tracer the caller's trace is in the log; one that is none is not", async () => {
  started.front.trace(null);
  for (const header of [
    `00-${traceId}-${parent}-01`,
    `00-${"0".repeat(32)}-${parent}-01`,
    `ff-${traceId}-${parent}-01`,
    "x",
  ]) {
    await started.score({ headers: { traceparent: header } });
  }
  await tracer.close();
  expect(started.records.map((record) => record.traceId)).toEqual([traceId, null, null, null]);
});
