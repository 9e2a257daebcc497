import { expect, test } from "vitest";
import type { EndpointMetrics } from "../../contract/index.ts";
import { deployEvents, errorSeries, latencySeries, rateSeries, seriesTable } from "./metrics-series.ts";

const empty = { rows: 0, mean: null, p50: null, p95: null, p99: null, errors: {} };
const points: EndpointMetrics["points"] = [
  { ...empty, at: "2026-01-01T00:00:00.000Z", requests: 0, requestsPerSecond: 0 },
  {
    ...empty,
    at: "2026-01-01T00:01:00.000Z",
    requests: 120,
    requestsPerSecond: 2,
    p50: 1,
    p95: 2,
    p99: 3,
    errors: { A: 1, B: 4 },
  },
];
const total = { ...points[1]!, errors: { A: 1, B: 4 } };
const from = "2026-01-01T00:00:00.000Z";
const to = "2026-01-01T00:02:00.000Z";

test("one deployment is one line, several are a line each beside the sum", () => {
  const blue = { name: "blue", mirrored: false, total, points };
  expect(rateSeries({ points, deployments: [blue] }).map(({ label }) => label)).toEqual(["requests"]);
  const series = rateSeries({ points, deployments: [blue, { ...blue, name: "green", mirrored: true }] });
  expect(series.map(({ label }) => label)).toEqual(["all", "blue", "green (copies)"]);
  expect(series[0]?.points).toEqual([
    [Date.parse(from), 0],
    [Date.parse("2026-01-01T00:01:00.000Z"), 2],
  ]);
});

test("latencies are missing where there was no request", () => {
  expect(seriesTable(latencySeries({ points }))).toEqual({
    columns: ["time", "p50", "p95", "p99"],
    rows: [
      [from, null, null, null],
      ["2026-01-01T00:01:00.000Z", 1, 2, 3],
    ],
  });
});

test("errors by code, the most frequent first; none where there was none", () => {
  const series = errorSeries({ points, total });
  expect(series.map(({ id }) => id)).toEqual(["B", "A"]);
  expect(series[0]?.points.map(([, count]) => count)).toEqual([0, 4]);
  expect(seriesTable([])).toEqual({ columns: ["time"], rows: [] });
});

test("deployments of the time, in their order", () => {
  const model = { name: "bank", version: 2, kind: "slipway" as const };
  const made = (name: string, createdAt: string) => ({ name, model, createdAt });
  const deployments = [
    made("green", "2026-01-01T00:01:30.000Z"),
    made("blue", "2026-01-01T00:00:30.000Z"),
    made("old", "2025-12-31T00:00:00.000Z"),
  ];
  expect(deployEvents(deployments, { from, to }).map(({ label }) => label)).toEqual(["blue @2", "green @2"]);
});
