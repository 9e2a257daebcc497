import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { context, propagation, trace } from "@opentelemetry/api";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { addTracing, startTracing } from "./tracing.ts";

test("a request becomes a span of the caller's trace, sent by OTLP over HTTP", async () => {
  const collector = createServer();
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const received = once(collector, "request").then(async ([request, response]) => {
    const body = await json(request as never);
    (response as { end(text: string): void }).end("{}");
    return { url: (request as { url: string }).url, body: body as Record<string, never> };
  });
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
  const stop = await startTracing(process.env);
  const app = Fastify();
  addTracing(app);
  app.get("/things/:id", () => "thing");
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  await app.inject({ url: "/things/7?secret=1", headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  await stop();
  const { url, body } = await received;
  delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  trace.disable();
  propagation.disable();
  context.disable();
  collector.close();
  await app.close();

  expect(url).toBe("/v1/traces");
  const span = (body as any).resourceSpans[0].scopeSpans[0].spans[0]; // oxlint-disable-line no-explicit-any
  expect(span).toMatchObject({ name: "GET /things/:id", traceId, parentSpanId: "b7ad6b7169203331" });
  expect(JSON.stringify(body)).not.toContain("secret");
});

test("without an endpoint nothing is started", async () => {
  const stop = await startTracing({});
  await expect(stop()).resolves.toBeUndefined();
});
