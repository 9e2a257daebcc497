/** Rates, latencies and errors over time, out of the counts by minute. */
import { sql } from "kysely";
import type { Queryable } from "../../store/index.ts";
import { bucketCount, quantile } from "./buckets.ts";

export interface MetricsQuery {
  readonly endpointId: string;
  /** Milliseconds since 1970: whole minutes that overlap it count. */
  readonly from: number;
  /** Milliseconds since 1970, later than `from`. */
  readonly to: number;
  /** Seconds of a point, a multiple of 60. */
  readonly stepSeconds: number;
}

export interface MetricsPoint {
  /** Milliseconds since 1970: the start of the step. */
  readonly at: number;
  readonly requests: number;
  readonly rows: number;
  readonly requestsPerSecond: number;
  /** Milliseconds; null where there was no request. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly mean: number | null;
  /** Requests by the code of the refusal or failure. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface MetricsSeries {
  readonly total: MetricsPoint;
  /** Every step of the time, in order. */
  readonly points: readonly MetricsPoint[];
}

export interface EndpointMetrics extends MetricsSeries {
  /** In the order of their names, mirrored ones after the others. */
  readonly deployments: readonly (MetricsSeries & { readonly name: string; readonly mirrored: boolean })[];
  /** Rows. */
  readonly collected: { readonly rows: number; readonly dropped: number };
}

/** Requests for mirrored deployments are copies: they are in the series of those only. */
export async function readEndpointMetrics(database: Queryable, query: MetricsQuery): Promise<EndpointMetrics> {
  const steps = stepsOf(query);
  const all = createSums(steps);
  const deployments = new Map<string, { name: string; mirrored: boolean; sums: Sums }>();
  const collected = { rows: 0, dropped: 0 };
  for await (const row of metricsRows(database, query)) {
    collected.rows += row.collected;
    collected.dropped += row.dropped;
    if (!row.mirrored) all.add(row);
    if (row.deployment === "") continue;
    const key = `${row.mirrored ? 1 : 0} ${row.deployment}`;
    let found = deployments.get(key);
    if (found === undefined) {
      found = { name: row.deployment, mirrored: row.mirrored, sums: createSums(steps) };
      deployments.set(key, found);
    }
    found.sums.add(row);
  }
  const ordered = [...deployments].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...all.series(),
    deployments: ordered.map(([, { name, mirrored, sums }]) => ({ name, mirrored, ...sums.series() })),
    collected,
  };
}

interface Steps {
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly milliseconds: number;
  readonly count: number;
  /** Of the whole time. */
  readonly seconds: number;
}

function stepsOf({ from, to, stepSeconds }: MetricsQuery): Steps {
  const milliseconds = stepSeconds * 1000;
  const first = Math.floor(from / milliseconds) * milliseconds;
  return { first, milliseconds, count: Math.ceil((to - first) / milliseconds), seconds: (to - from) / 1000 };
}

interface MetricsRow {
  readonly minute: Date;
  readonly deployment: string;
  readonly outcome: string;
  readonly mirrored: boolean;
  readonly requests: number;
  readonly rows: number;
  readonly milliseconds: number;
  readonly buckets: readonly number[];
  readonly collected: number;
  readonly dropped: number;
}

const rowsAtOnce = 5000;

type MetricsKey = readonly [minute: Date, deployment: string, outcome: string, mirrored: boolean];

/** In the order of time, in portions, so that a long time takes no more memory than a short one. */
async function* metricsRows(database: Queryable, query: MetricsQuery): AsyncGenerator<MetricsRow> {
  // Before all rows of that minute: an outcome is never empty.
  let after: MetricsKey = [new Date(stepsOf(query).first), "", "", false];
  for (;;) {
    const rows = await rowsAfter(database, query, after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsAtOnce) return;
    after = [last.minute, last.deployment, last.outcome, last.mirrored];
  }
}

async function rowsAfter(database: Queryable, { endpointId, to }: MetricsQuery, after: MetricsKey) {
  const [minute, deployment, outcome, mirrored] = after;
  const { rows } = await sql<MetricsRow>`
    SELECT minute, deployment, outcome, mirrored, requests, rows, milliseconds, to_json(buckets) AS buckets,
      collected, dropped
    FROM endpoint_metrics
    WHERE endpoint_id = ${endpointId} AND minute < ${new Date(to)}
      AND (minute, deployment, outcome, mirrored) > (${minute}, ${deployment}, ${outcome}, ${mirrored})
    ORDER BY minute, deployment, outcome, mirrored LIMIT ${rowsAtOnce}
  `.execute(database);
  return rows;
}

interface Sum {
  requests: number;
  rows: number;
  milliseconds: number;
  readonly errors: Record<string, number>;
  readonly buckets: Float64Array;
}

interface Sums {
  add(row: MetricsRow): void;
  series(): MetricsSeries;
}

function createSums(steps: Steps): Sums {
  const total = newSum();
  const points = new Map<number, Sum>();
  return {
    add(row) {
      const index = Math.floor((row.minute.getTime() - steps.first) / steps.milliseconds);
      let point = points.get(index);
      if (point === undefined) points.set(index, (point = newSum()));
      addRow(point, row);
      addRow(total, row);
    },
    series: () => ({
      total: toPoint(total, steps.first, steps.seconds),
      points: Array.from({ length: steps.count }, (_, index) => {
        const at = steps.first + index * steps.milliseconds;
        return toPoint(points.get(index) ?? null, at, steps.milliseconds / 1000);
      }),
    }),
  };
}

function newSum(): Sum {
  return { requests: 0, rows: 0, milliseconds: 0, errors: {}, buckets: new Float64Array(bucketCount) };
}

function addRow(sum: Sum, { requests, rows, milliseconds, outcome, buckets }: MetricsRow): void {
  sum.requests += requests;
  sum.rows += rows;
  sum.milliseconds += milliseconds;
  if (outcome !== "ok") sum.errors[outcome] = (sum.errors[outcome] ?? 0) + requests;
  buckets.forEach((count, bucket) => (sum.buckets[bucket]! += count));
}

function toPoint(sum: Sum | null, at: number, seconds: number): MetricsPoint {
  const { requests, rows, milliseconds, errors, buckets } = sum ?? newSum();
  const rounded = (value: number | null): number | null => value && Number(value.toPrecision(4));
  return {
    at,
    requests,
    rows,
    requestsPerSecond: requests / seconds,
    p50: rounded(quantile(buckets, 0.5)),
    p95: rounded(quantile(buckets, 0.95)),
    p99: rounded(quantile(buckets, 0.99)),
    mean: rounded(requests === 0 ? null : milliseconds / requests),
    errors,
  };
}
