/** OpenTelemetry: the server's metrics to an OTLP/HTTP collector, beside /metrics (metrics.ts). */
import type { Histogram } from "@opentelemetry/api";
import { metricsUrl, startMetricsExport } from "../http/index.ts";

/** Bounds in seconds (OpenTelemetry semantic conventions, HTTP metrics). */
export const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Of the collector's, where there is one. */
let duration: Histogram | null = null;

/**
 * Sends metrics to where the standard variables point (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT);
 * without them nothing is loaded.
 * @returns what sends the rest and ends
 */
export async function exportMetrics(env: Readonly<NodeJS.ProcessEnv>): Promise<() => Promise<void>> {
  const url = metricsUrl(env, env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? null);
  if (url === null) return () => Promise.resolve();
  const { meter, close } = await startMetricsExport(url, env["OTEL_SERVICE_NAME"] ?? "slipway", env);
  duration = meter.createHistogram("http.server.request.duration", {
    unit: "s",
    description: "Duration of HTTP server requests.",
    advice: { explicitBucketBoundaries: [...durationBuckets] },
  });
  return async () => {
    duration = null;
    await close();
  };
}

/** Measures a request for the collector, where there is one. @param route the pattern, not the path */
export function exportDuration(method: string, route: string, status: number, seconds: number): void {
  duration?.record(seconds, {
    "http.request.method": method,
    "http.route": route,
    "http.response.status_code": status,
  });
}
