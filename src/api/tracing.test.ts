import { context, propagation, trace } from "@opentelemetry/api";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { startOtlpReceiver } from "../http/testing.ts";
import { addTracing, startTracing } from "./tracing.ts";

test("a request becomes a span of the caller's trace, sent by OTLP over HTTP", async () => {
  const receiver = await startOtlpReceiver();
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.url;
  const stop = await startTracing(process.env);
  const app = Fastify();
  addTracing(app);
  app.get("/things/:id", () => "thing");
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  await app.inject({ url: "/things/7?secret=1", headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  await stop();
  delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  trace.disable();
  propagation.disable();
  context.disable();
  receiver.close();
  await app.close();

  expect(receiver.received.map(({ url }) => url)).toEqual(["/v1/traces"]);
  const [span] = receiver.spans();
  expect(span).toMatchObject({ name: "GET /things/:id", traceId, parentSpanId: "b7ad6b7169203331" });
  expect(JSON.stringify(receiver.received)).not.toContain("secret");
});

test("without an endpoint nothing is started", async () => {
  const stop = await startTracing({});
  await expect(stop()).resolves.toBeUndefined();
});
