/** From an endpoint's metrics to the lines of its charts and the rows of their tables. */
import type { Deployment, EndpointMetrics } from "../../contract/index.ts";

type Point = EndpointMetrics["points"][number];

export interface Series {
  readonly id: string;
  readonly label: string;
  /** Milliseconds since 1970, and the value; null where there was none. */
  readonly points: readonly [number, number | null][];
}

function seriesOf(id: string, label: string, points: readonly Point[], value: (point: Point) => number | null): Series {
  return { id, label, points: points.map((point) => [Date.parse(point.at), value(point)]) };
}

/** Requests per second; of each deployment too where there are several. */
export function rateSeries({ points, deployments }: Pick<EndpointMetrics, "points" | "deployments">): Series[] {
  const all = seriesOf("all", "all", points, ({ requestsPerSecond }) => requestsPerSecond);
  if (deployments.length < 2) return [{ ...all, label: "requests" }];
  return [
    all,
    ...deployments.map(({ name, mirrored, points: own }) =>
      seriesOf(
        `${name}${mirrored ? "/copies" : ""}`,
        mirrored ? `${name} (copies)` : name,
        own,
        ({ requestsPerSecond }) => requestsPerSecond,
      ),
    ),
  ];
}

export function latencySeries({ points }: Pick<EndpointMetrics, "points">): Series[] {
  return (["p50", "p95", "p99"] as const).map((name) => seriesOf(name, name, points, (point) => point[name]));
}

/** Refusals and failures by their code, the most frequent first. */
export function errorSeries({ points, total }: Pick<EndpointMetrics, "points" | "total">): Series[] {
  const codes = Object.entries(total.errors).toSorted(([, a], [, b]) => b - a);
  return codes.map(([code]) => seriesOf(code, code, points, ({ errors }) => errors[code] ?? 0));
}

/** The numbers of series that share their times. */
export function seriesTable(series: readonly Series[]): { columns: string[]; rows: (string | number | null)[][] } {
  const times = series[0]?.points.map(([at]) => at) ?? [];
  return {
    columns: ["time", ...series.map(({ label }) => label)],
    rows: times.map((at, index) => [
      new Date(at).toISOString(),
      ...series.map(({ points }) => points[index]?.[1] ?? null),
    ]),
  };
}

/** When deployments that are still there were made, within the time. */
export function deployEvents(
  deployments: readonly Pick<Deployment, "name" | "model" | "createdAt">[],
  { from, to }: Pick<EndpointMetrics, "from" | "to">,
): { x: number; label: string }[] {
  return deployments
    .map(({ name, model, createdAt }) => ({ x: Date.parse(createdAt), label: `${name} @${model.version}` }))
    .filter(({ x }) => x >= Date.parse(from) && x <= Date.parse(to))
    .toSorted((a, b) => a.x - b.x);
}
