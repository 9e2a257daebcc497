/** Rates, latencies and errors over time, until now. */
import { useQuery } from "@tanstack/react-query";
import type { EndpointMetrics } from "../../contract/index.ts";
import { ChartFrame, TimeSeriesChart } from "../charts/index.ts";
import {
  CopyAs,
  DataTable,
  ErrorCard,
  formatNumber,
  RadioGroup,
  Skeleton,
  VisuallyHidden,
  type Column,
  restOf,
} from "../kit/index.ts";
import { ranges } from "./asked.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { metricsQuery } from "./metrics-query.ts";
import { deployEvents, errorSeries, latencySeries, rateSeries, seriesTable, type Series } from "./metrics-series.ts";
import { useEndpointSearch } from "./use-endpoint-search.ts";
import styles from "./metrics.module.css";

const rangeWords = { "15m": "15 min", "1h": "1 h", "6h": "6 h", "24h": "24 h", "7d": "7 d", "30d": "30 d" } as const;
const hours = { "15m": 0.25, "1h": 1, "6h": 6, "24h": 24, "7d": 168, "30d": 720 } as const;

export default function MetricsTab({ workspace, endpoint }: EndpointTabProps) {
  const [{ range = "1h" }, change] = useEndpointSearch();
  const { data, error } = useQuery({
    ...metricsQuery({ workspace, endpoint: endpoint.name, range }),
    placeholderData: (before) => before,
  });
  return (
    <div className={styles.tab}>
      <div className={styles.head}>
        <h2>
          <VisuallyHidden>Metrics</VisuallyHidden>
        </h2>
        <RadioGroup
          label="Time"
          isLabelHidden
          isSegmented
          options={ranges.map((id) => ({ id, label: rangeWords[id] }))}
          value={range}
          onChange={(next) => change({ range: next === "1h" ? undefined : next })}
        />
        <CopyAs
          cli={`slipway endpoints metrics ${endpoint.name} --hours ${hours[range]}`}
          rest={restOf("GET", workspace, "endpoints", endpoint.name, "/metrics")}
        />
      </div>
      {error && <ErrorCard error={error} />}
      {data ? <Charts endpoint={endpoint} metrics={data} /> : !error && <Skeleton height={480} />}
    </div>
  );
}

interface ChartsProps {
  readonly endpoint: EndpointTabProps["endpoint"];
  readonly metrics: EndpointMetrics;
}

function Charts({ endpoint, metrics }: ChartsProps) {
  const { total, collected } = metrics;
  const errors = Object.values(total.errors).reduce((sum, count) => sum + count, 0);
  const facts = [
    ["Requests", formatNumber(total.requests)],
    ["Rows", formatNumber(total.rows)],
    ["p50", milliseconds(total.p50)],
    ["p95", milliseconds(total.p95)],
    ["p99", milliseconds(total.p99)],
    ["Errors", formatNumber(errors)],
    ...(collected.rows + collected.dropped > 0 ? [["Collected rows", formatNumber(collected.rows)] as const] : []),
  ] as const;
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <SeriesChart title="Requests" unit="per s" series={rateSeries(metrics)} endpoint={endpoint} metrics={metrics} />
      <SeriesChart title="Latency" unit="ms" series={latencySeries(metrics)} endpoint={endpoint} metrics={metrics} />
      {errors > 0 ? (
        <SeriesChart title="Errors" series={errorSeries(metrics)} endpoint={endpoint} metrics={metrics} />
      ) : (
        <p className={styles.none}>No errors in this time.</p>
      )}
      <DeploymentTable metrics={metrics} />
    </>
  );
}

function milliseconds(value: number | null): string {
  return value === null ? "–" : `${formatNumber(value, { digits: 3 })} ms`;
}

interface SeriesChartProps extends ChartsProps {
  readonly title: string;
  readonly unit?: string;
  readonly series: readonly Series[];
}

function SeriesChart({ title, unit, series, endpoint, metrics }: SeriesChartProps) {
  return (
    <ChartFrame
      id={title.toLowerCase()}
      title={title}
      table={seriesTable(series)}
      fileName={`${endpoint.name}-${title.toLowerCase()}`}
    >
      <TimeSeriesChart
        label={title}
        {...(unit !== undefined && { unit })}
        series={series}
        from={Date.parse(metrics.from)}
        to={Date.parse(metrics.to)}
        events={deployEvents(endpoint.deployments, metrics)}
      />
    </ChartFrame>
  );
}

type DeploymentRow = EndpointMetrics["deployments"][number];

const columns: readonly Column<DeploymentRow>[] = [
  { id: "name", header: "Deployment", cell: ({ name, mirrored }) => (mirrored ? `${name} (copies)` : name) },
  { id: "requests", header: "Requests", align: "end", cell: ({ total }) => formatNumber(total.requests) },
  { id: "p50", header: "p50", align: "end", cell: ({ total }) => milliseconds(total.p50) },
  { id: "p95", header: "p95", align: "end", cell: ({ total }) => milliseconds(total.p95) },
  { id: "p99", header: "p99", align: "end", cell: ({ total }) => milliseconds(total.p99) },
  {
    id: "errors",
    header: "Errors",
    width: "2fr",
    cell: ({ total }) =>
      Object.entries(total.errors)
        .map(([code, count]) => `${code} ${formatNumber(count)}`)
        .join(", ") || "none",
  },
];

function DeploymentTable({ metrics: { deployments } }: Pick<ChartsProps, "metrics">) {
  if (deployments.length === 0) return null;
  return (
    <DataTable
      label="By deployment"
      columns={columns}
      rows={deployments}
      rowId={({ name, mirrored }) => `${name}${mirrored ? "/copies" : ""}`}
    />
  );
}
