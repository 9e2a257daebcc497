import Fastify from "fastify";
import { expect, test } from "vitest";
import { startOtlpReceiver } from "../http/testing.ts";
import { exportMetrics } from "./export-metrics.ts";
import { countRequests, openMetrics } from "./metrics.ts";

test("requests are sent by OTLP over HTTP, by route", async () => {
  const receiver = await startOtlpReceiver();
  const stop = await exportMetrics({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const app = Fastify();
  countRequests(app, openMetrics());
  app.get("/things/:id", () => "thing");
  await app.inject({ url: "/things/7?secret=1" });
  await app.inject({ url: "/things/8" });
  await stop();
  receiver.close();
  await app.close();

  expect(receiver.received.map(({ url }) => url)).toEqual(["/v1/metrics"]);
  expect(receiver.resources()[0]?.attributes).toContainEqual({
    key: "service.name",
    value: { stringValue: "slipway" },
  });
  const metrics = receiver.metrics();
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
  expect(JSON.stringify(receiver.received)).not.toContain("secret");
});

test("without a collector nothing is started", async () => {
  const stop = await exportMetrics({});
  await expect(stop()).resolves.toBeUndefined();
});
