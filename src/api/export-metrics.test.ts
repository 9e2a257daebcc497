import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { exportMetrics } from "./export-metrics.ts";
import { addMetrics } from "./metrics.ts";

test("requests are sent by OTLP over HTTP, by route", async () => {
  const collector = createServer();
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const received = once(collector, "request").then(async ([request, response]) => {
    const body = await json(request as never);
    (response as { end(text: string): void }).end("{}");
    return { url: (request as { url: string }).url, body };
  });
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const stop = await exportMetrics({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
  const app = Fastify();
  addMetrics(app);
  app.get("/things/:id", () => "thing");
  await app.inject({ url: "/things/7?secret=1" });
  await app.inject({ url: "/things/8" });
  await stop();
  const sent = await received;
  collector.closeAllConnections();
  collector.close();
  await app.close();

  expect(sent.url).toBe("/v1/metrics");
  const [resource] = (sent.body as any).resourceMetrics; // oxlint-disable-line no-explicit-any
  expect(resource.resource.attributes).toContainEqual({ key: "service.name", value: { stringValue: "slipway" } });
  const metrics = resource.scopeMetrics[0].metrics as { name: string; histogram?: { dataPoints: unknown[] } }[];
  expect(metrics.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["http.server.request.duration", "process.cpu.time", "process.memory.usage"]),
  );
  const points = metrics.find(({ name }) => name === "http.server.request.duration")?.histogram?.dataPoints;
  expect(points).toHaveLength(1);
  expect(points?.[0]).toMatchObject({
    count: 2,
    attributes: [
      { key: "http.request.method", value: { stringValue: "GET" } },
      { key: "http.route", value: { stringValue: "/things/:id" } },
      { key: "http.response.status_code", value: { intValue: 200 } },
    ],
  });
  expect(JSON.stringify(sent.body)).not.toContain("secret");
});

test("without a collector nothing is started", async () => {
  const stop = await exportMetrics({});
  await expect(stop()).resolves.toBeUndefined();
});
