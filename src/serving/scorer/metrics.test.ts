import { expect, test } from "vitest";
import { startOtlpReceiver, type ExportedPoint } from "../../http/testing.ts";
import { followTelemetry } from "./follow-telemetry.ts";
import { startFront, testBackend } from "./test-front.ts";

function attributesOf({ attributes }: ExportedPoint): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

test("requests, rows and the process are sent to the collector of the configuration", async () => {
  const receiver = await startOtlpReceiver();
  const started = await startFront({ deployments: [{ name: "blue", traffic: 100, backend: testBackend(1) }] });
  const telemetry = followTelemetry(started.front, {});
  await telemetry.configure({ name: "bank", otlpEndpoint: `${receiver.url}/otel/` });
  await started.score();
  await started.score({ body: '{"data":[{"x":1},{"x":2}]}' });
  await started.score({ body: "{" });
  started.front.countCollected("blue", 3, 0);
  started.front.countCollected("blue", 1, 2);
  await telemetry.close();
  await started.close();
  receiver.close();

  const metrics = receiver.metrics();
  expect(receiver.received.map(({ url }) => url)).toContain("/otel/v1/metrics");
  const duration = metrics.find(({ name }) => name === "http.server.request.duration");
  expect(duration?.unit).toBe("s");
  const points = duration?.histogram?.dataPoints ?? [];
  const answered = points.find((point) => attributesOf(point)["http.response.status_code"] === 200) as ExportedPoint;
  expect(Number(answered.count)).toBe(2);
  expect(answered.sum).toBeCloseTo(
    started.records.slice(0, 2).reduce((sum, { milliseconds }) => sum + milliseconds / 1000, 0),
    9,
  );
  expect(attributesOf(answered)).toEqual({
    "http.request.method": "POST",
    "http.response.status_code": 200,
    "slipway.wire": "azure",
    "slipway.deployment": "blue",
    "slipway.model": "model-blue@3",
    "slipway.mirrored": false,
  });
  const refused = points.find((point) => attributesOf(point)["http.response.status_code"] === 400) as ExportedPoint;
  expect([Number(refused.count), attributesOf(refused)["error.type"]]).toEqual([1, "SLW_HTTP_JSON"]);
  const counted = (counter: string): unknown => {
    const sum = metrics.find(({ name }) => name === counter)?.sum;
    return [
      sum?.isMonotonic,
      sum?.dataPoints.map((point) => [Number(point.asInt ?? point.asDouble), attributesOf(point)]),
    ];
  };
  const blue = { "slipway.deployment": "blue" };
  expect(counted("slipway.predictions")).toEqual([
    true,
    [[3, { ...blue, "slipway.model": "model-blue@3", "slipway.mirrored": false }]],
  ]);
  expect(counted("slipway.collected")).toEqual([true, [[4, blue]]]);
  expect(counted("slipway.collected.dropped")).toEqual([true, [[2, blue]]]);
  expect(metrics.find(({ name }) => name === "process.memory.usage")?.sum?.dataPoints).toHaveLength(1);
  expect(JSON.stringify(receiver.received)).not.toContain("Bearer");
});

test("metrics alone go where their own variable says, as it is written", async () => {
  const receiver = await startOtlpReceiver();
  const started = await startFront();
  const env = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/own/v1/metrics` };
  const telemetry = followTelemetry(started.front, env);
  await telemetry.configure({ name: "bank", otlpEndpoint: null });
  await started.score();
  await telemetry.close();
  await started.close();
  receiver.close();
  expect(new Set(receiver.received.map(({ url }) => url))).toEqual(new Set(["/own/v1/metrics"]));
  expect(receiver.metrics().map(({ name }) => name)).toContain("http.server.request.duration");
});

test("without a collector nothing is measured and nothing sent", async () => {
  const seen: unknown[] = [];
  const telemetry = followTelemetry({ trace: (next) => seen.push(next), measure: (next) => seen.push(next) }, {});
  await telemetry.configure({ name: "bank", otlpEndpoint: null });
  await telemetry.close();
  expect(seen).toEqual([]);
});
